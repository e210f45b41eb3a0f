package botmaker.http;

import java.io.IOException;
import java.io.OutputStream;

/// Buffers a body on its way out, and has each write to the client watched.
final class WatchedOutput extends OutputStream {
    private static final int BUFFER = 16 * 1024;

    private final OutputStream out;
    private final StallWatch stalls;
    private final byte[] buffer = new byte[BUFFER];
    private int count;

    WatchedOutput(OutputStream out, StallWatch stalls) {
        this.out = out;
        this.stalls = stalls;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        int end = from + length;
        while (at < end) {
            if (count == BUFFER) {
                drain();
            }
            int part = Math.min(end - at, BUFFER - count);
            System.arraycopy(bytes, at, buffer, count, part);
            count += part;
            at += part;
        }
    }

    @Override
    public void flush() throws IOException {
        drain();
        try (StallWatch.Write _ = stalls.begin()) {
            out.flush();
        }
    }

    private void drain() throws IOException {
        try (StallWatch.Write _ = stalls.begin()) {
            out.write(buffer, 0, count);
            count = 0;
        }
    }
}
