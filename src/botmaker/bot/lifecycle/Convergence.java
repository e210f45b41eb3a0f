package botmaker.bot.lifecycle;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Liveness;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.error.Failure;
import botmaker.file.Reserve;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/// Compares a bot's record with its observed state, and takes the next step until none is left. Every action of an operator and every
/// recovery from a crash or an absent engine goes through it.
///
/// ```
/// CREATING, DELETING ─▶ everything is removed, the record last
/// READY ─▶ an interrupted trial rolled back ─▶ quarantine ─▶ secrets, openclaw.json
///       ─▶ container reloaded, restarted or replaced ─▶ started or stopped ─▶ trial confirmed or rolled back
/// ```
///
/// A paused bot is left alone except for actions of its operator; pending changes follow when it runs again.
///
/// Whatever happens to a bot happens under its lock: one after another, and bots do not wait for each other.
public final class Convergence {
    private static final System.Logger LOG = System.getLogger(Convergence.class.getName());
    private static final Duration RELOAD = Duration.ofSeconds(60);

    private final BotAssembly assembly;
    private final Trial trial;
    private final CrashLoopDetector crashes;
    private final BotHost host;
    private final BotRegistry registry;
    private final Reserve reserve;
    private final Clock clock;
    private final Map<BotId, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final Set<BotId> toRevive = ConcurrentHashMap.newKeySet();
    private final Set<BotId> cutOff = ConcurrentHashMap.newKeySet();

    /// @param reserve disk space for deletions
    public Convergence(BotAssembly assembly, Trial trial, CrashLoopDetector crashes, BotHost host, BotRegistry registry,
            Reserve reserve, Clock clock) {
        this.assembly = assembly;
        this.trial = trial;
        this.crashes = crashes;
        this.host = host;
        this.registry = registry;
        this.reserve = reserve;
        this.clock = clock;
    }

    // ---- locks

    /// An action on a bot under its lock.
    interface Action {
        void on(BotRecord record) throws InterruptedException;
    }

    /// A bot's lock, held until it is closed.
    private interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits for a bot's lock. The lock of a bot that is gone is removed; ids are never used twice, so a late caller finds only that.
    private Held lock(BotId id) throws InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(id, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        return () -> {
            if (registry.row(id).isEmpty()) {
                locks.remove(id);
            }
            lock.unlock();
        };
    }

    /// Runs an action under the lock of a bot that exists: made-up ids must not fill the memory with locks.
    void locked(BotId id, Action action) throws InterruptedException {
        registry.require(id);
        try (var _ = lock(id)) {
            action.on(registry.require(id).row());
        } catch (Failure.EngineDown e) {
            registry.requestResync();
            throw e;
        }
    }

    /// Runs an action on a fully created bot under its lock, without asking the engine.
    void ready(BotId id, Action action) throws InterruptedException {
        locked(id, record -> {
            if (record.phase() != Phase.READY) {
                throw new Failure.Conflict("The bot is being " + (record.phase() == Phase.CREATING ? "created." : "deleted."));
            }
            action.on(record);
        });
    }

    /// Runs an action on a fully created bot under its lock and returns the bot's new state.
    ///
    /// @param doing shown as the status meanwhile
    BotView acting(BotId id, String doing, Action action) throws InterruptedException {
        ready(id, record -> {
            try (var _ = registry.working(id, doing)) {
                action.on(record);
                asKnown(id, () -> host.ofBot(id));
            }
        });
        return registry.require(id);
    }

    /// Makes a new bot under its lock and returns its state.
    ///
    /// @param build returns the id of the bot's container
    BotView creating(BotId id, Function<BotId, String> build) throws InterruptedException {
        try (var _ = lock(id)) {
            String container = build.apply(id);
            return asKnown(id, () -> host.inspect(container).stream().toList());
        } catch (Failure.EngineDown e) {
            registry.requestResync();
            throw e;
        }
    }

    // ---- what is

    /// Observes a bot's container and returns the bot's new state.
    public BotView refresh(BotId id) {
        return observe(id, () -> host.ofBot(id));
    }

    private BotView observe(BotId id, Supplier<List<Container>> look) {
        long asOf = System.nanoTime();
        List<Container> there = look.get();
        registry.row(id).ifPresent(record -> registry.observe(id, there.stream().findFirst(), host.drift(record, there), asOf));
        return registry.require(id);
    }

    /// Observes a bot after a completed action; if the engine does not answer, returns the last known state.
    private BotView asKnown(BotId id, Supplier<List<Container>> look) {
        try {
            return observe(id, look);
        } catch (Failure.EngineDown e) {
            registry.engineLost(e.getMessage());
            registry.requestResync();
            return registry.require(id);
        }
    }

    /// Reads the last log lines of a quarantined bot if they are unknown, since they are kept in memory only.
    public void recallLastLines(BotId id) {
        registry.bot(id).filter(bot -> bot.row().quarantine().isPresent() && !bot.seen().isRunning() && bot.seen().lastLines().isEmpty())
                .flatMap(bot -> bot.seen().container())
                .ifPresent(container -> registry.lastLines(id, host.lastLines(container, assembly.redactor(id))));
    }

    // ---- what is left

    /// Returns whether a step is left for a bot, judged by memory and files alone, without asking the engine.
    public boolean isDue(BotId id) {
        return registry.row(id).filter(record -> toRevive.contains(id) || cutOff.contains(id) || isDue(record)).isPresent();
    }

    private boolean isDue(BotRecord record) {
        if (record.phase() != Phase.READY) {
            return true;
        }
        Optional<Container> container = registry.container(record.id());
        return record.rollout().powerActionPending()
                || record.rollout().pending() != Pending.NOTHING && Liveness.of(container) != Liveness.PAUSED
                || record.rollout().previous().isPresent()
                || verdict(record).isPresent()
                || container.filter(Container::isReplacement).isPresent()
                || assembly.readsSecrets(record.id()) && assembly.areFilesBehind(record);
    }

    private Optional<String> verdict(BotRecord record) {
        return registry.container(record.id()).filter(_ -> record.shouldRun()).flatMap(container -> crashes.verdict(container.id()));
    }

    /// Marks a bot that the engine stopped together with itself, so that it is started again: an engine that was killed stops its
    /// containers when it starts, as if somebody had asked for it.
    public void revive(BotId id) {
        toRevive.add(id);
    }

    /// Marks a bot whose replacement container was left by an interrupted step, so that it is removed.
    public void settleReplacement(BotId id) {
        cutOff.add(id);
    }

    // ---- in the background

    /// Takes every step that is left for a bot: after a crash, an absence of the engine or a failure.
    ///
    /// @throws Failure if a step cannot be taken; it is retried
    public void reconcile(BotId id) throws InterruptedException {
        try (var _ = lock(id)) {
            if (!isDue(id)) {
                return;
            }
            BotRecord before = registry.require(id).row();
            try (var _ = registry.working(id, doing(before))) {
                takeSteps(id, before);
                if (registry.row(id).isPresent()) {
                    refresh(id);
                }
            }
            if (registry.row(id).isEmpty()) {
                LOG.log(System.Logger.Level.INFO, "bot {0}: removed, since its record was left {1}", id, before.phase());
                assembly.recordByItself(before, before.phase() == Phase.CREATING ? "creation-rolled-back" : "deletion-completed", "");
            } else {
                recallLastLines(id);
            }
        }
    }

    private void takeSteps(BotId id, BotRecord before) {
        try {
            reviveIfStopped(before);
            if (cutOff.remove(id) || registry.container(id).filter(Container::isReplacement).isPresent()) {
                host.settleReplacement(id);
            }
            reserve.freeing(() -> converge(id));
        } catch (Failure.EngineDown e) {
            throw e;
        } catch (Failure e) {
            giveUpReplacement(id, e);
            throw e;
        } finally {
            registry.row(id).ifPresent(after -> recordWhatWasDone(before, after));
        }
    }

    private static String doing(BotRecord record) {
        return record.rollout().former().isPresent() ? "being changed"
                : record.rollout().previous().isPresent() ? "being upgraded"
                : !record.rollout().powerActionPending() ? "being changed"
                : record.shouldRun() ? "being started" : "being stopped";
    }

    private void reviveIfStopped(BotRecord record) {
        if (toRevive.remove(record.id()) && record.shouldRun() && Liveness.of(host.find(record.id())) == Liveness.ENDED) {
            LOG.log(System.Logger.Level.INFO, "bot {0}: starting it again, since it ran when the Docker Engine was restarted", record.id());
            registry.expect(record.id(), "started again after a restart of the Docker Engine", false, true);
            assembly.save(record.with(record.rollout().powerActionPending(true)));
        }
    }

    /// Gives up a replacement that the engine refuses, instead of retrying it for ever: the old container follows the change as far as
    /// a restart can, and its drift shows the rest.
    private void giveUpReplacement(BotId id, Failure refusal) {
        registry.row(id).filter(it -> it.phase() == Phase.READY && it.rollout().pending() == Pending.RECREATE
                && Liveness.of(host.find(id)).isAlive() == it.shouldRun()).ifPresent(record -> {
            assembly.save(record.with(record.rollout().pending(Pending.RESTART)));
            registry.note(id, "change not applied to the container: " + refusal.getMessage());
        });
    }

    private void recordWhatWasDone(BotRecord before, BotRecord after) {
        if (before.rollout().powerActionPending() && !after.rollout().powerActionPending()) {
            assembly.recordByItself(after, after.shouldRun() ? "start-completed" : "stop-completed", "");
        }
        if (before.rollout().pending() != Pending.NOTHING && after.rollout().pending() == Pending.NOTHING) {
            LOG.log(System.Logger.Level.INFO, "bot {0}: completed a pending change", after.id());
            assembly.recordByItself(after, "change-completed", "");
        }
    }

    // ---- steps

    /// Takes every step that is left. The caller holds the bot's lock.
    ///
    /// @throws Failure if a step cannot be taken; what is left stays in the record
    void converge(BotId id) {
        BotRecord record = registry.require(id).row();
        if (record.phase() != Phase.READY) {
            assembly.erase(record);
            return;
        }
        if (trial.wasCutOff(record)) {
            trial.rollBack(record, "the change was interrupted");
        }
        verdict(registry.require(id).row()).ifPresent(reason -> quarantine(registry.require(id).row(), reason));
        settle(id);
        if (trial.evaluate(registry.require(id).row())) {
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
        BotRecord record = registry.require(id).row();
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
        follow(registry.require(id).row(), container);
        if (registry.require(id).row().rollout().powerActionPending()) {
            applyPower(registry.require(id).row(), pending == Pending.NOTHING ? container : host.find(id));
        }
    }

    /// Makes the container follow a change.
    private void follow(BotRecord record, Optional<Container> container) {
        Optional<Container> alive = container.filter(_ -> Liveness.of(container).isAlive());
        boolean stops = record.rollout().powerActionPending() && !record.shouldRun();
        switch (record.rollout().pending()) {
            case NOTHING -> {
                return;
            }
            case RELOAD -> alive.ifPresent(it -> reload(record, it));
            case RESTART -> alive.filter(_ -> !stops).ifPresent(it -> restart(record, it));
            case RECREATE -> assembly.replace(record, () -> assembly.writeFiles(record));
        }
        assembly.save(registry.require(record.id()).row().settled());
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
        BotRecord due = on && !record.rollout().powerActionPending()
                ? assembly.save(record.with(record.rollout().powerActionPending(true))) : record;
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
}
