package botmaker.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import botmaker.tls.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// An HTTP proxy (CONNECT) behind which servers of the test have the names of real ones, each with TLS and a certificate for its name.
public final class FakeInternet implements AutoCloseable {
    private static final String PASSWORD = "password";

    /// A server, which gets each connection when its TLS is done.
    public interface Site {
        void serve(Socket socket) throws IOException;
    }

    private final Path authority;
    private final SSLContext tls;
    private final Map<String, Site> sites = new ConcurrentHashMap<>();
    private final List<String> unknown = new CopyOnWriteArrayList<>();
    private final ServerSocket listener;

    /// @param temp  takes the certificate
    /// @param names all names that sites will have; `*.` stands for one label
    public FakeInternet(Path temp, List<String> names) throws Exception {
        this(InetAddress.getLoopbackAddress(), temp, names);
    }

    /// The same at another address of this host.
    public FakeInternet(InetAddress bind, Path temp, List<String> names) throws Exception {
        Certificates.openssl(temp, "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=internet", "-addext",
                "subjectAltName=" + names.stream().map("DNS:"::concat).collect(Collectors.joining(",")),
                "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", "internet.key", "-out", "internet.crt");
        Certificates.openssl(temp, "pkcs12", "-export", "-in", "internet.crt", "-inkey", "internet.key", "-out", "internet.p12",
                "-passout", "pass:" + PASSWORD);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(temp.resolve("internet.p12"))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        authority = temp.resolve("internet.crt");
        listener = new ServerSocket(0, 50, bind);
        Thread.ofVirtual().name("fake-internet").start(this::accept);
    }

    /// Settings of a BotMaker whose broker reaches all servers but those of this host here.
    public Map<String, String> settings() {
        return Map.of("BOTMAKER_BOT_HTTPS_PROXY", proxy().toString(), "BOTMAKER_BROKER_CA_FILE", authority.toString());
    }

    /// The proxy.
    public URI proxy() {
        return URI.create("http://" + listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort());
    }

    /// PEM: who signs the certificates of all sites.
    public Path authority() {
        return authority;
    }

    public FakeInternet with(String host, Site site) {
        sites.put(host, site);
        return this;
    }

    /// A server without TLS takes the connections.
    public FakeInternet with(String host, String url) {
        return with(host, at(url));
    }

    /// A site whose connections a server without TLS takes.
    static Site at(String url) {
        URI server = URI.create(url);
        return socket -> {
            try (Socket there = new Socket(server.getHost(), server.getPort())) {
                Thread.ofVirtual().start(() -> {
                    try {
                        there.getInputStream().transferTo(socket.getOutputStream());
                        socket.close();
                    } catch (IOException _) {
                        // either side has left
                    }
                });
                socket.getInputStream().transferTo(there.getOutputStream());
            }
        };
    }

    /// The servers that were asked for and do not exist, with their ports.
    public List<String> unknown() {
        return List.copyOf(unknown);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().name("fake-internet").start(() -> serve(client));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String[] asked = head(client.getInputStream()).split(" ");
            String host = asked[1].split(":")[0];
            Site site = sites.get(host);
            if (!asked[0].equals("CONNECT") || site == null) {
                unknown.add(asked[1]);
                client.getOutputStream().write("HTTP/1.1 502 Bad Gateway\r\n\r\n".getBytes(ISO_8859_1));
                return;
            }
            client.getOutputStream().write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(ISO_8859_1));
            try (SSLSocket inside = (SSLSocket) tls.getSocketFactory().createSocket(client, InputStream.nullInputStream(), true)) {
                site.serve(inside);
            }
        } catch (IOException | UncheckedIOException _) {
            // the client has left
        }
    }

    /// Reads the head of a request, byte by byte, so that nothing behind it is taken.
    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended in a head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
