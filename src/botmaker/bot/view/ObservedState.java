package botmaker.bot.view;

import botmaker.bot.host.BotHost.Container.State;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Difference;
import botmaker.bot.host.Liveness;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What was last observed of one bot: its container, and the health of the bot inside.
///
/// @param look      the last look at its container
/// @param health    as BotMaker's own probe found it; `NONE` while the container does not run
/// @param problem   what the probe found wrong
/// @param lastLines the last log lines before BotMaker quarantined the bot, redacted; empty otherwise
/// @param stateBytes the size of the state directory when it was last measured
public record ObservedState(Look look, Health health, Optional<String> problem, List<String> lastLines, Optional<Long> stateBytes) {

    /// A look at a bot's container.
    ///
    /// @param container empty if the engine has none for this bot
    /// @param drift     how it differs from one that BotMaker would create now
    /// @param backedUp  whether BotMaker's own backup has paused it
    /// @param asOf      `System.nanoTime` before the engine was asked
    public record Look(Optional<Container> container, List<Difference> drift, boolean backedUp, long asOf) {
        public Look {
            drift = List.copyOf(drift);
        }
    }

    /// The health of the bot inside a running container.
    public enum Health { NONE, STARTING, HEALTHY, UNHEALTHY }

    public ObservedState {
        lastLines = List.copyOf(lastLines);
    }

    /// Returns the state of a bot without a container.
    static ObservedState absent() {
        return new ObservedState(new Look(Optional.empty(), List.of(), false, System.nanoTime()), Health.NONE, Optional.empty(), List.of(),
                Optional.empty());
    }

    /// Returns the state after a look. The result of a probe stays true only for the same run of the same container.
    ObservedState seen(Look now) {
        boolean goesOn = now.container().filter(this::sameRun).isPresent();
        boolean up = now.container().filter(ObservedState::isUp).isPresent();
        return new ObservedState(now, goesOn ? health : up ? Health.STARTING : Health.NONE, goesOn ? problem : Optional.empty(),
                up ? List.of() : lastLines, stateBytes);
    }

    ObservedState probed(Health newHealth, Optional<String> newProblem) {
        return new ObservedState(look, newHealth, newProblem, lastLines, stateBytes);
    }

    ObservedState lastLines(List<String> lines) {
        return new ObservedState(look, health, problem, lines, stateBytes);
    }

    ObservedState stateBytes(long bytes) {
        return new ObservedState(look, health, problem, lastLines, Optional.of(bytes));
    }

    public Optional<Container> container() {
        return look.container();
    }

    public Optional<String> containerId() {
        return container().map(Container::id);
    }

    public List<Difference> drift() {
        return look.drift();
    }

    public boolean isRunning() {
        return container().map(Container::state).equals(Optional.of(State.RUNNING));
    }

    /// Returns whether the container runs or is paused, which is a part of the same run.
    public boolean isUp() {
        return container().filter(ObservedState::isUp).isPresent();
    }

    private static boolean isUp(Container container) {
        return container.state() == State.RUNNING || container.state() == State.PAUSED;
    }

    public boolean isAlive() {
        return Liveness.of(container()).isAlive();
    }

    public Optional<Instant> startedAt() {
        return container().flatMap(Container::startedAt);
    }

    /// Returns whether a container is in the run that was observed last.
    public boolean sameRun(Container other) {
        return isUp(other) && container().filter(it -> isUp(it) && it.id().equals(other.id()) && it.startedAt().equals(other.startedAt()))
                .isPresent();
    }
}
