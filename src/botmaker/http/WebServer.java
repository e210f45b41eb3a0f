package botmaker.http;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;

/// Runs the JDK's HTTP server with a virtual thread per request, and adds what it lacks (see the package documentation).
public final class WebServer implements AutoCloseable {
    /// How long requests may take to finish when the server closes.
    private static final int GRACE_MS = 3_000;
    private static final int LAST_GRACE_MS = 500;
    private static final int BACKLOG = 1024;
    /// About 37 KB were measured, buffers and all; with TLS 73.
    private static final long HEAP_PER_CONNECTION = 40 * 1024;
    private static final long HEAP_PER_TLS_CONNECTION = 80 * 1024;
    private static final int SPARE_DESCRIPTORS = 256;

    private final HttpServer server;
    private final ExecutorService exchanges;
    private final Streams streams;

    private WebServer(HttpServer server, ExecutorService exchanges, Streams streams) {
        this.server = server;
        this.exchanges = exchanges;
        this.streams = streams;
    }

    /// Begins to listen; clients wait until [#start()]. The caller closes the server.
    ///
    /// @param routes        all routes
    /// @param authenticator checks every request except those to open routes
    /// @param audit         observes every change and refusal
    /// @throws IOException              if the address cannot be bound
    /// @throws IllegalArgumentException if two routes have the same method and pattern
    public static WebServer open(Options options, List<Route> routes, Authenticator authenticator, AuditListener audit)
            throws IOException {
        Router router = new Router(routes);
        HttpServer server = create(options);
        ExecutorService exchanges = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(exchanges);
        Streams streams = new Streams(options.heartbeat(), options.stall());
        Sender sender = new Sender(streams, options.tls().isPresent());
        HostAllowList hosts = new HostAllowList(options.address().getAddress(), options.allowedHosts());
        List<String> schemes = options.behindProxy() ? List.of("http", "https") : List.of(options.tls().isPresent() ? "https" : "http");
        server.createContext("/", new RequestHandler(options.refusedPeers(), hosts, schemes, authenticator, router, audit, sender));
        return new WebServer(server, exchanges, streams);
    }

    /// Creates the JDK's server. The JDK reads its configuration from system properties once, in a static initializer, so no other
    /// code may create one. A property set on the command line takes precedence.
    private static HttpServer create(Options options) throws IOException {
        long heapPerConnection = options.tls().isPresent() ? HEAP_PER_TLS_CONNECTION : HEAP_PER_CONNECTION;
        properties(heapPerConnection).forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
        HttpsServer server = HttpsServer.create(options.address(), BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(CheckedEngine.context(options.tls())) {
            @Override
            public void configure(HttpsParameters parameters) {
                // The engines are configured when they are made.
            }
        });
        return server;
    }

    private static Map<String, String> properties(long heapPerConnection) {
        Map<String, String> properties = new TreeMap<>();
        // Nagle and delayed ACKs together delay a response of 20 kB by 45 ms.
        properties.put("sun.net.httpserver.nodelay", "true");
        // Seconds until a request must have arrived in full: ends slow clients. There is no such limit by default.
        properties.put("sun.net.httpserver.maxReqTime", "20");
        // Beyond these the JDK closes the connection without a response, so Framing's limits, which answer 431 or 414, are lower.
        properties.put("sun.net.httpserver.maxReqHeaders", "3000");
        properties.put("sun.net.httpserver.maxReqHeaderSize", String.valueOf(128 * 1024));
        // How much of a refused body is read before hanging up, so that the refusal arrives and not a reset.
        properties.put("sun.net.httpserver.drainAmount", String.valueOf(1024 * 1024));
        // Above the number of dashboards; at the default of 200 clients see resets under load.
        properties.put("sun.net.httpserver.maxIdleConnections", "2000");
        properties.put("jdk.httpserver.maxConnections", String.valueOf(maxConnections(heapPerConnection)));
        return properties;
    }

    /// Returns just below what would exhaust descriptors (where accepting spins) or two thirds of the heap.
    private static long maxConnections(long heapPerConnection) {
        long byHeap = Runtime.getRuntime().maxMemory() * 2 / 3 / heapPerConnection;
        return Math.clamp(byHeap, 100, Math.max(100, descriptorLimit() - SPARE_DESCRIPTORS));
    }

    private static int descriptorLimit() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.split("\\s+", -1)[3])
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(1024);
        } catch (IOException | NumberFormatException _) {
            return 1024;
        }
    }

    /// Begins to answer requests.
    public void start() {
        server.start();
    }

    /// Returns the port.
    public int port() {
        return server.getAddress().getPort();
    }

    /// Ends every stream with an `end` event, waits for the requests in flight, interrupts the rest after some seconds, and returns
    /// within five.
    ///
    /// The JDK's server, too, waits for its exchanges when it stops, but does not count those that broke off; so the threads are
    /// shut down first, which also makes it refuse new requests.
    @Override
    public void close() {
        exchanges.shutdown();
        streams.end();
        try {
            if (!exchanges.awaitTermination(GRACE_MS, TimeUnit.MILLISECONDS)) {
                exchanges.shutdownNow();
                exchanges.awaitTermination(LAST_GRACE_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            exchanges.shutdownNow();
            Thread.currentThread().interrupt();
        }
        streams.close();
        server.stop(0);
    }

    /// Configures the server.
    ///
    /// @param address      where to listen; port 0 takes any free one
    /// @param allowedHosts further host names and IP addresses to answer to, without port
    /// @param refusedPeers addresses that are always answered 403
    /// @param behindProxy  whether a proxy may terminate TLS, so that the page's origin may be `https`
    /// @param tls          creates the TLS engine of a connection, to serve HTTPS
    /// @param heartbeat    how long an event stream may be quiet before it sends a comment
    /// @param stall        how long a client may go without reading before it is dropped
    public record Options(InetSocketAddress address, Set<String> allowedHosts, Predicate<InetAddress> refusedPeers, boolean behindProxy,
            Optional<Supplier<SSLEngine>> tls, Duration heartbeat, Duration stall) {
        public Options {
            allowedHosts = Set.copyOf(allowedHosts);
        }

        /// Sends a comment after 15 s, and drops a client after 30.
        public Options(InetSocketAddress address, Set<String> allowedHosts, Predicate<InetAddress> refusedPeers, boolean behindProxy,
                Optional<Supplier<SSLEngine>> tls) {
            this(address, allowedHosts, refusedPeers, behindProxy, tls, Duration.ofSeconds(15), Duration.ofSeconds(30));
        }
    }
}
