package botmaker.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.Optional;

/// One frame of a container's output, as the engine sent it: usually a line with its line feed, at most 16 KiB of one;
/// a longer line comes as several frames with the same time. From a terminal (TTY), any piece of output.
///
/// The engine's multiplexed stream (Engine API `POST /containers/{id}/attach`) has a header of eight bytes before each
/// payload: the stream's number, three zeros and the size (big-endian).
///
/// @param payload begins with the engine's timestamp (RFC 3339 with nanoseconds) and a space, once for each line;
///                handed over, not copied
public record LogFrame(Source source, byte[] payload) {
    private static final int HEADER = 8;
    private static final int MAX_PAYLOAD = 1024 * 1024; // json-file frames have at most 16 KiB and a timestamp

    /// Which of the container's streams a frame came from. A terminal has only one.
    public enum Source { OUT, ERR }

    public LogFrame {
        requireNonNull(source);
        requireNonNull(payload);
    }

    /// Waits for the next frame; returns empty at the end.
    static Optional<LogFrame> next(Body body) throws IOException {
        if (!body.await(HEADER)) {
            return Optional.empty();
        }
        int stream = body.peek(0);
        long size = size(body);
        if (stream < 0 || stream > 3 || body.peek(1) != 0 || body.peek(2) != 0 || body.peek(3) != 0) {
            throw new ProtocolException("a frame header is malformed");
        }
        if (size > MAX_PAYLOAD) {
            throw new ProtocolException("a frame is larger than " + MAX_PAYLOAD + " bytes");
        }
        body.await(HEADER + (int) size);
        body.skip(HEADER);
        byte[] payload = body.take((int) size);
        return Optional.of(switch (stream) {
            case 0, 1 -> new LogFrame(Source.OUT, payload);
            case 2 -> new LogFrame(Source.ERR, payload);
            default -> throw new EngineException(500, new String(payload, UTF_8)); // the engine's own error
        });
    }

    /// Returns whether [#next(Body)] can return without waiting.
    static boolean ready(Body body) {
        return body.available() >= HEADER && body.available() - HEADER >= size(body);
    }

    /// Waits for the next piece of a terminal's output, which has no frames.
    static Optional<LogFrame> ofTerminal(Body body) throws IOException {
        return body.await(1) ? Optional.of(new LogFrame(Source.OUT, body.take(body.available()))) : Optional.empty();
    }

    private static long size(Body body) {
        long size = 0;
        for (int i = 4; i < HEADER; i++) {
            size = size << 8 | body.peek(i) & 0xff;
        }
        return size;
    }
}
