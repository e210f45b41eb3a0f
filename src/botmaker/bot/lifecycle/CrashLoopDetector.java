package botmaker.bot.lifecycle;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.Status;
import botmaker.openclaw.OpenClaw;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Detects bots that keep crashing, to quarantine them.
///
/// The engine restarts a container that dies and counts it (`RestartCount`, reset by every start on request), so that the count
/// is right even where BotMaker missed an event. The fifth death within ten minutes is a crash loop. So is the first with exit
/// code 78, by which OpenClaw refuses its configuration: no restart fixes that.
///
/// The count does not show when. At the first look it counts as the past, except for a restart in progress: a bot that died five times in
/// a year is not in a crash loop because BotMaker was restarted.
public final class CrashLoopDetector {
    private static final int DEATHS = 5;
    private static final Duration WINDOW = Duration.ofMinutes(10);

    private static final class Count {
        private long restarts;
        private final Deque<Long> deaths = new ArrayDeque<>();
        private Optional<String> verdict = Optional.empty();

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

    /// Observes the container of a bot that should run.
    ///
    /// @return why to quarantine the bot; empty if it stays
    public Optional<String> observe(BotRecord record, Container container) {
        boolean restarting = container.state() == Container.State.RESTARTING;
        Count count = counts.computeIfAbsent(container.id(),
                _ -> new Count(container.restarts() - (restarting ? 1 : 0)));
        synchronized (count) {
            if (count.verdict.isEmpty()) {
                count(count, container.restarts());
                if (restarting && container.exitCode() == OpenClaw.EXIT_CONFIGURATION) {
                    count.verdict = Optional.of(Status.death(record, container));
                } else if (count.deaths.size() >= DEATHS) {
                    count.verdict = Optional.of("crash loop: died %d times in %d minutes%s".formatted(DEATHS, WINDOW.toMinutes(),
                            container.state() == Container.State.RUNNING ? "" : ", the last time: " + Status.death(record, container)));
                }
            }
            return count.verdict;
        }
    }

    private void count(Count count, long restarts) {
        long now = nanoTime.getAsLong();
        for (long restart = count.restarts; restart < restarts; restart++) {
            count.deaths.addLast(now);
        }
        count.restarts = restarts;
        while (!count.deaths.isEmpty() && now - count.deaths.getFirst() > WINDOW.toNanos()) {
            count.deaths.removeFirst();
        }
    }

    /// Returns why to quarantine a container's bot; empty if it stays.
    Optional<String> verdict(String containerId) {
        Count count = counts.get(containerId);
        if (count == null) {
            return Optional.empty();
        }
        synchronized (count) {
            return count.verdict;
        }
    }

    /// Resets a container's count.
    public void forget(String containerId) {
        counts.remove(containerId);
    }
}
