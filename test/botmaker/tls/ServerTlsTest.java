package botmaker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.http.AuditListener;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.http.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Which certificate the JDK's server shows, as the files change below it.
@Timeout(120)
class ServerTlsTest {
    /// Kept here: a logger that nobody holds may be forgotten with its handlers.
    private static final Logger LOGGER = Logger.getLogger(ServerTls.class.getName());

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel() == Level.WARNING) {
                warnings.add(entry.getMessage());
            }
        }

        @Override
        public void flush() { }

        @Override
        public void close() { }
    };

    @TempDir
    private Path directory;

    private ServerTls tls;
    private WebServer server;

    @BeforeEach
    void start() throws Exception {
        LOGGER.addHandler(handler);
        for (String name : List.of("first", "second")) {
            Certificates.make(directory, name, Certificates.EC);
        }
        put("first.crt", "live.crt");
        put("first.key", "live.key");
        tls = ServerTls.open(directory.resolve("live.crt"), directory.resolve("live.key"));
        server = WebServer.open(new WebServer.Options(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Set.of(), _ -> false,
                false, Optional.of(tls::engine)), List.of(Route.get("/", _ -> Response.noContent())), _ -> "admin", AuditListener.NONE);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        tls.close();
        LOGGER.removeHandler(handler);
    }

    /// As a careful program replaces a file.
    private void put(String from, String to) throws IOException {
        Path next = directory.resolve(to + ".next");
        Files.copy(directory.resolve(from), next, StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(next, directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    /// The name in the certificate that a new connection is shown.
    private String shown() throws Exception {
        try (SSLSocket socket = connect("TLSv1.3", "TLSv1.2")) {
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }

    private SSLSocket connect(String... protocols) throws Exception {
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {new TrustsAll()}, null);
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(30_000);
        socket.setEnabledProtocols(protocols);
        try {
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override public void checkClientTrusted(X509Certificate[] chain, String type) { }
        @Override public void checkServerTrusted(X509Certificate[] chain, String type) { }
        @Override public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) { }
        @Override public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) { }
        @Override public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) { }
        @Override public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) { }
        @Override public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!condition.holds()) {
            assertTrue(System.nanoTime() - deadline < 0, what);
            Thread.sleep(100);
        }
    }

    @Test
    void a_new_pair_is_shown_to_new_connections() throws Exception {
        assertEquals("CN=first", shown());
        put("second.crt", "live.crt");
        put("second.key", "live.key");
        await("the second is never shown", () -> shown().equals("CN=second"));
    }

    @Test
    void while_only_one_file_is_new_or_one_is_broken_the_old_pair_stays() throws Exception {
        put("second.crt", "live.crt");
        await("nothing is said", () -> warnings.size() == 1);
        assertEquals("CN=first", shown());
        Files.writeString(directory.resolve("live.key"), "-----BEGIN PRIV");
        await("nothing is said", () -> warnings.size() == 2);
        assertEquals("CN=first", shown());
        put("second.key", "live.key");
        await("the second is never shown", () -> shown().equals("CN=second"));
        assertEquals(2, warnings.size(), warnings.toString());
    }

    /// As certbot and lego do it: a link that leads to another file from now on.
    @Test
    void links_may_lead_elsewhere() throws Exception {
        put("second.crt", "archive.crt");
        put("second.key", "archive.key");
        for (String name : List.of("live.crt", "live.key")) {
            Path next = Files.createSymbolicLink(directory.resolve("link"), Path.of(name.replace("live", "archive")));
            Files.move(next, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
        await("the second is never shown", () -> shown().equals("CN=second"));
        put("first.crt", "archive.crt");
        put("first.key", "archive.key");
        await("the first is never shown again", () -> shown().equals("CN=first"));
    }

    @Test
    void only_TLS_1_2_and_1_3_with_forward_secrecy_are_spoken() throws Exception {
        SSLParameters spoken = tls.engine().getSSLParameters();
        assertEquals(Set.of("TLSv1.2", "TLSv1.3"), Set.of(spoken.getProtocols()));
        Set<String> kinds = Stream.of(spoken.getCipherSuites())
                .map(suite -> suite.replaceFirst("_WITH_.*", "").replaceFirst("^TLS_(AES|CHACHA20).*", "TLS 1.3"))
                .collect(Collectors.toSet());
        assertEquals(Set.of("TLS 1.3", "TLS_ECDHE_ECDSA", "TLS_ECDHE_RSA"), kinds);
        assertFalse(Stream.of(spoken.getCipherSuites()).anyMatch(suite -> suite.contains("CBC")));
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (SSLSocket socket = connect(version)) {
                assertEquals(version, socket.getSession().getProtocol());
            }
        }
        assertThrows(SSLException.class, () -> connect("TLSv1.1").close());
    }

    @Test
    void an_expired_certificate_is_used_with_a_warning() throws Exception {
        Certificates.makeExpired(directory, "expired");
        try (ServerTls _ = ServerTls.open(directory.resolve("expired.crt"), directory.resolve("expired.key"))) {
            assertEquals(1, warnings.size());
        }
    }

    @Test
    void a_full_chain_is_sent_so_that_the_authority_alone_need_be_known() throws Exception {
        Certificates.openssl(directory, "req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-subj", "/CN=leaf", "-keyout", "leaf.key", "-out", "leaf.csr");
        Files.writeString(directory.resolve("san"), "subjectAltName=DNS:localhost\n");
        Certificates.openssl(directory, "x509", "-req", "-in", "leaf.csr", "-CA", "first.crt", "-CAkey", "first.key",
                "-CAcreateserial", "-days", "30", "-extfile", "san", "-out", "leaf.crt");
        Files.writeString(directory.resolve("full.crt"),
                Files.readString(directory.resolve("leaf.crt")) + Files.readString(directory.resolve("first.crt")));
        put("full.crt", "live.crt");
        put("leaf.key", "live.key");
        await("the leaf is never shown", () -> shown().equals("CN=leaf"));
        try (HttpClient client = HttpClient.newBuilder().sslContext(Certificates.trusting(directory.resolve("first.crt"))).build()) {
            URI uri = URI.create("https://localhost:" + server.port() + "/");
            assertEquals(204, client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode());
        }
    }
}
