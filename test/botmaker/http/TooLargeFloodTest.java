package botmaker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bench.Gauge;
import botmaker.support.ServerProcess;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// PROMISES 4 in the program that ships: however many requests are too large, it takes no memory.
@Timeout(300)
@Tag("alone")
class TooLargeFloodTest {
    private static final int AT_ONCE = 20;
    private static final int EACH = 20;
    /// What a full collection leaves more or less, in MB; what is sent meanwhile is 800 MB.
    private static final int BY_CHANCE = 16;
    private static final String END = "Host: localhost\r\nConnection: close\r\n";

    @TempDir
    private Path directory;

    @Test
    void each_is_refused_and_memory_stays_as_it_was() throws Exception {
        Map<String, String> settings = Map.of("BOTMAKER_DOCKER_SOCKET", directory.resolve("no-engine").toString());
        try (ServerProcess server = ServerProcess.startJar(directory, settings)) {
            flood(server, 2);
            Gauge before = Gauge.of(server.pid());
            flood(server, EACH);
            Gauge after = Gauge.of(server.pid());
            System.out.printf("    %d requests too large: before %s; after %s%n", 6 * AT_ONCE * EACH, before, after);
            assertTrue(after.heap() <= before.heap() + BY_CHANCE, "before: " + before + "; after: " + after);
            assertTrue(after.resident() <= before.resident() + 60, "before: " + before + "; after: " + after);
            assertEquals("admin", server.demand("GET", "/api/session", "").get("user").string());
        }
    }

    private static void flood(ServerProcess server, int times) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                all.add(clients.submit(() -> {
                    for (int j = 0; j < times; j++) {
                        tooLarge(server);
                    }
                    return null;
                }));
            }
            for (Future<?> client : all) {
                client.get();
            }
        }
    }

    private static void tooLarge(ServerProcess server) throws IOException {
        String post = "POST /api/bots HTTP/1.1\r\n" + END + "Authorization: " + server.authorization()
                + "\r\nContent-Type: application/json\r\nContent-Length: ";
        refused(server, 413, post + "65537\r\n\r\n" + "x".repeat(65_537));
        refused(server, 413, post + "900000000\r\n\r\n" + "x".repeat(900_000));
        refused(server, 414, "GET /" + "x".repeat(9_000) + " HTTP/1.1\r\n" + END + "\r\n");
        refused(server, 431, "GET / HTTP/1.1\r\n" + END + "X: " + "x".repeat(100_000) + "\r\n\r\n");
        refused(server, 431, "GET / HTTP/1.1\r\n" + END + "X: x\r\n".repeat(1_000) + "\r\n");
        refused(server, 0, "GET / HTTP/1.1\r\n" + END + "X: " + "x".repeat(1_000_000));
    }

    /// @param status 0 where the server hangs up without a word
    private static void refused(ServerProcess server, int status, String request) throws IOException {
        try (RawHttp client = RawHttp.connect(server.port()).patience(Duration.ofSeconds(60))) {
            if (status > 0) {
                assertEquals(status, client.send(request).answer().status());
                return;
            }
            try {
                client.send(request);
            } catch (SocketException _) {
                // it has hung up already
            }
            assertEquals("", client.rest());
        }
    }
}
