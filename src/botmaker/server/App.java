package botmaker.server;

import botmaker.audit.Audit;
import botmaker.audit.RequestAudit;
import botmaker.auth.BasicAuthenticator;
import botmaker.bot.Bots;
import botmaker.bot.host.DockerHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotSecretStore;
import botmaker.bot.model.Schema;
import botmaker.bot.view.BotView;
import botmaker.broker.Broker;
import botmaker.checks.CheckRoutes;
import botmaker.config.Settings;
import botmaker.config.Version;
import botmaker.controlui.ControlUiGates;
import botmaker.controlui.ControlUiRoutes;
import botmaker.docker.Engine;
import botmaker.file.DirectoryLock;
import botmaker.http.AuditListener;
import botmaker.http.Route;
import botmaker.http.StaticFiles;
import botmaker.http.WebServer;
import botmaker.image.ImageSupply;
import botmaker.key.KeyRoutes;
import botmaker.key.KeyStore;
import botmaker.logs.LogRoutes;
import botmaker.logs.LoggedBots;
import botmaker.pairing.PairingQueue;
import botmaker.secret.SecretStore;
import botmaker.spending.PriceRoutes;
import botmaker.spending.PriceStore;
import botmaker.spending.ReachedRoutes;
import botmaker.spending.SpendingRoutes;
import botmaker.spending.SpendingWatch;
import botmaker.spending.Usage;
import botmaker.store.Database;
import botmaker.talk.TalkRoutes;
import botmaker.tls.ServerTls;
import botmaker.usage.StatsRoutes;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A running BotMaker: builds every part in order, and closes them in reverse.
public final class App implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(App.class.getName());

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Settings settings;
    private final Settings.Source source;
    private final List<Route> routes = new ArrayList<>();
    private Audit audit;
    private BrokerProcess broker;
    private BrokerWatch brokerWatch;
    private Bots bots;
    private ControlUiGates gates;
    private SpendingWatch spending;
    private SignIn signIn;
    private WebServer server;

    private App(Settings settings, Settings.Source source) {
        this.settings = settings;
        this.source = source;
    }

    /// Opens everything; when it returns, requests are answered. The engine is contacted by [#begin()].
    ///
    /// @param source read again when the password's hash changes there
    /// @throws IOException if the data directory, the database, the port or the certificate cannot be used; everything is closed then
    public static App start(Settings.Source source) throws IOException, Settings.Wrong {
        App app = new App(source.load(), source);
        try {
            app.build();
            app.audit.started(Version.current()); // only with the port, so that retried starts without it leave no record
            app.server.start();
            return app;
        } catch (IOException | RuntimeException | Error e) {
            app.close();
            throw e;
        }
    }

    private void build() throws IOException {
        Clock clock = Clock.systemUTC();
        Path data = settings.data();
        DataDirectory.ensure(data);
        parts.push(DirectoryLock.acquire(data));
        DataDirectory.requireDatabase(data);
        UserIds.problem(settings.uidBase()).ifPresent(problem -> LOG.log(System.Logger.Level.WARNING, "bots cannot be created: {0}", problem));
        DataDirectory.ensure(data.resolve("secrets"));
        DataDirectory.ensure(data.resolve("bots"));

        Database database = open(Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS));
        audit = open(new Audit(database, clock));
        SecretStore secrets = new SecretStore(data.resolve("secrets"));
        secrets.deleteLeftovers();
        Broker.Layout layout = new Broker.Layout(data);
        DataDirectory.ensure(layout.home());
        SecretStore keyFiles = new SecretStore(layout.keys());
        KeyStore keys = new KeyStore(database, keyFiles, clock);
        BotSecretStore botSecrets = new BotSecretStore(secrets, keyFiles);
        keys.deleteLeftovers();
        PriceStore prices = new PriceStore(database);
        broker = open(new BrokerProcess(source, layout, () -> bots.needBroker()));
        Engine engine = new Engine(settings.dockerSocket());

        bots = open(new Bots(database, audit, botSecrets, keys, prices, broker::reload, DockerHost.on(engine), botOptions(settings), clock));
        LogRoutes logs = new LogRoutes(engine, loggedBots(secrets));
        ImageSupply images = open(new ImageSupply(engine, settings.image(), settings.buildContext(), System.getenv()));
        signIn = open(SignIn.start(settings, source));
        Optional<ServerTls> tls = tls();

        routes.addAll(BasicAuthenticator.routes());
        routes.addAll(bots.routes());
        Usage usage = open(new Usage(layout.usage(), clock, zone(settings)));
        brokerWatch = open(new BrokerWatch(broker::state, usage::problem, bots, audit, clock));
        routes.addAll(brokerWatch.routes());
        routes.addAll(new KeyRoutes(keys, bots.registry(), prices, bots::writePolicy).routes());
        spending = open(new SpendingWatch(usage, keys, bots.registry(), audit, broker::state));
        routes.addAll(new SpendingRoutes(usage, bots.registry()).routes());
        routes.addAll(new ReachedRoutes(usage, bots.registry()).routes());
        routes.addAll(new PriceRoutes(prices, keys, bots.registry(), bots::writePolicy).routes());
        routes.addAll(new PairingQueue(bots.running(), bots.service()::setPairedOwner).routes());
        routes.addAll(new ControlUiRoutes(bots.running()).routes());
        gates = open(new ControlUiGates(bots.registry(), bots.running()));
        routes.addAll(new StatsRoutes(bots.running()).routes());
        routes.addAll(new TalkRoutes(bots.running()).routes());
        routes.addAll(open(new CheckRoutes(bots.registry(), botSecrets, keys)).routes());
        routes.addAll(logs.routes());
        routes.addAll(images.routes());
        routes.addAll(audit.routes());
        routes.addAll(new SystemRoutes(data, database, engine, bots, images).routes());
        bots.load();
        WebServer.Options options = new WebServer.Options(new InetSocketAddress(settings.address(), settings.port()),
                Set.copyOf(settings.allowedHosts()), bots::isBotAddress, settings.behindProxy(), tls.map(it -> it::engine));
        server = open(listen(options, signIn.authenticator(),
                new RequestAudit(audit, id -> BotId.of(id).flatMap(bots.registry()::bot).map(BotView::name))));
        parts.push(Thread.ofVirtual().name("heap-shrink").start(() -> shrinkHeap(Duration.ofMinutes(10)))::interrupt);
    }

    private LoggedBots loggedBots(SecretStore secrets) {
        return new LoggedBots() {
            @Override
            public Optional<Bot> find(String id) {
                return BotId.of(id).flatMap(bots.registry()::bot).map(bot -> new Bot(bot.name(), bot.seen().containerId()));
            }

            @Override
            public Redaction redaction(String id) {
                return secrets.redactor(id)::applyToPart;
            }
        };
    }

    /// Collects the whole heap periodically, so that unused memory returns to the host; ends when the thread is interrupted.
    ///
    /// Otherwise the serial collector uses all memory that `-Xmx` allows before it collects old objects, such as closed connections, and
    /// keeps that memory. A collection takes 25 ms with some megabytes in use, and 45 ms with 1,000 open dashboards.
    static void shrinkHeap(Duration pause) {
        try {
            while (true) {
                Thread.sleep(pause);
                System.gc();
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// Logs the start, and begins to manage the bots.
    public void begin() {
        signIn.tell();
        audit.tell();
        broker.start();
        brokerWatch.start();
        bots.start();
        gates.start();
        spending.start();
    }

    /// Returns the options for bots that the settings give.
    public static Bots.Options botOptions(Settings settings) {
        Path data = settings.data();
        return new Bots.Options(data.resolve("bots"), data.resolve("kept"), settings.image(), settings.limits(),
                settings.stopTimeout(), settings.uidBase(), settings.controlUiPorts(), settings.botEnvironment(),
                new Broker.Layout(data).policy(), zone(settings));
    }

    /// Returns where days and months begin: the bots' time zone, else this host's.
    private static ZoneId zone(Settings settings) {
        return Optional.ofNullable(settings.botEnvironment().get("TZ")).map(ZoneId::of).orElseGet(ZoneId::systemDefault);
    }

    private Optional<ServerTls> tls() throws IOException {
        if (settings.tls().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(open(ServerTls.open(settings.tls().get().certificate(), settings.tls().get().key())));
    }

    private WebServer listen(WebServer.Options options, BasicAuthenticator authenticator, AuditListener listener) throws IOException {
        try {
            return WebServer.open(options, Stream.concat(routes.stream(), StaticFiles.routes().stream()).toList(), authenticator, listener);
        } catch (BindException e) {
            throw new IOException("cannot listen on %s port %d (%s). Stop the program that uses it, or set server.port".formatted(
                    settings.address().getHostAddress(), settings.port(), e.getMessage()), e);
        }
    }

    private <T extends AutoCloseable> T open(T part) {
        parts.push(part);
        return part;
    }

    /// Returns the port that it listens on.
    public int port() {
        return server.port();
    }

    /// Returns every route except those to the dashboard's files.
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    /// Returns the dashboard's URL.
    public String url() {
        String host = settings.address().getHostAddress();
        return (settings.tls().isPresent() ? "https://" : "http://")
                + (settings.address() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "closing " + part.getClass().getSimpleName() + " failed", e);
            }
        }
    }
}
