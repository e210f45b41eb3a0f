package botmaker.cli;

import botmaker.backup.BackupSource;
import botmaker.backup.BackupSource.BackupBot;
import botmaker.backup.BackupSource.PausedBot;
import botmaker.bot.model.BotId;
import botmaker.bot.Inventory;
import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.file.CommandLock.Held;
import botmaker.file.CommandLock;
import botmaker.store.Transaction;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lists the bots for a backup, and pauses their containers in the Docker Engine.
final class EngineBackupSource implements BackupSource {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(500);
    /// The longest that a command in a bot takes, and some time more.
    private static final Duration COMMAND = Duration.ofSeconds(90);

    private final Engine engine;
    private final CommandLock commands;
    private final boolean pauses;
    private Map<String, String> labels = Map.of();

    /// @param commands keeps pauses and the server's commands apart
    /// @param pauses   whether bots are paused
    EngineBackupSource(Engine engine, CommandLock commands, boolean pauses) {
        this.engine = engine;
        this.commands = commands;
        this.pauses = pauses;
    }

    @Override
    public List<BackupBot> bots(Transaction tx) {
        labels = Inventory.labels(tx);
        return Inventory.bots(tx).stream()
                .map(bot -> new BackupBot(bot.id().value(), bot.uid(), bot.gid(), bot.row())).toList();
    }

    @Override
    public PausedBot pause(BackupBot bot) {
        if (!pauses) {
            return unpaused("is not paused", "");
        }
        try {
            return engine.list(labels).stream()
                    .filter(container -> Inventory.bot(container.labels()).equals(BotId.of(bot.id())))
                    .filter(container -> container.state() == Container.State.RUNNING
                            || container.state() == Container.State.RESTARTING)
                    .findFirst().map(container -> pause(container.id())).orElse(PausedBot.unpaused(Optional.empty()));
        } catch (EngineException | Failure e) {
            return unpaused("cannot be paused", ": " + e.getMessage());
        }
    }

    /// A call whose outcome is unknown may have paused it: only a refusal says that it did not.
    private PausedBot pause(String container) {
        try (Held _ = commands.beginPause(COMMAND).orElseThrow(() -> new Failure.Conflict("commands of BotMaker run in bots"))) {
            engine.pause(container);
            return new PausedBot(Optional.empty(), () -> resume(container));
        } catch (IOException | Failure.Conflict e) {
            return unpaused("could not be paused", ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unpaused("could not be paused", ": the backup was interrupted");
        } catch (EngineException refused) {
            return unpaused("could not be paused", ": " + refused.getMessage());
        } catch (Failure unknown) {
            return new PausedBot(unpaused("may not be paused", ": " + unknown.getMessage()).problem(), () -> resume(container));
        }
    }

    private static PausedBot unpaused(String what, String why) {
        return PausedBot.unpaused(Optional.of(what + "; its files may be of different moments" + why));
    }

    /// Defers an interrupt, so that the bot is resumed in any case.
    private Optional<String> resume(String container) {
        boolean interrupted = Thread.interrupted();
        try {
            return resumeAtLast(container);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Optional<String> resumeAtLast(String container) {
        long begun = System.nanoTime();
        while (true) {
            try {
                engine.unpause(container);
                return Optional.empty();
            } catch (EngineException refused) {
                return isPaused(container) ? stillPaused(refused) : Optional.empty();
            } catch (Failure silent) {
                if (Thread.interrupted()) {
                    continue; // once more, without the interrupt
                }
                if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                    return stillPaused(silent);
                }
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                // tries again
            }
        }
    }

    /// Returns whether it is still paused; somebody else may have resumed, stopped or removed it.
    private boolean isPaused(String container) {
        try {
            return engine.find(container).filter(it -> it.state() == Container.State.PAUSED).isPresent();
        } catch (EngineException | Failure e) {
            return true;
        }
    }

    private static Optional<String> stillPaused(RuntimeException why) {
        return Optional.of("IS STILL PAUSED; start it in the dashboard: " + why.getMessage());
    }
}
