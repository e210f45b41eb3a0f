package botmaker.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.Optional;

/// The engine's multiplexed stream (Engine API `POST /containers/{id}/attach`): frames of a header of eight bytes,
/// which are the stream's number, three zeros and the size (big-endian), and a payload.
final class Frames {
    private static final int HEADER = 8;
    private static final int MAX_PAYLOAD = 1024 * 1024; // json-file frames have at most 16 KiB and a timestamp

    private Frames() {}

    /// Waits for the next frame; empty at the end.
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
            case 0, 1 -> new LogFrame(LogFrame.Source.OUT, payload);
            case 2 -> new LogFrame(LogFrame.Source.ERR, payload);
            default -> throw new EngineException(500, new String(payload, UTF_8)); // the engine's own error
        });
    }

    /// Whether [#next(Body)] can answer without waiting.
    static boolean ready(Body body) {
        return body.complete() || body.available() >= HEADER && body.available() - HEADER >= size(body);
    }

    private static long size(Body body) {
        long size = 0;
        for (int i = 4; i < HEADER; i++) {
            size = size << 8 | body.peek(i) & 0xff;
        }
        return size;
    }
}
