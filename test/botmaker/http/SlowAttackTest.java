package botmaker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bench.Gauge;
import botmaker.support.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// PROMISES 3 in the program that ships, attacked by slowhttptest (Debian: `apt-get install slowhttptest`) over the loopback.
@Timeout(400)
@Tag("alone")
class SlowAttackTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /// What a full collection leaves more or less by chance, in MB; 300 connections have 12 MB of buffers.
    private static final double HEAP_NOISE = 8;

    @TempDir
    private Path directory;

    /// What attackers do.
    enum Attack {
        /// Headers that never end.
        HEADER {
            @Override
            List<String> options(String url, String authorization) {
                return List.of("-H", "-i", "5", "-u", url + "/api/bots");
            }
        },
        /// Bodies that never end, of somebody who is signed in, since no other's is read.
        BODY {
            @Override
            List<String> options(String url, String authorization) {
                return List.of("-B", "-i", "5", "-s", "8192", "-f", "application/json", "-j", cookieAnd(authorization),
                        "-u", url + "/api/bots");
            }
        },
        /// Answers that are never fetched: ten on each connection, by a window of some bytes.
        READ {
            @Override
            List<String> options(String url, String authorization) {
                return List.of("-X", "-w", "10", "-y", "20", "-n", "5", "-z", "32", "-k", "10", "-j", cookieAnd(authorization),
                        "-u", url + "/api/catalog");
            }
        };

        abstract List<String> options(String url, String authorization);

        /// The program cannot sign in; but it sends as a cookie what it is given.
        private static String cookieAnd(String authorization) {
            return "a=b\r\nAuthorization: " + authorization;
        }
    }

    @ParameterizedTest
    @EnumSource
    void others_are_answered_and_nothing_is_left(Attack attack) throws Exception {
        attack(attack, 300, Duration.ofSeconds(12));
    }

    @Tag("soak")
    @ParameterizedTest
    @EnumSource
    void a_thousand_for_a_minute_and_a_half(Attack attack) throws Exception {
        attack(attack, 1_000, Duration.ofSeconds(90));
    }

    private void attack(Attack attack, int connections, Duration length) throws Exception {
        Map<String, String> settings = Map.of("BOTMAKER_DOCKER_SOCKET", directory.resolve("no-engine").toString());
        try (ServerProcess server = ServerProcess.startJar(directory, settings)) {
            rehearse(server);
            Gauge before = Gauge.of(server.pid());
            List<String> command = new ArrayList<>(List.of("slowhttptest", "-c", Integer.toString(connections),
                    "-r", Integer.toString(connections / 4), "-l", Long.toString(length.toSeconds()), "-p", "30"));
            command.addAll(attack.options(server.url(), server.authorization()));
            Process attacker = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("attacker").toFile()).start();
            long most = 0;
            List<Long> waits = new ArrayList<>();
            try {
                while (attacker.isAlive()) {
                    waits.add(ask(server));
                    most = Math.max(most, Gauge.descriptors(server.pid()));
                    Thread.sleep(100);
                }
            } finally {
                attacker.destroyForcibly();
            }
            assertTrue(most > before.descriptors() + connections / 2, attack + " was no attack: " + most + " descriptors");

            long over = System.nanoTime();
            Gauge after = Gauge.of(server.pid());
            while (!isBack(before, after) && System.nanoTime() - over < PATIENCE.toNanos()) {
                Thread.sleep(500);
                after = Gauge.of(server.pid());
            }
            waits.sort(null);
            System.out.printf("    %s by %d: %d answers to others, median %d us, worst %d us; before %s; up to %d descriptors; %d ms after %s%n",
                    attack, connections, waits.size(), waits.get(waits.size() / 2), waits.getLast(), before, most,
                    (System.nanoTime() - over) / 1_000_000, after);
            assertTrue(isBack(before, after), "before: " + before + "; after: " + after);
            assertTrue(server.process().isAlive());
        }
    }

    /// The first slow client of all lets the JDK open what it waits with for such, once and for all.
    private static void rehearse(ServerProcess server) throws IOException, InterruptedException {
        List<RawHttp> slow = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            slow.add(RawHttp.connect(server.port()).send("GET / HTTP/1.1\r\nHost: localhost\r\nX: "));
            ask(server);
        }
        long open = Gauge.descriptors(server.pid());
        for (RawHttp client : slow) {
            client.close();
        }
        while (Gauge.descriptors(server.pid()) > open - slow.size()) {
            Thread.sleep(50);
        }
    }

    private static boolean isBack(Gauge before, Gauge after) {
        return after.descriptors() <= before.descriptors() + 3 && after.threads() <= before.threads() + 4
                && after.heap() <= before.heap() + HEAP_NOISE;
    }

    /// What the owner wants, on a connection of its own.
    ///
    /// @return how long it took, in µs
    private static long ask(ServerProcess server) throws IOException {
        long start = System.nanoTime();
        try (RawHttp client = RawHttp.connect(server.port()).patience(Duration.ofSeconds(60))) {
            assertEquals(200, client.sendLines("GET /api/bots HTTP/1.1\nHost: localhost\nConnection: close\nAuthorization: "
                    + server.authorization() + "\n\n").answer().status());
        }
        return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
    }
}
