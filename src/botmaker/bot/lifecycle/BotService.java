package botmaker.bot.lifecycle;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Liveness;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.bot.view.ObservedState;
import botmaker.error.Failure;
import botmaker.file.Reserve;
import botmaker.secret.SecretStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The actions on bots. Each validates, writes the record, and waits while [Convergence] carries it out.
///
/// A bot is a record, files and a container, which cannot change in one transaction. The record is the intent and is written first.
/// Methods return when the change is durable and the engine has carried it out.
public final class BotService {
    private static final System.Logger LOG = System.getLogger(BotService.class.getName());

    private final BotStore store;
    private final BotAssembly assembly;
    private final ImageUpgrade upgrade;
    private final Convergence convergence;
    private final BotHost host;
    private final BotObserver observer;
    private final BotRegistry registry;
    private final CrashLoopDetector crashes;
    private final Clock clock;
    private final String image;
    private final IntFunction<Owner> owners;
    private final Reserve reserve;
    private final Map<BotId, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final Set<BotId> toRevive = ConcurrentHashMap.newKeySet();
    private final Set<BotId> cutOff = ConcurrentHashMap.newKeySet();

    /// @param image   the image that new bots are created from
    /// @param owners  the user that owns the n-th bot
    /// @param reserve disk space for deletions
    public BotService(BotStore store, BotAssembly assembly, ImageUpgrade upgrade, BotHost host,
            BotObserver observer, BotRegistry registry, CrashLoopDetector crashes, Clock clock, String image, IntFunction<Owner> owners,
            Reserve reserve) {
        this.store = store;
        this.assembly = assembly;
        this.upgrade = upgrade;
        this.host = host;
        this.observer = observer;
        this.registry = registry;
        this.crashes = crashes;
        this.clock = clock;
        this.image = image;
        this.owners = owners;
        this.reserve = reserve;
        this.convergence = new Convergence(assembly, upgrade, crashes, host, registry, clock);
    }

    // ---- actions of an operator

    /// Creates a bot and, if requested, starts it.
    ///
    /// @throws Failure.Invalid     where its limits exceed what the engine's host has
    /// @throws Failure.Conflict    where the name is taken, the image is missing or the host refuses; nothing is left behind
    /// @throws Failure.EngineDown  where the engine fell silent; what was begun is rolled back when it answers again
    public BotView create(NewBot request) throws InterruptedException {
        String imageId = host.requireUsable(image);
        host.capacity().check(request.spec().limits(), Optional.empty());
        BotId id = BotId.random();
        try (var _ = lock(id)) {
            BotRecord record = add(id, request);
            registry.add(record, Map.of());
            String container;
            try {
                container = assembly.build(record, request);
                assembly.save(record.with(Phase.READY, clock.instant())
                        .with(record.rollout().pinned(Optional.of(imageId))));
                registry.expect(id, "created by you", false, request.start());
            } catch (Failure.EngineDown e) {
                throw e;
            } catch (RuntimeException e) {
                rollBack(record, e);
                throw e;
            }
            return observer.asKnown(id, () -> host.inspect(container).stream().toList());
        } catch (Failure.EngineDown e) {
            registry.requestResync();
            throw e;
        }
    }

    private BotRecord add(BotId id, NewBot request) {
        try {
            Desired desired = request.start() ? Desired.RUNNING : Desired.STOPPED;
            return store.add(id, request.spec(), desired, image, clock.instant(), owners);
        } catch (RuntimeException e) {
            locks.remove(id);
            throw e;
        }
    }

    /// Starts a bot that does not run; a missing container is created again around the present files.
    ///
    /// Here and below, the engine is pinged before the record is written: while it is away, nothing is written.
    public BotView start(BotId id) throws InterruptedException {
        return power(id, "being started", Desired.RUNNING, Pending.NOTHING);
    }

    /// Stops a bot; it stays stopped through restarts of the host.
    public BotView stop(BotId id) throws InterruptedException {
        return power(id, "being stopped", Desired.STOPPED, Pending.NOTHING);
    }

    /// Stops a bot if it runs, and starts it.
    public BotView restart(BotId id) throws InterruptedException {
        return power(id, "being restarted", Desired.RUNNING, Pending.RESTART);
    }

    private BotView power(BotId id, String doing, Desired desired, Pending more) throws InterruptedException {
        return acting(id, doing, record -> {
            host.ping();
            registry.seen(id).flatMap(ObservedState::container).ifPresent(it -> crashes.forget(it.id()));
            BotRecord wanted = record.with(desired, clock.instant());
            assembly.save(wanted.with(wanted.rollout().pending(wanted.rollout().pending().and(more))));
            boolean on = desired == Desired.RUNNING;
            boolean restart = more == Pending.RESTART;
            registry.expect(id, restart ? "restarted by you" : on ? "started by you" : "stopped by you", restart || !on, on);
            try {
                convergence.converge(id);
            } catch (Failure.EngineDown e) {
                throw new Failure.EngineDown("It is pending until the Docker Engine answers again. " + e.getMessage(), e);
            } catch (RuntimeException e) {
                forgetRestart(id, record.rollout().pending());
                throw e;
            }
        });
    }

    /// Forgets a refused restart, which would otherwise happen later; what was pending before stays pending.
    private void forgetRestart(BotId id, Pending before) {
        registry.row(id).filter(it -> it.rollout().pending() != Pending.NOTHING)
                .ifPresent(it -> assembly.save(it.with(it.rollout().pending(before))));
    }

    /// Moves a bot to the image of new bots, and returns when the new container runs. The end of the trial is published as an event.
    ///
    /// @throws Failure.Conflict   where a trial is under way, or the state cannot be copied
    /// @throws Failure.EngineDown where the engine fell silent; the bot is rolled back when it answers again
    public BotView upgrade(BotId id) throws InterruptedException {
        return acting(id, "being upgraded", record -> upgrade.begin(record, image));
    }

    /// Replaces a bot's container by one that has not drifted; nothing else is changed.
    ///
    /// @throws Failure            if the engine refuses it; the bot is as before
    /// @throws Failure.EngineDown if the engine does not answer; the repair is pending until it does
    public BotView repair(BotId id) throws InterruptedException {
        return acting(id, "being repaired", record -> {
            BotRecord due = assembly.save(record.changed(record.spec(), Pending.RECREATE, clock.instant()));
            registry.expect(id, "container repaired by you", true, true);
            try {
                convergence.converge(id);
            } catch (Failure.EngineDown e) {
                throw e;
            } catch (RuntimeException e) {
                assembly.save(due.with(due.rollout().pending(record.rollout().pending())));
                throw e;
            }
        });
    }

    /// Changes a bot's record and applies the change.
    public BotView revise(BotId id, UnaryOperator<BotRecord> change, Consumer<BotRecord> follow) throws InterruptedException {
        return acting(id, "being changed", record -> follow.accept(assembly.save(change.apply(record))));
    }

    /// Deletes a bot with its container and secrets, and with its state unless that is kept.
    ///
    /// @throws Failure.Conflict if it is already being deleted with the other choice, or there is no state to keep
    public void delete(BotId id, boolean keepState) throws InterruptedException {
        try (var _ = hold(id)) {
            BotRecord record = record(id);
            boolean begun = record.phase() == Phase.DELETING;
            if (begun && record.keepState() != keepState) {
                throw new Failure.Conflict("The bot is already being deleted, " + (record.keepState()
                        ? "and its state is kept. Remove the state on the system page when the bot is gone."
                        : "with its state, which may already be partly removed."));
            }
            if (keepState && !begun && !assembly.hasState(id)) {
                throw new Failure.Conflict("The bot has no state directory to keep. Delete it without keeping its state.");
            }
            reserve.freeing(() -> {
                if (!begun) {
                    assembly.save(record.deleting(keepState, clock.instant()));
                }
                try {
                    converge(id);
                } catch (RuntimeException e) {
                    registry.requestResync(); // the record stays as an intent
                    throw e;
                }
            });
        }
    }

    // ---- reconciliation

    /// Returns whether a step is left for a bot, judged without asking the engine.
    public boolean isDue(BotId id) {
        return registry.row(id).filter(record -> toRevive.contains(id) || cutOff.contains(id)
                || convergence.isDue(record)).isPresent();
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

    /// Takes every step that is left for a bot: after a crash, an absence of the engine or a failure.
    ///
    /// @throws Failure if a step cannot be taken; it is retried
    public void reconcile(BotId id) throws InterruptedException {
        try (var _ = lock(id)) {
            Optional<BotRecord> known = registry.row(id);
            if (known.isEmpty()) {
                locks.remove(id);
            } else if (isDue(id)) {
                BotRecord before = known.get();
                try (var _ = registry.working(id, doing(before))) {
                    reviveIfStopped(before);
                    if (cutOff.remove(id) || registry.seen(id).flatMap(ObservedState::container)
                            .filter(Container::isReplacement).isPresent()) {
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
                if (registry.row(id).isEmpty()) {
                    LOG.log(System.Logger.Level.INFO, "bot {0}: removed, since its record was left {1}", id, before.phase());
                    assembly.recordByItself(before, before.phase() == Phase.CREATING ? "creation-rolled-back" : "deletion-completed", "");
                } else {
                    observer.refresh(id);
                    observer.recallLastLines(id);
                }
            }
        }
    }

    private static String doing(BotRecord record) {
        return record.rollout().previous().isPresent() ? "being upgraded"
                : !record.rollout().powerActionPending() ? "being changed"
                : record.shouldRun() ? "being started" : "being stopped";
    }

    private void reviveIfStopped(BotRecord record) {
        if (toRevive.remove(record.id()) && record.phase() == Phase.READY && record.shouldRun()
                && Liveness.of(host.find(record.id())) == Liveness.ENDED) {
            LOG.log(System.Logger.Level.INFO, "bot {0}: starting it again, since it ran when the Docker Engine was restarted", record.id());
            registry.expect(record.id(), "started again after a restart of the Docker Engine", false, true);
            assembly.save(record.with(record.rollout().powerActionPending(true)));
        }
    }

    private void converge(BotId id) {
        convergence.converge(id);
        if (registry.row(id).isEmpty()) {
            locks.remove(id);
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

    // ---- locks

    /// An action on a bot under its lock.
    interface Action {
        void on(BotRecord record) throws InterruptedException;
    }

    /// Runs an action on a fully created bot under its lock and returns the bot's new state.
    ///
    /// @param doing shown as the status meanwhile
    BotView acting(BotId id, String doing, Action action) throws InterruptedException {
        locked(id, record -> {
            try (var _ = registry.working(id, doing)) {
                action.on(record);
                observer.refresh(id);
            }
        });
        return registry.bot(id).orElseThrow(() -> missing(id));
    }

    /// Runs an action under the bot's lock without asking the engine.
    void locked(BotId id, Action action) throws InterruptedException {
        try (var _ = hold(id)) {
            BotRecord record = record(id);
            if (record.phase() != Phase.READY) {
                throw new Failure.Conflict("The bot is being " + (record.phase() == Phase.CREATING ? "created." : "deleted."));
            }
            action.on(record);
        } catch (Failure.EngineDown e) {
            registry.requestResync();
            throw e;
        }
    }

    /// A bot's lock, held until it is closed.
    private interface Held extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits for a bot's lock: the changes of one bot happen one after another, and bots do not wait for each other. The lock of a
    /// deleted bot is removed; ids are never used twice, so a late caller finds only that the bot is gone.
    private Held lock(BotId id) throws InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(id, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        return lock::unlock;
    }

    /// Takes the lock of a bot that exists, since made-up ids must not fill the memory with locks.
    private Held hold(BotId id) throws InterruptedException {
        record(id);
        return lock(id);
    }

    /// Returns a bot's present record.
    ///
    /// @throws Failure.NotFound if there is no such bot
    public BotRecord record(BotId id) {
        return registry.row(id).orElseThrow(() -> missing(id));
    }

    Convergence convergence() {
        return convergence;
    }

    private void rollBack(BotRecord record, RuntimeException cause) {
        try {
            reserve.freeing(() -> converge(record.id()));
        } catch (RuntimeException e) {
            // the record stays as an intent
            registry.requestResync();
            cause.addSuppressed(e);
        }
    }

    private static Failure missing(BotId id) {
        return new Failure.NotFound("There is no bot " + id + ".");
    }
}
