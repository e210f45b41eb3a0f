package botmaker.broker;

import botmaker.file.DirectoryLock;
import botmaker.file.FileWatch;
import botmaker.file.IoFailures;
import botmaker.file.PrivateFiles;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.ledger.Ledger;
import botmaker.ledger.UsageReader;
import botmaker.policy.BotPolicy;
import botmaker.policy.Policy;
import botmaker.secret.SecretStore;
import botmaker.tls.Trust;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// A running broker: builds every part in order, and closes them in reverse. It needs nothing but the keys and its own
/// directory, and makes the sockets of every bot that the policy names.
public final class Broker implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Broker.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int HTTP = 80;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Path policy;
    private final Instant startedAt;
    private final Activity activity;
    private final CallLimit limit;
    private final Ledger ledger;
    private final Placeholders placeholders = new Placeholders(System::nanoTime);
    private final Exchange exchange;
    private final ChatExchange chats;
    private final Links links;
    private volatile Optional<String> policyProblem = Optional.empty();

    /// Where a broker has its files.
    ///
    /// @param data the data directory
    public record Layout(Path data) {
        public Layout {
            data = data.toAbsolutePath();
        }

        /// Returns the directory of the keys, each in one of its own.
        public Path keys() {
            return data.resolve("keys");
        }

        /// Returns the broker's own directory. If it is removed while no broker runs, only [#usage()] is lost.
        public Path home() {
            return data.resolve("broker");
        }

        /// Returns the policy that the dashboard writes and the broker follows.
        public Path policy() {
            return home().resolve("policy.json");
        }

        /// Returns what the bots used, which the broker writes and [UsageReader] reads.
        public Path usage() {
            return home().resolve(UsageReader.FILE);
        }

        /// Returns the socket at which the broker reports its state.
        public Path control() {
            return home().resolve("control");
        }
    }

    /// How a broker reaches servers, and how it ends.
    ///
    /// @param ca      PEM: authorities to trust beside the usual ones
    /// @param proxy   the host's proxy, `http://host:port`
    /// @param noProxy hosts that are reached without the proxy, as are those below them and this host itself
    /// @param drain   how long it completes the calls that are under way when it is closed
    public record Options(Optional<Path> ca, Optional<URI> proxy, List<String> noProxy, Duration drain) {
        public Options {
            noProxy = List.copyOf(noProxy);
        }

        private Dialer dialer(Dialer direct, BiFunction<String, Integer, Dialer> throughProxy) throws IOException {
            if (proxy.isEmpty()) {
                return direct;
            }
            if (!"http".equals(proxy.get().getScheme())) {
                throw new IOException("the broker reaches a proxy through http only: change bot.https-proxy");
            }
            int port = proxy.get().getPort() < 0 ? HTTP : proxy.get().getPort();
            Dialer proxied = throughProxy.apply(proxy.get().getHost(), port);
            return (host, to, started) -> (isDirect(host) ? direct : proxied).dial(host, to, started);
        }

        private boolean isDirect(String host) {
            return host.equals("localhost") || host.startsWith("127.") || host.equals("::1")
                    || noProxy.stream().anyMatch(it -> host.equals(it) || host.endsWith(it.startsWith(".") ? it : "." + it));
        }
    }

    private Broker(Layout files, Options options) throws IOException {
        Clock clock = Clock.systemUTC();
        Resolver resolver = Resolver.ofSystem();
        Upstreams.Limits limits = Upstreams.Limits.USUAL;
        this.policy = files.policy();
        this.startedAt = clock.instant();
        this.activity = new Activity(clock);
        this.limit = new CallLimit(PATIENCE, System::nanoTime);
        try {
            if (!Files.isDirectory(files.data())) {
                throw new IOException("the data directory " + files.data() + " does not exist yet. Start BotMaker, which creates it");
            }
            PrivateFiles.ensureDirectory(files.home(), 0700);
            parts.push(DirectoryLock.acquire(files.home()));
            CompletableFuture<Ledger> opening = CompletableFuture.supplyAsync(() -> Ledger.open(files.usage(), clock)); // beside TLS
            parts.push(() -> opening.join().close());
            Authority authority = Authority.open(files.home(), clock);
            Dialer dialer = options.dialer(limits.direct(resolver), (host, port) -> limits.throughProxy(resolver, host, port));
            Upstreams upstreams = open(new Upstreams(dialer, Trust.with(options.ca()), limits));
            this.ledger = opening.join();
            KeyFiles keys = new KeyFiles(new SecretStore(files.keys()));
            this.exchange = new Exchange(keys, upstreams, limit, ledger, activity, placeholders);
            this.chats = new ChatExchange(keys, upstreams, CallLimit.ofChats(PATIENCE, System::nanoTime), activity, placeholders);
            Handler handler = (request, answer) -> (ChatExchange.answers(request.origin()) ? chats : exchange).handle(request, answer);
            this.links = open(new Links(authority, handler,
                    options.dialer(Links.toTheWeb(resolver), (host, port) -> Links.throughProxy(resolver, host, port)), activity, ledger.reached()));
            FileWatch watch = open(new FileWatch(List.of(policy), this::follow));
            follow();
            watch.start();
            open(Control.open(files.control(), this::status, this::follow));
            parts.push(() -> {
                links.stopAccepting();
                chats.drain(options.drain().toSeconds());
                exchange.drain(options.drain().toSeconds());
            });
            authority.check();
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /// Starts a broker; when it returns, the bots' sockets are there. They are a tenth of a second earlier, but TLS waits for the check of
    /// the authority.
    ///
    /// @param data the data directory
    /// @throws IOException if the directory cannot be used, or another broker uses it
    public static Broker start(Path data, Options options) throws IOException {
        return new Broker(new Layout(data), options);
    }

    private <T extends AutoCloseable> T open(T part) {
        parts.push(part);
        return part;
    }

    /// Follows the policy as it is now. One that cannot be read changes nothing.
    private synchronized void follow() {
        try {
            Policy now = Policy.read(policy);
            List<BotPolicy> bots = now.bots();
            ledger.follow(now);
            placeholders.follow(bots);
            links.follow(bots);
            Set<String> known = bots.stream().map(BotPolicy::id).collect(Collectors.toSet());
            limit.keepOnly(known);
            exchange.keepOnly(known);
            chats.keepOnly(known);
            activity.keepOnly(known);
            policyProblem = Optional.empty();
        } catch (IOException e) {
            String problem = IoFailures.sentence(e);
            policyProblem = Optional.of(problem);
            LOG.log(System.Logger.Level.ERROR, "{0}. What was allowed before stays allowed", problem);
        }
    }

    /// Returns what the dashboard shows.
    private JsonValue status() {
        return Json.object().put("startedAt", startedAt.toString()).put("policyProblem", policyProblem)
                .put("usageProblem", ledger.problem()).put("budgetEvents", ledger.events()).put("connections", links.connections())
                .put("linkProblems", Json.array(links.failures().entrySet().stream().map(it ->
                        Json.object().put("id", it.getKey()).put("problem", it.getValue()).build()).toList()))
                .put("bots", activity.toJson()).build();
    }

    /// Completes the calls that are under way, for a limited time, and closes everything.
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
