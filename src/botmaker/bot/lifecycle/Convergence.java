package botmaker.bot.lifecycle;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Liveness;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.ObservedState;
import botmaker.error.Failure;
import java.time.Clock;
import java.util.Optional;

/// Compares a bot's record with what there is, and takes the next step until nothing is left. Every action of an operator and
/// every repair after a crash or an absent engine goes through it: there is no other way.
///
/// ```
/// CREATING, DELETING ─▶ everything of the bot is removed, the record last
/// READY ─▶ a cut-off upgrade rolled back ─▶ quarantine ─▶ secrets, openclaw.json
///       ─▶ container reloaded, restarted or replaced ─▶ started or stopped ─▶ upgrade confirmed or rolled back
/// ```
///
/// Nothing is done to a paused bot but what its operator asks for: what is pending is taken up when it runs again. The caller
/// holds the bot's lock.
final class Convergence {
    private static final System.Logger LOG = System.getLogger(Convergence.class.getName());

    private final BotAssembly assembly;
    private final PowerActions power;
    private final ImageUpgrade upgrade;
    private final CrashLoopDetector crashes;
    private final BotHost host;
    private final BotRegistry registry;
    private final Clock clock;

    Convergence(BotAssembly assembly, PowerActions power, ImageUpgrade upgrade, CrashLoopDetector crashes, BotHost host,
            BotRegistry registry, Clock clock) {
        this.assembly = assembly;
        this.power = power;
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
    /// @throws Failure what kept a step from being done; what is left stays in the record
    void converge(BotId id) {
        BotRecord record = record(id);
        if (record.phase() != Phase.READY) {
            assembly.erase(record);
            return;
        }
        if (upgrade.wasCutOff(record)) {
            upgrade.rollBack(record, "the upgrade was cut off");
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
        registry.note(record.id(), "stopped until you start it: " + reason);
    }

    private void settle(BotId id) {
        BotRecord record = record(id);
        if (!assembly.readsSecrets(id)) {
            if (record.rollout().powerActionPending()) {
                power.apply(record, host.find(id));
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
            power.apply(record, container);
            container = host.find(id);
        }
        follow(record(id), container);
        if (record(id).rollout().powerActionPending()) {
            power.apply(record(id), pending == Pending.NOTHING ? container : host.find(id));
        }
    }

    /// Makes the container follow a change.
    private void follow(BotRecord record, Optional<Container> container) {
        Liveness liveness = Liveness.of(container);
        switch (record.rollout().pending()) {
            case NOTHING -> {
                return;
            }
            case RELOAD -> container.filter(_ -> liveness.isAlive()).ifPresent(it -> power.reload(record, it));
            case RESTART -> container.filter(_ -> liveness.isAlive() && !isToBeStopped(record)).ifPresent(it -> power.restart(record, it));
            case RECREATE -> assembly.replace(record, () -> assembly.writeFiles(record));
        }
        assembly.save(record(record.id()).settled());
    }

    private static boolean isToBeStopped(BotRecord record) {
        return record.rollout().powerActionPending() && !record.shouldRun();
    }

    private BotRecord record(BotId id) {
        return registry.row(id).orElseThrow(() -> new Failure.NotFound("There is no bot " + id + "."));
    }
}
