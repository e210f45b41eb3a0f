package botmaker.docker;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Cuts a JSON array (RFC 8259 §5) into its elements as it arrives, so that only one of them is in memory. Leaves it to the
/// parser to find fault with an element.
final class ArrayElements {
    private static final int MAX_ELEMENT = 1024 * 1024;
    private static final int MAX_REST = 8 * 1024;

    private final Body body;
    private boolean begun;
    private boolean ended;

    ArrayElements(Body body) {
        this.body = body;
    }

    /// Waits for the next element; returns empty after the last.
    Optional<byte[]> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        boolean first = !begun;
        if (first && !new String(upTo("["), StandardCharsets.UTF_8).isBlank()) {
            throw new ProtocolException("a list does not begin with [");
        }
        begun = true;
        byte[] element = upTo(",]");
        if (ended && !new String(body.takeAll(MAX_REST), StandardCharsets.UTF_8).isBlank()) {
            throw new ProtocolException("something follows the list");
        }
        boolean empty = first && ended && new String(element, StandardCharsets.UTF_8).isBlank();
        return empty ? Optional.empty() : Optional.of(element);
    }

    /// Takes everything before one of the delimiters, as far as it stands in no string and no inner value, and skips it.
    private byte[] upTo(String delimiters) throws IOException {
        int depth = 0;
        boolean inString = false;
        for (int at = 0; at <= MAX_ELEMENT; at++) {
            while (at >= body.available()) {
                if (!body.fill()) {
                    throw new ProtocolException("the list does not end");
                }
            }
            byte next = body.peek(at);
            if (inString) {
                if (next == '\\') {
                    at++;
                }
                inString = next != '"';
            } else if (depth == 0 && delimiters.indexOf(next) >= 0) {
                byte[] before = body.take(at);
                body.skip(1);
                ended = next == ']';
                return before;
            } else if (next == '"') {
                inString = true;
            } else if (next == '[' || next == '{') {
                depth++;
            } else if (next == ']' || next == '}') {
                depth--;
            }
        }
        throw new ProtocolException("an element of the list is larger than " + MAX_ELEMENT + " bytes");
    }
}
