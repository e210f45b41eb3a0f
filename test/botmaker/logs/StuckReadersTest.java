package botmaker.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bench.Talker;
import botmaker.docker.Engine;
import botmaker.http.RawHttp;
import botmaker.http.Route;
import botmaker.http.TestServer;
import botmaker.logs.EventReader.Event;
import botmaker.support.RunningApp;
import botmaker.support.ServerProcess;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Readers that open a log and never read it: they harm nobody, cost little, and are dropped.
@Tag("docker")
@Timeout(400)
@Tag("alone")
final class StuckReadersTest {
    private static final int STUCK = 20;
    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    Path data;

    @AfterEach
    void cleanEngine() {
        if (Files.exists(data.resolve("botmaker.db"))) {
            RunningApp.cleanEngine(data);
        }
    }

    /// In the real program, with a heap that 20 times what is sent would not fit in by far.
    @Test
    void twenty_of_them_and_one_that_reads_fit_in_a_small_heap() throws Exception {
        try (ServerProcess server = start("-Xmx32m");
                Talker bot = Talker.start(server, "flood", "echo first; sleep 2; " + flood(40_000) + "; echo last; sleep 1000")) {
            List<RawHttp> stuck = stuck(server, bot);
            try (EventReader live = open(server, bot, "?tail=all")) {
                List<String> lines = new ArrayList<>();
                while (lines.isEmpty() || !lines.getLast().equals("last")) {
                    Event event = live.next().orElseThrow();
                    assertTrue(event.isLine(), event::toString);
                    lines.add(event.text());
                }
                assertEquals(40_002, lines.size());
                assertEquals("ok", server.demand("GET", "/health", "").get("status").string());
            } finally {
                close(stuck);
            }
        }
    }

    /// As many as there are places: while they are stuck nobody else gets one.
    @Test
    void they_are_dropped_and_leave_their_places_to_others() throws Exception {
        try (RealBots bots = new RealBots();
                TestServer server = TestServer.start(TestServer.patience(LONG, Duration.ofSeconds(1)),
                        new LogRoutes(bots.engine(), bots).routes().toArray(Route[]::new))) {
            bots.start("b1", flood(5_000));
            bots.awaitExit("b1");
            List<RawHttp> stuck = new ArrayList<>();
            try {
                for (int i = 0; i < 100; i++) {
                    stuck.add(RawHttp.connectDeaf(server.port()).sendLines(request("/api/bots/b1/logs?tail=all", TestServer.AUTHORIZATION)));
                    assertEquals(200, stuck.getLast().head().status());
                }
                while (server.get("/api/bots/b1/logs?tail=0&follow=false").statusCode() == 503) {
                    Thread.sleep(100);
                }
                try (EventReader other = new EventReader(server, "/api/bots/b1/logs?tail=1&follow=false", "")) {
                    assertEquals(2, other.until("end").size());
                }
            } finally {
                close(stuck);
            }
        }
    }

    /// With the real patience of 30 s, and the clock: a line of the live reader is late by less than a second, or by no more than
    /// three times what it is without the others.
    @Test
    @Tag("soak")
    void the_one_that_reads_lags_under_a_second_and_the_others_are_gone_after_half_a_minute() throws Exception {
        try (ServerProcess server = start("-Xmx48m");
                Talker bot = Talker.start(server, "flood", "while :; do " + flood(200) + "; sleep 0.1; done")) {
            double alone = worstLag(server, bot, Duration.ofSeconds(20));
            long quiet = descriptors(server);
            List<RawHttp> stuck = stuck(server, bot);
            try {
                double among = worstLag(server, bot, Duration.ofSeconds(25));
                System.out.printf("worst lag alone %.0f ms, among %d stuck readers %.0f ms; %s%n", alone, STUCK, among, memory(server));
                assertTrue(among < Math.max(1_000, 3 * alone), among + " ms, alone " + alone);
                while (descriptors(server) > quiet + 3) {
                    Thread.sleep(500);
                }
                System.out.println("dropped; " + memory(server));
                assertTrue(server.process().isAlive());
            } finally {
                close(stuck);
            }
        }
    }

    private ServerProcess start(String heap) throws IOException {
        String image = TestImage.ensure(new Engine(RealBots.SOCKET));
        return ServerProcess.startJar(data, Map.of("BOTMAKER_OPENCLAW_IMAGE", image), heap);
    }

    /// Lines of 1,000 bytes.
    private static String flood(int lines) {
        return "yes " + "x".repeat(999) + " | head -n " + lines;
    }

    private static List<RawHttp> stuck(ServerProcess server, Talker bot) throws IOException {
        List<RawHttp> stuck = new ArrayList<>();
        for (int i = 0; i < STUCK; i++) {
            stuck.add(RawHttp.connectDeaf(server.port())
                    .sendLines(request("/api/bots/" + bot.bot() + "/logs?tail=all", server.authorization())));
            assertEquals(200, stuck.getLast().head().status());
        }
        return stuck;
    }

    private static String request(String path, String authorization) {
        return "GET " + path + " HTTP/1.1\nHost: localhost\nAuthorization: " + authorization + "\n\n";
    }

    private static EventReader open(ServerProcess server, Talker bot, String query) throws IOException {
        return new EventReader(server.url() + "/api/bots/" + bot.bot() + "/logs" + query, server.authorization(), "");
    }

    /// Milliseconds from the engine's time of a line to its arrival here, the most of all.
    private static double worstLag(ServerProcess server, Talker bot, Duration time) throws IOException {
        double worst = 0;
        long begin = System.nanoTime();
        try (EventReader live = open(server, bot, "?tail=0")) {
            while (System.nanoTime() - begin < time.toNanos()) {
                Event event = live.next().orElseThrow();
                Instant now = Instant.now();
                assertTrue(event.isLine(), event::toString);
                worst = Math.max(worst, Duration.between(Instant.parse(event.data().get("t").string()), now).toNanos() / 1e6);
            }
        }
        return worst;
    }

    private static long descriptors(ServerProcess server) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(server.pid()), "fd"))) {
            return open.count();
        }
    }

    private static String memory(ServerProcess server) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(server.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS")).findFirst().orElseThrow().replaceAll("\\s+", " ");
    }

    private static void close(List<RawHttp> readers) throws IOException {
        for (RawHttp reader : readers) {
            reader.close();
        }
    }
}
