package botmaker.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.ledger.Reached;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Reach;
import botmaker.wire.ChannelSocket;
import botmaker.wire.HeaderFields;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// The sockets of bots in a directory of the test, with a handler of the test behind them.
final class Scene implements AutoCloseable {
    /// Answers with what it was asked.
    static final Handler ECHO = (request, answer) -> {
        byte[] body = request.readBody(BotRequest.MAX_BODY);
        String text = request.bot().id() + " " + request.origin().host() + " " + request.head().method() + " " + request.head().target()
                + " " + body.length;
        answer.send(200, HeaderFields.of("Content-Type", "text/plain"), text.getBytes(UTF_8));
    };

    final Path dir;
    final Authority authority;
    final Links links;
    final Activity activity = new Activity(Clock.systemUTC());
    private final List<Socket> opened = new CopyOnWriteArrayList<>();

    Scene(Path dir, Handler handler) throws IOException {
        this(dir, handler, (host, _, _) -> {
            throw new IOException(host + " is not reached in this test");
        });
    }

    Scene(Path dir, Handler handler, Dialer dialer) throws IOException {
        this.dir = dir;
        this.authority = Authority.open(dir, InstantSource.system());
        this.links = new Links(authority, handler, dialer, activity, new Reached(Clock.systemUTC()));
    }

    /// A bot with two origins through TLS and one without.
    BotPolicy bot(String id, Reach reach, String... webHosts) throws IOException {
        Path own = dir.resolve(id);
        Files.createDirectories(own);
        return new BotPolicy(id, reach, own, List.of(origin("tls", "api.vendor.test", 443, true), origin("tls", "other.vendor.test", 8443, true),
                origin("m0", "model.botmaker.internal", 11434, false)), List.of(webHosts), Optional.empty(),
                Budget.NONE);
    }

    static Origin origin(String link, String host, int port, boolean tls) {
        return new Origin(link, host, port, tls, URI.create("http://127.0.0.1:1"), "openai", Optional.empty(), List.of());
    }

    /// Opens the sockets of one sealed bot named `a`.
    Scene sealed() throws IOException {
        links.follow(List.of(bot("a", Reach.SEALED)));
        return this;
    }

    ChannelSocket connect(String bot, String link) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(dir.resolve(bot).resolve(link)));
        ChannelSocket socket = new ChannelSocket(channel, Duration.ofMinutes(5));
        opened.add(socket);
        return socket;
    }

    Client plain(String bot, String link) throws IOException {
        return new Client(connect(bot, link));
    }

    Client encrypted(String bot, String host) throws IOException {
        return encrypted(connect(bot, "tls"), host, "http/1.1");
    }

    Client encrypted(Socket under, String host, String... protocols) throws IOException {
        return new Client(tls(authority.pem(), under, host, protocols));
    }

    static SSLSocket tls(byte[] trusted, Socket under, String host, String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket) trusting(trusted).getSocketFactory().createSocket(under, host, 443, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(protocols);
        if (!host.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    static SSLContext trusting(byte[] pem) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (java.security.GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : opened) {
            socket.close();
        }
        links.close();
    }

    /// What a bot sends and gets, byte by byte.
    record Client(Socket socket) {
        Client send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            return this;
        }

        Client get(String host, String target) throws IOException {
            return send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        }

        Client post(String host, String body) throws IOException {
            return send("POST /v1/x HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /// Reads until a text has come.
        String until(String end) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (!all.toString(ISO_8859_1).contains(end)) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IOException("ended after: " + all.toString(ISO_8859_1));
                }
                all.write(next);
            }
            return all.toString(ISO_8859_1);
        }

        /// Reads a whole answer with a length.
        String answer() throws IOException {
            String head = until("\r\n\r\n");
            int length = head.lines().filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(15).strip())).findFirst().orElse(0);
            return head + new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
        }

        /// Reads to the end, or to where the connection breaks off.
        String rest() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(all);
            } catch (IOException e) {
                all.writeBytes(" (broken)".getBytes(ISO_8859_1));
            }
            return all.toString(ISO_8859_1);
        }
    }

    /// A server whose connections a test plays by hand.
    static final class Server implements AutoCloseable {
        interface Play {
            void play(Socket socket) throws IOException;
        }

        final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        final List<Socket> accepted = new CopyOnWriteArrayList<>();
        private final Optional<Authority> authority;
        private final Thread accepting;

        Server(Optional<Authority> authority, Play play) throws IOException {
            this.authority = authority;
            this.accepting = Thread.ofVirtual().start(() -> {
                while (!listening.isClosed()) {
                    try {
                        Socket socket = listening.accept();
                        accepted.add(socket);
                        Thread.ofVirtual().start(() -> run(play, socket));
                    } catch (IOException _) {
                        return;
                    }
                }
            });
        }

        private void run(Play play, Socket socket) {
            try (socket) {
                play.play(authority.isPresent()
                        ? (SSLSocket) authority.get().serverContext().getSocketFactory().createSocket(socket, null, true) : socket);
            } catch (IOException _) {
                // the test sees it from the other side
            }
        }

        int port() {
            return listening.getLocalPort();
        }

        /// Reads a request with its body; empty at the end of the connection.
        static Optional<String> request(Socket socket) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return Optional.empty();
                }
                head.append((char) next);
            }
            int length = head.toString().lines().filter(line -> line.startsWith("Content-Length:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(15).strip())).findFirst().orElse(0);
            return Optional.of(head + new String(socket.getInputStream().readNBytes(length), ISO_8859_1));
        }

        static void say(Socket socket, String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        }

        /// Ends all connections; when it returns, none is accepted any more. The port is open until the thread that accepts has seen that.
        @Override
        public void close() throws IOException {
            listening.close();
            try {
                accepting.join();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            for (Socket socket : new ArrayList<>(accepted)) {
                socket.close();
            }
        }
    }
}
