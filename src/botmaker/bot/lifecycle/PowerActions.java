package botmaker.bot.lifecycle;

import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.BotRegistry;
import botmaker.docker.Container;
import botmaker.error.Failure;
import java.time.Clock;
import java.util.Optional;

/// Starts and stops bots, as was wished. The caller holds the bot's lock.
///
/// ```
/// row (the wish, due) ─▶ container started or stopped ─▶ row (nothing due)
/// ```
public final class PowerActions {
    private static final System.Logger LOG = System.getLogger(PowerActions.class.getName());

    private final BotService service;
    private final BotAssembly assembly;
    private final BotHost containers;
    private final BotRegistry fleet;
    private final CrashLoopDetector brake;
    private final Clock clock;

    PowerActions(BotService service, BotAssembly assembly, BotHost containers, BotRegistry fleet, CrashLoopDetector brake, Clock clock) {
        this.service = service;
        this.assembly = assembly;
        this.containers = containers;
        this.fleet = fleet;
        this.brake = brake;
        this.clock = clock;
    }

    /// Writes a wish and carries it out. It stays due until then: what a crash or a silent engine cuts off is completed
    /// by [#fulfil], and what the engine refuses is told and not tried again.
    public void pursue(BotRecord row, Desired desired, Runnable carryOut) {
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
    public void fulfil(BotId id) {
        BotRecord row = service.row(id);
        if (row.rollout().powerActionPending()) {
            Optional<Container> there = containers.find(id);
            boolean shall = row.desired() == Desired.RUNNING;
            if (shall != isAlive(there) && row.quarantine().isEmpty()) {
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
            service.row(id, BotRecord::done);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "bot " + id + ": that it was started or stopped cannot be kept", e);
        }
    }

    private static boolean isAlive(Optional<Container> container) {
        return container.filter(it -> it.state().alive()).isPresent();
    }

    /// Stops a bot where it has a container.
    public void end(BotRecord row, Optional<Container> there) {
        fleet.announce(row.id(), "stopped by you", true, false);
        there.ifPresent(container -> BotAssembly.asking("stop the bot", () -> containers.stop(container)));
    }

    /// Restarts a bot, or starts one that does not run.
    public void again(BotRecord row, Optional<Container> there) {
        if (!isAlive(there)) {
            launch(row, there);
            return;
        }
        brake.forget(there.get().id());
        fleet.announce(row.id(), "restarted by you", true, true);
        BotAssembly.asking("restart the bot", () -> containers.restart(there.get()));
    }

    /// Starts a bot; one whose container is missing, or cannot be started any more, gets a new one around its old files.
    public void launch(BotRecord row, Optional<Container> there) {
        fleet.announce(row.id(), "started by you", false, true);
        Container container = there.orElseGet(() -> assembly.make(row));
        brake.forget(container.id());
        assembly.start(row, container);
    }
}
