package botmaker.bot.lifecycle;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Liveness;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.ObservedState;
import botmaker.error.Failure;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// Compares a bot's record with its observed state, and takes the next step until none is left. Every action of an operator and every
/// recovery from a crash or an absent engine goes through it.
///
/// ```
/// CREATING, DELETING ─▶ everything is removed, the record last
/// READY ─▶ an interrupted upgrade rolled back ─▶ quarantine ─▶ secrets, openclaw.json
///       ─▶ container reloaded, restarted or replaced ─▶ started or stopped ─▶ upgrade confirmed or rolled back
/// ```
///
/// A paused bot is left alone except for actions of its operator; pending changes follow when it runs again. The caller holds the bot's
/// lock.
final class Convergence {
    private static final System.Logger LOG = System.getLogger(Convergence.class.getName());
    private static final Duration RELOAD = Duration.ofSeconds(60);

    private final BotAssembly assembly;
    private final ImageUpgrade upgrade;
    private final CrashLoopDetector crashes;
    private final BotHost host;
    private final BotRegistry registry;
    private final Clock clock;

    Convergence(BotAssembly assembly, ImageUpgrade upgrade, CrashLoopDetector crashes, BotHost host,
            BotRegistry registry, Clock clock) {
        this.assembly = assembly;
        this.upgrade = upgrade;
        this.crashes = crashes;
        this.host = host;
        this.registry = registry;
        this.clock = clock;
    }

    /// Returns whether a step is left, judged by memory and files alone, without asking the engine.
    boolean isDue(BotRecord record) {
        if (record.phase() != Phase.READY) {
            return true;
        }
        Optional<ObservedState> seen = registry.seen(record.id());
        boolean paused = seen.map(it -> Liveness.of(it.container()) == Liveness.PAUSED).orElse(false);
        return record.rollout().powerActionPending()
                || record.rollout().pending() != Pending.NOTHING && !paused
                || record.rollout().previous().isPresent()
                || verdict(record).isPresent()
                || seen.flatMap(ObservedState::container).filter(Container::isReplacement).isPresent()
                || assembly.readsSecrets(record.id()) && assembly.areFilesBehind(record);
    }

    private Optional<String> verdict(BotRecord record) {
        return registry.seen(record.id()).flatMap(ObservedState::container).filter(_ -> record.shouldRun())
                .flatMap(container -> crashes.verdict(container.id()));
    }

    /// Takes every step that is left.
    ///
    /// @throws Failure if a step cannot be taken; what is left stays in the record
    void converge(BotId id) {
        BotRecord record = record(id);
        if (record.phase() != Phase.READY) {
            assembly.erase(record);
            return;
        }
        if (upgrade.wasCutOff(record)) {
            upgrade.rollBack(record, "the upgrade was interrupted");
        }
        verdict(record(id)).ifPresent(reason -> quarantine(record(id), reason));
        settle(id);
        if (upgrade.evaluate(record(id))) {
            settle(id);
        }
    }

    private void quarantine(BotRecord record, String reason) {
        LOG.log(System.Logger.Level.WARNING, "bot {0}: quarantined, {1}", record.id(), reason);
        assembly.save(record.quarantined(reason, clock.instant()));
        assembly.recordByItself(record, "bot-stopped-for-good", reason);
        registry.note(record.id(), "quarantined until you start it: " + reason);
    }

    private void settle(BotId id) {
        BotRecord record = record(id);
        if (!assembly.readsSecrets(id)) {
            if (record.rollout().powerActionPending()) {
                applyPower(record, host.find(id));
            }
            return;
        }
        assembly.tidy(record);
        Pending pending = record.rollout().pending();
        if (pending != Pending.RECREATE) {
            assembly.writeFiles(record);
        }
        if (pending == Pending.NOTHING && !record.rollout().powerActionPending()) {
            return;
        }
        Optional<Container> container = host.find(id);
        if (Liveness.of(container) == Liveness.PAUSED) {
            if (!record.rollout().powerActionPending()) {
                return;
            }
            applyPower(record, container);
            container = host.find(id);
        }
        follow(record(id), container);
        if (record(id).rollout().powerActionPending()) {
            applyPower(record(id), pending == Pending.NOTHING ? container : host.find(id));
        }
    }

    /// Makes the container follow a change.
    private void follow(BotRecord record, Optional<Container> container) {
        Liveness liveness = Liveness.of(container);
        switch (record.rollout().pending()) {
            case NOTHING -> {
                return;
            }
            case RELOAD -> container.filter(_ -> liveness.isAlive()).ifPresent(it -> reload(record, it));
            case RESTART -> container.filter(_ -> liveness.isAlive() && !isToBeStopped(record)).ifPresent(it -> restart(record, it));
            case RECREATE -> assembly.replace(record, () -> assembly.writeFiles(record));
        }
        assembly.save(record(record.id()).settled());
    }

    /// Starts or stops the container as desired. The action stays pending through a crash and while the engine is silent; a refusal is
    /// reported once and not retried.
    private void applyPower(BotRecord record, Optional<Container> container) {
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

    /// Restarts a running container. The start is pending until the restart is done: an engine that ends in between would treat the bot as
    /// stopped on purpose.
    private void restart(BotRecord record, Container container) {
        boolean on = record.shouldRun();
        BotRecord due = on && !record.rollout().powerActionPending() ? assembly.save(record.with(record.rollout().powerActionPending(true))) : record;
        crashes.forget(container.id());
        host.restart(container);
        if (on) {
            assembly.save(due.with(due.rollout().powerActionPending(false)));
        }
    }

    /// Makes a running bot read its secrets again, or restarts it if it does not do so in time.
    private void reload(BotRecord record, Container container) {
        if (container.state() != Container.State.RUNNING || !host.reloadSecrets(container, RELOAD)) {
            restart(record, container);
        }
    }

    private static boolean isToBeStopped(BotRecord record) {
        return record.rollout().powerActionPending() && !record.shouldRun();
    }

    private BotRecord record(BotId id) {
        return registry.row(id).orElseThrow(() -> new Failure.NotFound("There is no bot " + id + "."));
    }
}
