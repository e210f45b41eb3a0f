package botmaker.bot;

import botmaker.bot.BotRow.Desired;
import botmaker.docker.Container;
import botmaker.error.Failure;
import java.time.Clock;
import java.util.Optional;

/// Starts and stops bots, as was wished. The caller holds the bot's lock.
///
/// ```
/// row (the wish, due) ─▶ container started or stopped ─▶ row (nothing due)
/// ```
final class Wishes {
    private static final System.Logger LOG = System.getLogger(Wishes.class.getName());

    private final BotService service;
    private final BotAssembly assembly;
    private final BotContainers containers;
    private final Fleet fleet;
    private final CrashBrake brake;
    private final Clock clock;

    Wishes(BotService service, BotAssembly assembly, BotContainers containers, Fleet fleet, CrashBrake brake, Clock clock) {
        this.service = service;
        this.assembly = assembly;
        this.containers = containers;
        this.fleet = fleet;
        this.brake = brake;
        this.clock = clock;
    }

    /// Writes a wish and carries it out. It stays due until then: what a crash or a silent engine cuts off is completed
    /// by [#fulfil], and what the engine refuses is told and not tried again.
    void pursue(BotRow row, Desired desired, Runnable carryOut) {
        assembly.save(row.with(desired, clock.instant()));
        try {
            carryOut.run();
        } catch (Failure.EngineDown e) {
            throw new Failure.EngineDown("It will be done when the Docker Engine answers again. " + e.getMessage(), e);
        } catch (RuntimeException e) {
            done(row.id());
            throw e;
        }
        done(row.id());
    }

    /// Starts or stops a bot where that is due; its lock is held.
    void fulfil(BotId id) {
        BotRow row = service.row(id);
        if (row.upkeep().due()) {
            Optional<Container> there = containers.find(id);
            boolean shall = row.desired() == Desired.RUNNING;
            if (shall != isAlive(there) && row.halted().isEmpty()) {
                try (var _ = fleet.working(id, shall ? "being started" : "being stopped")) {
                    pursue(row, row.desired(), shall ? () -> launch(row, there) : () -> end(row, there));
                    service.byItself(row, shall ? "start-completed" : "stop-completed", "");
                    service.refresh(id);
                }
            } else {
                done(id);
            }
        }
    }

    /// Where this cannot be written, the wish is found fulfilled at the next look.
    private void done(BotId id) {
        try {
            service.row(id, BotRow::done);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "bot " + id + ": that it was started or stopped cannot be kept", e);
        }
    }

    private static boolean isAlive(Optional<Container> container) {
        return container.filter(it -> it.state().alive()).isPresent();
    }

    /// Stops a bot where it has a container.
    void end(BotRow row, Optional<Container> there) {
        fleet.announce(row.id(), "stopped by you", true, false);
        there.ifPresent(container -> BotAssembly.asking("stop the bot", () -> containers.stop(container)));
    }

    /// Restarts a bot, or starts one that does not run.
    void again(BotRow row, Optional<Container> there) {
        if (!isAlive(there)) {
            launch(row, there);
            return;
        }
        brake.forget(there.get().id());
        fleet.announce(row.id(), "restarted by you", true, true);
        BotAssembly.asking("restart the bot", () -> containers.restart(there.get()));
    }

    /// Starts a bot; one whose container is missing, or cannot be started any more, gets a new one around its old files.
    void launch(BotRow row, Optional<Container> there) {
        fleet.announce(row.id(), "started by you", false, true);
        Container container = there.orElseGet(() -> assembly.make(row));
        brake.forget(container.id());
        assembly.start(row, container);
    }
}
