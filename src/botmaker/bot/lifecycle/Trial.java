package botmaker.bot.lifecycle;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Liveness;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Former;
import botmaker.bot.model.BotRecord.Image;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSecrets;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.HealthMonitor;
import botmaker.bot.view.ObservedState;
import botmaker.bot.view.ObservedState.Health;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.openclaw.AiProbe;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Moves a bot to the image of new bots or to another reach, and rolls back if it does not prove itself there: it has to become healthy,
/// and with another reach one of its calls to its AI has to pass through the broker.
///
/// OpenClaw migrates its state forward only: an older image cannot live with state that a newer one has touched. So the state is
/// copied first, and the bot is on trial until it has proved itself.
///
/// ```
///          new container created, bot stopped, state copied, new container started
///   READY ───────────────────────────────────────────────────────────────────────▶ ON TRIAL ── proved ──▶ READY, copy dropped
///     ▲                                                                              │
///     └── copy, reach and key restored, container of the old image ◀─ quarantined, late, refused, interrupted ┘
/// ```
///
/// A stopped bot stays on trial until it is started. The caller holds the bot's lock.
public final class Trial {
    private static final System.Logger LOG = System.getLogger(Trial.class.getName());
    private static final Duration CALL = Duration.ofSeconds(40);

    private final BotAssembly assembly;
    private final BotFiles files;
    private final BotHost host;
    private final BotRegistry registry;
    private final KeptKeys keys;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<BotId, Long> since = new ConcurrentHashMap<>();
    /// The keys that were kept for moves under way. After a restart, such a key stays.
    private final Map<BotId, String> newKeys = new ConcurrentHashMap<>();

    /// @param nanoTime the monotonic clock, `System::nanoTime`
    public Trial(BotAssembly assembly, BotFiles files, BotHost host, BotRegistry registry, KeptKeys keys, Clock clock, LongSupplier nanoTime) {
        this.assembly = assembly;
        this.files = files;
        this.host = host;
        this.registry = registry;
        this.keys = keys;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /// Begins a trial with another image, and returns when the new container runs.
    ///
    /// @throws Failure            where a trial is under way, the state cannot be copied, the image is missing or the host refuses; the
    ///                            bot is as before
    /// @throws Failure.EngineDown where the engine fell silent; the bot is rolled back when it answers again
    void upgrade(BotRecord record, String image) {
        requireNone(record);
        String next = host.requireUsable(image, record.spec().reach());
        BotRecord trial = assembly.save(record.upgrading(new Image(image, Optional.of(next)), present(record), clock.instant()));
        registry.expect(record.id(), "upgrade to " + image + " started by you", true, true);
        try {
            begin(trial);
        } catch (Failure.EngineDown e) {
            throw e;
        } catch (RuntimeException e) {
            assembly.tidy(assembly.save(record));
            throw e;
        }
    }

    /// Begins a trial with another reach, and returns when the new container runs. A bot whose image is too old for the reach gets the
    /// image of new bots.
    ///
    /// @param next    the bot with its new reach
    /// @param secrets its present secrets
    /// @param image   the image of new bots
    /// @throws Failure            where the state cannot be copied, no image will do or the host refuses; call [#takeBack]
    /// @throws Failure.EngineDown where the engine fell silent; the bot is rolled back when it answers again
    void move(BotRecord record, NewBot next, BotSecrets secrets, String image) {
        BotSpec spec = next.spec();
        Image usable = usable(record, spec, image);
        Former former = new NewBot(record.spec(), secrets).former(keys);
        BotRecord trial = record.moving(spec, usable, present(record), former, clock.instant());
        assembly.stageSecrets(trial, next.secrets());
        assembly.save(trial);
        next.newKey().ifPresent(key -> newKeys.put(record.id(), key));
        registry.expect(record.id(), "reach changed from " + former.reach().id() + " to " + spec.reach().id() + " by you", true, true);
        begin(trial);
    }

    /// Takes back what a refused move has changed. The old container may have run with it meanwhile.
    ///
    /// @param secrets those from before
    void takeBack(BotRecord record, BotSecrets secrets, RuntimeException cause) {
        newKeys.remove(record.id());
        BotRecord moved = registry.require(record.id()).row();
        if (moved.rollout().former().isEmpty()) {
            assembly.discardSecrets(record.id());
            return;
        }
        BotRecord back = record.after(moved);
        assembly.stageSecrets(back, secrets);
        assembly.save(back);
        registry.note(record.id(), "change of reach rolled back: " + cause.getMessage());
    }

    /// Returns whether a change is one of the bot's reach.
    ///
    /// @throws Failure.Conflict while a trial is under way, and where a rollback of the reach would send the former key to another server
    static boolean moves(BotRecord record, BotSpec after) {
        boolean moves = after.reach() != record.spec().reach();
        boolean onTrial = moves && after.reach().isBrokered();
        if ((onTrial || record.rollout().former().isPresent()) && !after.ai().isAtServerOf(record.spec().ai())) {
            throw new Failure.Conflict(new FieldError(onTrial ? "/reach" : "/ai/provider", "A bot changes its reach on trial, and goes back if "
                    + "that fails. Change its provider or server before, or when the new reach is confirmed."));
        }
        if (moves) {
            requireNone(record);
        }
        return moves;
    }

    /// Refuses a second trial.
    private static void requireNone(BotRecord record) {
        if (record.rollout().previous().isPresent()) {
            throw new Failure.Conflict("A change of this bot is not confirmed yet: it is on trial with another image or reach. Wait until "
                    + "the bot is healthy, or start it if it is stopped.");
        }
    }

    private Image present(BotRecord record) {
        return new Image(record.image(), host.find(record.id()).map(Container::imageId).or(() -> record.rollout().imageId()));
    }

    /// Returns the bot's own image if bots of that reach can be made from it, else that of new bots.
    private Image usable(BotRecord record, BotSpec spec, String image) {
        try {
            Image own = present(record);
            host.requireUsable(own.id().orElse(own.reference()), spec.reach());
            return own;
        } catch (Failure.Conflict tooOld) {
            return new Image(image, Optional.of(host.requireUsable(image, spec.reach())));
        }
    }

    private void begin(BotRecord trial) {
        since.remove(trial.id());
        assembly.replace(trial, () -> {
            copyState(trial);
            assembly.writeFiles(trial); // the new container also follows a change that was pending
        });
    }

    private void copyState(BotRecord record) {
        try {
            files.copyState(record);
        } catch (IOException e) {
            if (IoFailures.isDiskFull(e)) {
                throw IoFailures.translate(e, "cannot copy the bot's state");
            }
            LOG.log(System.Logger.Level.WARNING, "bot " + record.id() + ": its state cannot be copied", e);
            throw new Failure.Conflict("The bot's state cannot be copied, so nothing was changed: its directories are nested too deep, "
                    + "or it holds files that cannot be read.");
        }
    }

    /// Returns whether a trial was interrupted before the state was copied: then only the old image may be started.
    boolean wasCutOff(BotRecord record) {
        return record.rollout().previous().isPresent() && !files.hasCopy(record.id());
    }

    /// Ends a trial if it has succeeded or failed.
    ///
    /// @return whether the record was rolled back and a container of the old image is now pending
    boolean evaluate(BotRecord record) {
        if (record.rollout().previous().isEmpty()) {
            return false;
        }
        Optional<Container> container = host.find(record.id());
        Optional<String> failure = failure(record, container);
        boolean healthy = container.filter(it -> isHealthy(record.id(), it)).isPresent();
        if (failure.isEmpty() && healthy && record.rollout().former().isPresent()) {
            AiProbe.Result call = call(record, container.orElseThrow());
            healthy = call.passed();
            failure = call.refusal().or(() -> call.problem().filter(_ -> isLate(record)).map("no call to its AI passed through the broker within %d minutes: "
                    .formatted(HealthMonitor.START_DEADLINE.toMinutes())::concat));
        }
        if (failure.isPresent()) {
            rollBack(record, failure.get());
            return true;
        }
        if (healthy) {
            confirm(record);
        }
        return false;
    }

    private boolean isHealthy(BotId id, Container container) {
        return registry.seen(id).filter(seen -> seen.health() == Health.HEALTHY && seen.sameRun(container)).isPresent();
    }

    /// Has the bot list the models of its AI, as it would by itself: the cheapest call that needs its key.
    private AiProbe.Result call(BotRecord record, Container container) {
        return host.exec(container, AiProbe.command(record.spec().ai()), CALL)
                .map(end -> AiProbe.parse(assembly.redactor(record.id()).apply(end.output()))).orElse(AiProbe.Result.NO_ANSWER);
    }

    private boolean isLate(BotRecord record) {
        long now = nanoTime.getAsLong();
        return now - since.computeIfAbsent(record.id(), _ -> now) >= HealthMonitor.START_DEADLINE.toNanos();
    }

    private Optional<String> failure(BotRecord record, Optional<Container> container) {
        if (!files.hasCopy(record.id())) {
            return Optional.of("the change was interrupted");
        }
        if (record.quarantine().isPresent()) {
            return record.quarantine();
        }
        if (!record.shouldRun()) {
            since.remove(record.id());
            return Optional.empty();
        }
        if (!Liveness.of(container.filter(it -> record.rollout().imageId().equals(Optional.of(it.imageId())))).isAlive()) {
            return Optional.of("it does not run");
        }
        return !isLate(record) || container.filter(it -> isHealthy(record.id(), it)).isPresent() ? Optional.empty()
                : Optional.of("it was not healthy within %d minutes".formatted(HealthMonitor.START_DEADLINE.toMinutes())
                        + registry.seen(record.id()).flatMap(ObservedState::problem).map(problem -> ": " + problem).orElse(""));
    }

    private void confirm(BotRecord record) {
        BotRecord confirmed = assembly.save(record.confirmed());
        since.remove(record.id());
        newKeys.remove(record.id());
        registry.note(record.id(), record.rollout().former().isPresent() ? "change of reach to " + record.spec().reach().id() + " succeeded"
                : "upgrade to " + record.image() + " succeeded");
        assembly.tidy(confirmed);
    }

    /// Restores the copy of the state, the old image, and the reach and key from before. It may be repeated at any point: the copy is
    /// complete or does not exist, and while it does not exist, the state has not been touched.
    void rollBack(BotRecord record, String why) {
        BotId id = record.id();
        Image previous = record.rollout().previous().orElseThrow();
        Optional<Former> former = record.rollout().former();
        String to = former.map(it -> it.reach().id()).orElse(previous.reference());
        LOG.log(System.Logger.Level.WARNING, "bot {0}: rolled back to {1}: {2}", id, to, why);
        host.ofBot(id).forEach(host::stop);
        IoFailures.run("cannot restore the bot's state", () -> files.putStateBack(id));
        assembly.save((former.isPresent() ? movedBack(record, former.get()) : record).rolledBack(previous, clock.instant()));
        Optional.ofNullable(newKeys.remove(id)).ifPresent(keys::forget);
        assembly.recordByItself(record, former.isPresent() ? "reach-rolled-back" : "image-rolled-back", to + ": " + why);
        since.remove(id);
        registry.expect(id, "rolled back to " + to + ": " + why, true, true);
    }

    /// Returns the record with its former reach and key, whose secrets are staged.
    private BotRecord movedBack(BotRecord record, Former former) {
        NewBot back = new NewBot(record.spec(), assembly.secretsOf(record)).movedBack(former, keys);
        BotRecord changed = record.changed(back.spec(), BotRecord.Pending.NOTHING, clock.instant());
        assembly.stageSecrets(changed, back.secrets());
        return changed;
    }
}
