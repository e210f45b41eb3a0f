package botmaker.bot.view;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.ObservedState.Health;
import botmaker.openclaw.OpenClaw;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// A bot's state as people see it: one word and, where it helps, the reason in words.
///
/// This is the one place where the engine's states become BotMaker's.
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

    /// What a bot is, given what is wanted and what was last seen.
    ///
    /// @param engineProblem why the engine's word cannot be had now; empty while it answers
    public static Status of(BotRecord row, ObservedState seen, Optional<String> engineProblem) {
        return switch (row.phase()) {
            case CREATING -> new Status(Word.CREATING, engineProblem);
            case DELETING -> new Status(Word.DELETING, engineProblem);
            case READY -> engineProblem.isPresent()
                    ? new Status(Word.UNKNOWN, engineProblem)
                    : seen.container().map(container -> of(row, seen, container))
                            .orElseGet(() -> error("container missing: start the bot to make it again"));
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
            case PAUSED -> error("paused outside BotMaker: start the bot to let it go on");
            case REMOVING -> error("its container is being removed outside BotMaker");
            case DEAD -> error("dead: the engine could not remove its container");
            case UNKNOWN -> new Status(Word.UNKNOWN, Optional.of(container.error()));
            case CREATED -> wanted
                    ? error(container.error().isEmpty()
                            ? "its container was made and never started" : "could not start: " + container.error())
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

    /// Returns whether something happened after the operator last started or stopped the bot. Before that, it does not tell who did it:
    /// the operator's decision is newer, and a crash may have kept it from being carried out.
    private static boolean isSince(BotRecord row, Optional<Instant> when) {
        return when.filter(time -> time.isAfter(row.desiredAt())).isPresent();
    }

    /// The same where something is wrong with the bot's own files, which matters more than how its container is.
    public Status flawed(Optional<String> flaw) {
        return flaw.isEmpty() ? this : switch (word) {
            case RUNNING -> new Status(word, flaw);
            case STOPPED, ERROR -> error(flaw.get());
            case CREATING, DELETING, UNKNOWN -> this;
        };
    }

    /// The same while BotMaker does something to the bot: what the engine shows meanwhile is neither somebody else's doing
    /// nor an error.
    public Status during(Optional<String> work) {
        return switch (word) {
            case RUNNING -> work.isPresent() ? new Status(word, work) : this;
            case STOPPED, ERROR -> work.isPresent() ? new Status(Word.STOPPED, work) : this;
            case CREATING, DELETING, UNKNOWN -> this;
        };
    }

    /// How a container's last run ended, in words.
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

    /// The health word for people: only a running bot has one.
    public static String health(Status status, ObservedState seen) {
        Health health = status.word() == Word.RUNNING ? seen.health() : Health.NONE;
        return health.name().toLowerCase(Locale.ROOT);
    }
}
