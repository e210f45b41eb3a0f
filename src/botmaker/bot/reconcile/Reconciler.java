package botmaker.bot.reconcile;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Liveness;
import botmaker.bot.lifecycle.Convergence;
import botmaker.bot.lifecycle.CrashLoopDetector;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.BotRegistry;
import botmaker.error.Failure;
import botmaker.file.Reserve;
import botmaker.secret.SecretStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Observes the bots, and enqueues those whose record and observation differ; [Convergence#reconcile] takes the steps.
public final class Reconciler {
    private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());

    private final BotRegistry registry;
    private final Convergence convergence;
    private final BotHost host;
    private final CrashLoopDetector crashes;
    private final SecretStore secrets;
    private final Orphans orphans;
    private final Reserve reserve;
    private final WorkQueue queue;
    private final String image;
    private final Supplier<List<Warning>> warnings;

    /// @param image    what new bots are created from
    /// @param warnings what is wrong with the installation
    public Reconciler(BotRegistry registry, Convergence convergence, BotHost host, CrashLoopDetector crashes,
            SecretStore secrets, Orphans orphans, Reserve reserve, WorkQueue queue, String image, Supplier<List<Warning>> warnings) {
        this.registry = registry;
        this.convergence = convergence;
        this.host = host;
        this.crashes = crashes;
        this.secrets = secrets;
        this.orphans = orphans;
        this.reserve = reserve;
        this.queue = queue;
        this.image = image;
        this.warnings = warnings;
    }

    /// Observes everything once. One run at a time.
    ///
    /// @param ran the bots that ran under the engine before it was restarted; none if it was not
    /// @throws Failure.EngineDown if the engine does not answer; nothing is concluded then
    public synchronized void resync(Set<BotId> ran) {
        long asOf = System.nanoTime();
        Map<BotId, List<Container>> found = host.all(registry::engineAnswered);
        attempt("learning what the bots' containers should be", () -> host.learn(registry.rows(), found));
        attempt("checking the host", () -> host.check(found.values().stream().flatMap(List::stream).toList()));
        for (BotRecord record : registry.rows()) {
            List<Container> there = found.getOrDefault(record.id(), List.of());
            registry.observe(record.id(), there.stream().findFirst(), host.drift(record, there), asOf);
            if (ran.contains(record.id()) && !there.isEmpty() && !Liveness.of(there.stream().findFirst()).isAlive()) {
                convergence.revive(record.id());
            }
        }
        attempt("reading the image of new bots", () -> registry.newestImage(host.imageId(image)));
        registry.engineLooked();
        if (!found.isEmpty()) {
            attempt("learning the bots' network", host::learnNetwork);
        }
        found.forEach((id, all) -> all.forEach(container -> attempt("checking container " + container.name(),
                () -> strayContainer(id, container, all.size()))));
        attempt("looking for orphans", orphans::look);
        reserve.keep();
        attempt("removing unfinished secrets", secrets::deleteLeftovers);
        registry.rows().forEach(record -> attempt("judging bot " + record.id(), () -> judge(record)));
    }

    /// Observes one bot after an event of the engine. If there is no such bot, the engine may have created a container late, for a
    /// creation that was rolled back meanwhile.
    public void observe(BotId id) {
        if (registry.row(id).isEmpty()) {
            host.find(id).ifPresent(container -> attempt("checking container " + container.name(),
                    () -> strayContainer(id, container, 1)));
            return;
        }
        try {
            judge(convergence.refresh(id).row());
        } catch (Failure.NotFound e) {
            LOG.log(System.Logger.Level.DEBUG, "bot {0} was deleted while it was observed", id);
        }
    }

    /// Enqueues the bots whose next step depends on time or health, which are those on trial with a new image, and publishes new
    /// warnings about the host.
    public void tick() {
        registry.warnings(warnings.get());
        if (registry.engine().problem().isEmpty()) {
            registry.rows().stream().filter(record -> record.rollout().previous().isPresent()).map(BotRecord::id).forEach(queue::enqueue);
        }
    }

    /// Judges a bot by the registry, where a late answer never replaces a newer one: an old count of restarts after a new one would look
    /// like new deaths.
    private void judge(BotRecord record) {
        registry.container(record.id()).filter(_ -> record.shouldRun()).ifPresent(it -> crashes.observe(record, it));
        if (convergence.isDue(record.id())) {
            queue.enqueue(record.id());
        } else if (record.phase() == BotRecord.Phase.READY) {
            attempt("reading the last lines of bot " + record.id(), () -> convergence.recallLastLines(record.id()));
        }
    }

    /// A container of this installation without a record, or beside the bot's own. One that never ran is what a rolled-back
    /// creation left when the engine made it after falling silent; a replacement beside the old one is what a cut-off
    /// replacement left; any other is an orphan, for the operator to decide about.
    private void strayContainer(BotId id, Container container, int ofBot) {
        if (registry.row(id).isEmpty()) {
            if (container.neverRan()) {
                LOG.log(System.Logger.Level.INFO, "removing container {0} of a creation that was rolled back", container.name());
                host.remove(container.id());
            }
        } else if (ofBot > 1 && container.isReplacement() && !convergence.isDue(id)) {
            convergence.settleReplacement(id);
            queue.enqueue(id);
        }
    }

    /// Runs one task; its failure must not keep the others from running.
    private static void attempt(String what, Runnable repair) {
        try {
            repair.run();
        } catch (Failure.EngineDown e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, what + " failed", e);
        }
    }
}
