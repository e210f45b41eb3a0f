package botmaker.cli;

import botmaker.backup.BackupSource;
import botmaker.bot.model.BotId;
import botmaker.bot.Inventory;
import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.store.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lists the bots for a backup, and pauses their containers in the Docker Engine.
final class EngineBackupSource implements BackupSource {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Engine engine;
    private final boolean pauses;
    private Map<String, String> labels = Map.of();

    /// @param pauses whether bots are paused
    EngineBackupSource(Engine engine, boolean pauses) {
        this.engine = engine;
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
            return new Running(Optional.of("is not paused; its files may be of different moments"));
        }
        Optional<Container.Summary> running;
        try {
            running = engine.list(labels).stream()
                    .filter(container -> Inventory.bot(container.labels()).equals(BotId.of(bot.id())))
                    .filter(container -> container.state() == Container.State.RUNNING
                            || container.state() == Container.State.RESTARTING)
                    .findFirst();
        } catch (EngineException | Failure e) {
            return new Running(Optional.of("cannot be paused; its files may be of different moments: " + e.getMessage()));
        }
        return running.<PausedBot>map(container -> pause(container.id())).orElse(new Running(Optional.empty()));
    }

    /// A call whose outcome is unknown may have paused it: only a refusal says that it did not.
    private PausedBot pause(String container) {
        try {
            engine.pause(container);
            return new Paused(container, Optional.empty());
        } catch (EngineException refused) {
            return new Running(Optional.of("could not be paused; its files may be of different moments: " + refused.getMessage()));
        } catch (Failure unknown) {
            return new Paused(container, Optional.of("may not be paused; its files may be of different moments: "
                    + unknown.getMessage()));
        }
    }

    /// A bot that is not paused, because it is not running or keeps running.
    private record Running(Optional<String> problem) implements PausedBot {
        @Override
        public Optional<String> resume() {
            return Optional.empty();
        }
    }

    /// A bot whose container was paused here.
    private final class Paused implements PausedBot {
        private final String container;
        private final Optional<String> problem;

        private Paused(String container, Optional<String> problem) {
            this.container = container;
            this.problem = problem;
        }

        @Override
        public Optional<String> problem() {
            return problem;
        }

        /// Defers an interrupt, so that the bot is resumed in any case.
        @Override
        public Optional<String> resume() {
            boolean interrupted = Thread.interrupted();
            try {
                return resumeAtLast();
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private Optional<String> resumeAtLast() {
            long begun = System.nanoTime();
            while (true) {
                try {
                    engine.unpause(container);
                    return Optional.empty();
                } catch (EngineException refused) {
                    return isPaused() ? stillPaused(refused) : Optional.empty();
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
        private boolean isPaused() {
            try {
                return engine.find(container).filter(it -> it.state() == Container.State.PAUSED).isPresent();
            } catch (EngineException | Failure e) {
                return true;
            }
        }

        private Optional<String> stillPaused(RuntimeException why) {
            return Optional.of("IS STILL PAUSED; start it in the dashboard: " + why.getMessage());
        }
    }
}
