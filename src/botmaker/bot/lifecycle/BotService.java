package botmaker.bot.lifecycle;

import botmaker.audit.Audit;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.DriftDetector;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.NewBot;
import botmaker.bot.reconcile.Reconciler;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.bot.view.ObservedState;
import botmaker.docker.Container;
import botmaker.error.Failure;
import botmaker.file.Reserve;
import botmaker.secret.SecretStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/// Makes, runs and removes bots: the only place where the three stores meet.
///
/// A bot is a row, files and a container, which cannot change in one transaction. The row is the intent and is written
/// first; the rest follows it, here or, after a crash, through [Reconciler]. Methods answer when the change is durable
/// and the engine has carried it out.
public final class BotService {
    private static final System.Logger LOG = System.getLogger(BotService.class.getName());

    private final BotStore store;
    private final BotAssembly assembly;
    private final SecretStore secrets;
    private final BotHost containers;
    private final DriftDetector drifts;
    private final BotRegistry fleet;
    private final Clock clock;
    private final String image;
    private final IntFunction<Owner> owners;
    private final Reserve reserve;
    private final Audit audit;
    private final PowerActions wishes;
    private final BotLocks locks = new BotLocks();

    /// @param image   the image that new bots are made from
    /// @param owners  the user that owns the n-th bot
    /// @param reserve room on the disk for deletions
    /// @param audit   takes what is done that nobody asked for at that moment
    public BotService(BotStore store, BotAssembly assembly, SecretStore secrets, BotHost containers, DriftDetector drifts, BotRegistry fleet,
            CrashLoopDetector brake, Clock clock, String image, IntFunction<Owner> owners, Reserve reserve, Audit audit) {
        this.store = store;
        this.assembly = assembly;
        this.secrets = secrets;
        this.containers = containers;
        this.drifts = drifts;
        this.fleet = fleet;
        this.clock = clock;
        this.image = image;
        this.owners = owners;
        this.reserve = reserve;
        this.audit = audit;
        this.wishes = new PowerActions(this, assembly, containers, fleet, brake, clock);
    }

    /// Makes a bot and, where asked, starts it.
    ///
    /// @throws Failure.Conflict    where the name is taken
    /// @throws Failure.Unavailable where the image is missing or the engine refused; nothing is left behind
    /// @throws Failure.EngineDown  where the engine fell silent; what was begun is rolled back when it answers again
    public BotView create(NewBot request) throws InterruptedException {
        String imageId = containers.requireUsable(image).id();
        BotId id = BotId.random();
        try (var _ = locks.acquire(id)) {
            Desired desired = request.start() ? Desired.RUNNING : Desired.STOPPED;
            BotRecord row = add(id, request, desired);
            fleet.add(row, Map.of());
            try {
                assembly.build(row, request);
                assembly.save(row.with(Phase.READY, clock.instant()).with(row.rollout().pinned(Optional.of(imageId))));
                fleet.announce(id, "made by you", false, request.start());
            } catch (Failure.EngineDown e) {
                throw e;
            } catch (RuntimeException e) {
                rollBack(row, e);
                throw e;
            }
            return asKnown(id);
        } catch (Failure.EngineDown e) {
            fleet.doubt();
            throw e;
        }
    }

    private BotRecord add(BotId id, NewBot request, Desired desired) {
        try {
            return store.add(id, request.spec(), desired, image, clock.instant(), owners);
        } catch (RuntimeException e) {
            locks.forget(id);
            throw e;
        }
    }

    /// Starts a bot that does not run; one whose container is missing gets a new one around its old files.
    ///
    /// Here and below the engine is asked before the wish is written: while it is away nothing is wished.
    public BotView start(BotId id) throws InterruptedException {
        return acting(id, "being started", row -> {
            Optional<Container> there = containers.find(id);
            wishes.pursue(row, Desired.RUNNING, () -> wishes.launch(row, there));
        });
    }

    /// Stops a bot; it stays stopped through restarts of the host.
    public BotView stop(BotId id) throws InterruptedException {
        return acting(id, "being stopped", row -> {
            Optional<Container> there = containers.find(id);
            wishes.pursue(row, Desired.STOPPED, () -> wishes.end(row, there));
        });
    }

    /// Stops a bot where it runs, and starts it.
    public BotView restart(BotId id) throws InterruptedException {
        return acting(id, "being restarted", row -> {
            Optional<Container> there = containers.find(id);
            wishes.pursue(row, Desired.RUNNING, () -> wishes.again(row, there));
        });
    }

    /// Starts or stops a bot where that is due; its lock is held.
    public void fulfil(BotId id) {
        wishes.fulfil(id);
    }

    /// Changes a bot's row, and then what follows from it.
    public BotView revise(BotId id, UnaryOperator<BotRecord> change, Consumer<BotRecord> follow) throws InterruptedException {
        return acting(id, "being changed", row -> {
            BotRecord revised = change.apply(row);
            assembly.save(revised);
            follow.accept(revised);
        });
    }

    /// Removes a bot with its container and secrets, and with its state unless that is to be kept.
    ///
    /// @throws Failure.Conflict where it is being removed already, and its state was decided about otherwise
    public void delete(BotId id, boolean keepState) throws InterruptedException {
        try (var _ = hold(id)) {
            BotRecord row = fleet.row(id).orElseThrow(() -> missing(id));
            boolean begun = row.phase() == Phase.DELETING;
            if (begun && row.keepState() != keepState) {
                throw new Failure.Conflict("The bot is being deleted already, " + (row.keepState()
                        ? "and its state is kept. Remove that on the system page when the bot is gone."
                        : "with its state, some of which may be gone."));
            }
            BotRecord deleting = begun ? row : row.deleting(keepState, clock.instant());
            reserve.freeing(() -> {
                assembly.save(deleting);
                try {
                    BotAssembly.asking("remove the bot's container", () -> erase(deleting));
                } catch (RuntimeException e) {
                    fleet.doubt(); // the row stays as an intent that the reconciler settles
                    throw e;
                }
            });
        }
    }

    /// Looks at a bot's container and answers with what the bot is now.
    public BotView refresh(BotId id) {
        long asOf = System.nanoTime();
        List<Container> there = containers.ofBot(id);
        fleet.row(id).ifPresent(row -> fleet.saw(id, there.stream().findFirst(), drifts.of(row, there), asOf));
        return fleet.bot(id).orElseThrow(() -> missing(id));
    }

    /// The same after something that is done for good, also where the engine has fallen silent since.
    public BotView asKnown(BotId id) {
        try {
            return refresh(id);
        } catch (Failure.EngineDown e) {
            fleet.engineLost(e.getMessage());
            fleet.doubt();
            return fleet.bot(id).orElseThrow(() -> e);
        }
    }

    /// Completes a deletion, or undoes a creation, that a crash or a silent engine left half done. A bot that somebody
    /// is at work on is left alone.
    public void settle(BotId id) {
        locks.tryAcquire(id).ifPresent(held -> {
            try (held) {
                fleet.row(id).filter(row -> row.phase() != Phase.READY).ifPresent(row -> {
                    reserve.freeing(() -> erase(row));
                    LOG.log(System.Logger.Level.INFO, "bot {0}: was left {1}, removed what there was of it", id, row.phase());
                    byItself(row, row.phase() == Phase.CREATING ? "creation-rolled-back" : "deletion-completed", "");
                });
            }
        });
    }

    /// Starts a bot again that the engine stopped with itself, where it should run. An engine that was killed stops what ran
    /// under it when it is started again, and takes that for somebody's wish, after which it restarts nothing by itself.
    public void revive(BotId id) throws InterruptedException {
        try (var _ = locks.acquire(id)) {
            Optional<BotRecord> row = fleet.row(id)
                    .filter(it -> it.phase() == Phase.READY && it.desired() == Desired.RUNNING && it.quarantine().isEmpty());
            Optional<Container> container = containers.find(id).filter(it -> !it.state().alive());
            if (row.isPresent() && container.isPresent()) {
                LOG.log(System.Logger.Level.INFO, "bot {0}: starting it again, the engine has stopped it with itself", id);
                try (var _ = fleet.working(id, "being started")) {
                    fleet.announce(id, "started again after a restart of the Docker Engine", false, true);
                    assembly.start(row.get(), container.get());
                    refresh(id);
                }
            }
        }
    }

    /// Stops a bot for good that cannot live; its operator may start it again.
    ///
    /// @param judged the row when that was found: whatever was decided about the bot since is newer
    public void halt(BotRecord judged, String reason) throws InterruptedException {
        BotId id = judged.id();
        try (var _ = locks.acquire(id)) {
            Optional<BotRecord> row = fleet.row(id)
                    .filter(it -> it.phase() == Phase.READY && it.desired() == Desired.RUNNING && it.quarantine().isEmpty()
                            && it.updatedAt().equals(judged.updatedAt()));
            Optional<Container> container = containers.find(id);
            if (row.isPresent() && container.isPresent()) {
                LOG.log(System.Logger.Level.WARNING, "bot {0}: stopped for good, {1}", id, reason);
                containers.stop(container.get());
                assembly.save(row.get().quarantined(reason, clock.instant()));
                byItself(row.get(), "bot-stopped-for-good", reason);
                fleet.note(id, "stopped for good: " + reason);
                refresh(id);
                keepLastLines(id, container.get());
            }
        }
    }

    /// Reads what a bot said last that was stopped for good, where that is not known: it is in memory only.
    public void recallLastLines(BotId id) {
        boolean halted = fleet.row(id).flatMap(BotRecord::quarantine).isPresent();
        fleet.seen(id).filter(seen -> halted && !seen.isRunning() && seen.lastLines().isEmpty())
                .flatMap(ObservedState::container)
                .ifPresent(container -> keepLastLines(id, container));
    }

    private void keepLastLines(BotId id, Container container) {
        fleet.lastLines(id, containers.lastLines(container, secrets.redactor(id.value())));
    }

    /// What is done to a bot while nobody else does anything to it.
    public interface Action {
        void on(BotRecord row) throws InterruptedException;
    }

    /// Does something to a bot that is there for good, alone, and answers with what it is then.
    ///
    /// @param doing what is said of the bot meanwhile
    public BotView acting(BotId id, String doing, Action action) throws InterruptedException {
        locked(id, row -> {
            try (var _ = fleet.working(id, doing)) {
                action.on(row);
                refresh(id);
            }
        });
        return fleet.bot(id).orElseThrow(() -> missing(id));
    }

    /// The same without asking the engine.
    public void locked(BotId id, Action action) throws InterruptedException {
        try (var _ = hold(id)) {
            BotRecord row = row(id);
            if (row.phase() != Phase.READY) {
                throw new Failure.Conflict("The bot is being " + (row.phase() == Phase.CREATING ? "made." : "deleted."));
            }
            action.on(row);
        } catch (Failure.EngineDown e) {
            fleet.doubt();
            throw e;
        }
    }

    /// Does something to a bot that is there for good and that nobody is at work on; nothing otherwise.
    public void whenFree(BotId id, Consumer<BotRecord> action) {
        locks.tryAcquire(id).ifPresent(held -> {
            try (held) {
                fleet.row(id).filter(row -> row.phase() == Phase.READY).ifPresent(action);
            }
        });
    }

    /// The lock of a bot that there is; made-up ids must not fill the memory with locks.
    private BotLocks.Held hold(BotId id) throws InterruptedException {
        row(id);
        return locks.acquire(id);
    }

    /// A bot's row, as it is now.
    public BotRecord row(BotId id) {
        return fleet.row(id).orElseThrow(() -> missing(id));
    }

    /// Changes a bot's row, as it is now; its lock is held.
    public void row(BotId id, UnaryOperator<BotRecord> change) {
        assembly.save(change.apply(row(id)));
    }

    /// Records what was done to a bot that nobody asked for at that moment.
    ///
    /// @param what as [Audit#byItself] has it
    public void byItself(BotRecord row, String what, String detail) {
        audit.byItself(what, row.id().value(), row.spec().name().value(), redacted(row.id(), detail));
    }

    /// A reason may repeat what a bot has said.
    private String redacted(BotId id, String text) {
        try {
            return text.isEmpty() ? text : secrets.redactor(id.value()).apply(text);
        } catch (RuntimeException e) {
            return "(not told, since the bot's secrets cannot be read)";
        }
    }

    private void erase(BotRecord row) {
        assembly.erase(row);
        locks.forget(row.id());
    }

    private void rollBack(BotRecord row, RuntimeException cause) {
        try {
            reserve.freeing(() -> erase(row));
        } catch (RuntimeException e) {
            // The row stays as an intent that the reconciler settles; the caller is told the first cause.
            fleet.doubt();
            cause.addSuppressed(e);
        }
    }

    private static Failure missing(BotId id) {
        return new Failure.NotFound("There is no bot " + id + ".");
    }
}
