package botmaker.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/// Encodes events as WHATWG HTML §9.2 wants them.
final class EventEncoder {
    /// Takes encoded bytes.
    @FunctionalInterface
    interface Sink {
        void write(byte[] bytes) throws IOException;
    }

    private static final Pattern LINE_END = Pattern.compile("\r\n?|\n");
    private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);

    private final Sink sink;

    EventEncoder(Sink sink) {
        this.sink = sink;
    }

    /// @throws IllegalArgumentException before anything is written, when the name or the id would break out of its line
    void event(Optional<String> event, Optional<String> id, String data) throws IOException {
        event.ifPresent(EventEncoder::requireOneLine);
        id.ifPresent(EventEncoder::requireOneLine);
        String head = event.map(name -> "event: " + name + "\n").orElse("") + id.map(it -> "id: " + it + "\n").orElse("");
        boolean oneLine = data.indexOf('\n') < 0 && data.indexOf('\r') < 0; // as nearly all are, and sooner seen than by a pattern
        String lines = oneLine ? data : LINE_END.matcher(data).replaceAll("\ndata: ");
        sink.write((head + "data: " + lines + "\n\n").getBytes(UTF_8));
    }

    /// @throws IllegalArgumentException before anything is written, when the id would break out of its line
    void position(String id) throws IOException {
        requireOneLine(id);
        sink.write(("id: " + id + "\n\n").getBytes(UTF_8));
    }

    /// A comment, which clients ignore.
    void comment() throws IOException {
        sink.write(COMMENT);
    }

    private static void requireOneLine(String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("An event's name or id has a line break or NUL");
        }
    }
}
