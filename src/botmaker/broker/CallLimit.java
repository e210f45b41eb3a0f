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

/// Limits the calls of each bot, at once and a minute: to its AI, so that one bot that was taken over neither exhausts the key that it
/// shares nor this process, and to its chat service. Who comes too early waits for a while.
final class CallLimit {
    static final int AT_ONCE = 8;
    static final int A_MINUTE = 60;
    private static final int CHATS_AT_ONCE = 32;
    private static final int CHATS_A_MINUTE = 1200;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final Map<String, Calls> bots = new ConcurrentHashMap<>();
    private final int atOnce;
    private final int aMinute;
    private final Duration patience;
    private final LongSupplier nanoTime;

    private CallLimit(int atOnce, int aMinute, Duration patience, LongSupplier nanoTime) {
        this.atOnce = atOnce;
        this.aMinute = aMinute;
        this.patience = patience;
        this.nanoTime = nanoTime;
    }

    /// Limits calls to an AI: 8 at once and 60 a minute.
    ///
    /// @param patience how long a call may wait for others to end
    /// @param nanoTime the monotonic clock
    CallLimit(Duration patience, LongSupplier nanoTime) {
        this(AT_ONCE, A_MINUTE, patience, nanoTime);
    }

    /// Limits calls to a chat service to 32 at once, long polls included, and 1200 a minute, which is what services allow.
    static CallLimit ofChats(Duration patience, LongSupplier nanoTime) {
        return new CallLimit(CHATS_AT_ONCE, CHATS_A_MINUTE, patience, nanoTime);
    }

    /// A call that is under way, until it is closed.
    interface Call extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Calls {
        private final Semaphore free;
        private final Deque<Long> begun = new ArrayDeque<>(); // of the last minute, the oldest first

        private Calls(int atOnce) {
            free = new Semaphore(atOnce);
        }
    }

    /// Begins a call; empty where the bot has too many.
    Optional<Call> begin(String bot) throws InterruptedException {
        Calls calls = bots.computeIfAbsent(bot, _ -> new Calls(atOnce));
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
            if (calls.begun.size() >= aMinute) {
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
