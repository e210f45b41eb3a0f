package botmaker.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import botmaker.wire.HeaderFields.Field;
import botmaker.wire.HeaderFields;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Replaces tokens by as many asterisks in bytes that pass, wherever they are cut. For one thread.
final class TokenMask {
    private static final byte MASK = '*';

    private final Supplier<Set<String>> known;
    private final int leastHeld;
    private byte[] end = new byte[0]; // of what came: it looks like the beginning of a token
    private int passed; // how many bytes of that end were passed on already

    /// @param known     the tokens, asked for each piece
    /// @param leastHeld how many bytes at the end of a piece must look like the beginning of a token to be held back. If a token follows
    ///                  on fewer, they have passed, and the rest of it is replaced
    TokenMask(Supplier<Set<String>> known, int leastHeld) {
        this.known = known;
        this.leastHeld = leastHeld;
    }

    /// Returns what can be passed on after `bytes[0..count)` came: without tokens, and without an end that may begin one.
    byte[] pass(byte[] bytes, int count) {
        byte[] all = Arrays.copyOf(end, end.length + count);
        System.arraycopy(bytes, 0, all, end.length, count);
        List<byte[]> tokens = tokens();
        tokens.forEach(token -> mask(all, token));
        int kept = tokens.stream().mapToInt(token -> beginning(all, token)).max().orElse(0);
        int from = passed;
        int to = Math.max(from, all.length - (kept < leastHeld ? 0 : kept));
        end = Arrays.copyOfRange(all, all.length - kept, all.length);
        passed = Math.max(0, to - (all.length - kept));
        return from == 0 && to == all.length ? all : Arrays.copyOfRange(all, from, to);
    }

    /// Returns what is held back, at the end.
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(end, passed, end.length);
        end = new byte[0];
        passed = 0;
        return rest;
    }

    /// Returns a text without tokens.
    String apply(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        tokens().forEach(token -> mask(bytes, token));
        return new String(bytes, ISO_8859_1);
    }

    /// Returns fields without tokens.
    HeaderFields apply(HeaderFields fields) {
        return new HeaderFields(fields.list().stream().map(field -> new Field(field.name(), apply(field.value()))).toList());
    }

    /// Returns bytes without tokens.
    byte[] apply(byte[] bytes) {
        byte[] masked = bytes.clone();
        tokens().forEach(token -> mask(masked, token));
        return masked;
    }

    private List<byte[]> tokens() {
        return known.get().stream().map(token -> token.getBytes(ISO_8859_1)).toList();
    }

    /// Compares at the end of where a token may be, and goes on by as far as the byte there allows (Horspool's search): most of what
    /// passes is not looked at.
    private static void mask(byte[] bytes, byte[] token) {
        int last = token.length - 1;
        int[] steps = new int[256];
        Arrays.fill(steps, token.length);
        for (int i = 0; i < last; i++) {
            steps[token[i] & 0xff] = last - i;
        }
        for (int end = last; end < bytes.length; end += steps[bytes[end] & 0xff]) {
            int start = end - last;
            if (bytes[end] == token[last] && Arrays.equals(bytes, start, end + 1, token, 0, token.length)) {
                Arrays.fill(bytes, start, end + 1, MASK);
            }
        }
    }

    /// Returns how many of the last bytes are the beginning of a token.
    private static int beginning(byte[] bytes, byte[] token) {
        for (int length = Math.min(bytes.length, token.length - 1); length > 0; length--) {
            if (Arrays.equals(bytes, bytes.length - length, bytes.length, token, 0, length)) {
                return length;
            }
        }
        return 0;
    }
}
