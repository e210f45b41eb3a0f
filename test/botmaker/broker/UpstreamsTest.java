package botmaker.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Scene.Server;
import botmaker.broker.UpstreamFailure.Kind;
import botmaker.wire.HeaderFields;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that answer well, and those that do not.
@Timeout(90)
final class UpstreamsTest {
    private static final Upstreams.Limits LIMITS =
            new Upstreams.Limits(Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(60));
    private static final Consumer<Closeable> NEVER = _ -> { };
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir
    Path dir;

    private Authority authority;
    private Upstreams upstreams;
    private final List<Server> servers = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        authority = Authority.open(dir, InstantSource.system());
        upstreams = upstreams(LIMITS);
    }

    @AfterEach
    void stop() throws IOException {
        upstreams.close();
        for (Server server : servers) {
            server.close();
        }
    }

    private Upstreams upstreams(Upstreams.Limits limits) throws IOException {
        return new Upstreams(limits.direct(UpstreamsTest::resolve), Scene.trusting(authority.pem()).getSocketFactory(), limits);
    }

    private static List<InetAddress> resolve(String host) throws UnknownHostException {
        if (host.equals("nowhere.test")) {
            throw new UnknownHostException(host);
        }
        return List.of(InetAddress.getLoopbackAddress());
    }

    private Server plain(Server.Play play) throws IOException {
        servers.add(new Server(Optional.empty(), play));
        return servers.getLast();
    }

    private Server encrypted(Server.Play play) throws IOException {
        servers.add(new Server(Optional.of(authority), play));
        return servers.getLast();
    }

    private static UpstreamRequest get(String scheme, String host, Server server) {
        return new UpstreamRequest(URI.create(scheme + "://" + host + ":" + server.port()), "GET", "/v1/models?x=1", HeaderFields.NONE, new byte[0]);
    }

    private String ask(UpstreamRequest request) throws UpstreamFailure {
        return ask(upstreams, request);
    }

    private static String ask(Upstreams upstreams, UpstreamRequest request) throws UpstreamFailure {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (UpstreamAnswer answer = upstreams.send(request, NEVER)) {
            byte[] buffer = new byte[1000];
            for (int count; (count = answer.read(buffer)) >= 0; ) {
                body.write(buffer, 0, count);
            }
            return answer.status() + " " + body.toString(ISO_8859_1);
        }
    }

    /// Answers every request alike.
    private static Server.Play always(String answer) {
        return socket -> {
            while (Server.request(socket).isPresent()) {
                Server.say(socket, answer);
            }
        };
    }

    @Test
    void a_request_goes_out_as_it_should() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        Server server = encrypted(socket -> {
            seen.add(Server.request(socket).orElseThrow());
            Server.say(socket, OK);
        });
        HeaderFields fields = HeaderFields.of("anthropic-version", "1", "Host", "bot.test", "Connection", "X-Hop", "X-Hop", "1",
                "Transfer-Encoding", "chunked", "Proxy-Authorization", "x", "Expect", "100-continue", "X-Twice", "1", "X-Twice", "2");
        URI uri = URI.create("https://api.vendor.test:" + server.port());
        assertEquals("200 ok", ask(new UpstreamRequest(uri, "POST", "/v1/x?alt=sse", fields, "body".getBytes(ISO_8859_1))));
        assertEquals("POST /v1/x?alt=sse HTTP/1.1\r\nHost: api.vendor.test:" + server.port()
                + "\r\nanthropic-version: 1\r\nX-Twice: 1\r\nX-Twice: 2\r\nContent-Length: 4\r\n\r\nbody", seen.getFirst());
    }

    @Test
    void a_connection_is_kept_for_the_next_request() throws Exception {
        Server server = encrypted(always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"));
        for (int i = 0; i < 5; i++) {
            assertEquals("200 ok", ask(get("https", "api.vendor.test", server)));
        }
        assertEquals(1, server.accepted.size());
        assertEquals("200 ok", ask(get("https", "other.vendor.test", server)));
        assertEquals(2, server.accepted.size(), "another name is another server");
    }

    @Test
    void at_most_16_are_kept() throws Exception {
        Server server = askTwentyAtOnce(upstreams);
        LinksTest.await(() -> closed(server) == 4);
        Thread.sleep(1000);
        assertEquals(4, closed(server));
    }

    @Test
    void none_is_kept_for_long() throws Exception {
        try (Upstreams hasty = upstreams(new Upstreams.Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ofSeconds(3)))) {
            Server server = askTwentyAtOnce(hasty);
            LinksTest.await(() -> closed(server) == 20);
        }
    }

    private static long closed(Server server) {
        return server.accepted.stream().filter(Socket::isClosed).count();
    }

    /// Asks a server that answers when it has as many connections.
    private Server askTwentyAtOnce(Upstreams of) throws Exception {
        CountDownLatch all = new CountDownLatch(20);
        Server server = plain(socket -> {
            Server.request(socket);
            all.countDown();
            try {
                all.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            Server.say(socket, OK);
            always(OK).play(socket);
        });
        List<Thread> asking = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            asking.add(Thread.startVirtualThread(() -> {
                try {
                    ask(of, get("http", "a.test", server));
                } catch (UpstreamFailure e) {
                    throw new AssertionError(e);
                }
            }));
        }
        for (Thread thread : asking) {
            thread.join();
        }
        assertEquals(20, server.accepted.size());
        return server;
    }

    @Test
    void a_kept_connection_that_died_costs_nothing() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        Server server = plain(socket -> {
            Server.request(socket);
            requests.incrementAndGet();
            Server.say(socket, OK); // and closes
        });
        for (int i = 0; i < 10; i++) {
            assertEquals("200 ok", ask(get("http", "a.test", server)));
        }
        assertEquals(10, requests.get());
    }

    @Test
    void a_request_is_sent_twice_only_if_a_kept_connection_died_before_any_byte() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        Server server = plain(socket -> {
            Server.request(socket);
            requests.incrementAndGet();
            Server.say(socket, OK);
            Server.request(socket);
            requests.incrementAndGet(); // and closes without an answer
        });
        assertEquals("200 ok", ask(get("http", "a.test", server)));
        assertEquals("200 ok", ask(get("http", "a.test", server)));
        assertEquals(3, requests.get());

        AtomicInteger partly = new AtomicInteger();
        Server other = plain(socket -> {
            Server.request(socket);
            partly.incrementAndGet();
            Server.say(socket, OK);
            Server.request(socket);
            partly.incrementAndGet();
            Server.say(socket, "HTTP/1.1 200");
        });
        assertEquals("200 ok", ask(get("http", "a.test", other)));
        assertEquals(Kind.BROKEN, assertThrows(UpstreamFailure.class, () -> ask(get("http", "a.test", other))).kind());
        assertEquals(2, partly.get());

        AtomicInteger fresh = new AtomicInteger();
        Server dying = plain(socket -> {
            Server.request(socket);
            fresh.incrementAndGet();
        });
        assertEquals(Kind.BROKEN, assertThrows(UpstreamFailure.class, () -> ask(get("http", "a.test", dying))).kind());
        assertEquals(1, fresh.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1234", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n1234",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n12\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n12\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n123\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n12\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n12", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nwho knows where this ends", "HTTP/1.0 200 OK\r\n\r\nold",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 400 No\r\nContent-Encoding: identity\r\ncontent-encoding: br\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 999 What\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n", "", "HTTP/1.1 200 OK\r\nContent-Length: 0", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"})
    void a_broken_answer_is_never_a_whole_one(String wire) throws Exception {
        Server.Play play = socket -> {
            Server.request(socket);
            Server.say(socket, wire);
        };
        for (UpstreamRequest request : List.of(get("http", "a.test", plain(play)), get("https", "a.test", encrypted(play)))) {
            assertEquals(Kind.BROKEN, assertThrows(UpstreamFailure.class, () -> ask(request)).kind());
        }
    }

    @Test
    void an_endless_head_is_broken_too() throws Exception {
        Server server = plain(socket -> {
            Server.request(socket);
            Server.say(socket, "HTTP/1.1 200 OK\r\n");
            while (true) {
                Server.say(socket, "A: " + "x".repeat(1000) + "\r\n");
            }
        });
        UpstreamFailure failure = assertThrows(UpstreamFailure.class, () -> ask(get("http", "a.test", server)));
        assertTrue(failure.kind() == Kind.BROKEN && failure.getMessage().contains("larger than"), failure.getMessage());
    }

    @Test
    void a_body_that_ends_with_its_connection_is_read_but_is_never_whole() throws Exception {
        Server server = plain(socket -> {
            Server.request(socket);
            Server.say(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end");
        });
        try (UpstreamAnswer answer = upstreams.send(get("http", "a.test", server), NEVER)) {
            byte[] buffer = new byte[1000];
            StringBuilder all = new StringBuilder();
            UpstreamFailure failure = assertThrows(UpstreamFailure.class, () -> {
                for (int count; (count = answer.read(buffer)) >= 0; ) {
                    all.append(new String(buffer, 0, count, ISO_8859_1));
                }
            });
            assertEquals("to the end", all.toString());
            assertTrue(failure.kind() == Kind.BROKEN && failure.getMessage().contains("neither a length nor an end"), failure.getMessage());
        }
    }

    @Test
    void what_follows_an_answer_is_no_answer_to_the_next_request() throws Exception {
        Server server = plain(always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled"));
        for (int i = 0; i < 5; i++) {
            assertEquals("200 ok", ask(get("http", "a.test", server)));
        }
        assertEquals(5, server.accepted.size());
    }

    @Test
    void a_server_that_refuses_a_large_request_early_is_heard() throws Exception {
        Server server = plain(socket -> {
            socket.getInputStream().readNBytes(1000);
            Server.say(socket, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
            socket.shutdownOutput();
            socket.getInputStream().readNBytes(100_000);
            socket.shutdownInput();
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        });
        URI uri = URI.create("http://a.test:" + server.port());
        assertEquals("413 no", ask(new UpstreamRequest(uri, "POST", "/", HeaderFields.NONE, new byte[3_000_000])));
    }

    @Test
    void only_the_server_that_was_meant_is_trusted() throws Exception {
        Path foreign = Files.createDirectory(dir.resolve("foreign"));
        Server impostor = new Server(Optional.of(Authority.open(foreign, InstantSource.system())), always(OK));
        servers.add(impostor);
        UpstreamFailure untrusted = assertThrows(UpstreamFailure.class, () -> ask(get("https", "api.vendor.test", impostor)));
        assertTrue(untrusted.kind() == Kind.UNREACHABLE && untrusted.getMessage().contains("TLS failed"), untrusted.getMessage());
    }

    @Test
    void a_trusted_certificate_of_another_name_does_not_do() throws Exception {
        Path key = dir.resolve("other.key");
        Path certificate = dir.resolve("other.pem");
        Path store = dir.resolve("other.p12");
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=other",
                "-addext", "subjectAltName=DNS:other.test", "-keyout", key.toString(), "-out", certificate.toString());
        run("openssl", "pkcs12", "-export", "-passout", "pass:x", "-inkey", key.toString(), "-in", certificate.toString(), "-out", store.toString());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), "x".toCharArray()), "x".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        Server server = plain(socket -> always(OK).play(context.getSocketFactory().createSocket(socket, null, true)));
        try (Upstreams trusting = new Upstreams(LIMITS.direct(UpstreamsTest::resolve), Scene.trusting(Files.readAllBytes(certificate)).getSocketFactory(), LIMITS)) {
            assertEquals("200 ok", ask(trusting, get("https", "other.test", server)));
            UpstreamFailure other = assertThrows(UpstreamFailure.class, () -> ask(trusting, get("https", "api.vendor.test", server)));
            assertTrue(other.kind() == Kind.UNREACHABLE && other.getMessage().contains("TLS failed"), other.getMessage());
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertEquals(0, process.waitFor(), said);
    }

    @Test
    void a_server_that_cannot_be_reached_is_told() throws Exception {
        Server gone = plain(always(OK));
        gone.close();
        assertEquals(Kind.UNREACHABLE, assertThrows(UpstreamFailure.class, () -> ask(get("http", "a.test", gone))).kind());
        UpstreamFailure unknown = assertThrows(UpstreamFailure.class, () -> ask(get("https", "nowhere.test", gone)));
        assertTrue(unknown.getMessage().contains("nowhere.test cannot be reached: its name cannot be resolved"), unknown.getMessage());
    }

    @Test
    void silence_has_an_end() throws Exception {
        Upstreams.Limits hasty = new Upstreams.Limits(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(60));
        CountDownLatch end = new CountDownLatch(1);
        Server.Play wait = socket -> {
            try {
                end.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
        Server neverAnswers = plain(wait);
        Server stops = plain(socket -> {
            Server.request(socket);
            Server.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12");
            wait.play(socket);
        });
        try (Upstreams impatient = upstreams(hasty)) {
            assertEquals(Kind.SILENT, assertThrows(UpstreamFailure.class, () -> ask(impatient, get("http", "a.test", neverAnswers))).kind());
            assertEquals(Kind.SILENT, assertThrows(UpstreamFailure.class, () -> ask(impatient, get("http", "a.test", stops))).kind());
            UpstreamRequest large = new UpstreamRequest(URI.create("http://a.test:" + neverAnswers.port()), "POST", "/", HeaderFields.NONE, new byte[30_000_000]);
            assertEquals(Kind.SILENT, assertThrows(UpstreamFailure.class, () -> ask(impatient, large)).kind());
            assertEquals(Kind.UNREACHABLE, assertThrows(UpstreamFailure.class, () -> ask(impatient, get("https", "a.test", neverAnswers))).kind());
        } finally {
            end.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"before the head", "in the body", "before the request"})
    void a_client_that_leaves_ends_the_request_at_once(String when) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Server server = encrypted(socket -> {
            Server.request(socket);
            if (when.equals("in the body")) {
                Server.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12");
            }
            asked.countDown();
            if (socket.getInputStream().read() < 0) {
                closed.countDown();
            }
        });
        AtomicReference<Closeable> abort = new AtomicReference<>();
        Consumer<Closeable> onLeave = closeable -> {
            abort.set(closeable);
            if (when.equals("before the request")) {
                close(closeable);
            }
        };
        Thread leaving = Thread.startVirtualThread(() -> {
            try {
                asked.await(60, TimeUnit.SECONDS);
                Thread.sleep(200);
                close(abort.get());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        UpstreamFailure failure = assertThrows(UpstreamFailure.class, () -> {
            try (UpstreamAnswer answer = upstreams.send(get("https", "api.vendor.test", server), onLeave)) {
                while (answer.read(new byte[10]) >= 0) {
                    assertEquals(200, answer.status());
                }
            }
        });
        assertEquals(Kind.ABORTED, failure.kind());
        if (!when.equals("before the request")) {
            leaving.join();
        }
    }

    private static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void leaving_late_does_not_end_another_s_request() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        AtomicInteger requests = new AtomicInteger();
        Server server = plain(socket -> {
            while (Server.request(socket).isPresent()) {
                if (requests.incrementAndGet() == 2) {
                    second.countDown();
                    try {
                        left.await(60, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
                Server.say(socket, OK);
            }
        });
        AtomicReference<Closeable> abort = new AtomicReference<>();
        try (UpstreamAnswer answer = upstreams.send(get("http", "a.test", server), abort::set)) {
            byte[] buffer = new byte[10];
            while (answer.read(buffer) >= 0) {
                assertEquals(200, answer.status());
            }
        }
        AtomicReference<String> got = new AtomicReference<>("");
        Thread other = Thread.startVirtualThread(() -> {
            try {
                got.set(ask(get("http", "a.test", server)));
            } catch (UpstreamFailure e) {
                got.set(e.getMessage());
            }
        });
        assertTrue(second.await(30, TimeUnit.SECONDS));
        abort.get().close();
        left.countDown();
        other.join();
        assertEquals("200 ok", got.get());
        assertEquals(1, server.accepted.size());
    }
}
