package botmaker.logs;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.docker.EngineStream;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Detects from successive inspections that a container died and started, and places that in its log.
final class RestartTracker {
    private static final Duration EVENT_TIMEOUT = Duration.ofMillis(500);
    private static final Duration BEFORE = Duration.ofSeconds(1);

    /// The boundary of a death after which no line came yet.
    private static final long OPEN = Long.MAX_VALUE - 1;

    private final Engine engine;
    private final Deque<Change> pending = new ArrayDeque<>();
    private boolean known;
    private boolean up;
    private Optional<Instant> startedAt = Optional.empty();

    RestartTracker(Engine engine) {
        this.engine = engine;
    }

    /// A `started` or `died` event, which belongs before the first line that is later than its boundary.
    ///
    /// @param boundary in nanoseconds since 1970
    record Change(String name, long boundary, JsonObject data) {}

    /// How a container ended.
    ///
    /// @param oom whether it ran out of memory
    private record Death(long exitCode, boolean oom) {}

    /// Compares a container with how it was inspected before; the first inspection is no change.
    ///
    /// @return whether something changed
    boolean inspected(Container container) {
        boolean restarted = known && !container.startedAt().equals(startedAt);
        boolean running = isUp(container);
        if (restarted) {
            long between = betweenRuns(container);
            endBefore(between);
            if (up) {
                pending.add(new Change("died", between, died(container, running ? rememberedDeath(container) : Optional.empty())));
            }
            pending.add(new Change("started", between, time(container.startedAt()).build()));
        }
        boolean ended = known && !running && (up || restarted);
        if (ended) {
            Death death = new Death(container.exitCode(), container.oomKilled());
            pending.add(new Change("died", OPEN, died(container, Optional.of(death))));
        }
        known = true;
        up = running;
        startedAt = container.startedAt();
        return restarted || ended;
    }

    /// Forgets the container for a new one, whose start is a change.
    void replaced() {
        pending.clear();
        known = true;
        up = false;
        startedAt = Optional.empty();
    }

    /// Removes and returns the next change that belongs before a line of the given time; before [Long#MAX_VALUE] belongs every one.
    Optional<Change> before(long time) {
        return !pending.isEmpty() && pending.peek().boundary() < time ? Optional.of(pending.remove()) : Optional.empty();
    }

    /// Returns whether the container writes, or may go on to write without being started.
    static boolean isUp(Container container) {
        return switch (container.state()) {
            case RUNNING, PAUSED -> true;
            case CREATED, RESTARTING, REMOVING, EXITED, DEAD, UNKNOWN -> false;
        };
    }

    /// Moves a death that is still pending before the next run's lines.
    private void endBefore(long nextRun) {
        if (!pending.isEmpty() && pending.getLast().boundary() == OPEN) {
            Change death = pending.removeLast();
            pending.add(new Change(death.name(), nextRun, death.data()));
        }
    }

    private static JsonObject died(Container container, Optional<Death> death) {
        ObjectBuilder data = time(container.finishedAt());
        death.ifPresent(it -> data.put("exitCode", it.exitCode()).put("oom", it.oom()));
        return data.build();
    }

    private static ObjectBuilder time(Optional<Instant> time) {
        return Json.object().put("t", time.map(it -> Timestamp.text(Timestamp.nanos(it))));
    }

    /// Returns a time between the end and the start after it: the times of lines differ from the container's own by a little.
    /// Everything is later than a first start.
    private static long betweenRuns(Container container) {
        if (container.startedAt().isEmpty() || container.finishedAt().isEmpty()) {
            return Long.MIN_VALUE;
        }
        long start = Timestamp.nanos(container.startedAt().get());
        long end = Timestamp.nanos(container.finishedAt().get());
        return end < start ? end + (start - end) / 2 : start;
    }

    /// Finds how a container ended that runs again. Its inspection no longer says so, but the engine remembers its last 256 events.
    ///
    /// @throws botmaker.error.Failure.EngineDown when the engine does not answer
    private Optional<Death> rememberedDeath(Container container) {
        if (container.finishedAt().isEmpty()) {
            return Optional.empty();
        }
        boolean oom = false;
        try (EngineStream<Engine.Event> feed = engine.events(container.labels(), container.finishedAt().get().minus(BEFORE));
                Deadline _ = new Deadline(EVENT_TIMEOUT, feed::close)) {
            for (Optional<Engine.Event> event = feed.next(); event.isPresent(); event = feed.next()) {
                if (event.get().id().equals(container.id())) {
                    oom |= event.get().action().equals("oom");
                    if (event.get().action().equals("die")) {
                        boolean forMemory = oom;
                        return exitCode(event.get()).map(code -> new Death(code, forMemory));
                    }
                }
            }
            return Optional.empty();
        } catch (EngineException _) {
            return Optional.empty(); // the engine does not say
        }
    }

    private static Optional<Long> exitCode(Engine.Event event) {
        return Optional.ofNullable(event.attributes().get("exitCode")).filter(code -> code.matches("\\d{1,9}")).map(Long::valueOf);
    }
}
