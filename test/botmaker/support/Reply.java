package botmaker.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.docker.LogFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;

/// What a [RecordedEngine] writes on a connection after it has read a request; then the connection is closed.
@FunctionalInterface
public interface Reply {
    void writeTo(OutputStream out) throws IOException, InterruptedException;

    /// Any bytes at all; the text is ISO 8859-1.
    static Reply raw(String bytes) {
        return out -> out.write(bytes.getBytes(ISO_8859_1));
    }

    static Reply raw(byte[] bytes) {
        return out -> out.write(bytes);
    }

    static Reply json(int status, String json) {
        byte[] body = json.getBytes(UTF_8);
        return raw("HTTP/1.1 " + status + " Recorded\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                .then(raw(body));
    }

    /// As the engine reports an error.
    static Reply error(int status, String message) {
        return json(status, "{\"message\":\"" + message + "\"}\n");
    }

    static Reply noContent() {
        return raw("HTTP/1.1 204 No Content\r\n\r\n");
    }

    /// The head of a chunked answer; go on with [#chunk].
    static Reply chunked() {
        return raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    static Reply chunk(byte[] bytes) {
        return out -> {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            chunk.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
            chunk.write(bytes);
            chunk.write("\r\n".getBytes(ISO_8859_1));
            out.write(chunk.toByteArray());
        };
    }

    static Reply chunk(String text) {
        return chunk(text.getBytes(UTF_8));
    }

    /// The proper end of a chunked answer.
    static Reply lastChunk() {
        return raw("0\r\n\r\n");
    }

    /// One frame of a multiplexed log stream, as a chunk of its own.
    static Reply frame(LogFrame.Source source, String text) {
        byte[] payload = text.getBytes(UTF_8);
        return chunk(ByteBuffer.allocate(8 + payload.length)
                .put((byte) (source == LogFrame.Source.OUT ? 1 : 2)).put(new byte[3]).putInt(payload.length).put(payload)
                .array());
    }

    /// Never anything more; the connection stays open until the client or the recorded engine ends.
    static Reply stall() {
        return _ -> Thread.sleep(Duration.ofDays(1));
    }

    default Reply then(Reply next) {
        return out -> {
            writeTo(out);
            next.writeTo(out);
        };
    }

    /// The same, later.
    default Reply after(Duration pause) {
        return out -> {
            Thread.sleep(pause);
            writeTo(out);
        };
    }
}
