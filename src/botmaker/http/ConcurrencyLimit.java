package botmaker.http;

import static java.util.Objects.requireNonNull;

import botmaker.error.Failure;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// Limits concurrent operations of one kind.
public final class ConcurrencyLimit {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final Semaphore free;
    private final String refusal;

    /// @param refusal the message shown when the limit is reached
    public ConcurrencyLimit(int limit, String refusal) {
        this.free = new Semaphore(limit);
        this.refusal = requireNonNull(refusal);
    }

    /// Permits held. Closing it again has no effect.
    public interface Lease extends AutoCloseable {
        @Override
        void close();
    }

    /// Takes a number of permits until the lease is closed.
    ///
    /// @throws Failure.Unavailable when fewer are free
    public Lease take(int permits) {
        if (!free.tryAcquire(permits)) {
            throw new Failure.Unavailable(refusal, RETRY_AFTER);
        }
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (closed.compareAndSet(false, true)) {
                free.release(permits);
            }
        };
    }
}
