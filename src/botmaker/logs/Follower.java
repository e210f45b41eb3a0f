package botmaker.logs;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.logs.ContainerLog.RotationGuard;
import botmaker.logs.LineReader.FrameSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/// Follows one bot's log over restarts and replacements of its container and over outages of the engine.
///
/// ```
///             ┌──────────────── round ────────────────┐
///   inspect ──▶ catch up ──▶ follow ──▶ (end, lag) ───┤   the container runs
///               to the end └▶ wait for a change ──────┘   it does not
/// ```
///
/// Catching up reads the existing lines and ends. It is exact: it loses nothing however slow the reader is, or it finds its position
/// gone and says so. A follow is quick, but may repeat or leave out lines when the engine rotates the log. So it is believed only
/// as long as [RotationGuard] has no doubt; otherwise the next round catches up from the position after the last line.
final class Follower {
    private static final System.Logger LOG = System.getLogger(Follower.class.getName());
    private static final Duration SEARCH = Duration.ofSeconds(3);
    private static final long LONG = 1_000_000_000;

    private final Engine engine;
    private final LoggedBots bots;
    private final String botId;
    private final LogRequest<Position> request;
    private final Sink sink;
    private final RestartTracker restarts;
    private final RotationGuard guard = new RotationGuard();
    private final Backoff waiting = new Backoff(50, 1_000);
    private final Backoff failing = new Backoff(250, 5_000);
    private final Backoff hiding = new Backoff(1_000, 10_000);
    private Optional<Container> inspected;
    private Optional<Container> settled = Optional.empty();
    private Position position; // null until the container was inspected
    private boolean sinceReached;
    private boolean engineAway;
    private boolean damageReported;
    private boolean hidden;

    /// @param inspected the bot's container, where it has just been inspected
    Follower(Engine engine, LoggedBots bots, String botId, LogRequest<Position> request, Sink sink, Optional<Container> inspected) {
        this.engine = engine;
        this.bots = bots;
        this.botId = botId;
        this.request = request;
        this.sink = sink;
        this.inspected = inspected;
        this.restarts = new RestartTracker(engine);
        this.position = request.after().orElse(null);
        this.sinceReached = request.after().isPresent() || request.since().isEmpty();
    }

    /// Runs until the bot is deleted or, when no follow was requested, to the end of the log.
    ///
    /// @return why it ended: `complete`, `deleted`, or `hidden` when the bot's secrets cannot be read
    /// @throws Failure     what the engine failed at; while following, it is reported and retried instead
    /// @throws IOException from the sink
    String run() throws IOException, InterruptedException {
        while (true) {
            try {
                Optional<LoggedBots.Bot> bot = bots.find(botId);
                if (bot.isEmpty()) {
                    return "deleted";
                }
                Optional<String> id = bot.get().containerId();
                Optional<Container> container = inspected.filter(it -> id.equals(Optional.of(it.id()))).or(() -> id.flatMap(engine::find));
                inspected = Optional.empty();
                boolean busy = container.isPresent() && !isSettled(container.get()) && round(container.get());
                engineAnswered();
                if (!request.follow()) {
                    return "complete";
                }
                sink.caughtUp();
                if (busy) {
                    waiting.reset();
                } else {
                    waiting.pause();
                }
            } catch (Failure | EngineException e) {
                failed(e);
            } catch (UncheckedIOException e) {
                hide(e);
                if (!request.follow()) {
                    return "hidden";
                }
            }
        }
    }

    /// Reads what the container has written, and follows it while it runs.
    ///
    /// @return whether lines came, or time has passed
    private boolean round(Container container) throws IOException, InterruptedException {
        long began = System.nanoTime();
        ContainerLog log = new ContainerLog(FrameSource.of(engine, container), SEARCH);
        adopt(container, log);
        Position before = position;
        Container now = catchUp(log, container);
        engineAnswered();
        if (RestartTracker.isUp(now) && request.follow()) {
            sink.caughtUp();
            follow(log, now);
        }
        settled = Optional.of(now);
        return !position.equals(before) || System.nanoTime() - began > LONG;
    }

    /// Decides where to begin, and notices a new container.
    private void adopt(Container container, ContainerLog log) throws IOException, InterruptedException {
        if (position == null) {
            Position start = Position.start(container.id());
            position = request.tail().isPresent()
                    ? log.beforeLast(request.tail().getAsInt(), start, !RestartTracker.isUp(container))
                    : start;
            sink.at(position);
        } else if (!position.isIn(container.id())) {
            gap("replaced", "The bot has a new container. The last lines of the old one may be missing.");
            goTo(Position.start(container.id()));
            restarts.replaced();
        }
        restarts.inspected(container);
    }

    /// Reads the existing lines to the end. Reads again when that took so long that more will have come, or when the container died
    /// or started meanwhile: an inspection after the opening shows every start whose lines are read, and an opening after an
    /// inspection has every line from before the death that it showed.
    ///
    /// @return the container as it is in the end
    private Container catchUp(ContainerLog log, Container container) throws IOException, InterruptedException {
        Container now = container;
        int reads = 0;
        boolean again;
        do {
            long began = System.nanoTime();
            ContainerLog.End end;
            try (LineReader reader = rest(log, !RestartTracker.isUp(now))) {
                now = engine.inspect(now.id());
                again = restarts.inspected(now);
                copy(reader);
                sink.caughtUp();
                log.wasRead(reader);
                end = again ? ContainerLog.End.MORE : log.endOf(reader, !RestartTracker.isUp(now));
            }
            if (end == ContainerLog.End.DAMAGED) {
                damaged(log, !RestartTracker.isUp(now));
            }
            again |= request.follow() ? RestartTracker.isUp(now) && System.nanoTime() - began > LONG
                    : reads++ == 0 && end == ContainerLog.End.MORE;
        } while (again);
        reportRestarts(Long.MAX_VALUE);
        return now;
    }

    /// Opens what comes after the position, or everything when the position is gone.
    private LineReader rest(ContainerLog log, boolean stopped) throws IOException, InterruptedException {
        Optional<LineReader> rest = log.after(position, stopped);
        if (rest.isEmpty()) {
            gap("rotated", "The log no longer goes back to the last line. Lines are missing here.");
            goTo(new Position(position.container(), 0, 0));
            rest = log.after(position, stopped);
        }
        return rest.orElseThrow();
    }

    /// Reports a damaged log, and reads what the engine can still read of it.
    private void damaged(ContainerLog log, boolean stopped) throws IOException, InterruptedException {
        if (!damageReported) {
            damageReported = true;
            gap("damaged", "The Docker Engine's log file of this bot is damaged, as after a power cut. Lines are missing above or here.");
        }
        try (LineReader reader = log.afterDamage(position, stopped)) {
            copy(reader);
        }
    }

    /// Passes on what comes until the container dies.
    private void follow(ContainerLog log, Container container) throws IOException, InterruptedException {
        Optional<LineReader> follow = log.followAfter(position);
        if (follow.isPresent()) {
            try (LineReader reader = follow.get()) {
                copyLive(reader, container);
            }
        }
    }

    /// Passes lines on to the end.
    private void copy(LineReader reader) throws IOException, InterruptedException {
        Optional<Line> line;
        do {
            if (!reader.ready()) {
                sink.flush();
            }
            line = reader.next();
            if (line.isPresent()) {
                pass(line.get());
            }
        } while (line.isPresent());
    }

    /// Passes lines on as they come, as long as the follow is believed. A follow ends with the container's run: so if that is the run
    /// that was inspected when the first line comes, it is so for all lines; another run's start has to be reported first.
    private void copyLive(LineReader reader, Container container) throws IOException, InterruptedException {
        boolean sameRun = false;
        boolean lags = false;
        guard.restart();
        while (!lags) {
            long begin = System.nanoTime();
            if (!reader.ready()) {
                sink.caughtUp();
            }
            long asked = System.nanoTime();
            Optional<Line> line = reader.next();
            long answered = System.nanoTime();
            sameRun = sameRun || line.isPresent() && engine.inspect(container.id()).startedAt().equals(container.startedAt());
            if (line.isEmpty() || !sameRun || guard.doubts(line.get())) {
                return;
            }
            pass(line.get());
            lags = guard.lags(asked - begin + System.nanoTime() - answered, answered - asked);
        }
    }

    private void pass(Line line) throws IOException, InterruptedException {
        engineAnswered();
        Position after = position.after(line);
        sinceReached = sinceReached || line.time() >= request.since().orElseThrow();
        if (sinceReached) {
            reportRestarts(line.time());
            sink.line(line, after);
            hidden = false;
            hiding.reset();
        } else {
            sink.at(after);
        }
        position = after;
        guard.passed(line);
    }

    private void reportRestarts(long before) throws IOException, InterruptedException {
        for (Optional<RestartTracker.Change> it = restarts.before(before); it.isPresent(); it = restarts.before(before)) {
            sink.event(it.get().name(), it.get().data());
        }
    }

    /// Reports that lines are missing.
    private void gap(String reason, String detail) throws IOException, InterruptedException {
        engineAnswered();
        sink.event("gap", Json.object().put("reason", reason).put("detail", detail).build());
    }

    private void goTo(Position other) throws IOException, InterruptedException {
        position = other;
        sink.at(position);
    }

    /// Returns whether the container does not run and has not since the last round.
    private boolean isSettled(Container container) {
        return !RestartTracker.isUp(container) && settled.filter(it -> !RestartTracker.isUp(it) && it.id().equals(container.id())
                && it.startedAt().equals(container.startedAt())).isPresent();
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
            waiting.pause(); // the container is being removed
            return;
        }
        if (!request.follow()) {
            throw e instanceof Failure ? e : new Failure.EngineDown(detail(e), e);
        }
        if (!engineAway) {
            engineAway = true;
            sink.event("engine", Json.object().put("available", false).put("detail", detail(e)).build());
        }
        sink.caughtUp();
        failing.pause();
    }

    private static String detail(RuntimeException e) {
        return e instanceof Failure ? e.getMessage() : "The Docker Engine refused to read the log: " + e.getMessage();
    }

    /// Reports that lines cannot be shown because the secrets in them are not known.
    private void hide(UncheckedIOException e) throws IOException, InterruptedException {
        if (!hidden) {
            hidden = true;
            LOG.log(System.Logger.Level.WARNING, "The log of bot " + botId + " is not shown: its secrets cannot be read", e);
            gap("secrets", "BotMaker cannot read this bot's secrets, so it cannot remove them from its lines and does not show these. "
                    + "Replace the secret that BotMaker's own log names.");
        }
        sink.caughtUp();
        if (request.follow()) {
            hiding.pause();
        }
    }

    /// Pauses between retries, each twice as long as the one before.
    private static final class Backoff {
        private final long shortest;
        private final long longest;
        private long millis;

        private Backoff(long shortest, long longest) {
            this.shortest = shortest;
            this.longest = longest;
            this.millis = shortest;
        }

        private void pause() throws InterruptedException {
            Thread.sleep(millis);
            millis = Math.min(2 * millis, longest);
        }

        private void reset() {
            millis = shortest;
        }
    }

    /// Receives the log of one bot. Its calls block for as long as the reader at the other end does not read.
    interface Sink {
        /// Receives a line.
        ///
        /// @param after the position after it
        /// @throws java.io.UncheckedIOException when the bot's secrets cannot be read; nothing of the line was then sent
        void line(Line line, Position after) throws IOException, InterruptedException;

        /// Receives an event that belongs between two lines: `started`, `died`, `gap`, `engine`.
        void event(String name, JsonObject data) throws IOException, InterruptedException;

        /// Receives the position from which the next line will come, when no line had it.
        void at(Position position) throws IOException, InterruptedException;

        /// Sends what it has: the next line may be long in coming.
        void flush() throws IOException, InterruptedException;

        /// Sends what it has. Everything that the bot has written so far was received, so that the next line will be a new one.
        default void caughtUp() throws IOException, InterruptedException {
            flush();
        }
    }
}
