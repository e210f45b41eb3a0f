package botmaker.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// Chains each record to all records before it by a hash.
///
/// `hash = SHA-256(n(previous hash) n(seq) n(at) n(user) n(source) n(action) n(bot) n(name) n(outcome) n(detail))`, in
/// lower-case hex, where `n(text)` is the text's netstring: the length of its UTF-8 in decimal bytes, `:`, the UTF-8 itself,
/// `,`. The bytes can be read as fields in only one way. `seq` is in decimal; the first record follows a
/// hash of 64 zeros.
///
/// A hash that is noted elsewhere reveals every change to its record and the records before it. Whoever may write the file can
/// recompute the whole chain; only a noted hash reveals that.
final class Chain {
    static final String START = "0".repeat(64);

    private Chain() { }

    /// Returns the hash of a record.
    ///
    /// @param previous that of the record before it
    static String hash(String previous, long seq, String at, Event event) {
        String bytes = List.of(previous, Long.toString(seq), at, event.user(), event.source(), event.action(), event.bot(), event.name(),
                event.outcome(), event.detail()).stream().map(Chain::netstring).collect(Collectors.joining());
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String netstring(String text) {
        return text.getBytes(UTF_8).length + ":" + text + ",";
    }
}
