package botmaker.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Frees threads whose client does not read.
///
/// A blocked write has no timeout, and closing the exchange from another thread blocks, too, until the client leaves.
/// Interrupting the writing virtual thread ends the write and the connection.
final class StallWatch implements AutoCloseable {
    private final Set<Write> writes = ConcurrentHashMap.newKeySet();
    private final long limit;
    private final Thread watcher;

    /// @param limit how long a client may go without reading
    StallWatch(Duration limit) {
        this.limit = limit.toNanos();
        Duration pause = Duration.ofNanos(Math.clamp(this.limit / 8, 1_000_000, 1_000_000_000));
        this.watcher = Thread.ofVirtual().name("stall-watch").start(() -> watch(pause));
    }

    /// Returns a buffer in front of a client's stream each of whose writes is watched.
    OutputStream output(OutputStream out) {
        return new WatchedOutput(out);
    }

    /// Watches the current thread while it writes. The caller closes the write.
    Write begin() {
        Write write = new Write(Thread.currentThread());
        writes.add(write);
        return write;
    }

    @Override
    public void close() {
        watcher.interrupt();
    }

    private void watch(Duration pause) {
        try {
            while (true) {
                Thread.sleep(pause);
                long now = System.nanoTime();
                writes.forEach(write -> write.interruptIfStalled(now));
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// A write in progress, watched until it is closed.
    final class Write implements AutoCloseable {
        private final Thread thread;
        private long lastProgress = System.nanoTime();
        private boolean done;

        private Write(Thread thread) {
            this.thread = thread;
        }

        /// Notes that the client has read something.
        synchronized void progress() {
            lastProgress = System.nanoTime();
        }

        @Override
        public synchronized void close() {
            done = true;
            writes.remove(this);
        }

        private synchronized void interruptIfStalled(long now) {
            if (!done && now - lastProgress > limit) {
                thread.interrupt();
            }
        }
    }

    /// Buffers a body on its way out and watches each write.
    private final class WatchedOutput extends OutputStream {
        private static final int BUFFER = 16 * 1024;

        private final OutputStream out;
        private final byte[] buffer = new byte[BUFFER];
        private int count;

        WatchedOutput(OutputStream out) {
            this.out = out;
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
            try (Write _ = begin()) {
                out.flush();
            }
        }

        private void drain() throws IOException {
            try (Write _ = begin()) {
                out.write(buffer, 0, count);
                count = 0;
            }
        }
    }
}
