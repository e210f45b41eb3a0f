package botmaker.bot.lifecycle;

import botmaker.bot.model.BotId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// One lock a bot: whatever changes a bot happens one after another, and bots do not wait for each other.
public final class BotLocks {
    /// A lock that is held until it is closed.
    public interface Held extends AutoCloseable {
        @Override
        void close();
    }

    private final Map<BotId, ReentrantLock> locks = new ConcurrentHashMap<>();

    /// Waits for a bot's lock.
    ///
    /// @throws InterruptedException when interrupted while it waits
    public Held acquire(BotId id) throws InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(id, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        return lock::unlock;
    }

    /// A bot's lock where nobody holds it.
    public Optional<Held> tryAcquire(BotId id) {
        ReentrantLock lock = locks.computeIfAbsent(id, _ -> new ReentrantLock());
        return lock.tryLock() ? Optional.of(lock::unlock) : Optional.empty();
    }

    /// Forgets a bot that is gone for good. Ids are never used twice, so a straggler finds only that it is gone.
    public void forget(BotId id) {
        locks.remove(id);
    }
}
