package botmaker.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Frees threads whose client does not read.
///
/// A blocked write has no timeout, and closing the exchange from another thread blocks as well until the client leaves;
/// interrupting the writing virtual thread is what ends it, together with the connection.
final class StallWatch implements AutoCloseable {
    private final Set<Write> writes = ConcurrentHashMap.newKeySet();
    private final long limit;
    private final Thread watcher;

    /// @param limit how long a client may read nothing
    StallWatch(Duration limit) {
        this.limit = limit.toNanos();
        Duration pause = Duration.ofNanos(Math.clamp(this.limit / 8, 1_000_000, 1_000_000_000));
        this.watcher = Thread.ofVirtual().name("stall-watch").start(() -> watch(pause));
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

    /// A piece of writing, watched until it is closed.
    final class Write implements AutoCloseable {
        private final Thread thread;
        private long lastProgress = System.nanoTime();
        private boolean done;

        private Write(Thread thread) {
            this.thread = thread;
        }

        /// To be told whenever the client has taken something.
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
}
