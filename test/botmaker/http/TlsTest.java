package botmaker.http;

import static botmaker.http.Route.get;
import static botmaker.http.Route.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsTest {
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir
    private static Path directory;

    private static SSLContext tls;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = directory.resolve("keys");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keyalg", "EC",
                        "-dname", "CN=localhost", "-ext", "san=dns:localhost", "-keystore", store.toString(),
                        "-storepass", new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), output);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    }

    private static WebServer start() throws IOException {
        return WebServer.start(
                WebServer.Options.listeningOn(InetAddress.getLoopbackAddress(), 0).webDirectory(TestServer.NO_FILES).tls(tls),
                List.of(get("/", _ -> Response.text("x".repeat(100_000))),
                        post("/", _ -> Response.noContent()),
                        get("/events", _ -> Response.events(new Quiet()))),
                _ -> "admin", Witness.NONE);
    }

    private static final class Quiet implements EventSource {
        @Override
        public void stream(EventStream out) throws IOException, InterruptedException {
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

    @Test
    void requests_are_answered_and_our_origin_is_https() throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
                WebServer server = start()) {
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
        try (HttpClient client = HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build()) {
            WebServer server = start();
            try (InputStream events = client.send(request(server, "/events").build(), BodyHandlers.ofInputStream()).body()) {
                assertEquals("data: hello\n\n", new String(events.readNBytes(13), StandardCharsets.UTF_8));
                long start = System.nanoTime();
                server.close();
                assertTrue(System.nanoTime() - start < 5_000_000_000L);
                assertEquals("event: end\ndata: {\"reason\":\"shutdown\"}\n\n",
                        new String(events.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }
}
