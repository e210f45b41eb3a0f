package botmaker.bot.reconcile;

import botmaker.bot.host.BotHost;
import botmaker.bot.host.DriftDetector;
import botmaker.bot.host.HostChecks;
import botmaker.bot.lifecycle.BotChanges;
import botmaker.bot.lifecycle.BotService;
import botmaker.bot.lifecycle.CrashLoopDetector;
import botmaker.bot.lifecycle.WorkQueue;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.ObservedState;
import botmaker.docker.Container;
import botmaker.error.Failure;
import botmaker.file.Reserve;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Compares what is intended with what the engine has, repairs what is provably ours, and reports the rest.
public final class Reconciler {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());

    private final BotRegistry fleet;
    private final BotService service;
    private final BotHost containers;
    private final DriftDetector drifts;
    private final HostChecks checks;
    private final CrashLoopDetector brake;
    private final BotChanges changes;
    private final Orphans orphans;
    private final Reserve reserve;
    private final WorkQueue chores;
    private final String image;

    /// @param image what new bots are made from
    public Reconciler(BotRegistry fleet, BotService service, BotHost containers, DriftDetector drifts, HostChecks checks, CrashLoopDetector brake,
            BotChanges changes, Orphans orphans, Reserve reserve, WorkQueue chores, String image) {
        this.fleet = fleet;
        this.service = service;
        this.containers = containers;
        this.drifts = drifts;
        this.checks = checks;
        this.brake = brake;
        this.orphans = orphans;
        this.changes = changes;
        this.reserve = reserve;
        this.chores = chores;
        this.image = image;
    }

    /// Looks at everything once. One run at a time.
    ///
    /// @param ran the bots that ran under an engine that has been restarted since; none where it has not
    /// @throws Failure.EngineDown where the engine does not answer; nothing is concluded then
    public synchronized void run(Set<BotId> ran) {
        long asOf = System.nanoTime();
        Map<BotId, List<Container>> found = containers.all(fleet::engineAnswered);
        attempt("learning what the bots' containers should be", () -> drifts.learn(fleet.rows(), found));
        attempt("checking the host", () -> checks.look(found.values().stream().flatMap(List::stream).toList()));
        for (BotRecord row : fleet.rows()) {
            List<Container> there = found.getOrDefault(row.id(), List.of());
            fleet.saw(row.id(), there.stream().findFirst(), drifts.of(row, there), asOf);
            if (ran.contains(row.id()) && there.stream().findFirst().filter(it -> !it.state().alive()).isPresent()) {
                chores.start(row.id(), "starting it again after the engine", () -> service.revive(row.id()));
            }
        }
        attempt("looking at the image of new bots", () -> fleet.newestImage(containers.imageId(image)));
        fleet.engineLooked();
        if (!found.isEmpty()) {
            attempt("learning the bots' network", containers::learnNetwork);
        }
        for (BotRecord row : fleet.rows()) {
            if (row.phase() != BotRecord.Phase.READY) {
                chores.start(row.id(), "cleaning up", () -> service.settle(row.id()));
            } else {
                brake(row);
                attempt("reading the last lines of bot " + row.id(), () -> service.recallLastLines(row.id()));
            }
        }
        found.forEach((id, all) -> all.forEach(container -> attempt("looking at container " + container.name(),
                () -> strayContainer(id, container))));
        attempt("looking for orphans", orphans::look);
        reserve.keep();
        attempt("removing unfinished secrets", changes::clearSecrets);
        attempt("looking at the bots' files", () -> {
            Set<String> staged = changes.staged();
            fleet.rows().forEach(row -> attempt("looking at the files of bot " + row.id(), () -> repair(row, staged)));
        });
    }

    private void repair(BotRecord row, Set<String> staged) {
        if (row.phase() == BotRecord.Phase.READY
                && (row.rollout().powerActionPending() || changes.readsSecrets(row.id()) && changes.needsRepair(row, staged))) {
            chores.start(row.id(), "making files and container what was decided", () -> changes.repair(row.id()));
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

    /// Looks at one bot, of which the engine has just told something. Where there is no such bot, the engine may have
    /// carried out late what a creation asked for that has been rolled back since.
    public void look(BotId id) {
        if (fleet.row(id).isEmpty()) {
            containers.find(id).ifPresent(container -> attempt("looking at container " + container.name(),
                    () -> strayContainer(id, container)));
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
    private void brake(BotRecord row) {
        Optional<Container> container = fleet.seen(row.id()).flatMap(ObservedState::container);
        if (container.isEmpty() || row.desired() != BotRecord.Desired.RUNNING || row.quarantine().isPresent()) {
            return;
        }
        brake.look(row, container.get()).ifPresent(reason ->
                chores.start(row.id(), "stopping it for good", () -> service.halt(row, reason)));
    }

    /// A container of this installation without a row. One that never ran is what a rolled-back creation left when the
    /// engine made it after falling silent; any other is an orphan, for the operator to decide about.
    private void strayContainer(BotId id, Container container) {
        if (container.neverRan() && fleet.row(id).isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "removing container {0} of a creation that was rolled back", container.name());
            containers.remove(container);
        }
    }
}
