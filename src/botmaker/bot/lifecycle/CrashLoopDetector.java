package botmaker.bot.lifecycle;

import botmaker.bot.model.BotRecord;
import botmaker.bot.view.Status;
import botmaker.docker.Container;
import botmaker.openclaw.OpenClaw;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Decides when a bot that keeps dying is stopped for good.
///
/// The engine restarts what dies and counts it (`RestartCount`, reset by every start on request), so that the count is
/// right even where BotMaker missed an event. The fifth death within ten minutes trips the brake, and so does the first
/// with exit code 78, by which OpenClaw says that it refuses its configuration: no restart mends that.
///
/// The count does not tell when. So what it holds at the first look is the past, of which only a restart that is going
/// on is known to be now: a bot that died five times in a year is not in a crash loop because BotMaker was restarted.
public final class CrashLoopDetector {
    private static final int DEATHS = 5;
    private static final Duration WINDOW = Duration.ofMinutes(10);

    private static final class Count {
        private long restarts;
        private final Deque<Long> deaths = new ArrayDeque<>();

        Count(long restarts) {
            this.restarts = restarts;
        }
    }

    private final LongSupplier nanoTime;
    private final Map<String, Count> counts = new ConcurrentHashMap<>();

    /// @param nanoTime the monotonic clock, `System::nanoTime`
    public CrashLoopDetector(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Takes in a look at a bot that should run; says why it must be stopped, where it must.
    public Optional<String> look(BotRecord row, Container container) {
        boolean restarting = container.state() == Container.State.RESTARTING;
        if (restarting && container.exitCode() == OpenClaw.EXIT_CONFIGURATION) {
            forget(container.id());
            return Optional.of(Status.death(row, container));
        }
        Count count = counts.computeIfAbsent(container.id(),
                _ -> new Count(container.restartCount() - (restarting ? 1 : 0)));
        synchronized (count) {
            long now = nanoTime.getAsLong();
            for (long restart = count.restarts; restart < container.restartCount(); restart++) {
                count.deaths.addLast(now);
            }
            count.restarts = container.restartCount();
            while (!count.deaths.isEmpty() && now - count.deaths.getFirst() > WINDOW.toNanos()) {
                count.deaths.removeFirst();
            }
            if (count.deaths.size() < DEATHS) {
                return Optional.empty();
            }
        }
        forget(container.id());
        String how = container.state() == Container.State.RUNNING ? "" : ", the last time: " + Status.death(row, container);
        return Optional.of("crash loop: died %d times in %d minutes%s".formatted(DEATHS, WINDOW.toMinutes(), how));
    }

    /// Starts a container's count anew.
    public void forget(String containerId) {
        counts.remove(containerId);
    }
}
