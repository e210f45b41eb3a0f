package botmaker.bot.view;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord;
import botmaker.openclaw.OpenClaw;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// A bot's state as people see it: a word and, if it helps, a reason. The engine's states become BotMaker's only here.
public record Status(Word word, Optional<String> reason) {

    public enum Word {
        CREATING, RUNNING, STOPPED, ERROR, DELETING, UNKNOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int KILLED = 128 + 9;
    private static final int TERMINATED = 128 + 15;

    /// Returns the status of a bot, given its record and what was last observed.
    ///
    /// @param engineProblem why the engine cannot be asked now; empty while it answers
    public static Status of(BotRecord row, ObservedState seen, Optional<String> engineProblem) {
        return switch (row.phase()) {
            case CREATING -> new Status(Word.CREATING, engineProblem);
            case DELETING -> new Status(Word.DELETING, engineProblem);
            case READY -> engineProblem.isPresent()
                    ? new Status(Word.UNKNOWN, engineProblem)
                    : seen.container().map(container -> of(row, seen, container))
                            .orElseGet(() -> error("container missing: start the bot to create it again"));
        };
    }

    private static Status of(BotRecord row, ObservedState seen, Container container) {
        boolean wanted = row.desired() == Desired.RUNNING;
        if (wanted && row.quarantine().isPresent() && container.state() != Container.State.RUNNING) {
            return error(row.quarantine().get());
        }
        return switch (container.state()) {
            case RUNNING -> new Status(Word.RUNNING, wanted ? seen.problem() : Optional.of(
                    isSince(row, container.startedAt()) ? "started outside BotMaker" : "should be stopped: stop it again"));
            case RESTARTING -> error(death(row, container) + restarts(container));
            case PAUSED -> seen.look().backedUp() ? stopped("being backed up") : error("paused outside BotMaker: start the bot to resume it");
            case REMOVING -> error("its container is being removed outside BotMaker");
            case DEAD -> error("dead: the engine could not remove its container");
            case UNKNOWN -> new Status(Word.UNKNOWN, Optional.of(container.error()));
            case CREATED -> wanted
                    ? error(container.error().isEmpty()
                            ? "its container was created but never started: start the bot" : "could not start: " + container.error())
                    : stopped("not started yet");
            case EXITED -> exited(row, container, wanted);
        };
    }

    private static Status exited(BotRecord row, Container container, boolean wanted) {
        if (!wanted) {
            return stopped("stopped by you");
        }
        if (!container.error().isEmpty()) {
            return error("could not start: " + container.error());
        }
        if (!container.oomKilled() && (container.exitCode() == 0 || container.exitCode() == TERMINATED)) {
            return stopped(isSince(row, container.finishedAt()) ? "stopped outside BotMaker" : "should run: start it again");
        }
        return error(death(row, container));
    }

    /// Returns whether something happened after the operator last started or stopped the bot. What happened before does not show who did
    /// it: the operator's action is newer, and a crash may have interrupted it.
    private static boolean isSince(BotRecord row, Optional<Instant> when) {
        return when.filter(time -> time.isAfter(row.desiredAt())).isPresent();
    }

    /// Returns the status with a problem of the bot's own files, which matters more than the state of its container.
    public Status flawed(Optional<String> flaw) {
        return flaw.isEmpty() ? this : switch (word) {
            case RUNNING -> new Status(word, flaw);
            case STOPPED, ERROR -> error(flaw.get());
            case CREATING, DELETING, UNKNOWN -> this;
        };
    }

    /// Returns the status while BotMaker works on the bot: what the engine shows meanwhile is neither somebody else's action nor an
    /// error.
    public Status during(Optional<String> work) {
        return switch (word) {
            case RUNNING -> work.isPresent() ? new Status(word, work) : this;
            case STOPPED, ERROR -> work.isPresent() ? new Status(Word.STOPPED, work) : this;
            case CREATING, DELETING, UNKNOWN -> this;
        };
    }

    /// Describes how a container's last run ended.
    public static String death(BotRecord row, Container container) {
        if (container.oomKilled()) {
            return "out of memory (limit " + (row.spec().limits().memory() >> 20) + " MiB)";
        }
        return switch (container.exitCode()) {
            case KILLED -> "killed (exit code 137)";
            case OpenClaw.EXIT_CONFIGURATION -> "OpenClaw refused its configuration (exit code 78)";
            default -> "exited with code " + container.exitCode();
        };
    }

    private static String restarts(Container container) {
        long count = container.restarts();
        return count == 0 ? ", restarting" : count == 1 ? ", restarted once" : ", restarted " + count + " times";
    }

    private static Status stopped(String reason) {
        return new Status(Word.STOPPED, Optional.of(reason));
    }

    private static Status error(String reason) {
        return new Status(Word.ERROR, Optional.of(reason));
    }
}
