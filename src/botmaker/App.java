package botmaker;

import botmaker.auth.AdminPassword;
import botmaker.auth.BasicAuthenticator;
import botmaker.auth.Password;
import botmaker.auth.SessionRoutes;
import botmaker.bot.BotId;
import botmaker.bot.Bots;
import botmaker.bot.Schema;
import botmaker.docker.Engine;
import botmaker.file.DirectoryLock;
import botmaker.file.PrivateFiles;
import botmaker.http.Route;
import botmaker.http.WebServer;
import botmaker.image.ImageSupply;
import botmaker.logs.BotContainer;
import botmaker.logs.LogRoutes;
import botmaker.openclaw.Catalog;
import botmaker.secret.SecretStore;
import botmaker.store.Database;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/// One running BotMaker: every part, built in order and closed in reverse.
final class App implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(App.class.getName());

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Settings settings;
    private WebServer server;

    private App(Settings settings) {
        this.settings = settings;
    }

    /// Starts everything; when it returns, requests are answered.
    ///
    /// @throws IOException where the data directory, the database or the port cannot be had; nothing is left open
    static App start(Settings settings) throws IOException {
        App app = new App(settings);
        try {
            app.build();
            return app;
        } catch (IOException | RuntimeException | Error e) {
            app.close();
            throw e;
        }
    }

    private void build() throws IOException {
        Clock clock = Clock.systemUTC();
        Path data = settings.data();
        privateDirectory(data);
        parts.push(DirectoryLock.acquire(data));
        privateDirectory(data.resolve("secrets"));
        privateDirectory(data.resolve("bots"));

        Database database = open(Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS));
        SecretStore secrets = new SecretStore(data.resolve("secrets"));
        secrets.deleteLeftovers();
        Engine engine = new Engine(settings.dockerSocket());
        Catalog catalog = Catalog.standard();

        Bots bots = open(new Bots(database, secrets, engine, catalog, botOptions(settings), clock));
        LogRoutes logs = new LogRoutes(engine, id -> BotId.of(id).flatMap(bots::find)
                .map(bot -> new BotContainer(bot.name(), bot.containerId())),
                secrets::redaction);
        ImageSupply images = open(new ImageSupply(engine, settings.image(), settings.buildContext(), System.getenv()));
        BasicAuthenticator authenticator = new BasicAuthenticator(settings.user(), password(data));

        List<Route> routes = new ArrayList<>();
        routes.add(Health.route(database, bots));
        routes.addAll(SessionRoutes.routes());
        routes.addAll(bots.routes());
        routes.addAll(logs.routes());
        routes.addAll(images.routes());
        routes.addAll(new SystemRoutes(data, engine, bots, images).routes());
        bots.start();
        server = open(listen(WebServer.Options.listeningOn(settings.address(), settings.port())
                .allowedHosts(settings.allowedHosts())
                .behindProxy(settings.behindProxy())
                .refusedPeers(bots::isBotAddress), routes, authenticator));
    }

    /// How the settings want bots made.
    static Bots.Options botOptions(Settings settings) {
        Path data = settings.data();
        return new Bots.Options(data.resolve("bots"), data.resolve("kept"), settings.image(), settings.limits(),
                settings.stopTimeout(), settings.uidBase(), settings.controlUiPorts(), settings.botEnvironment());
    }

    private WebServer listen(WebServer.Options options, List<Route> routes, BasicAuthenticator authenticator) throws IOException {
        try {
            return WebServer.start(options, routes, authenticator);
        } catch (BindException e) {
            throw new IOException("cannot listen on %s port %d (%s). Stop what uses it, or set server.port".formatted(
                    settings.address().getHostAddress(), settings.port(), e.getMessage()), e);
        }
    }

    /// The owner's hash where the settings have one; otherwise that of the password made at first start.
    private Password password(Path data) throws IOException {
        if (settings.passwordHash().isPresent()) {
            return settings.passwordHash().get();
        }
        Path file = data.resolve("admin-password");
        LOG.log(System.Logger.Level.INFO, "sign in as {0} with the password in {1}", settings.user(), file);
        return AdminPassword.in(file);
    }

    /// Makes a directory that only its owner may enter; one that is open to others already is refused.
    private static void privateDirectory(Path directory) throws IOException {
        try {
            PrivateFiles.ensureDirectory(directory, 0700);
        } catch (NoSuchFileException e) {
            throw new IOException("the directory that is to hold " + directory + " does not exist. Make it, or set data.dir", e);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(directory + " is no directory. Move it away, or set data.dir", e);
        } catch (AccessDeniedException e) {
            throw new IOException("this user may not make " + directory + ". Set data.dir to a directory that it may write to", e);
        }
        Set<PosixFilePermission> open = Files.getPosixFilePermissions(directory);
        open.removeAll(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        if (!open.isEmpty()) {
            throw new IOException("others may enter " + directory + ". Close it with: chmod 700 " + directory);
        }
    }

    private <T extends AutoCloseable> T open(T part) {
        parts.push(part);
        return part;
    }

    /// The port it listens on.
    int port() {
        return server.port();
    }

    /// Where the dashboard is.
    String url() {
        String host = settings.address().getHostAddress();
        return "http://" + (settings.address() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port();
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
