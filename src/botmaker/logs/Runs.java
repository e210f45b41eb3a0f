package botmaker.logs;

import botmaker.docker.Container;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.ObjectBuilder;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;

/// Notices by looking from time to time that a container died and started, and tells where in its log that belongs.
final class Runs {
    private final Function<Container, Optional<PastDeath>> pastDeath;
    private final Deque<Change> told = new ArrayDeque<>();
    private boolean known;
    private boolean up;
    private Optional<Instant> startedAt = Optional.empty();

    /// @param pastDeath how a container ended that runs again
    Runs(Function<Container, Optional<PastDeath>> pastDeath) {
        this.pastDeath = pastDeath;
    }

    /// A `started` or `died`, to be told before the first line that is later than its boundary.
    ///
    /// @param boundary in nanoseconds since 1970
    record Change(String name, long boundary, JsonObject data) {}

    /// Takes a look; the first one tells nothing.
    ///
    /// @return whether something changed since the one before
    boolean look(Container container) {
        boolean restarted = known && !container.startedAt().equals(startedAt);
        boolean running = isUp(container);
        if (restarted) {
            long between = betweenRuns(container);
            endBefore(between);
            if (up) {
                told.add(new Change("died", between, died(container, running ? pastDeath.apply(container) : Optional.empty())));
            }
            told.add(new Change("started", between, time(container.startedAt()).build()));
        }
        boolean ended = known && !running && (up || restarted);
        if (ended) {
            PastDeath death = new PastDeath(container.exitCode(), container.oomKilled());
            told.add(new Change("died", Long.MAX_VALUE, died(container, Optional.of(death))));
        }
        known = true;
        up = running;
        startedAt = container.startedAt();
        return restarted || ended;
    }

    /// Forgets the container for another one, whose start is news.
    void replaced() {
        told.clear();
        known = true;
        up = false;
        startedAt = Optional.empty();
    }

    /// Takes the next change that belongs before a line of the given time.
    Optional<Change> before(long time) {
        return !told.isEmpty() && told.peek().boundary() < time ? Optional.of(told.remove()) : Optional.empty();
    }

    /// Takes the next change when there are no more lines from before it.
    Optional<Change> next() {
        return Optional.ofNullable(told.poll());
    }

    /// Whether the container writes, or may go on to write without being started.
    static boolean isUp(Container container) {
        return switch (container.state()) {
            case RUNNING, PAUSED -> true;
            case CREATED, RESTARTING, REMOVING, EXITED, DEAD, UNKNOWN -> false;
        };
    }

    /// A death that was not told yet belongs before the next run's lines.
    private void endBefore(long nextRun) {
        Change last = told.peekLast();
        if (last != null && last.boundary() == Long.MAX_VALUE) {
            told.removeLast();
            told.add(new Change(last.name(), nextRun, last.data()));
        }
    }

    private static JsonObject died(Container container, Optional<PastDeath> death) {
        ObjectBuilder data = time(container.finishedAt());
        death.ifPresent(it -> data.put("exitCode", it.exitCode()).put("oom", it.oom()));
        return data.build();
    }

    private static ObjectBuilder time(Optional<Instant> time) {
        return Json.object().put("t", time.map(it -> Timestamp.text(Timestamp.nanos(it))));
    }

    /// Half-way from the end to the start after it: the times of lines differ from the container's own by a little. Everything is
    /// later than a first start.
    private static long betweenRuns(Container container) {
        if (container.startedAt().isEmpty() || container.finishedAt().isEmpty()) {
            return Long.MIN_VALUE;
        }
        long start = Timestamp.nanos(container.startedAt().get());
        long end = Timestamp.nanos(container.finishedAt().get());
        return end < start ? end + (start - end) / 2 : start;
    }
}
