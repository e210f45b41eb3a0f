package botmaker.cli;

import botmaker.backup.Member;
import botmaker.backup.Roster;
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

/// Tells a backup about the bots, and pauses their containers while it copies their files.
final class BotRoster implements Roster {
    private static final Duration INSISTENCE = Duration.ofSeconds(60);
    private static final Duration BREATH = Duration.ofMillis(500);

    private final Engine engine;
    private final boolean pauses;
    private Map<String, String> labels = Map.of();

    /// @param pauses whether bots are paused
    BotRoster(Engine engine, boolean pauses) {
        this.engine = engine;
        this.pauses = pauses;
    }

    @Override
    public List<Member> members(Transaction tx) {
        labels = Inventory.labels(tx);
        return Inventory.bots(tx).stream()
                .map(bot -> new Member(bot.id().value(), bot.uid(), bot.gid(), bot.row())).toList();
    }

    @Override
    public Stillness still(Member bot) {
        if (!pauses) {
            return new Moving(Optional.of("is not paused, so that its files may be of different moments"));
        }
        Optional<Container.Summary> running;
        try {
            running = engine.list(labels).stream()
                    .filter(container -> Inventory.bot(container.labels()).equals(BotId.of(bot.id())))
                    .filter(container -> container.state() == Container.State.RUNNING
                            || container.state() == Container.State.RESTARTING)
                    .findFirst();
        } catch (EngineException | Failure e) {
            return new Moving(Optional.of("cannot be paused, so that its files may be of different moments: " + e.getMessage()));
        }
        return running.<Stillness>map(container -> pause(container.id())).orElse(new Moving(Optional.empty()));
    }

    /// A call whose outcome is unknown may have paused it: only a refusal says that it did not.
    private Stillness pause(String container) {
        try {
            engine.pause(container);
            return new Paused(container, Optional.empty());
        } catch (EngineException refused) {
            return new Moving(Optional.of("could not be paused, so that its files may be of different moments: " + refused.getMessage()));
        } catch (Failure unknown) {
            return new Paused(container, Optional.of("may not be paused, so that its files may be of different moments: "
                    + unknown.getMessage()));
        }
    }

    /// A bot that goes on, or has no need to be stopped.
    private record Moving(Optional<String> flaw) implements Stillness {
        @Override
        public Optional<String> release() {
            return Optional.empty();
        }
    }

    /// A bot whose container was paused here.
    private final class Paused implements Stillness {
        private final String container;
        private final Optional<String> flaw;

        private Paused(String container, Optional<String> flaw) {
            this.container = container;
            this.flaw = flaw;
        }

        @Override
        public Optional<String> flaw() {
            return flaw;
        }

        /// An interrupt must not keep a bot from going on: it waits until this is done.
        @Override
        public Optional<String> release() {
            boolean interrupted = Thread.interrupted();
            try {
                return insist();
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private Optional<String> insist() {
            long begun = System.nanoTime();
            while (true) {
                try {
                    engine.unpause(container);
                    return Optional.empty();
                } catch (EngineException refused) {
                    return isPaused() ? told(refused) : Optional.empty();
                } catch (Failure silent) {
                    if (Thread.interrupted()) {
                        continue; // once more, without the interrupt
                    }
                    if (System.nanoTime() - begun > INSISTENCE.toNanos()) {
                        return told(silent);
                    }
                }
                try {
                    Thread.sleep(BREATH);
                } catch (InterruptedException e) {
                    // goes on
                }
            }
        }

        /// It may have been let go on, stopped or removed by somebody else meanwhile.
        private boolean isPaused() {
            try {
                return engine.find(container).filter(it -> it.state() == Container.State.PAUSED).isPresent();
            } catch (EngineException | Failure e) {
                return true;
            }
        }

        private Optional<String> told(RuntimeException why) {
            return Optional.of("IS STILL PAUSED, start it in the dashboard: " + why.getMessage());
        }
    }
}
