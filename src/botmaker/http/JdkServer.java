package botmaker.http;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// Creates the JDK's server. The JDK reads its configuration from system properties once, in a static initializer, so no other
/// code may create one. A property set on the command line takes precedence.
final class JdkServer {
    private static final int BACKLOG = 1024;
    /// About 37 KB were measured, buffers and all; with TLS 73.
    private static final long HEAP_PER_CONNECTION = 40 * 1024;
    private static final long HEAP_PER_TLS_CONNECTION = 80 * 1024;
    private static final int SPARE_DESCRIPTORS = 256;

    private JdkServer() {}

    /// @throws IOException if the address cannot be bound
    static HttpServer create(WebServer.Options options) throws IOException {
        properties(options.tls().isPresent() ? HEAP_PER_TLS_CONNECTION : HEAP_PER_CONNECTION).forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
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
}
