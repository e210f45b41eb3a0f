package botmaker.bot.lifecycle;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Liveness;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.view.BotRegistry;
import botmaker.error.Failure;
import java.time.Duration;
import java.util.Optional;

/// The steps that make a bot's container run, stop, restart or reload its secrets. The caller holds the bot's lock.
final class PowerActions {
    private static final Duration RELOAD = Duration.ofSeconds(60);

    private final BotAssembly assembly;
    private final BotHost host;
    private final BotRegistry registry;
    private final CrashLoopDetector crashes;

    PowerActions(BotAssembly assembly, BotHost host, BotRegistry registry, CrashLoopDetector crashes) {
        this.assembly = assembly;
        this.host = host;
        this.registry = registry;
        this.crashes = crashes;
    }

    /// Starts or stops the container where that is pending. It stays pending through a crash and while the engine is silent; a
    /// refusal is reported once and not tried again.
    void apply(BotRecord record, Optional<Container> container) {
        Liveness liveness = Liveness.of(container);
        try {
            if (record.shouldRun()) {
                if (liveness == Liveness.PAUSED || !liveness.isAlive()) {
                    assembly.start(record, container);
                }
            } else if (liveness.isAlive()) {
                host.stop(container.orElseThrow());
            }
        } catch (Failure.EngineDown e) {
            throw e;
        } catch (RuntimeException e) {
            assembly.save(record.with(record.rollout().powerActionPending(false)));
            throw e;
        }
        assembly.save(record.with(record.rollout().powerActionPending(false)));
    }

    /// Restarts a container that runs. An engine that ends in the middle takes the bot for one that was stopped on purpose and
    /// does not start it again: so the start is pending until the restart is done.
    void restart(BotRecord record, Container container) {
        boolean on = record.shouldRun();
        BotRecord due = on && !record.rollout().powerActionPending() ? assembly.save(record.with(record.rollout().powerActionPending(true))) : record;
        crashes.forget(container.id());
        host.restart(container);
        if (on) {
            assembly.save(due.with(due.rollout().powerActionPending(false)));
        }
    }

    /// Makes a running bot read its secrets again; one that does not do it in time is restarted.
    void reload(BotRecord record, Container container) {
        if (container.state() != Container.State.RUNNING || !host.reloadSecrets(container, RELOAD)) {
            restart(record, container);
        }
    }

    /// Tells the history what an operator has asked for.
    void announce(BotId id, Desired desired, boolean restart) {
        boolean on = desired == Desired.RUNNING;
        registry.announce(id, restart ? "restarted by you" : on ? "started by you" : "stopped by you", restart || !on, on);
    }
}
