package botmaker.bot;

import botmaker.docker.Container;
import botmaker.error.Failure;
import botmaker.file.Reserve;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Compares what is intended with what the engine has, repairs what is provably ours, and reports the rest.
final class Reconciler {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());

    private final Fleet fleet;
    private final BotService service;
    private final BotContainers containers;
    private final Drifts drifts;
    private final CrashBrake brake;
    private final BotChanges changes;
    private final Orphans orphans;
    private final Reserve reserve;
    private final String image;

    /// @param image what new bots are made from
    Reconciler(Fleet fleet, BotService service, BotContainers containers, Drifts drifts, CrashBrake brake,
            BotChanges changes, Orphans orphans, Reserve reserve, String image) {
        this.fleet = fleet;
        this.service = service;
        this.containers = containers;
        this.drifts = drifts;
        this.brake = brake;
        this.orphans = orphans;
        this.changes = changes;
        this.reserve = reserve;
        this.image = image;
    }

    /// Looks at everything once. One run at a time.
    ///
    /// @throws Failure.EngineDown where the engine does not answer; nothing is concluded then
    synchronized void run() {
        long asOf = System.nanoTime();
        Map<BotId, List<Container>> found = containers.all();
        attempt("learning what the bots' containers should be", () -> drifts.learn(fleet.rows(),
                found.values().stream().flatMap(List::stream).toList()));
        for (BotRow row : fleet.rows()) {
            List<Container> there = found.getOrDefault(row.id(), List.of());
            fleet.saw(row.id(), there.stream().findFirst(), drifts.of(row, there), asOf);
        }
        attempt("looking at the image of new bots", () -> fleet.newestImage(containers.imageId(image)));
        fleet.engineLooked();
        if (!found.isEmpty()) {
            attempt("learning the bots' network", containers::learnNetwork);
        }
        for (BotRow row : fleet.rows()) {
            if (row.phase() != BotRow.Phase.READY) {
                attempt("cleaning up bot " + row.id(), () -> service.settle(row.id()));
            } else {
                brake(row);
            }
        }
        found.forEach((id, all) -> all.forEach(container -> attempt("looking at container " + container.name(),
                () -> strayContainer(id, container))));
        attempt("looking for orphans", orphans::look);
        reserve.keep();
        Set<String> owners = changes.owners();
        fleet.rows().forEach(row -> attempt("looking at the files of bot " + row.id(), () -> repair(row, owners)));
    }

    /// A repair may take as long as a bot takes to stop, so each goes its own way.
    private void repair(BotRow row, Set<String> owners) {
        if (row.phase() == BotRow.Phase.READY
                && (row.upkeep().due() || changes.readsSecrets(row.id()) && changes.needsRepair(row, owners))) {
            Thread.ofVirtual().name("repair-" + row.id()).start(() -> changes.repair(row.id()));
        }
    }

    /// One thing that cannot be repaired must not keep the others from being so.
    private static void attempt(String what, Runnable repair) {
        try {
            repair.run();
        } catch (Failure.EngineDown e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, what + " failed", e);
        }
    }

    /// Looks at one bot, of which the engine has just told something.
    void look(BotId id) {
        if (fleet.row(id).isEmpty()) {
            return;
        }
        try {
            brake(service.refresh(id).row());
        } catch (Failure.NotFound e) {
            LOG.log(System.Logger.Level.DEBUG, "bot {0} went while it was looked at", id);
        }
    }

    /// Judges by what the fleet holds, where a late answer never replaces a newer one: an old count of restarts after a
    /// new one would look like as many deaths.
    private void brake(BotRow row) {
        Optional<Container> container = fleet.seen(row.id()).flatMap(Observation::container);
        if (container.isEmpty() || row.desired() != BotRow.Desired.RUNNING || row.halted().isPresent()) {
            return;
        }
        brake.look(row, container.get()).ifPresent(reason -> Thread.ofVirtual().name("halt-" + row.id())
                .start(() -> halt(row.id(), reason)));
    }

    /// On a thread of its own: a bot may take its whole time to stop, or somebody else be at work on it, and the others'
    /// events must not wait for that.
    private void halt(BotId id, String reason) {
        try {
            service.halt(id, reason);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Failure.EngineDown e) {
            LOG.log(System.Logger.Level.DEBUG, "bot {0}: not stopped, {1}", id, e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "stopping bot " + id + " for good failed", e);
        }
    }

    /// A container of this installation without a row. One that never ran is what a rolled-back creation left when the
    /// engine made it after falling silent; any other is an orphan, for the operator to decide about.
    private void strayContainer(BotId id, Container container) {
        boolean neverRan = container.state() == Container.State.CREATED && container.startedAt().isEmpty();
        if (neverRan && fleet.row(id).isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "removing container {0} of a creation that was rolled back", container.name());
            containers.remove(container);
        }
    }
}
