package botmaker.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// A record of the audit log, chained to all records before it by a hash.
///
/// `hash = SHA-256(n(previous hash) n(seq) n(at) n(user) n(source) n(action) n(bot) n(name) n(outcome) n(detail))`, in
/// lower-case hex, where `n(text)` is the text's netstring: the length of its UTF-8 in decimal bytes, `:`, the UTF-8 itself,
/// `,`. The bytes can be read as fields in only one way. `seq` is in decimal; the first record follows a
/// hash of 64 zeros.
///
/// A hash that is noted elsewhere reveals every change to its record and the records before it. Whoever may write the file can
/// recompute the whole chain; only a noted hash reveals that.
///
/// @param seq  1, 2, 3, …; 0 until it is stored
/// @param at   when it happened, RFC 3339 in UTC
/// @param hash empty until it is stored
record Entry(long seq, String at, Event event, String hash) {
    /// The hash before the first record.
    static final String START = "0".repeat(64);

    /// An event to record. A text that does not apply is empty.
    ///
    /// @param user    the signed-in user; empty without one, and for BotMaker itself
    /// @param source  the address that the request came from; empty for BotMaker itself
    /// @param action  `POST /api/bots/{id}/stop` for a request, a word for anything else
    /// @param bot     the id of the bot concerned
    /// @param name    that bot's name before the change, if it had one
    /// @param outcome `ok`, or the kind of failure: `conflict`
    /// @param detail  further facts, such as the names of the changed fields
    record Event(String user, String source, String action, String bot, String name, String outcome, String detail) {
        static final String OK = "ok";
        private static final int LONGEST = 500;

        /// Returns an event of something that BotMaker did without a request.
        static Event ofItself(String action, String bot, String name, String detail) {
            return new Event("", "", action, bot, name, OK, detail);
        }

        /// Returns this event with texts of one line, at most 500 characters and valid UTF-8.
        Event plain() {
            return new Event(plain(user), plain(source), plain(action), plain(bot), plain(name), plain(outcome), plain(detail));
        }

        private static String plain(String text) {
            return text.codePoints().limit(LONGEST)
                    .map(c -> Character.isISOControl(c) ? ' ' : Character.getType(c) == Character.SURROGATE ? 0xfffd : c)
                    .mapToObj(Character::toString).collect(Collectors.joining());
        }
    }

    /// Returns the hash of a record.
    ///
    /// @param previous that of the record before it
    static String hash(String previous, long seq, String at, Event event) {
        String bytes = List.of(previous, Long.toString(seq), at, event.user(), event.source(), event.action(), event.bot(), event.name(),
                event.outcome(), event.detail()).stream().map(Entry::netstring).collect(Collectors.joining());
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String netstring(String text) {
        return text.getBytes(UTF_8).length + ":" + text + ",";
    }

    JsonValue toJson() {
        return Json.object()
                .put("seq", seq)
                .put("at", at)
                .put("user", event.user())
                .put("source", event.source())
                .put("action", event.action())
                .put("bot", event.bot())
                .put("name", event.name())
                .put("outcome", event.outcome())
                .put("detail", event.detail())
                .put("hash", hash)
                .build();
    }
}
