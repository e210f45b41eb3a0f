package botmaker.broker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Limits the calls of each bot: 8 at once and 60 a minute, so that one bot that was taken over neither exhausts the key that it shares
/// nor this process. Who comes too early waits for a while.
final class CallLimit {
    static final int AT_ONCE = 8;
    static final int A_MINUTE = 60;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final Map<String, Calls> bots = new ConcurrentHashMap<>();
    private final Duration patience;
    private final LongSupplier nanoTime;

    /// @param patience how long a call may wait for others to end
    /// @param nanoTime the monotonic clock
    CallLimit(Duration patience, LongSupplier nanoTime) {
        this.patience = patience;
        this.nanoTime = nanoTime;
    }

    /// A call that is under way, until it is closed.
    interface Call extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Calls {
        private final Semaphore free = new Semaphore(AT_ONCE);
        private final Deque<Long> begun = new ArrayDeque<>(); // of the last minute, the oldest first
    }

    /// Begins a call; empty where the bot has too many.
    Optional<Call> begin(String bot) throws InterruptedException {
        Calls calls = bots.computeIfAbsent(bot, _ -> new Calls());
        if (!calls.free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        if (!count(calls)) {
            calls.free.release();
            return Optional.empty();
        }
        return Optional.of(calls.free::release);
    }

    private boolean count(Calls calls) {
        synchronized (calls.begun) {
            long now = nanoTime.getAsLong();
            while (!calls.begun.isEmpty() && now - calls.begun.getFirst() >= MINUTE) {
                calls.begun.removeFirst();
            }
            if (calls.begun.size() >= A_MINUTE) {
                return false;
            }
            calls.begun.addLast(now);
            return true;
        }
    }

    /// Forgets the bots that are gone.
    void keepOnly(Set<String> known) {
        bots.keySet().retainAll(known);
    }
}
