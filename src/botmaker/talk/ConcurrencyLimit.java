package botmaker.talk;

import botmaker.error.Failure;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// How many of one kind of costly thing may go on at once.
public final class ConcurrencyLimit {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    /// A turn that is taken. Closing it twice is harmless.
    public interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    private final Semaphore free;
    private final String refusal;

    /// @param refusal what is said when there are no more
    public ConcurrencyLimit(int most, String refusal) {
        this.free = new Semaphore(most);
        this.refusal = refusal;
    }

    /// Takes a turn, until it is closed.
    ///
    /// @throws Failure.Unavailable where all are taken
    public Turn take() {
        if (!free.tryAcquire()) {
            throw new Failure.Unavailable(refusal, RETRY_AFTER);
        }
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (closed.compareAndSet(false, true)) {
                free.release();
            }
        };
    }
}
