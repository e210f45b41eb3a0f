package botmaker.bot.lifecycle;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Liveness;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotRecord.Image;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.HealthMonitor;
import botmaker.bot.view.ObservedState;
import botmaker.bot.view.ObservedState.Health;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Moves a bot to the image of new bots, and rolls back if it does not become healthy there.
///
/// OpenClaw migrates its state forward only: an older image cannot live with state that a newer one has touched. So the state is
/// copied first, and the new image is on trial until the bot is healthy.
///
/// ```
///          new container created, bot stopped, state copied, new container started
///   READY ───────────────────────────────────────────────────────────────────────▶ ON TRIAL ── healthy ──▶ READY, copy dropped
///     ▲                                                                              │
///     └── copy restored, container of the old image ◀─ quarantined, late, interrupted ┘
/// ```
///
/// A stopped bot stays on trial until it is started. The caller holds the bot's lock.
public final class ImageUpgrade {
    private static final System.Logger LOG = System.getLogger(ImageUpgrade.class.getName());

    private final BotAssembly assembly;
    private final BotFiles files;
    private final BotHost host;
    private final BotRegistry registry;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<BotId, Long> since = new ConcurrentHashMap<>();

    /// @param nanoTime the monotonic clock, `System::nanoTime`
    public ImageUpgrade(BotAssembly assembly, BotFiles files, BotHost host, BotRegistry registry, Clock clock, LongSupplier nanoTime) {
        this.assembly = assembly;
        this.files = files;
        this.host = host;
        this.registry = registry;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /// Begins a trial, and returns when the new container runs.
    ///
    /// @throws Failure            where a trial is under way, the state cannot be copied, the image is missing or the host refuses; the
    ///                            bot is as before
    /// @throws Failure.EngineDown where the engine fell silent; the bot is rolled back when it answers again
    void begin(BotRecord record, String image) {
        if (record.rollout().previous().isPresent()) {
            throw new Failure.Conflict("An upgrade of this bot is not confirmed yet. Wait until the bot is healthy, or start it if it is stopped.");
        }
        BotId id = record.id();
        String next = host.requireUsable(image, record.spec().reach());
        Image previous = new Image(record.image(), host.find(id).map(Container::imageId).or(() -> record.rollout().imageId()));
        BotRecord trial = assembly.save(record.upgrading(new Image(image, Optional.of(next)), previous, clock.instant()));
        since.remove(id);
        registry.expect(id, "upgrade to " + image + " started by you", true, true);
        try {
            assembly.replace(trial, () -> {
                copyState(trial);
                assembly.writeFiles(trial); // the new container also follows a change that was pending
            });
        } catch (Failure.EngineDown e) {
            throw e;
        } catch (RuntimeException e) {
            assembly.tidy(assembly.save(record));
            throw e;
        }
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
        BotId id = record.id();
        Optional<Container> container = host.find(id);
        Optional<String> failure = failure(record, container);
        if (failure.isPresent()) {
            rollBack(record, failure.get());
            return true;
        }
        if (registry.seen(id).filter(seen -> seen.health() == Health.HEALTHY
                && container.map(seen::sameRun).orElse(false)).isPresent()) {
            confirm(record);
        }
        return false;
    }

    private Optional<String> failure(BotRecord record, Optional<Container> container) {
        if (!files.hasCopy(record.id())) {
            return Optional.of("the upgrade was interrupted");
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
        long now = nanoTime.getAsLong();
        long started = since.computeIfAbsent(record.id(), _ -> now);
        return now - started < HealthMonitor.START_DEADLINE.toNanos() ? Optional.empty()
                : Optional.of("it was not healthy within %d minutes".formatted(HealthMonitor.START_DEADLINE.toMinutes())
                        + registry.seen(record.id()).flatMap(ObservedState::problem).map(problem -> ": " + problem).orElse(""));
    }

    private void confirm(BotRecord record) {
        BotRecord confirmed = assembly.save(record.with(record.rollout().previous(Optional.empty())));
        since.remove(record.id());
        registry.note(record.id(), "upgrade to " + record.image() + " succeeded");
        assembly.tidy(confirmed);
    }

    /// Restores the copy of the state and the old image. It may be repeated at any point: the copy is complete or does not exist, and while
    /// it does not exist, the state has not been touched.
    void rollBack(BotRecord record, String why) {
        BotId id = record.id();
        Image previous = record.rollout().previous().orElseThrow();
        LOG.log(System.Logger.Level.WARNING, "bot {0}: rolled back to {1}: {2}", id, previous.reference(), why);
        host.ofBot(id).forEach(host::stop);
        IoFailures.run("cannot restore the bot's state", () -> files.putStateBack(id));
        assembly.save(record.rolledBack(previous, clock.instant()));
        assembly.recordByItself(record, "image-rolled-back", previous.reference() + ": " + why);
        since.remove(id);
        registry.expect(id, "rolled back to " + previous.reference() + ": " + why, true, true);
    }
}
