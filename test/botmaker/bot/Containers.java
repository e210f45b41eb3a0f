package botmaker.bot;

import botmaker.bot.host.BotHost.Container.State;
import botmaker.bot.host.BotHost.Container;
import botmaker.json.Json;
import java.time.Instant;
import java.util.Optional;

/// Containers as an engine would tell of them, for tests that need none.
public final class Containers {
    public static final Instant STARTED = Instant.parse("2026-01-02T03:04:05Z");

    private Containers() { }

    public static Container in(State state) {
        return with(state, 0, false, 0);
    }

    public static Container exited(int exitCode) {
        return with(State.EXITED, exitCode, false, 0);
    }

    public static Container with(State state, int exitCode, boolean oomKilled, long restarts) {
        return started(state, exitCode, oomKilled, restarts, STARTED);
    }

    /// A container whose last start and, unless it runs, end were at a time.
    public static Container at(State state, Instant time) {
        Container as = in(state);
        return new Container(as.id(), as.name(), as.bot(), false, as.imageId(), state, as.exitCode(), as.oomKilled(), as.error(), as.createdAt(),
                Optional.of(time), state == State.RUNNING ? Optional.empty() : Optional.of(time), as.restarts(), as.address(),
                as.description());
    }

    /// A container that is as another, but for the number of its restarts.
    static Container restarted(Container as, long restarts) {
        return new Container(as.id(), as.name(), as.bot(), false, as.imageId(), as.state(), as.exitCode(), as.oomKilled(), as.error(),
                as.createdAt(), as.startedAt(), as.finishedAt(), restarts, as.address(), as.description());
    }

    public static Container started(State state, int exitCode, boolean oomKilled, long restarts, Instant startedAt) {
        return new Container("c".repeat(64), "botmaker-x", Optional.empty(), false, "sha256:0", state, exitCode, oomKilled, "", STARTED,
                state == State.CREATED ? Optional.empty() : Optional.of(startedAt), Optional.empty(), restarts, Optional.empty(), Json.NULL);
    }
}
