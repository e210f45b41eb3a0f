package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Scene.Client;
import botmaker.file.PrivateFiles;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Reach;
import botmaker.wire.HeaderFields;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The sockets of bots, and what comes through them.
@Timeout(60)
final class LinksTest {
    @TempDir
    Path dir;

    @Test
    void each_bot_is_known_by_its_socket() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO)) {
            scene.links.follow(List.of(scene.bot("a", Reach.SEALED), scene.bot("b", Reach.SEALED)));
            assertTrue(scene.plain("a", "m0").get("model.botmaker.internal:11434", "/x?y=1").answer().endsWith("a model.botmaker.internal GET /x?y=1 0"));
            assertTrue(scene.plain("b", "m0").post("model.botmaker.internal:11434", "12345").answer().endsWith("b model.botmaker.internal POST /v1/x 5"));
            assertTrue(scene.encrypted("b", "api.vendor.test").post("api.vendor.test", "1").answer().endsWith("b api.vendor.test POST /v1/x 1"));
        }
    }

    @Test
    void a_connection_serves_one_request_after_the_other() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            for (Client client : List.of(scene.encrypted("a", "api.vendor.test"), scene.encrypted("a", "api.vendor.test"))) {
                for (int i = 0; i < 20; i++) {
                    assertTrue(client.post("api.vendor.test", "x".repeat(i)).answer().endsWith(" " + i), "request " + i);
                }
            }
        }
    }

    @Test
    void the_files_are_what_a_bot_needs_and_no_more() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO)) {
            BotPolicy bot = scene.bot("a", Reach.SEALED);
            Files.createFile(bot.links().resolve("kept"));
            scene.links.follow(List.of(bot));
            assertEquals(Set.of("ca.pem", "kept", "m0", "out", "tls"), names(bot.links()));
            assertArrayEquals(Files.readAllBytes(dir.resolve("ca.pem")), Files.readAllBytes(bot.links().resolve("ca.pem")));
            assertEquals(0666, mode(bot.links().resolve("tls")));
            assertEquals(0644, mode(bot.links().resolve("ca.pem")));
        }
        assertEquals(Set.of("ca.pem", "kept"), names(dir.resolve("a")));
    }

    @Test
    void sockets_follow_the_policy_and_leftovers_go() throws Exception {
        Files.createDirectory(dir.resolve("a"));
        for (String name : List.of("m7", "tls")) {
            try (ServerSocketChannel abandoned = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                abandoned.bind(UnixDomainSocketAddress.of(dir.resolve("a").resolve(name)));
            }
        }
        try (Scene scene = new Scene(dir, Scene.ECHO)) {
            BotPolicy bot = scene.bot("a", Reach.SEALED);
            scene.links.follow(List.of(bot));
            assertEquals(Set.of("ca.pem", "m0", "out", "tls"), names(bot.links()));
            Client before = scene.plain("a", "m0");
            assertTrue(before.get("model.botmaker.internal:11434", "/").answer().startsWith("HTTP/1.1 200 "));
            scene.links.follow(List.of(new BotPolicy("a", Reach.SEALED, bot.links(), bot.origins().subList(0, 1), List.of(), Optional.empty(),
                    Budget.NONE)));
            assertEquals(Set.of("ca.pem", "out", "tls"), names(bot.links()));
            assertTrue(before.get("model.botmaker.internal:11434", "/").answer().startsWith("HTTP/1.1 400 "), "the new policy holds at once");
        }
    }

    @Test
    void a_bot_that_is_gone_is_broken_off() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        Interruptible slow = (request, answer) -> {
            answer.begin(200, HeaderFields.NONE);
            answer.write(new byte[] {'x'}, 0, 1);
            asked.countDown();
            held.await(60, TimeUnit.SECONDS);
        };
        try (Scene scene = new Scene(dir, quietly(slow)).sealed()) {
            Client client = scene.plain("a", "m0").get("model.botmaker.internal:11434", "/");
            assertTrue(asked.await(20, TimeUnit.SECONDS));
            scene.links.follow(List.of());
            String rest = CompletableFuture.supplyAsync(client::rest).get(20, TimeUnit.SECONDS);
            assertFalse(rest.endsWith("0\r\n\r\n"), rest);
            assertEquals(Set.of("ca.pem"), names(dir.resolve("a")));
            held.countDown();
        }
    }

    @Test
    void what_somebody_removed_is_made_anew() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            Files.delete(dir.resolve("a/m0"));
            Files.delete(dir.resolve("a/ca.pem"));
            await(() -> Files.exists(dir.resolve("a/m0")) && Files.exists(dir.resolve("a/ca.pem")));
            assertTrue(scene.plain("a", "m0").get("model.botmaker.internal:11434", "/").answer().startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void an_error_does_not_end_the_tending() throws Exception {
        AtomicInteger tended = new AtomicInteger();
        Path failing = (Path) Proxy.newProxyInstance(Path.class.getClassLoader(), new Class<?>[] {Path.class}, (self, method, arguments) -> {
            switch (method.getName()) {
                case "equals" -> {
                    return self == arguments[0];
                }
                case "hashCode", "toString" -> {
                    return method.invoke(dir, arguments);
                }
                default -> {
                    tended.incrementAndGet();
                    throw new OutOfMemoryError("of the test");
                }
            }
        });
        try (Scene scene = new Scene(dir, Scene.ECHO)) {
            BotPolicy bot = new BotPolicy("a", Reach.SEALED, failing, scene.bot("a", Reach.SEALED).origins(), List.of(), Optional.empty(),
                    Budget.NONE);
            assertThrows(OutOfMemoryError.class, () -> scene.links.follow(List.of(bot)));
            await(() -> tended.get() >= 3);
        }
    }

    @Test
    void a_directory_that_comes_late_gets_its_sockets_then() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO)) {
            BotPolicy late = scene.bot("late", Reach.SEALED);
            Files.delete(late.links());
            scene.links.follow(List.of(late, scene.bot("a", Reach.SEALED)));
            assertEquals(Set.of("late"), scene.links.failures().keySet());
            assertEquals(Set.of("ca.pem", "m0", "out", "tls"), names(dir.resolve("a")), "others are unharmed");
            Files.createDirectory(late.links());
            await(() -> Files.exists(dir.resolve("late/tls")));
        }
    }

    @Test
    void what_is_open_goes_on_when_no_more_is_accepted() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            Client client = scene.plain("a", "m0");
            assertTrue(client.get("model.botmaker.internal:11434", "/").answer().startsWith("HTTP/1.1 200 "));
            scene.links.stopAccepting();
            scene.sealed(); // too late
            assertThrows(IOException.class, () -> scene.plain("a", "m0"));
            assertTrue(client.get("model.botmaker.internal:11434", "/").answer().startsWith("HTTP/1.1 200 "));
            Thread.sleep(3000); // longer than the sockets are tended
            assertEquals(Set.of("ca.pem"), names(dir.resolve("a")));
        }
    }

    @Test
    void a_path_that_is_too_long_for_a_socket_is_told() throws Exception {
        Path deep = dir.resolve("d".repeat(100));
        Files.createDirectories(deep);
        try (Scene scene = new Scene(deep, Scene.ECHO).sealed()) {
            String failure = scene.links.failures().get("a");
            assertTrue(failure.contains("107") && failure.contains("shorter path"), failure);
        }
    }

    @Test
    void a_65th_connection_is_refused_and_other_bots_are_unharmed() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO)) {
            scene.links.follow(List.of(scene.bot("a", Reach.SEALED), scene.bot("b", Reach.SEALED)));
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                clients.add(scene.plain("a", i % 2 == 0 ? "m0" : "out"));
            }
            await(() -> scene.links.connections() == 64);
            assertEquals("", scene.plain("a", "m0").rest().replace(" (broken)", ""));
            assertTrue(scene.plain("b", "m0").get("model.botmaker.internal:11434", "/").answer().startsWith("HTTP/1.1 200 "));
            clients.getFirst().socket().close();
            await(() -> scene.links.connections() == 64); // with that of b
            assertTrue(scene.plain("a", "m0").get("model.botmaker.internal:11434", "/").answer().startsWith("HTTP/1.1 200 "));
        }
    }

    /// A connection and its request are two of a bot's events.
    @Test
    void a_bot_that_asks_without_pause_is_slowed_down_and_others_are_not() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO)) {
            scene.links.follow(List.of(scene.bot("a", Reach.SEALED), scene.bot("b", Reach.SEALED)));
            long took = asks(scene, "a", (Pace.AT_ONCE + 2 * Pace.A_SECOND) / 2);
            assertTrue(took >= Duration.ofMillis(1_900).toNanos(), "two seconds' worth came at once");
            assertTrue(asks(scene, "b", 20) < asks(scene, "a", 20), "another bot waits as long");
        }
    }

    /// Asks so many times, each through another connection; returns how many nanoseconds it took.
    private static long asks(Scene scene, String bot, int times) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            Client client = scene.plain(bot, "m0");
            assertTrue(client.get("model.botmaker.internal:11434", "/").answer().startsWith("HTTP/1.1 200 "));
            client.socket().close();
        }
        return System.nanoTime() - start;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "foreign.test", "vendor.test", "xapi.vendor.test", "model.botmaker.internal"})
    void a_name_that_is_no_origin_gets_an_alert(String name) throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            assertThrows(SSLException.class, () -> scene.encrypted("a", name));
        }
    }

    @Test
    void only_http_1_1_is_spoken_inside_tls() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            Client client = scene.encrypted(scene.connect("a", "tls"), "api.vendor.test", "h2", "http/1.1");
            assertEquals("http/1.1", ((javax.net.ssl.SSLSocket) client.socket()).getApplicationProtocol());
            assertThrows(SSLException.class, () -> scene.encrypted(scene.connect("a", "tls"), "api.vendor.test", "h2"));
        }
    }

    @Test
    void the_host_is_the_one_that_tls_asked_for() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            assertTrue(scene.encrypted("a", "other.vendor.test").get("other.vendor.test:8443", "/").answer().startsWith("HTTP/1.1 200 "));
            for (String host : List.of("other.vendor.test", "api.vendor.test", "other.vendor.test:443", "model.botmaker.internal:11434")) {
                assertTrue(scene.encrypted("a", "other.vendor.test").get(host, "/").answer().startsWith("HTTP/1.1 400 "), host);
            }
        }
    }

    private static Handler quietly(Interruptible handler) {
        return (request, answer) -> {
            try {
                handler.handle(request, answer);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
    }

    interface Interruptible {
        void handle(Inbound request, Outbound answer) throws IOException, InterruptedException;
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(Condition condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(30).toNanos(), "it does not come true");
            Thread.sleep(20);
        }
    }

    private static Set<String> names(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return new TreeSet<>(files.map(file -> file.getFileName().toString()).toList());
        }
    }

    private static int mode(Path file) throws IOException {
        return PrivateFiles.mode(Files.getPosixFilePermissions(file));
    }
}
