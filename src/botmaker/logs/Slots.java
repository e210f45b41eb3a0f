package botmaker.logs;

import botmaker.error.Failure;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// How many bots' logs may be read at once.
final class Slots {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final int count;
    private final Semaphore free;

    Slots(int count) {
        this.count = count;
        this.free = new Semaphore(count);
    }

    /// Takes some slots, until the lease is closed.
    ///
    /// @throws Failure.Unavailable when there are not so many
    Lease take(int wanted) {
        if (!free.tryAcquire(wanted)) {
            throw new Failure.Unavailable("%d logs are being read already, and the engine cannot serve over %d. Close another view."
                    .formatted(count - free.availablePermits(), count), RETRY_AFTER);
        }
        return new Lease(wanted);
    }

    /// Slots in use. Closing it twice is harmless.
    final class Lease implements AutoCloseable {
        private final int taken;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Lease(int taken) {
            this.taken = taken;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                free.release(taken);
            }
        }
    }
}
