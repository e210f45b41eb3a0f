package botmaker.http;

import static botmaker.http.Route.get;
import static botmaker.http.Route.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.tls.Certificates;
import botmaker.tls.ServerTls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TlsTest {
    @TempDir
    private static Path directory;

    private static ServerTls tls;
    private static SSLContext trusting;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Certificates.make(directory, "server", Certificates.EC);
        tls = ServerTls.open(directory.resolve("server.crt"), directory.resolve("server.key"));
        trusting = Certificates.trusting(directory.resolve("server.crt"));
    }

    @AfterAll
    static void close() {
        tls.close();
    }

    private static WebServer start() throws IOException {
        WebServer server = WebServer.open(
                new WebServer.Options(TestServer.ANY_PORT, Set.of(), _ -> false, false, Optional.of(tls::engine)),
                List.of(get("/", _ -> TestServer.text("x".repeat(100_000))),
                        post("/", _ -> Response.noContent()),
                        get("/events", _ -> Response.events(new Quiet()))),
                _ -> "admin", AuditListener.NONE);
        server.start();
        return server;
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().sslContext(trusting).version(HttpClient.Version.HTTP_1_1).build();
    }

    private static final class Quiet implements Response.Source<EventStream> {
        @Override
        public void writeTo(EventStream out) throws IOException, InterruptedException {
            out.send(Optional.empty(), Optional.empty(), "hello");
            out.flush();
            new CountDownLatch(1).await();
        }

        @Override
        public void close() {}
    }

    private static HttpRequest.Builder request(WebServer server, String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path));
    }

    private static RawHttp raw(WebServer server) throws IOException {
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
        return RawHttp.over(socket);
    }

    @Test
    void requests_are_answered_and_our_origin_is_https() throws Exception {
        try (HttpClient client = client(); WebServer server = start()) {
            assertEquals(100_000, client.send(request(server, "/").build(), BodyHandlers.ofString()).body().length());
            for (String scheme : new String[] {"https", "http"}) {
                HttpRequest post = request(server, "/").POST(BodyPublishers.noBody())
                        .header("Origin", scheme + "://localhost:" + server.port()).build();
                assertEquals(scheme.equals("https") ? 204 : 403, client.send(post, BodyHandlers.discarding()).statusCode());
            }
        }
    }

    @Test
    void streams_end_when_the_server_closes() throws Exception {
        try (HttpClient client = client()) {
            WebServer server = start();
            try (InputStream events = client.send(request(server, "/events").build(), BodyHandlers.ofInputStream()).body()) {
                assertEquals("data: hello\n\n", new String(events.readNBytes(13), StandardCharsets.UTF_8));
                long start = System.nanoTime();
                server.close();
                assertTrue(System.nanoTime() - start < 20_000_000_000L);
                assertEquals("event: end\ndata: {\"reason\":\"shutdown\"}\n\n",
                        new String(events.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    /// RFC 6797, on errors too; but not for the name `localhost`, which other programs have as well.
    @Test
    void browsers_are_told_to_come_back_with_TLS_only() throws Exception {
        try (WebServer server = start()) {
            for (String request : List.of("GET / HTTP/1.1\nHost: 127.0.0.1\n\n", "GET /nothing HTTP/1.1\nHost: 127.0.0.1\n\n",
                    "GET / HTTP/1.1\nHost: evil.example\n\n", "GET / HTTP/1.1\n\n", "TRACE / HTTP/1.1\nHost: [::1]:7100\n\n")) {
                try (RawHttp raw = raw(server)) {
                    assertEquals("max-age=31536000", raw.sendLines(request).head().headers().get("strict-transport-security"), request);
                }
            }
            for (String host : List.of("localhost", "LocalHost:7100")) {
                try (RawHttp raw = raw(server)) {
                    assertEquals(null, raw.sendLines("GET / HTTP/1.1\nHost: " + host + "\n\n").head().headers()
                            .get("strict-transport-security"));
                }
            }
        }
        try (TestServer plain = TestServer.start(get("/", _ -> TestServer.text("ok"))); RawHttp raw = plain.raw()) {
            assertEquals(null, raw.sendLines("GET / HTTP/1.1\nHost: 127.0.0.1\n\n").head().headers().get("strict-transport-security"));
        }
    }

    /// Neither those that begin a handshake and never go on, nor those that take it for plain HTTP; and all are hung up on.
    @Test
    void handshakes_that_never_finish_stop_nobody_and_end() throws Exception {
        List<RawHttp> strangers = new ArrayList<>();
        try (HttpClient client = client(); WebServer server = start()) {
            for (int i = 0; i < 100; i++) {
                strangers.add(RawHttp.connect(server.port()));
                strangers.add(RawHttp.connect(server.port()).send("\u0016\u0003\u0001\u0002\u0000\u0001\u0000"));
                strangers.add(RawHttp.connect(server.port()).sendLines("GET / HTTP/1.1\nHost: localhost\n\n"));
            }
            assertEquals(200, client.send(request(server, "/").build(), BodyHandlers.discarding()).statusCode());
            for (RawHttp stranger : strangers) {
                assertEquals("", stranger.patience(Duration.ofSeconds(90)).rest().replaceAll("[^ -~]", ""));
            }
            assertEquals(200, client.send(request(server, "/").build(), BodyHandlers.discarding()).statusCode());
        } finally {
            for (RawHttp stranger : strangers) {
                stranger.close();
            }
        }
    }

    /// The JDK's HTTPS server asked the name server for every client's name before the handshake.
    @Test
    void nobody_asks_for_the_name_of_an_address() throws Exception {
        assertEquals("192.0.2.7", InetAddress.ofLiteral("192.0.2.7").getHostName());
        assertEquals("127.0.0.1", InetAddress.ofLiteral("127.0.0.1").getHostName());
        assertTrue(InetAddress.getByName("localhost").isLoopbackAddress());
    }

    /// The JDK's server writes the farewell on the thread that accepts connections, however long its client does not read.
    @Test
    void closing_writes_nothing() throws Exception {
        SSLEngine engine = CheckedEngine.context(Optional.of(tls::engine)).createSSLEngine();
        engine.setUseClientMode(false);
        engine.closeOutbound();
        SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(50_000));
        assertEquals(SSLEngineResult.Status.CLOSED, result.getStatus());
        assertEquals(0, result.bytesProduced());
        assertTrue(engine.isOutboundDone());
    }
}
