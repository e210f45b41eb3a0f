package botmaker.bot.view;

import botmaker.bot.model.BotId;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Collects what has changed since a reader last asked. It holds each bot once, however often it changed: a slow reader misses steps in
/// between, never the present state, and its memory is bounded by the number of bots.
public final class Subscription implements AutoCloseable {
    /// @param engine whether the engine's own state changed
    /// @param bots   the bots that changed or went, in order
    public record Changes(boolean engine, List<BotId> bots) { }

    private final Consumer<Subscription> onClose;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition something = lock.newCondition();
    private final Set<BotId> bots = new LinkedHashSet<>();
    private boolean engine;

    public Subscription(Consumer<Subscription> onClose) {
        this.onClose = onClose;
    }

    public void changed(BotId id) {
        lock.lock();
        try {
            bots.add(id);
            something.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Records that the engine came or went, which changes the state of every bot.
    public void engineChanged(Collection<BotId> all) {
        lock.lock();
        try {
            engine = true;
            bots.addAll(all);
            something.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for changes and takes them; there are none if the time is over.
    public Changes take(Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (bots.isEmpty() && !engine && left > 0) {
                left = something.awaitNanos(left);
            }
            Changes changes = new Changes(engine, List.copyOf(bots));
            engine = false;
            bots.clear();
            return changes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
