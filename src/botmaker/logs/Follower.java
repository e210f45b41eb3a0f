package botmaker.logs;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Follows one bot's log over everything that happens to its container and to the engine.
///
/// ```
///          ┌──────────────── round ────────────────┐
///   look ──▶ catch up ──▶ follow ──▶ (end, lag) ───┤   the container runs
///            to the end └▶ wait for a change ──────┘   it does not
/// ```
///
/// Catching up reads what is there and ends, which loses nothing however slow the reader is; only what came in the short time
/// since then is left to the follow, which a reader can fall behind. After every line there is a position, from which the next
/// round goes on.
final class Follower {
    private static final Duration SEARCH = Duration.ofSeconds(3);
    private static final long LONG = 1_000_000_000;

    private final Engine engine;
    private final BotContainers bots;
    private final String botId;
    private final LogRequest<Position> request;
    private final LogSink sink;
    private final Runs runs;
    private final Backoff waiting = new Backoff(50, 1_000);
    private final Backoff failing = new Backoff(250, 5_000);
    private Optional<Container> seen = Optional.empty();
    private Position position; // null until the container was looked at
    private long lines;
    private boolean sinceReached;
    private boolean engineAway;

    Follower(Engine engine, BotContainers bots, String botId, LogRequest<Position> request, LogSink sink) {
        this.engine = engine;
        this.bots = bots;
        this.botId = botId;
        this.request = request;
        this.sink = sink;
        this.runs = new Runs(container -> PastDeath.of(container, engine));
        this.position = request.after().orElse(null);
    }

    /// Runs until the bot is deleted or, where no follow was asked for, to the end of the log.
    ///
    /// @return why it ended, in a word: `complete` or `deleted`
    /// @throws Failure     what the engine failed at; while following, that is told and tried again instead
    /// @throws IOException from the sink
    String run() throws IOException, InterruptedException {
        while (true) {
            try {
                Optional<BotContainer> bot = bots.find(botId);
                if (bot.isEmpty()) {
                    return "deleted";
                }
                Optional<Container> container = bot.get().containerId().flatMap(engine::find);
                boolean busy = container.isPresent() && !settled(container.get()) && round(container.get());
                engineAnswered();
                if (!request.follow()) {
                    return "complete";
                }
                sink.flush();
                if (busy) {
                    waiting.reset();
                } else {
                    waiting.pause();
                }
            } catch (Failure | EngineException e) {
                failed(e);
            }
        }
    }

    /// Reads what the container has written, and follows it while it runs.
    ///
    /// @return whether it was worth the while
    private boolean round(Container container) throws IOException, InterruptedException {
        long began = System.nanoTime();
        long linesBefore = lines;
        boolean up = Runs.isUp(container);
        ContainerLog log = new ContainerLog(EngineFrames.of(engine, container.id()), SEARCH);
        adopt(container, log);
        catchUp(log, up);
        engineAnswered();
        if (up && request.follow()) {
            Optional<LineReader> follow = log.followAfter(position);
            if (follow.isPresent()) {
                try (LineReader reader = follow.get()) {
                    copy(reader, true);
                }
            }
        }
        seen = Optional.of(container);
        return lines > linesBefore || System.nanoTime() - began > LONG;
    }

    /// Decides where to begin, and notices what has become of the container.
    private void adopt(Container container, ContainerLog log) throws IOException, InterruptedException {
        if (position == null) {
            Position start = Position.start(container.id());
            position = request.tail().isPresent()
                    ? log.beforeLast(request.tail().getAsInt(), start, !Runs.isUp(container))
                    : start;
            sink.at(position);
        } else if (!position.isIn(container.id())) {
            gap(container.id(), "replaced", "The bot has a new container. What the old one wrote last may be missing.");
            runs.replaced();
        }
        runs.look(container);
    }

    /// Reads to the end of what is there; again, when that took so long that more will have come.
    private void catchUp(ContainerLog log, boolean up) throws IOException, InterruptedException {
        long began;
        do {
            began = System.nanoTime();
            Optional<LineReader> rest = log.after(position, !up);
            if (rest.isEmpty()) {
                gap(position.container(), "rotated", "The log no longer goes back to the last line. Lines are missing here.");
                rest = log.after(position, !up);
            }
            try (LineReader reader = rest.orElseThrow()) {
                copy(reader, false);
            }
        } while (up && request.follow() && System.nanoTime() - began > LONG);
        for (Optional<Runs.Change> change = runs.next(); change.isPresent(); change = runs.next()) {
            sink.event(change.get().name(), change.get().data());
        }
    }

    /// Passes lines on to the end, or until the sink has kept us from reading a follow for too long.
    private void copy(LineReader reader, boolean follow) throws IOException, InterruptedException {
        Lag lag = new Lag();
        while (!(follow && lag.tooLong())) {
            long begin = System.nanoTime();
            if (!reader.ready()) {
                sink.flush();
            }
            long asked = System.nanoTime();
            Optional<Line> line = reader.next();
            long answered = System.nanoTime();
            if (line.isEmpty()) {
                return;
            }
            pass(line.get());
            lag.read(answered - asked);
            lag.wrote(asked - begin + System.nanoTime() - answered);
        }
    }

    private void pass(Line line) throws IOException, InterruptedException {
        engineAnswered();
        position = position.after(line);
        lines++;
        sinceReached |= line.time() >= request.since().orElse(Long.MIN_VALUE);
        if (sinceReached) {
            for (Optional<Runs.Change> it = runs.before(line.time()); it.isPresent(); it = runs.before(line.time())) {
                sink.event(it.get().name(), it.get().data());
            }
            sink.line(line, position);
        } else {
            sink.at(position);
        }
    }

    /// Says that lines are missing, and goes back to the beginning of what is there.
    private void gap(String containerId, String reason, String detail) throws IOException, InterruptedException {
        engineAnswered();
        sink.event("gap", Json.object().put("reason", reason).put("detail", detail).build());
        position = Position.start(containerId);
        sink.at(position);
    }

    /// Whether the container does not run and has not since the last round.
    private boolean settled(Container container) {
        return !Runs.isUp(container) && seen.isPresent()
                && seen.get().id().equals(container.id())
                && !Runs.isUp(seen.get())
                && seen.get().startedAt().equals(container.startedAt());
    }

    private void engineAnswered() throws IOException, InterruptedException {
        failing.reset();
        if (engineAway) {
            engineAway = false;
            sink.event("engine", Json.object().put("available", true).build());
        }
    }

    private void failed(RuntimeException e) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (e instanceof EngineException refusal && (refusal.notFound() || request.follow() && refusal.conflict())) {
            waiting.pause(); // the container is being removed: look again
            return;
        }
        if (!request.follow()) {
            throw e instanceof Failure ? e : new Failure.EngineDown(detail(e), e);
        }
        if (!engineAway) {
            engineAway = true;
            sink.event("engine", Json.object().put("available", false).put("detail", detail(e)).build());
        }
        sink.flush();
        failing.pause();
    }

    private static String detail(RuntimeException e) {
        return e instanceof Failure ? e.getMessage() : "The Docker Engine refused to read the log: " + e.getMessage();
    }
}
