package botmaker.broker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// Slows a bot down that opens connections and sends requests faster than an honest one does: each takes time of the processor, also one
/// that is refused. After 500 at once, 100 a second go on, and each further one waits for its turn.
///
/// This is the generic cell rate algorithm: each moves the time at which a steady flow would be due.
final class Pace {
    static final int AT_ONCE = 500;
    static final int A_SECOND = 100;
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1) / A_SECOND;

    private final LongSupplier nanoTime;
    private long due; // guarded by this

    /// @param nanoTime the monotonic clock
    Pace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.due = nanoTime.getAsLong();
    }

    /// Waits until the next may go on.
    void await() {
        LockSupport.parkNanos(this, next());
    }

    /// Counts the next and returns how long it has to wait, in nanoseconds.
    synchronized long next() {
        long now = nanoTime.getAsLong();
        if (due - now < 0) {
            due = now;
        }
        due += INTERVAL;
        return Math.max(0, due - now - AT_ONCE * INTERVAL);
    }
}
