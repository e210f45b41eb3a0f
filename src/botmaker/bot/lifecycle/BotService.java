package botmaker.bot.lifecycle;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Liveness;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord.Phase;
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
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// What can be done to bots: every action validates, writes the record, and lets [Convergence] carry it out while it waits.
///
/// A bot is a record, files and a container, which cannot change in one transaction. The record is the intent and is written
/// first. Methods return when the change is durable and the engine has carried it out.
public final class BotService {
    private static final System.Logger LOG = System.getLogger(BotService.class.getName());

    private final BotStore store;
    private final BotAssembly assembly;
    private final PowerActions power;
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
    private final BotLocks locks = new BotLocks();
    private final Set<BotId> toRevive = ConcurrentHashMap.newKeySet();
    private final Set<BotId> cutOff = ConcurrentHashMap.newKeySet();

    /// @param image   the image that new bots are created from
    /// @param owners  the user that owns the n-th bot
    /// @param reserve room on the disk for deletions
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
        this.power = new PowerActions(assembly, host, registry, crashes);
        this.convergence = new Convergence(assembly, power, upgrade, crashes, host, registry, clock);
    }

    // ---- actions of an operator

    /// Creates a bot and, where asked, starts it.
    ///
    /// @throws Failure.Invalid     where its limits exceed what the engine's host has
    /// @throws Failure.Conflict    where the name is taken, the image is missing or the host refuses; nothing is left behind
    /// @throws Failure.EngineDown  where the engine fell silent; what was begun is rolled back when it answers again
    public BotView create(NewBot request) throws InterruptedException {
        String imageId = host.requireUsable(image);
        host.capacity().check(request.spec().limits(), Optional.empty());
        BotId id = BotId.random();
        try (var _ = locks.acquire(id)) {
            BotRecord record = add(id, request);
            registry.add(record, Map.of());
            String container;
            try {
                container = assembly.build(record, request);
                assembly.save(record.with(Phase.READY, clock.instant())
                        .with(record.rollout().pinned(Optional.of(imageId))));
                registry.announce(id, "created by you", false, request.start());
            } catch (Failure.EngineDown e) {
                throw e;
            } catch (RuntimeException e) {
                rollBack(record, e);
                throw e;
            }
            return observer.asKnown(id, () -> host.inspect(container).stream().toList());
        } catch (Failure.EngineDown e) {
            registry.doubt();
            throw e;
        }
    }

    private BotRecord add(BotId id, NewBot request) {
        try {
            Desired desired = request.start() ? Desired.RUNNING : Desired.STOPPED;
            return store.add(id, request.spec(), desired, image, clock.instant(), owners);
        } catch (RuntimeException e) {
            locks.forget(id);
            throw e;
        }
    }

    /// Starts a bot that does not run; one whose container is missing gets a new one around its old files.
    ///
    /// Here and below the engine is asked before the record is written: while it is away nothing is written.
    public BotView start(BotId id) throws InterruptedException {
        return power(id, "being started", Desired.RUNNING, Pending.NOTHING);
    }

    /// Stops a bot; it stays stopped through restarts of the host.
    public BotView stop(BotId id) throws InterruptedException {
        return power(id, "being stopped", Desired.STOPPED, Pending.NOTHING);
    }

    /// Stops a bot where it runs, and starts it.
    public BotView restart(BotId id) throws InterruptedException {
        return power(id, "being restarted", Desired.RUNNING, Pending.RESTART);
    }

    private BotView power(BotId id, String doing, Desired desired, Pending more) throws InterruptedException {
        return acting(id, doing, record -> {
            host.ping();
            registry.seen(id).flatMap(ObservedState::container).ifPresent(it -> crashes.forget(it.id()));
            BotRecord wanted = record.with(desired, clock.instant());
            assembly.save(wanted.with(wanted.rollout().pending(wanted.rollout().pending().and(more))));
            power.announce(id, desired, more == Pending.RESTART);
            try {
                convergence.converge(id);
            } catch (Failure.EngineDown e) {
                throw new Failure.EngineDown("It will be done when the Docker Engine answers again. " + e.getMessage(), e);
            }
        });
    }

    /// Moves a bot to the image that new bots get, and returns when the new container runs; how the trial ends comes by events.
    ///
    /// @throws Failure.Conflict   where a trial is under way, or the state cannot be copied
    /// @throws Failure.EngineDown where the engine fell silent; the bot is rolled back when it answers again
    public BotView upgrade(BotId id) throws InterruptedException {
        return acting(id, "being upgraded", record -> upgrade.begin(record, image));
    }

    /// Replaces a bot's container by one as it should be, whatever somebody did to it; nothing else is changed.
    ///
    /// @throws Failure.Unavailable where the engine refuses it; the bot is as before
    /// @throws Failure.EngineDown  where the engine does not answer; it is done when it does
    public BotView repair(BotId id) throws InterruptedException {
        return acting(id, "being repaired", record -> {
            BotRecord due = assembly.save(record.changed(record.spec(), Pending.RECREATE, clock.instant()));
            registry.announce(id, "container repaired by you", true, true);
            try {
                convergence.converge(id);
            } catch (Failure.EngineDown e) {
                throw e;
            } catch (RuntimeException e) {
                assembly.save(due.settled());
                throw e;
            }
        });
    }

    /// Changes a bot's record, and then what follows from it.
    public BotView revise(BotId id, UnaryOperator<BotRecord> change, Consumer<BotRecord> follow) throws InterruptedException {
        return acting(id, "being changed", record -> follow.accept(assembly.save(change.apply(record))));
    }

    /// Removes a bot with its container and secrets, and with its state unless that is to be kept.
    ///
    /// @throws Failure.Conflict where it is being deleted already with the other answer, or there is no state to keep
    public void delete(BotId id, boolean keepState) throws InterruptedException {
        try (var _ = hold(id)) {
            BotRecord record = record(id);
            boolean begun = record.phase() == Phase.DELETING;
            if (begun && record.keepState() != keepState) {
                throw new Failure.Conflict("The bot is being deleted already, " + (record.keepState()
                        ? "and its state is kept. Remove the state on the system page when the bot is gone."
                        : "with its state, some of which may be gone."));
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
                    registry.doubt(); // the record stays as an intent
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

    /// Has a bot started again that the engine stopped together with itself: an engine that was killed stops what ran under it
    /// when it starts again, and takes that for somebody's wish.
    public void revive(BotId id) {
        toRevive.add(id);
    }

    /// Has a replacement beside a bot's container removed, which a cut-off step left.
    public void settleReplacement(BotId id) {
        cutOff.add(id);
    }

    /// Takes every step that is left for a bot: after a crash, an absence of the engine, a failure, and when nothing happened.
    ///
    /// @throws Failure what kept a step from being done; to be tried again
    public void reconcile(BotId id) throws InterruptedException {
        try (var _ = locks.acquire(id)) {
            Optional<BotRecord> known = registry.row(id);
            if (known.isEmpty()) {
                locks.forget(id);
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
                    LOG.log(System.Logger.Level.INFO, "bot {0}: was left {1}, removed what there was of it", id, before.phase());
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
            LOG.log(System.Logger.Level.INFO, "bot {0}: starting it again, the engine stopped it with itself", record.id());
            registry.announce(record.id(), "started again after a restart of the Docker Engine", false, true);
            assembly.save(record.with(record.rollout().powerActionPending(true)));
        }
    }

    private void converge(BotId id) {
        convergence.converge(id);
        if (registry.row(id).isEmpty()) {
            locks.forget(id);
        }
    }

    /// A replacement that the engine refuses is not tried for ever: the old container runs on, and drift shows what is missing.
    private void giveUpReplacement(BotId id, Failure refusal) {
        registry.row(id).filter(it -> it.phase() == Phase.READY && it.rollout().pending() == Pending.RECREATE
                && Liveness.of(host.find(id)).isAlive() == it.shouldRun()).ifPresent(record -> {
            assembly.save(record.settled());
            registry.note(id, "change not applied to the container: " + refusal.getMessage());
        });
    }

    private void recordWhatWasDone(BotRecord before, BotRecord after) {
        if (before.rollout().powerActionPending() && !after.rollout().powerActionPending()) {
            assembly.recordByItself(after, after.shouldRun() ? "start-completed" : "stop-completed", "");
        }
        if (before.rollout().pending() != Pending.NOTHING && after.rollout().pending() == Pending.NOTHING) {
            LOG.log(System.Logger.Level.INFO, "bot {0}: completed a change", after.id());
            assembly.recordByItself(after, "change-completed", "");
        }
    }

    // ---- locks

    /// What is done to a bot while nobody else does anything to it.
    interface Action {
        void on(BotRecord record) throws InterruptedException;
    }

    /// Runs an action on a fully created bot under its lock and returns the bot's new state.
    ///
    /// @param doing what is shown of the bot meanwhile
    BotView acting(BotId id, String doing, Action action) throws InterruptedException {
        locked(id, record -> {
            try (var _ = registry.working(id, doing)) {
                action.on(record);
                observer.refresh(id);
            }
        });
        return registry.bot(id).orElseThrow(() -> missing(id));
    }

    /// The same without asking the engine.
    void locked(BotId id, Action action) throws InterruptedException {
        try (var _ = hold(id)) {
            BotRecord record = record(id);
            if (record.phase() != Phase.READY) {
                throw new Failure.Conflict("The bot is being " + (record.phase() == Phase.CREATING ? "created." : "deleted."));
            }
            action.on(record);
        } catch (Failure.EngineDown e) {
            registry.doubt();
            throw e;
        }
    }

    /// Takes the lock of a bot that exists; made-up ids must not fill the memory with locks.
    private BotLocks.Held hold(BotId id) throws InterruptedException {
        record(id);
        return locks.acquire(id);
    }

    /// Returns a bot's record as it is now.
    ///
    /// @throws Failure.NotFound where there is no such bot
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
            // The record stays as an intent; the caller learns of the first cause.
            registry.doubt();
            cause.addSuppressed(e);
        }
    }

    private static Failure missing(BotId id) {
        return new Failure.NotFound("There is no bot " + id + ".");
    }
}
