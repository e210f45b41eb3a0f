package botmaker.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Encodes events as WHATWG HTML §9.2 wants them.
final class EventEncoder {
    /// Takes encoded bytes.
    @FunctionalInterface
    interface Sink {
        void write(byte[] bytes, int from, int length) throws IOException;
    }

    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] ID = ascii("id: ");
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] NEWLINE = ascii("\n");
    private static final byte[] COMMENT = ascii(":\n\n");

    private final Sink sink;

    EventEncoder(Sink sink) {
        this.sink = sink;
    }

    /// @throws IllegalArgumentException before anything is written, when the name or the id would break out of its line
    void event(Optional<String> event, Optional<String> id, String data) throws IOException {
        event.ifPresent(EventEncoder::requireOneLine);
        id.ifPresent(EventEncoder::requireOneLine);
        if (event.isPresent()) {
            line(EVENT, utf8(event.get()));
        }
        if (id.isPresent()) {
            line(ID, utf8(id.get()));
        }
        if (data.indexOf('\n') < 0 && data.indexOf('\r') < 0) {
            line(DATA, utf8(data)); // as nearly all are: many times faster than byte by byte
        } else {
            lines(utf8(data));
        }
        write(NEWLINE);
    }

    /// A comment, which clients ignore.
    void comment() throws IOException {
        write(COMMENT);
    }

    /// One `data` line for each line of the text, which may end in CR, LF or both.
    private void lines(byte[] text) throws IOException {
        int start = 0;
        for (int at = 0; at < text.length; at++) {
            if (text[at] == '\n' || text[at] == '\r') {
                line(DATA, text, start, at);
                if (text[at] == '\r' && at + 1 < text.length && text[at + 1] == '\n') {
                    at++;
                }
                start = at + 1;
            }
        }
        line(DATA, text, start, text.length);
    }

    private void line(byte[] field, byte[] value) throws IOException {
        line(field, value, 0, value.length);
    }

    private void line(byte[] field, byte[] value, int from, int to) throws IOException {
        write(field);
        sink.write(value, from, to - from);
        write(NEWLINE);
    }

    private void write(byte[] bytes) throws IOException {
        sink.write(bytes, 0, bytes.length);
    }

    private static void requireOneLine(String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("An event's name or id has a line break or NUL");
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
