package botmaker.bot.view;

import botmaker.bot.model.BotId;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Collects what has changed since a reader last asked. It holds each bot once, however often it changed: a slow reader misses steps in
/// between, never the present state, and its memory is bounded by the number of bots.
public final class Subscription implements AutoCloseable {
    /// @param engine whether the engine's own state changed
    /// @param bots   the bots that changed or went, in order
    public record Changes(boolean engine, List<BotId> bots) { }

    private final Consumer<Subscription> onClose;
    private final Set<BotId> bots = new LinkedHashSet<>();
    private boolean engine;

    Subscription(Consumer<Subscription> onClose) {
        this.onClose = onClose;
    }

    synchronized void changed(BotId id) {
        bots.add(id);
        notifyAll();
    }

    /// Records that the engine came or went, which changes the state of every bot.
    synchronized void engineChanged(Collection<BotId> all) {
        engine = true;
        bots.addAll(all);
        notifyAll();
    }

    /// Waits for changes and takes them; there are none if the time is over.
    public synchronized Changes take(Duration atMost) throws InterruptedException {
        long began = System.nanoTime();
        for (long left = atMost.toNanos(); bots.isEmpty() && !engine && left > 0; left = atMost.toNanos() - (System.nanoTime() - began)) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        Changes changes = new Changes(engine, List.copyOf(bots));
        engine = false;
        bots.clear();
        return changes;
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
