package botmaker.wire;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

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
/// Setting it is cheap enough for every read and write: a later time than the one before costs nothing until that one has come.
public final class Deadline implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private final Closeable guarded;
    private final long start = System.nanoTime();
    private volatile long due = NEVER; // in nanoseconds since the start
    private volatile long looks = NEVER; // when due is looked at next; written while this is held
    private volatile boolean expired;
    private boolean closed; // guarded by this
    private Optional<Future<?>> look = Optional.empty(); // guarded by this

    /// @param guarded closing it ends what blocks, from any thread
    public Deadline(Closeable guarded) {
        this.guarded = guarded;
    }

    /// Allows so much time from now, whatever was set before.
    public void set(Duration time) {
        long next = now() + time.toNanos();
        due = next;
        if (next < looks) {
            lookAt(next);
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
    public synchronized void close() {
        closed = true;
        look.ifPresent(planned -> planned.cancel(false));
    }

    private long now() {
        return System.nanoTime() - start;
    }

    private synchronized void lookAt(long time) {
        if (!closed && time < looks) {
            look.ifPresent(later -> later.cancel(false));
            looks = time;
            look = Optional.of(ForkJoinPool.commonPool().schedule(this::look, time - now(), TimeUnit.NANOSECONDS));
        }
    }

    private void look() {
        synchronized (this) {
            if (closed) {
                return;
            }
            looks = NEVER; // before due is read: a time that is set from now on is looked at
        }
        long next = due;
        if (next <= now()) {
            Thread.ofVirtual().name("deadline").start(this::expire); // closing may wait
        } else if (next < NEVER) {
            lookAt(next);
        }
    }

    private void expire() {
        synchronized (this) {
            if (closed || due > now()) { // it was cleared, or set again, before this thread ran
                return;
            }
        }
        expired = true;
        try {
            guarded.close();
        } catch (IOException _) {
            // nothing depends on a close that succeeds
        }
    }
}
