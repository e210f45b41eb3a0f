package botmaker.bot;

import botmaker.audit.Audit;
import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.host.BotHost;
import botmaker.bot.lifecycle.BotAssembly;
import botmaker.bot.lifecycle.BotService;
import botmaker.bot.lifecycle.Convergence;
import botmaker.bot.lifecycle.CrashLoopDetector;
import botmaker.bot.lifecycle.PolicyWriter;
import botmaker.bot.lifecycle.Trial;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore.PortRange;
import botmaker.bot.model.BotSecretStore;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Limits;
import botmaker.bot.model.PriceBook;
import botmaker.bot.reconcile.EngineWatch;
import botmaker.bot.reconcile.Orphans;
import botmaker.bot.reconcile.Reconciler;
import botmaker.bot.reconcile.WorkQueue;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.HealthMonitor;
import botmaker.bot.view.RunningBots;
import botmaker.bot.view.StateSizes;
import botmaker.file.PrivateFiles;
import botmaker.file.Reserve;
import botmaker.http.Route;
import botmaker.secret.SecretStore;
import botmaker.store.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The bots of one data directory: the only way in for the packages above.
public final class Bots implements AutoCloseable {
    /// How bots are created.
    ///
    /// @param root        holds each bot's own directory
    /// @param kept        holds the kept state of deleted bots
    /// @param image       the image of new bots
    /// @param limits      the limits of a bot whose request names none
    /// @param stopTimeout how long a bot may take to stop before it is killed
    /// @param uidBase     the first user id for bots, where BotMaker runs as root
    /// @param controlUiPorts where bots' Control UIs are published
    /// @param environment further environment variables of every bot; nothing secret
    /// @param policy      the file that tells the broker what bots may reach and spend
    /// @param zone        in which the days and months of budgets begin
    public record Options(Path root, Path kept, String image, Limits limits, Duration stopTimeout, int uidBase,
            PortRange controlUiPorts, Map<String, String> environment, Path policy, ZoneId zone) { }

    private final BotStore store;
    private final BotRegistry registry;
    private final Reserve reserve;
    private final BotService service;
    private final BotHost host;
    private final PolicyWriter policy;
    final BotAssembly assembly;
    final CrashLoopDetector crashes;
    final Convergence convergence;
    private final WorkQueue queue;
    final Reconciler reconciler;
    private final EngineWatch watch;
    private final HealthMonitor health;
    private final Orphans orphans;
    private final RunningBots running;
    private final List<Route> routes;
    private volatile Optional<Warning> broker = Optional.empty();

    /// @param audit         records what BotMaker does to bots by itself
    /// @param policyWritten runs after the policy was replaced, so that the broker reads it at once
    /// @throws IOException where it cannot be told which user this process runs as
    public Bots(Database database, Audit audit, BotSecretStore secrets, KeptKeys keys, PriceBook prices, Runnable policyWritten,
            BotHost.Factory place, Options options, Clock clock) throws IOException {
        this(database, audit, secrets, keys, prices, policyWritten, place, options, clock, System::nanoTime);
    }

    /// @param nanoTime the monotonic clock
    Bots(Database database, Audit audit, BotSecretStore sets, KeptKeys keys, PriceBook prices, Runnable policyWritten,
            BotHost.Factory place, Options options, Clock clock, LongSupplier nanoTime) throws IOException {
        this.store = new BotStore(database, options.controlUiPorts());
        SecretStore secrets = sets.files();
        BotFiles files = new BotFiles(options.root(), options.kept());
        files.prepareForBackups();
        this.registry = new BotRegistry(clock, nanoTime, files::isBackupRunning);
        String installation = store.installation();
        if (PrivateFiles.isRoot()) {
            store.skipTo(files.highestOwner(secrets.root()) - options.uidBase() + 1);
        }
        this.host = place.of(installation, files, secrets, options.environment(), options.stopTimeout());
        this.reserve = new Reserve(options.root().resolveSibling("reserve"));
        this.crashes = new CrashLoopDetector(nanoTime);
        this.policy = new PolicyWriter(options.policy(), policyWritten, options.zone(), keys, prices, registry, sets, files);
        this.assembly = new BotAssembly(store, sets, files, host, registry, crashes, policy, audit);
        Trial trial = new Trial(assembly, files, host, registry, keys, clock, nanoTime);
        this.convergence = new Convergence(assembly, trial, crashes, host, registry, reserve, clock);
        Supplier<Limits> limits = () -> host.defaults(options.limits());
        this.service = new BotService(store, assembly, trial, convergence, host, files, registry, clock,
                options.image(), limits, keys, prices, owners(options.uidBase()), reserve);
        this.orphans = new Orphans(registry, host, files, secrets.root());
        this.queue = new WorkQueue(convergence::reconcile);
        this.reconciler = new Reconciler(registry, convergence, host, crashes, secrets,
                orphans, reserve, queue, options.image(), this::warnings);
        this.watch = new EngineWatch(host, reconciler, registry);
        this.health = new HealthMonitor(registry, host, secrets);
        this.running = new RunningBots(registry, host, secrets);
        this.routes = Stream.of(new BotRoutes(registry, service, new StateSizes(files, registry), limits, keys).routes(), orphans.routes())
                .flatMap(List::stream).toList();
    }

    /// Gives every bot a user of its own if BotMaker runs as root; otherwise all share BotMaker's user, which does not protect them from
    /// each other.
    private static IntFunction<Owner> owners(int uidBase) throws IOException {
        if (PrivateFiles.isRoot()) {
            return n -> new Owner(uidBase + n, uidBase + n);
        }
        Owner self = new Owner(PrivateFiles.currentUid(), PrivateFiles.currentGid());
        return _ -> self;
    }

    /// Reads the bots from the database. Call it once, before the first request.
    public void load() {
        List<BotRecord> rows = store.all();
        registry.load(rows);
        rows.forEach(row -> assembly.readsSecrets(row.id()));
        policy.write();
    }

    /// Writes what the bots may reach and spend, after a change that concerns several of them.
    public void writePolicy() {
        policy.write();
    }

    /// Returns whether a bot needs a broker.
    public boolean needBroker() {
        return policy.isNeeded();
    }

    /// Starts to watch the bots. The engine may still be away.
    public void start() {
        reserve.keep();
        watch.start();
        health.start();
    }

    public BotRegistry registry() {
        return registry;
    }

    public BotService service() {
        return service;
    }

    /// Returns the bots that run, for features that need something from the bot itself.
    public RunningBots running() {
        return running;
    }

    /// Returns what belongs to this installation but to none of its bots.
    public Orphans orphans() {
        return orphans;
    }

    /// Observes everything now.
    public void look() {
        reconciler.resync(Set.of());
    }

    /// Returns the routes of the bots.
    public List<Route> routes() {
        return routes;
    }

    /// Returns what is wrong with the broker and the host: bots that reach each other, an engine without its default protection.
    public List<Warning> warnings() {
        return Stream.concat(broker.stream(), host.warnings().stream()).toList();
    }

    /// Shows, or no longer shows, that something is wrong with the broker.
    public void warnOfBroker(Optional<Warning> warning) {
        broker = warning;
        registry.warnings(warnings());
    }

    /// Returns why the engine cannot be asked now; empty while it answers.
    public Optional<String> engineProblem() {
        return registry.engine().problem();
    }

    /// Returns whether an address belongs to the bots' own network, which has no access to BotMaker.
    public boolean isBotAddress(InetAddress address) {
        return host.isBotAddress(address);
    }

    /// Stops watching; the bots keep running.
    @Override
    public void close() {
        health.close();
        watch.close();
        queue.close();
    }
}
