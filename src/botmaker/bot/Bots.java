package botmaker.bot;

import botmaker.audit.Audit;
import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Warning;
import botmaker.bot.lifecycle.BotAssembly;
import botmaker.bot.lifecycle.BotChanges;
import botmaker.bot.lifecycle.BotObserver;
import botmaker.bot.lifecycle.BotService;
import botmaker.bot.lifecycle.CrashLoopDetector;
import botmaker.bot.lifecycle.ImageUpgrade;
import botmaker.bot.lifecycle.Instructions;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore.PortRange;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.Limits;
import botmaker.bot.reconcile.EngineWatch;
import botmaker.bot.reconcile.Orphan;
import botmaker.bot.reconcile.OrphanRoutes;
import botmaker.bot.reconcile.Orphans;
import botmaker.bot.reconcile.Reconciler;
import botmaker.bot.reconcile.WorkQueue;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.HealthMonitor;
import botmaker.bot.view.RunningBots;
import botmaker.bot.view.StateSizes;
import botmaker.error.Failure;
import botmaker.file.PrivateFiles;
import botmaker.file.Reserve;
import botmaker.http.Route;
import botmaker.openclaw.BotProbe;
import botmaker.openclaw.Catalog;
import botmaker.secret.SecretStore;
import botmaker.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The bots of one data directory: this package's one door.
public final class Bots implements AutoCloseable {
    /// How bots are made.
    ///
    /// @param root        holds each bot's own directory
    /// @param kept        takes the state of deleted bots whose operator wants it kept
    /// @param image       the image of new bots
    /// @param limits      what a bot may use whose request does not say
    /// @param stopTimeout how long a bot may take to stop before it is killed
    /// @param uidBase     the first user id for bots, where BotMaker runs as root
    /// @param controlUiPorts where bots' Control UIs are published, where that is wanted
    /// @param environment what every bot gets besides OpenClaw's own variables; nothing secret
    public record Options(Path root, Path kept, String image, Limits limits, Duration stopTimeout, int uidBase,
            PortRange controlUiPorts, Map<String, String> environment) { }

    private final BotStore store;
    private final BotRegistry fleet;
    private final Reserve reserve;
    private final BotService service;
    private final BotHost containers;
    private final BotAssembly assembly;
    private final CrashLoopDetector crashes;
    private final BotObserver observer;
    private final WorkQueue queue;
    private final Reconciler reconciler;
    private final EngineWatch watch;
    private final HealthMonitor health;
    private final BotChanges changes;
    private final Instructions instructions;
    private final Orphans orphans;
    private final RunningBots running;
    private final Clock clock;
    private final List<Route> routes;

    /// @param audit takes what BotMaker does to bots by itself
    /// @throws IOException where it cannot be told which user this process runs as
    public Bots(Database database, Audit audit, SecretStore secrets, BotHost.Factory host, Catalog catalog, Options options, Clock clock)
            throws IOException {
        this(database, audit, secrets, host, catalog, options, clock, System::nanoTime);
    }

    /// @param nanoTime the monotonic clock
    Bots(Database database, Audit audit, SecretStore secrets, BotHost.Factory host, Catalog catalog, Options options, Clock clock,
            LongSupplier nanoTime) throws IOException {
        this.store = new BotStore(database, options.controlUiPorts());
        BotFiles files = new BotFiles(options.root(), options.kept());
        files.prepareForBackups();
        this.fleet = new BotRegistry(clock, nanoTime, files::isBackupRunning);
        String installation = store.installation();
        if (PrivateFiles.isRoot()) {
            store.skipTo(files.highestOwner(secrets.root()) - options.uidBase() + 1);
        }
        this.containers = host.of(installation, files, secrets, options.environment(), options.stopTimeout());
        this.reserve = new Reserve(options.root().resolveSibling("reserve"));
        this.crashes = new CrashLoopDetector(nanoTime);
        this.assembly = new BotAssembly(store, secrets, files, containers, fleet, crashes, catalog, audit);
        ImageUpgrade upgrade = new ImageUpgrade(assembly, files, containers, fleet, clock, nanoTime);
        this.observer = new BotObserver(containers, fleet, secrets);
        this.service = new BotService(store, assembly, upgrade, containers, observer, fleet, crashes, clock,
                options.image(), owners(options.uidBase()), reserve);
        Supplier<Limits> limits = () -> containers.defaults(options.limits());
        this.changes = new BotChanges(service, observer, assembly, containers, fleet, catalog, limits, clock);
        this.instructions = new Instructions(service, files, fleet);
        this.orphans = new Orphans(fleet, containers, files, secrets.root());
        this.queue = new WorkQueue(service::reconcile);
        this.reconciler = new Reconciler(fleet, service, observer, containers, crashes, secrets,
                orphans, reserve, queue, options.image());
        this.watch = new EngineWatch(containers, reconciler, fleet);
        this.health = new HealthMonitor(fleet, containers, secrets, new BotProbe());
        this.running = new RunningBots(fleet, containers, secrets);
        this.clock = clock;
        this.routes = Stream.of(
                new BotRoutes(fleet, service, changes, instructions, new StateSizes(files, fleet), catalog, limits).routes(),
                new OrphanRoutes(orphans).routes()).flatMap(List::stream).toList();
    }

    /// As root every bot gets a user of its own; otherwise all share BotMaker's, and uids do not protect them from
    /// each other.
    private static IntFunction<Owner> owners(int uidBase) throws IOException {
        if (PrivateFiles.isRoot()) {
            return n -> new Owner(uidBase + n, uidBase + n);
        }
        Owner self = new Owner(PrivateFiles.currentUid(), PrivateFiles.currentGid());
        return _ -> self;
    }

    /// Reads which bots there are. To be called once, before anybody asks.
    public void load() {
        List<BotRecord> rows = store.all();
        fleet.load(rows);
        rows.forEach(row -> assembly.readsSecrets(row.id()));
    }

    /// Begins to watch the bots. The engine need not be there yet.
    public void start() {
        reserve.keep();
        watch.start();
        health.start();
    }

    BotObserver observer() {
        return observer;
    }

    Reconciler reconciler() {
        return reconciler;
    }

    CrashLoopDetector crashes() {
        return crashes;
    }

    BotAssembly assembly() {
        return assembly;
    }

    public BotRegistry fleet() {
        return fleet;
    }

    public BotService service() {
        return service;
    }

    public BotChanges changes() {
        return changes;
    }

    public Instructions instructions() {
        return instructions;
    }

    /// Returns the bots that run, for features that need something from the bot itself.
    public RunningBots running() {
        return running;
    }

    /// Records the owner of a bot by pairing and writes the bot's configuration; if that fails, nothing has changed.
    public void setPairedOwner(BotId id, Optional<String> owner) throws InterruptedException {
        try {
            service.revise(id, row -> row.pairedOwner(owner, clock.instant()), assembly::writeConfig);
        } catch (Failure.DiskFull | UncheckedIOException e) {
            service.revise(id, row -> row.pairedOwner(Optional.empty(), clock.instant()), _ -> { });
            throw e;
        }
    }

    public Orphans orphanage() {
        return orphans;
    }

    /// Looks at everything now.
    public void look() {
        reconciler.resync(Set.of());
    }

    /// This package's part of the HTTP interface.
    public List<Route> routes() {
        return routes;
    }

    /// What no bot has any more, as the last look found it.
    public List<Orphan> orphans() {
        return orphans.found();
    }

    /// Returns what is wrong with the host: bots that reach each other, an engine without its default protection.
    public List<Warning> warnings() {
        return containers.warnings();
    }

    /// How many bots there are.
    public int count() {
        return fleet.rows().size();
    }

    /// A bot as other features know it.
    ///
    /// @param name        for people
    /// @param containerId of its container, as last seen; empty while it has none
    public record Summary(String name, Optional<String> containerId) { }

    /// A bot as it is known now, from memory; empty where there is none.
    public Optional<Summary> find(BotId id) {
        return fleet.bot(id).map(bot -> new Summary(bot.row().spec().name().value(),
                bot.seen().container().map(Container::id)));
    }

    /// Why the engine cannot be asked now; empty while it answers.
    public Optional<String> engineProblem() {
        return fleet.engine().problem();
    }

    /// Whether an address belongs to the bots' own network, from where nobody has any business with BotMaker.
    public boolean isBotAddress(InetAddress address) {
        return containers.isBotAddress(address);
    }

    /// Stops watching; the bots run on.
    @Override
    public void close() {
        health.close();
        watch.close();
        queue.close();
    }
}
