package botmaker.bot;

import botmaker.docker.Container;
import botmaker.error.Failure;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Compares what is intended with what the engine has, repairs what is provably ours, and reports the rest.
final class Reconciler {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());

    private final Fleet fleet;
    private final BotService service;
    private final BotContainers containers;
    private final CrashBrake brake;
    private final BotChanges changes;
    private final String image;
    private final Set<BotId> reported = new HashSet<>();

    /// @param image what new bots are made from
    Reconciler(Fleet fleet, BotService service, BotContainers containers, CrashBrake brake, BotChanges changes, String image) {
        this.fleet = fleet;
        this.service = service;
        this.containers = containers;
        this.brake = brake;
        this.changes = changes;
        this.image = image;
    }

    /// Looks at everything once. One run at a time.
    ///
    /// @throws Failure.EngineDown where the engine does not answer; nothing is concluded then
    synchronized void run() throws InterruptedException {
        long asOf = System.nanoTime();
        Map<BotId, Container> found = containers.all();
        for (BotRow row : fleet.rows()) {
            fleet.saw(row.id(), Optional.ofNullable(found.get(row.id())), asOf);
        }
        fleet.newestImage(containers.imageId(image));
        fleet.engineLooked();
        if (!found.isEmpty()) {
            containers.learnNetwork();
        }
        for (BotRow row : fleet.rows()) {
            if (row.phase() != BotRow.Phase.READY) {
                settle(row);
            } else if (found.containsKey(row.id())) {
                brake(row, found.get(row.id()));
            }
        }
        found.forEach(this::strayContainer);
        repair();
    }

    /// A repair may take as long as a bot takes to stop, so each goes its own way.
    private void repair() {
        Set<String> owners = changes.owners();
        for (BotRow row : fleet.rows()) {
            if (row.phase() == BotRow.Phase.READY && changes.needsRepair(row, owners)) {
                Thread.ofVirtual().name("repair-" + row.id()).start(() -> changes.repair(row.id()));
            }
        }
    }

    /// Looks at one bot, of which the engine has just told something.
    void look(BotId id) throws InterruptedException {
        if (fleet.row(id).isEmpty()) {
            return;
        }
        try {
            Bot bot = service.refresh(id);
            if (bot.seen().container().isPresent()) {
                brake(bot.row(), bot.seen().container().get());
            }
        } catch (Failure.NotFound e) {
            LOG.log(System.Logger.Level.DEBUG, "bot {0} went while it was looked at", id);
        }
    }

    private void brake(BotRow row, Container container) throws InterruptedException {
        if (row.desired() != BotRow.Desired.RUNNING || row.halted().isPresent()) {
            return;
        }
        var reason = brake.look(row, container);
        if (reason.isPresent()) {
            service.halt(row.id(), reason.get());
        }
    }

    private void settle(BotRow row) {
        try {
            service.settle(row.id());
        } catch (Failure.EngineDown e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "bot " + row.id() + ": cannot be cleaned up yet", e);
        }
    }

    /// A container of this installation without a row. One that never ran is what a rolled-back creation left when the
    /// engine made it after falling silent; another one is only reported.
    private void strayContainer(BotId id, Container container) {
        if (fleet.row(id).isPresent()) {
            return;
        }
        if (container.state() == Container.State.CREATED && container.startedAt().isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "removing container {0} of a creation that was rolled back", container.name());
            containers.remove(container);
        } else if (containers.inspect(container.id()).isPresent() && reported.add(id)) {
            LOG.log(System.Logger.Level.WARNING, "container {0} carries this installation''s labels, but there is no bot {1}",
                    container.name(), id);
        }
    }
}
