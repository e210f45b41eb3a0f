package botmaker.http;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/// Runs the JDK's HTTP server with a virtual thread per request, and adds what it lacks (see the package documentation).
public final class WebServer implements AutoCloseable {
    /// How long requests may take to finish when the server closes.
    private static final int GRACE_MS = 3_000;
    private static final int LAST_GRACE_MS = 500;

    private final HttpServer server;
    private final ExecutorService exchanges;
    private final StallWatch stalls;
    private final Streams streams;

    private WebServer(HttpServer server, ExecutorService exchanges, StallWatch stalls, Streams streams) {
        this.server = server;
        this.exchanges = exchanges;
        this.stalls = stalls;
        this.streams = streams;
    }

    /// Begins to listen; clients wait until [#start()]. The caller closes the server.
    ///
    /// @param routes        all routes except the static files
    /// @param authenticator checks every request except those to open routes
    /// @param audit         observes every change and refusal
    /// @throws IOException              if the address cannot be bound, or the static files cannot be read
    /// @throws IllegalArgumentException if two routes have the same method and pattern
    public static WebServer open(Options options, List<Route> routes, Authenticator authenticator, AuditListener audit)
            throws IOException {
        List<Route> all = new ArrayList<>(routes);
        all.addAll(StaticFiles.routes(options.webDirectory()));
        Router router = new Router(all);

        HttpServer server = JdkServer.create(options);
        ExecutorService exchanges = Executors.newVirtualThreadPerTaskExecutor();
        StallWatch stalls = new StallWatch(options.stall());
        Streams streams = new Streams(stalls, options.heartbeat());
        server.setExecutor(exchanges);
        Sender sender = new Sender(stalls, streams, options.tls().isPresent());
        server.createContext("/", new RequestHandler(options, authenticator, router, audit, sender));
        return new WebServer(server, exchanges, stalls, streams);
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
        streams.close();
        try {
            if (!exchanges.awaitTermination(GRACE_MS, TimeUnit.MILLISECONDS)) {
                exchanges.shutdownNow();
                exchanges.awaitTermination(LAST_GRACE_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            exchanges.shutdownNow();
            Thread.currentThread().interrupt();
        }
        stalls.close();
        server.stop(0);
    }

    /// Configures the server. Start with [#listeningOn] and change what differs.
    ///
    /// @param address      where to listen; port 0 takes any free one
    /// @param allowedHosts further host names and IP addresses to answer to, without port
    /// @param refusedPeers addresses that are always answered 403
    /// @param behindProxy  whether a proxy may terminate TLS, so that the page's origin may be `https`
    /// @param tls          certificate and key, to serve HTTPS
    /// @param webDirectory serves static files from there instead of from the class path
    /// @param maxBody      the largest body of a request, in bytes
    /// @param heartbeat    how long an event stream may be quiet before it sends a comment
    /// @param stall        how long a client may go without reading before it is dropped
    public record Options(
            InetSocketAddress address,
            Set<String> allowedHosts,
            Predicate<InetAddress> refusedPeers,
            boolean behindProxy,
            Optional<SSLContext> tls,
            Optional<Path> webDirectory,
            int maxBody,
            Duration heartbeat,
            Duration stall) {
        public Options {
            requireNonNull(address);
            allowedHosts = Set.copyOf(allowedHosts);
            requireNonNull(refusedPeers);
            requireNonNull(tls);
            requireNonNull(webDirectory);
            requireNonNull(heartbeat);
            requireNonNull(stall);
        }

        /// Returns the defaults: loopback names, no refused peers, bodies up to 64 KiB, heartbeat 15 s, stall limit 30 s.
        public static Options listeningOn(InetAddress address, int port) {
            return new Options(new InetSocketAddress(address, port), Set.of(), _ -> false, false, Optional.empty(),
                    Optional.empty(), 64 * 1024, Duration.ofSeconds(15), Duration.ofSeconds(30));
        }

        public Options allowedHosts(Collection<String> hosts) {
            return new Options(address, Set.copyOf(hosts), refusedPeers, behindProxy, tls, webDirectory, maxBody, heartbeat, stall);
        }

        public Options refusedPeers(Predicate<InetAddress> refused) {
            return new Options(address, allowedHosts, refused, behindProxy, tls, webDirectory, maxBody, heartbeat, stall);
        }

        public Options behindProxy(boolean behind) {
            return new Options(address, allowedHosts, refusedPeers, behind, tls, webDirectory, maxBody, heartbeat, stall);
        }

        public Options tls(SSLContext context) {
            return new Options(address, allowedHosts, refusedPeers, behindProxy, Optional.of(context), webDirectory, maxBody,
                    heartbeat, stall);
        }

        public Options webDirectory(Path directory) {
            return new Options(address, allowedHosts, refusedPeers, behindProxy, tls, Optional.of(directory), maxBody, heartbeat,
                    stall);
        }

        public Options patience(Duration newHeartbeat, Duration newStall) {
            return new Options(address, allowedHosts, refusedPeers, behindProxy, tls, webDirectory, maxBody, newHeartbeat,
                    newStall);
        }
    }
}
