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
/// Catching up reads what is there and ends. It is exact: it loses nothing however slow the reader is, or it finds its position
/// gone and says so. A follow is quick, but may repeat or leave out lines when the engine rotates the log. So it is believed only
/// where there is no doubt ([Continuity], [Lag]); otherwise the next round catches up from the position after the last line.
final class Follower {
    private static final Duration SEARCH = Duration.ofSeconds(3);
    private static final long LONG = 1_000_000_000;

    private final Engine engine;
    private final LoggedBots bots;
    private final String botId;
    private final LogRequest<Position> request;
    private final LogSink sink;
    private final Runs runs;
    private final Continuity continuity = new Continuity();
    private final Backoff waiting = new Backoff(50, 1_000);
    private final Backoff failing = new Backoff(250, 5_000);
    private Optional<Container> seen = Optional.empty();
    private Position position; // null until the container was looked at
    private long lines;
    private boolean sinceReached;
    private boolean engineAway;

    Follower(Engine engine, LoggedBots bots, String botId, LogRequest<Position> request, LogSink sink) {
        this.engine = engine;
        this.bots = bots;
        this.botId = botId;
        this.request = request;
        this.sink = sink;
        this.runs = new Runs(container -> PastDeath.of(container, engine));
        this.position = request.after().orElse(null);
        this.sinceReached = request.after().isPresent() || request.since().isEmpty();
    }

    /// Runs until the bot is deleted or, where no follow was asked for, to the end of the log.
    ///
    /// @return why it ended, in a word: `complete` or `deleted`
    /// @throws Failure     what the engine failed at; while following, that is told and tried again instead
    /// @throws IOException from the sink
    String run() throws IOException, InterruptedException {
        while (true) {
            try {
                Optional<LoggedBot> bot = bots.find(botId);
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
        ContainerLog log = new ContainerLog(EngineFrames.of(engine, container.id()), SEARCH);
        adopt(container, log);
        Container now = catchUp(log, container);
        engineAnswered();
        if (Runs.isUp(now) && request.follow()) {
            sink.flush();
            follow(log, now);
        }
        seen = Optional.of(now);
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

    /// Reads to the end of what is there. Again, when that took so long that more will have come, or when the container died or
    /// started meanwhile: a look that comes after the opening tells of every start whose lines are read, and an opening that comes
    /// after a look has every line from before the death that it told of.
    ///
    /// @return the container as it is in the end
    private Container catchUp(ContainerLog log, Container container) throws IOException, InterruptedException {
        Container now = container;
        boolean changed;
        long began;
        do {
            began = System.nanoTime();
            try (LineReader reader = rest(log, !Runs.isUp(now))) {
                now = engine.inspect(now.id());
                changed = runs.look(now);
                copy(reader);
            }
        } while (changed || Runs.isUp(now) && request.follow() && System.nanoTime() - began > LONG);
        for (Optional<Runs.Change> change = runs.next(); change.isPresent(); change = runs.next()) {
            sink.event(change.get().name(), change.get().data());
        }
        return now;
    }

    /// What is there after the position, or all that is there where the position is gone.
    private LineReader rest(ContainerLog log, boolean stopped) throws IOException, InterruptedException {
        Optional<LineReader> rest = log.after(position, stopped);
        if (rest.isEmpty()) {
            gap(position.container(), "rotated", "The log no longer goes back to the last line. Lines are missing here.");
            rest = log.after(position, stopped);
        }
        return rest.orElseThrow();
    }

    /// Passes on what comes until the container dies, unless it was restarted since it was looked at, which is to be told first.
    private void follow(ContainerLog log, Container container) throws IOException, InterruptedException {
        Optional<LineReader> follow = log.followAfter(position);
        if (follow.isPresent()) {
            try (LineReader reader = follow.get()) {
                if (engine.inspect(container.id()).startedAt().equals(container.startedAt())) {
                    copyLive(reader);
                }
            }
        }
    }

    /// Passes lines on to the end.
    private void copy(LineReader reader) throws IOException, InterruptedException {
        for (Optional<Line> line = next(reader); line.isPresent(); line = next(reader)) {
            pass(line.get());
        }
    }

    /// Passes lines on as they come, while the follow is to be believed.
    private void copyLive(LineReader reader) throws IOException, InterruptedException {
        Lag lag = new Lag();
        while (!lag.tooLong()) {
            long begin = System.nanoTime();
            if (!reader.ready()) {
                sink.flush();
            }
            long asked = System.nanoTime();
            Optional<Line> line = reader.next();
            long answered = System.nanoTime();
            if (line.isEmpty() || continuity.doubts(line.get())) {
                return;
            }
            pass(line.get());
            lag.read(answered - asked);
            lag.wrote(asked - begin + System.nanoTime() - answered);
        }
    }

    private Optional<Line> next(LineReader reader) throws IOException, InterruptedException {
        if (!reader.ready()) {
            sink.flush();
        }
        return reader.next();
    }

    private void pass(Line line) throws IOException, InterruptedException {
        engineAnswered();
        position = position.after(line);
        continuity.passed(line);
        lines++;
        sinceReached = sinceReached || line.time() >= request.since().orElseThrow();
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
