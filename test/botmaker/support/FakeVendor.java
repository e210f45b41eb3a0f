package botmaker.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.tls.Certificates;
import botmaker.wire.ChannelSocket;
import botmaker.wire.Framing;
import botmaker.wire.MessageReader;
import botmaker.wire.RequestHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Anthropic, as a bot without a network finds it: behind a Unix socket in the directory of its links, with a certificate for the
/// vendor's own name. Answers every message with the same text.
public final class FakeVendor implements AutoCloseable {
    private static final String HOST = "api.anthropic.com";
    private static final String STORE = "vendor.p12";
    private static final String PASSWORD = "password";

    private final SSLContext tls;
    private final ServerSocketChannel listener;
    private final String answer;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /// A request that came.
    public record Asked(RequestHead head, JsonValue body) { }

    /// Listens at the socket `tls` of a directory of links, and puts the certificate to be trusted there as `ca.pem`.
    public FakeVendor(Path links, Path temp, String answer) throws Exception {
        this.answer = answer;
        Certificates.openssl(temp, "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=vendor", "-addext", "subjectAltName=DNS:" + HOST,
                "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", "vendor.key", "-out", "vendor.crt");
        Certificates.openssl(temp, "pkcs12", "-export", "-in", "vendor.crt", "-inkey", "vendor.key", "-out", STORE, "-passout", "pass:" + PASSWORD);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(temp.resolve(STORE))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        Path authority = Files.copy(temp.resolve("vendor.crt"), links.resolve("ca.pem"));
        Files.setPosixFilePermissions(authority, PosixFilePermissions.fromString("rw-r--r--"));
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(links.resolve("tls")));
        Files.setPosixFilePermissions(links.resolve("tls"), PosixFilePermissions.fromString("rw-rw-rw-"));
        Thread.ofVirtual().name("fake-vendor").start(this::accept);
    }

    /// The requests so far.
    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                Thread.ofVirtual().name("fake-vendor").start(() -> serve(client));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(SocketChannel client) {
        try (Socket plain = new ChannelSocket(client, Duration.ofSeconds(30));
             SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, InputStream.nullInputStream(), true)) {
            MessageReader reader = new MessageReader(socket.getInputStream());
            while (true) {
                RequestHead head = RequestHead.of(reader.head(RequestHead.MAX_BYTES));
                byte[] body = body(reader, head.framing());
                asked.add(new Asked(head, body.length == 0 ? Json.NULL : JsonValue.parse(body)));
                answer(head, socket.getOutputStream());
            }
        } catch (IOException _) {
            // the bot has left
        }
    }

    /// Reads the body of a request whole.
    public static byte[] body(MessageReader reader, Framing framing) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] piece = new byte[16 << 10];
        for (int count; (count = reader.read(framing, piece, 0, piece.length)) >= 0; ) {
            body.write(piece, 0, count);
        }
        return body.toByteArray();
    }

    private void answer(RequestHead head, OutputStream out) throws IOException {
        boolean message = head.path().equals("/v1/messages");
        String body = message ? stream() : "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"Not found\"}}";
        out.write("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s".formatted(message ? "200 OK" : "404 Not Found",
                message ? "text/event-stream" : "application/json", body.getBytes(UTF_8).length, body).getBytes(UTF_8));
        out.flush();
    }

    private String stream() {
        return event("""
                {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5","content":[],\
                "stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":1}}}""")
                + event("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
                + event("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":%s}}"
                        .formatted(Json.of(answer)))
                + event("{\"type\":\"content_block_stop\",\"index\":0}")
                + event("""
                {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}""")
                + event("{\"type\":\"message_stop\"}");
    }

    private static String event(String json) {
        return "event: %s\ndata: %s\n\n".formatted(JsonValue.parse(json).get("type").string(), json);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
