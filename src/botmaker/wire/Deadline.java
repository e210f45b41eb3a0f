package botmaker.wire;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Limits how long the blocking calls on a connection take: closes it when the time that was set is over, which ends the call. Whoever
/// makes one closes it.
///
/// ```
///            set()                    time is over
///   UNSET ──────────▶ (set again) ──────────────────▶ EXPIRED  (connection closed)
///     ▲                    │
///     └──── clear() ───────┘
/// ```
///
/// Setting it is cheap enough for every read and write: the thread that waits is woken only for an earlier time than it sleeps to.
public final class Deadline implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private final Closeable guarded;
    private final long start = System.nanoTime();
    private volatile long due = NEVER; // in nanoseconds since the start
    private volatile long wakes = NEVER;
    private volatile boolean expired;
    private volatile boolean closed;
    private Optional<Thread> thread = Optional.empty(); // guarded by this

    /// @param guarded closing it ends what blocks, from any thread
    public Deadline(Closeable guarded) {
        this.guarded = guarded;
    }

    /// Allows so much time from now, whatever was set before.
    public void set(Duration time) {
        long next = System.nanoTime() - start + time.toNanos();
        due = next;
        if (next < wakes) {
            LockSupport.unpark(started());
        }
    }

    /// Allows any time.
    public void clear() {
        due = NEVER;
    }

    /// Returns whether it closed the connection.
    public boolean expired() {
        return expired;
    }

    /// Ends the watch and leaves the connection as it is.
    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            thread.ifPresent(LockSupport::unpark);
        }
    }

    private synchronized Thread started() {
        Thread watching = thread.orElseGet(() -> Thread.ofVirtual().name("deadline").start(this::watch));
        thread = Optional.of(watching);
        return watching;
    }

    private void watch() {
        while (!closed) {
            long next = due;
            long left = next - (System.nanoTime() - start);
            if (left <= 0) {
                expire();
                return;
            }
            wakes = next;
            if (due == next && !closed) { // else set() may have seen the former time of waking
                LockSupport.parkNanos(this, left);
                wakes = NEVER;
            }
        }
    }

    private void expire() {
        expired = true;
        try {
            guarded.close();
        } catch (IOException _) {
            // nothing depends on a close that succeeds
        }
    }
}
