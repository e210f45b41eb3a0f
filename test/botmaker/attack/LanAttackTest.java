package botmaker.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.http.RawHttp;
import botmaker.support.Listener;
import botmaker.support.ServerProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody who reaches BotMaker's port and has no password. All goes over the loopback address, as if through a proxy.
@Tag("docker")
@Timeout(300)
class LanAttackTest {
    private static final int MEMORY_KB = 300 << 10;

    @TempDir
    private static Path temp;

    private static Victim victim;
    private static ServerProcess server;
    private static String operator;
    private static Holdings before;

    @BeforeAll
    static void start() throws Exception {
        victim = Victim.start(temp, Map.of());
        server = victim.server();
        operator = "Authorization: " + server.authorization();
        before = victim.holdings();
    }

    @AfterEach
    void nothing_changed_and_the_operator_is_served() throws Exception {
        assertEquals(before, victim.holdings());
    }

    @AfterAll
    static void stop() throws Exception {
        victim.close();
    }

    private static String ask(String block) throws IOException {
        try (RawHttp raw = RawHttp.connect(server.port())) {
            return raw.sendLines(block).endOfInput().rest();
        }
    }

    private static long answers(String wire) {
        return wire.lines().filter(line -> line.startsWith("HTTP/1.1 ")).count();
    }

    @Test
    void every_other_address_of_the_host() throws Exception {
        List<InetAddress> others = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress()).toList();
        assertFalse(others.isEmpty());
        for (InetAddress address : others) {
            assertThrows(ConnectException.class, () -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(address, server.port()), 10_000);
                }
            }, address.toString());
        }
    }

    /// A proxy that reads the length otherwise than BotMaker would send the rest of an attacker's body before the operator's next
    /// request, on the same connection: the body is a request that deletes the bot, with the operator's own credentials, so
    /// that nothing but the framing stands in its way.
    @ParameterizedTest
    @ValueSource(strings = {
        "Content-Length: 4|Transfer-Encoding: chunked", "Transfer-Encoding: chunked|Content-Length: 4", "Content-Length: 0|Content-Length: 4",
        "Content-Length: 0, 4", "Transfer-Encoding: chunked", "Transfer-Encoding : chunked|Content-Length: 0", "Transfer-Encoding: xchunked",
        "Transfer-Encoding:\tchunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity|Content-Length: 0",
        "Transfer-Encoding|Content-Length: 0", " Transfer-Encoding: chunked|Content-Length: 0", "X: y\rTransfer-Encoding: chunked",
        "Content-Length: +0", "Content-Length: 0x0", "Content-Length: -0", "Content-Length: 00", "Content-Length : 0", "Content-Length: 0\u000b",
        "Content-Length: 18446744073709551616", "Content-Length:", "Expect: 100-continue|Content-Length: 6", "Connection: Content-Length|Content-Length: 6",
        "Content-Length: 6", "X: y"})
    void smuggling_a_deletion_in_a_body(String framing) throws Exception {
        String smuggled = "DELETE /api/bots/" + victim.bot() + " HTTP/1.1\nHost: localhost\n" + operator + "\nContent-Length: 0\n\n";
        for (String method : List.of("POST /api/bots", "GET /health", "HEAD /api/bots", "PUT /api/bots/" + victim.bot() + "/instructions")) {
            for (String start : List.of("0\n\n", "1\nx\n0\n\n", "")) {
                String head = method + " HTTP/1.1\nHost: localhost\nContent-Type: application/json\n" + framing.replace("|", "\n") + "\n\n";
                // A request that has no body at all, or whose body is over, may be followed by another: then it was no attack.
                // A folded line belongs to the field above it (RFC 9112 §5.2), and the JDK cuts control characters off a value's end.
                if (start.isEmpty() && framing.matches("X: y|Content-Length: 00?\u000b?|( .*\\|)Content-Length: 0")) {
                    continue;
                }
                ask(head + start + smuggled);
                assertEquals(200, server.send("GET", "/api/bots/" + victim.bot(), "").statusCode(), method + " " + framing);
            }
        }
    }

    @Test
    void a_thousand_requests_at_once_on_one_connection() throws Exception {
        try (RawHttp raw = RawHttp.connect(server.port())) {
            Thread.ofVirtual().start(() -> {
                try {
                    raw.sendLines("GET /api/bots HTTP/1.1\nHost: localhost\n\n".repeat(1000));
                } catch (IOException e) {
                    // the answers tell
                }
            });
            for (int i = 0; i < 1000; i++) {
                assertEquals(401, raw.answer().status(), "request " + i);
            }
        }
    }

    @Test
    void switching_to_another_protocol() throws Exception {
        for (String upgrade : List.of("Upgrade: h2c\nConnection: Upgrade, HTTP2-Settings\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
                "Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 13",
                "Upgrade: TLS/1.0\nConnection: Upgrade", "Connection: Upgrade, close\nUpgrade: docker/tcp")) {
            for (String path : List.of("/api/events", "/health", "/")) {
                String answer = ask("GET " + path + " HTTP/1.1\nHost: localhost\n" + upgrade + "\n\n");
                assertTrue(answer.startsWith(path.equals("/health") ? "HTTP/1.1 200" : "HTTP/1.1 401"), answer);
                assertFalse(answer.toLowerCase(java.util.Locale.ROOT).contains("\nupgrade:"), answer);
            }
        }
        refused("PRI * HTTP/2.0\n\nSM\n\n\0\0\0\4\0\0\0\0\0");
        refused("\u0016\u0003\u0001\0\u0005\u0001\0\0\1\0\n\n");
        refused("\0\0\0\0\n\n");
    }

    /// Nothing was served: an error, or the connection hung up.
    private static void refused(String block) throws IOException {
        String answer = ask(block);
        assertTrue(answer.isEmpty() || answer.matches("(?s)HTTP/1.1 [45].*"), block + answer);
        assertFalse(answer.contains(victim.bot()), answer);
    }

    @Test
    void using_it_as_a_proxy() throws Exception {
        try (var listener = new java.net.ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            listener.setSoTimeout(200);
            String there = "127.0.0.1:" + listener.getLocalPort();
            for (String line : List.of("CONNECT " + there, "GET http://" + there + "/", "GET //" + there + "/", "TRACE /", "TRACE http://" + there + "/",
                    "OPTIONS *", "OPTIONS /api/bots", "GET http://localhost@" + there + "/", "GET " + there, "GET file:///api/bots", "TRACK /",
                    "DEBUG /", "PROPFIND /", "MOVE /api/bots", "get /api/bots")) {
                for (String host : List.of("localhost", there)) {
                    String answer = ask(line + " HTTP/1.1\nHost: " + host + "\nX-Canary: echo-me\nMax-Forwards: 0\n\n");
                    assertTrue(answer.matches("(?s)HTTP/1.1 (4\\d\\d|50[15]).*"), line + ": " + answer);
                    assertFalse(answer.contains("echo-me"), answer);
                }
            }
            assertThrows(java.net.SocketTimeoutException.class, listener::accept);
        }
    }

    @Test
    void paths_that_lead_elsewhere() throws Exception {
        for (String path : List.of("/../../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/js/../../data/botmaker.db", "/%2e%2e/%2e%2e/etc/passwd",
                "/js/%2e%2e%2f%2e%2e%2fdata/admin-password", "/js//..//..//admin-password", "/health/../api/bots", "/health/..;/api/bots",
                "/health%2f..%2fapi%2fbots", "/health?/../api/bots", "/health#/api/bots", "/health%00/api/bots", "/HEALTH/../api/bots",
                "//evil.example/%2f..", "/\\evil.example", "/.git/config", "/web/", "/META-INF/MANIFEST.MF", "/botmaker/cli/Main.class", "/js", "/js/",
                "/%c0%ae%c0%ae/etc/passwd", "/%252e%252e/etc/passwd", "/api/bots%3ftail=1", "/api/bots/", "/api/./bots", "/health;jsessionid=1/api/bots")) {
            String answer = ask("GET " + path + " HTTP/1.1\nHost: localhost\nConnection: close\n\n");
            boolean health = path.startsWith("/health?");
            assertTrue(answer.matches(health ? "(?s)HTTP/1.1 200.*" : "(?s)HTTP/1.1 4(00|01|04) .*"), path + ": " + answer);
            assertFalse(answer.contains("root:") || answer.contains("\nLocation:") || answer.contains(victim.bot()), path + ": " + answer);
        }
    }

    @Test
    void headers_in_what_is_given_back() throws Exception {
        for (String path : List.of("/api/x%0d%0aX-Injected:%20y", "/health?%0d%0aX-Injected:%20y", "/%0aX-Injected:y", "/api/bots?a=%E5%98%8A%E5%98%8DX-Injected:y",
                "/api/bots/%0d%0a%0d%0a<script>alert(1)</script>")) {
            for (String accept : List.of("text/html", "application/json")) {
                for (String credentials : List.of("X: y", operator)) { // as if the operator had followed a link
                    String answer = ask("GET " + path + " HTTP/1.1\nHost: localhost\nAccept: " + accept + "\n" + credentials + "\nConnection: close\n\n");
                    assertFalse(answer.lines().anyMatch(line -> line.startsWith("X-Injected")), answer);
                    assertFalse(answer.contains("<script>alert"), answer);
                    assertEquals(1, answers(answer), answer);
                }
            }
        }
    }

    @Test
    void names_of_a_host_and_headers_of_a_proxy() throws Exception {
        for (String host : List.of("evil.example", "localhost.evil.example", "localhost.", "127.0.0.1.nip.io", "0.0.0.0", "[::]", "0177.0.0.1", "2130706433",
                "127.1", "localhost:1:2", "", "localhost evil.example", "localhost,evil.example", "evil.example#localhost", "xn--localhost-x")) {
            String answer = ask("GET /api/bots HTTP/1.1\nHost: " + host + "\n" + operator + "\n\n");
            assertTrue(answer.matches("(?s)HTTP/1.1 4(00|21) .*"), host + ": " + answer);
        }
        for (String lie : List.of("X-Forwarded-Host: localhost", "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1;host=localhost;proto=https",
                "X-Original-URL: /health", "X-Rewrite-URL: /health", "X-Real-IP: 127.0.0.1", "X-Remote-User: admin", "X-Forwarded-User: admin",
                "X-HTTP-Method-Override: DELETE", "X-Method-Override: DELETE", "Cookie: session=admin", "Proxy-Authorization: " + server.authorization())) {
            for (String path : List.of("/api/bots", "/api/bots/" + victim.bot(), "/health")) {
                String answer = ask("GET " + path + " HTTP/1.1\nHost: localhost\n" + lie + "\n\n");
                assertTrue(answer.startsWith(path.equals("/health") ? "HTTP/1.1 200" : "HTTP/1.1 401"), lie + ": " + answer);
                assertFalse(answer.contains("\"bots\"") || answer.contains("\"victim\""), answer);
            }
        }
    }

    @Test
    void telling_a_wrong_user_from_a_wrong_password() throws Exception {
        List<String> told = new ArrayList<>();
        for (String guess : List.of("admin:wrong", "nobody:wrong", "admin:", ":", "Admin:wrong", "admin\0:wrong")) {
            String basic = java.util.Base64.getEncoder().encodeToString(guess.getBytes(StandardCharsets.UTF_8));
            String answer = ask("GET /api/bots HTTP/1.1\nHost: localhost\nAuthorization: Basic " + basic + "\nConnection: close\n\n");
            told.add(answer.replaceFirst("Date: .*", ""));
        }
        // After some of them a source has to wait, whatever it tried; so the first three are compared.
        assertEquals(told.get(0), told.get(1));
        assertEquals(told.get(0), told.get(2));
        assertTrue(told.stream().allMatch(answer -> answer.matches("(?s)HTTP/1.1 4(01|29) .*")), told.toString());
    }

    /// Also while it is tried, the operator is served from the very same address.
    @Test
    void guessing_in_parallel() throws Exception {
        List<Thread> guessers = new ArrayList<>();
        List<String> unexpected = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 16; i++) {
            int number = i;
            guessers.add(Thread.ofVirtual().start(() -> {
                for (int j = 0; j < 40; j++) {
                    String basic = java.util.Base64.getEncoder().encodeToString(("admin:guess" + number + "-" + j).getBytes(StandardCharsets.UTF_8));
                    try {
                        String answer = ask("GET /api/bots HTTP/1.1\nHost: localhost\nAuthorization: Basic " + basic + "\nConnection: close\n\n");
                        if (!answer.matches("(?s)HTTP/1.1 (401|429) .*")) {
                            unexpected.add(answer);
                        }
                    } catch (IOException e) {
                        unexpected.add(e.toString());
                    }
                }
            }));
        }
        for (int i = 0; i < 20; i++) {
            assertEquals(200, server.send("GET", "/api/bots", "").statusCode());
        }
        for (Thread guesser : guessers) {
            guesser.join();
        }
        assertEquals(List.of(), unexpected);
    }

    @Test
    void more_than_fits() throws Exception {
        List<String> oversized = List.of(
                "GET /" + "a".repeat(100_000) + " HTTP/1.1\nHost: localhost\n\n",
                "GET / HTTP/1.1\nHost: localhost\n" + "X: y\n".repeat(10_000) + "\n",
                "GET / HTTP/1.1\nHost: localhost\nX: " + "y".repeat(2_000_000) + "\n\n",
                "GET / HTTP/1.1\nHost: localhost\nAuthorization: Basic " + "A".repeat(90_000) + "\n\n",
                "GET / HTTP/1.1\nHost: localhost\nRange: bytes=" + "0-,".repeat(4000) + "\n\n",
                "POST /api/bots HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 9999999999\n\n{",
                "POST /api/bots HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 65537\n\n" + "[".repeat(65_537),
                "\n".repeat(1_000_000), "G".repeat(1_000_000));
        for (int round = 0; round < 20; round++) {
            for (String request : oversized) {
                try {
                    refused(request);
                } catch (IOException e) {
                    // hung up while it was sent
                }
            }
        }
        assertTrue(memory() < MEMORY_KB, memory() + " kB");
    }

    @Test
    void holding_connections_open_and_breaking_them_off() throws Exception {
        long descriptors = descriptors();
        List<RawHttp> held = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                held.add(RawHttp.connect(server.port()).sendLines(switch (i % 3) {
                    case 0 -> "GET /api/bots HTTP/1.1\nHost: loc";
                    case 1 -> "POST /api/bots HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 100\n\n{";
                    default -> "";
                }));
            }
            for (int i = 0; i < 20; i++) {
                assertEquals(200, server.send("GET", "/api/bots", "").statusCode());
            }
        } finally {
            for (RawHttp raw : held) {
                raw.close();
            }
        }
        for (int i = 0; i < 300; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setSoLinger(true, 0); // a reset
                socket.getOutputStream().write("GET /api/events HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        Listener.await("the descriptors come back", () -> descriptors() < descriptors + 30);
        assertTrue(memory() < MEMORY_KB, memory() + " kB");
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(server.process().pid()), "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// What the process holds of the machine's memory.
    private static long memory() throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(server.process().pid()), "status")).lines()
                .filter(line -> line.startsWith("VmRSS:")).map(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
    }
}
