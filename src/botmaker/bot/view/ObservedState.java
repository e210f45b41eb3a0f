package botmaker.bot.view;

import botmaker.bot.host.BotHost.Container.State;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.Difference;
import botmaker.bot.host.Liveness;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What was last observed of one bot: its container, and the health of the bot inside.
///
/// @param container empty if the engine has none for this bot
/// @param health    as BotMaker's own probe found it; `NONE` while the container does not run
/// @param problem   what the probe found wrong
/// @param drift     how its container differs from one that BotMaker would create now
/// @param lastLines the last log lines before BotMaker quarantined the bot, redacted; empty otherwise
/// @param stateBytes the size of the state directory when it was last measured
public record ObservedState(Optional<Container> container, Health health, Optional<String> problem, List<Difference> drift,
        List<String> lastLines, Optional<Long> stateBytes) {

    /// The health of the bot inside a running container.
    public enum Health { NONE, STARTING, HEALTHY, UNHEALTHY }

    static final ObservedState ABSENT = new ObservedState(Optional.empty(), Health.NONE, Optional.empty(), List.of(), List.of(),
            Optional.empty());

    public ObservedState {
        drift = List.copyOf(drift);
        lastLines = List.copyOf(lastLines);
    }

    /// Returns the state after a look at the container. The result of a probe stays true only for the same run of the same container.
    public ObservedState seen(Optional<Container> now) {
        if (now.filter(ObservedState::isUp).isEmpty()) {
            return new ObservedState(now, Health.NONE, Optional.empty(), drift, lastLines, stateBytes);
        }
        return sameRun(now.get())
                ? new ObservedState(now, health, problem, drift, List.of(), stateBytes)
                : new ObservedState(now, Health.STARTING, Optional.empty(), drift, List.of(), stateBytes);
    }

    public ObservedState drift(List<Difference> differences) {
        return new ObservedState(container, health, problem, differences, lastLines, stateBytes);
    }

    public ObservedState probed(Health newHealth, Optional<String> newProblem) {
        return new ObservedState(container, newHealth, newProblem, drift, lastLines, stateBytes);
    }

    public ObservedState lastLines(List<String> lines) {
        return new ObservedState(container, health, problem, drift, lines, stateBytes);
    }

    ObservedState stateBytes(long bytes) {
        return new ObservedState(container, health, problem, drift, lastLines, Optional.of(bytes));
    }

    public boolean isRunning() {
        return container.map(Container::state).equals(Optional.of(State.RUNNING));
    }

    /// Returns whether the container runs or is paused, which is a part of the same run.
    public boolean isUp() {
        return container.filter(ObservedState::isUp).isPresent();
    }

    private static boolean isUp(Container container) {
        return container.state() == State.RUNNING || container.state() == State.PAUSED;
    }

    public boolean isAlive() {
        return Liveness.of(container).isAlive();
    }

    public Optional<Instant> startedAt() {
        return container.flatMap(Container::startedAt);
    }

    /// Returns whether a container is in the run that was observed last.
    public boolean sameRun(Container other) {
        return isUp()
                && container.get().id().equals(other.id())
                && container.get().startedAt().equals(other.startedAt());
    }
}
