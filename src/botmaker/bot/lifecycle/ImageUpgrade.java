package botmaker.bot.lifecycle;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Image;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.bot.view.HealthMonitor;
import botmaker.bot.view.ObservedState.Health;
import botmaker.bot.view.ObservedState;
import botmaker.bot.view.Subscription;
import botmaker.docker.Container;
import botmaker.docker.ImageInfo;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Puts bots into containers of the image that new bots get, and back where that does not work.
///
/// OpenClaw's state migrates forward only: an older image cannot live with the state that a newer one has touched. So the
/// state is copied first, and the new container is on trial until the bot is healthy.
///
/// ```
///            row: new image, old one as `previous`       bot stopped, state copied, new container
///   READY ──────────────────────────────────────────▶ ON TRIAL ──── healthy ────▶ READY, copy dropped
///     ▲                                                  │
///     └── copy put back, container of the old image ◀────┘ stopped for good, too late, or cut off by a crash
/// ```
///
/// A bot that shall not run is not tried: it stays on trial until it is started.
public final class ImageUpgrade implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ImageUpgrade.class.getName());
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final BotService service;
    private final BotAssembly assembly;
    private final BotFiles files;
    private final BotHost containers;
    private final BotRegistry fleet;
    private final Clock clock;
    private final String image;
    private final WorkQueue chores;
    private final LongSupplier nanoTime;
    private final Map<BotId, Long> since = new ConcurrentHashMap<>();
    private final Thread judge = Thread.ofVirtual().name("recreation-judge").unstarted(this::judge);

    /// @param image    what new bots are made from
    /// @param nanoTime the monotonic clock, `System::nanoTime`
    public ImageUpgrade(BotService service, BotAssembly assembly, BotFiles files, BotHost containers, BotRegistry fleet, Clock clock,
            LongSupplier nanoTime, WorkQueue chores, String image) {
        this.service = service;
        this.assembly = assembly;
        this.files = files;
        this.containers = containers;
        this.fleet = fleet;
        this.clock = clock;
        this.image = image;
        this.nanoTime = nanoTime;
        this.chores = chores;
    }

    public void start() {
        judge.start();
    }

    /// Begins a trial, and answers when the new container runs; how the trial ends is told by events.
    ///
    /// @throws Failure.Conflict    where one is going on
    /// @throws Failure.Unavailable where the image is missing or the engine refused; the bot is as before
    /// @throws Failure.EngineDown  where the engine fell silent; the bot is put back when it answers again
    public BotView recreate(BotId id) throws InterruptedException {
        return service.acting(id, "being recreated", row -> {
            if (row.rollout().previous().isPresent()) {
                throw new Failure.Conflict("The bot is on trial with another image already. Wait until it is ready, or start it if it is stopped.");
            }
            ImageInfo next = containers.requireUsable(image);
            Optional<Container> old = containers.find(id);
            Image previous = new Image(row.image(), old.map(Container::imageId).or(() -> row.rollout().imageId()));
            BotRecord trial = row.upgrading(new Image(image, Optional.of(next.id())), previous, clock.instant());
            assembly.save(trial);
            since.remove(id);
            fleet.announce(id, "recreated by you on " + image, true, true);
            try {
                old.ifPresent(container -> BotAssembly.asking("stop the bot", () -> containers.stop(container)));
                copyState(trial);
                assembly.remake(trial);
            } catch (Failure.EngineDown e) {
                throw e;
            } catch (RuntimeException e) {
                putBack(trial, e);
                throw e;
            }
        });
    }

    private void putBack(BotRecord trial, RuntimeException cause) {
        try {
            putBack(trial, "it could not be recreated");
        } catch (RuntimeException e) {
            // The row stays as an intent that the judge or a repair settles; the caller is told the first cause.
            fleet.doubt();
            cause.addSuppressed(e);
        }
    }

    private void copyState(BotRecord row) {
        try {
            files.copyState(row);
        } catch (IOException e) {
            if (IoFailures.isDiskFull(e)) {
                throw IoFailures.translate(e, "cannot copy the bot's state");
            }
            LOG.log(System.Logger.Level.WARNING, "bot " + row.id() + ": its state cannot be copied", e);
            throw new Failure.Conflict("The bot's state cannot be copied, so that nothing was changed: its directories are nested too deep, "
                    + "or hold what cannot be read.");
        }
    }

    private void judge() {
        try (Subscription changes = fleet.subscribe()) {
            while (!Thread.currentThread().isInterrupted()) {
                changes.take(LOOK);
                if (fleet.engine().problem().isEmpty()) {
                    fleet.rows().stream().filter(row -> row.rollout().previous().isPresent()).forEach(row ->
                            chores.start(row.id(), "ending its trial", () -> judge(row.id())));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void judge(BotId id) {
        service.whenFree(id, row -> {
            if (row.rollout().previous().isPresent()) {
                Optional<Container> container = containers.find(id);
                Optional<String> failure = failure(row, container);
                if (failure.isPresent()) {
                    try (var _ = fleet.working(id, "being put back on its image before")) {
                        putBack(row, failure.get());
                    }
                } else if (fleet.seen(id).filter(seen -> seen.health() == Health.HEALTHY
                        && container.map(seen::sameRun).orElse(false)).isPresent()) {
                    prove(row);
                }
            }
        });
    }

    /// Why a trial has failed, where it has.
    private Optional<String> failure(BotRecord row, Optional<Container> container) {
        if (!files.hasCopy(row.id())) {
            return Optional.of("it was cut off");
        }
        if (row.quarantine().isPresent()) {
            return row.quarantine();
        }
        if (row.desired() == Desired.STOPPED) {
            since.remove(row.id());
            return Optional.empty();
        }
        boolean lives = container.filter(it -> row.rollout().imageId().equals(Optional.of(it.imageId()))).map(Container::state)
                .filter(state -> state == Container.State.RUNNING || state == Container.State.RESTARTING
                        || state == Container.State.PAUSED).isPresent();
        if (!lives) {
            return Optional.of("it does not run");
        }
        long now = nanoTime.getAsLong();
        long started = since.computeIfAbsent(row.id(), _ -> now);
        return now - started < HealthMonitor.START_DEADLINE.toNanos() ? Optional.empty()
                : Optional.of("it was not ready within %d minutes".formatted(HealthMonitor.START_DEADLINE.toMinutes())
                        + fleet.seen(row.id()).flatMap(ObservedState::problem).map(problem -> ": " + problem).orElse(""));
    }

    private void prove(BotRecord row) {
        service.row(row.id(), it -> it.with(it.rollout().previous(Optional.empty())));
        since.remove(row.id());
        fleet.note(row.id(), "proved itself on " + row.image());
        assembly.tidy(row.id());
    }

    /// Puts the copy and the old image back. May be repeated at any point: the copy is complete or not there, and while it
    /// is not, the state has not been touched.
    private void putBack(BotRecord row, String why) {
        BotId id = row.id();
        Image previous = row.rollout().previous().orElseThrow();
        LOG.log(System.Logger.Level.WARNING, "bot {0}: put back on {1}, since {2}", id, previous.reference(), why);
        containers.find(id).ifPresent(container -> {
            containers.stop(container);
            containers.remove(container);
        });
        try {
            files.putStateBack(id);
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot put the bot's state back");
        }
        BotRecord back = row.rolledBack(previous, clock.instant());
        assembly.save(back);
        since.remove(id);
        fleet.announce(id, "put back on " + previous.reference() + ": " + why, true, true);
        assembly.remake(back);
        service.row(id, BotRecord::settled);
        service.byItself(back, "image-put-back", previous.reference() + ": " + why);
        service.refresh(id);
    }

    @Override
    public void close() {
        judge.interrupt();
    }
}
