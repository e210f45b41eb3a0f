package botmaker.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import botmaker.wire.ChannelSocket;
import botmaker.wire.Framing;
import botmaker.wire.MessageReader;
import botmaker.wire.ResponseHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// A connection on which a [Vendor] is asked again and again, with requests as large as a bot's: straight, or as a bot through the broker.
final class Asker implements AutoCloseable {
    private static final String HOST = "localhost";
    /// As large as what OpenClaw sends for a first message.
    private static final String PROMPT = "One day the north wind and the sun disputed which of them was the stronger. ".repeat(520);
    private static final int PIECE = 64 << 10;
    private static final String TIME = "\"at\":";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Socket socket;
    private final MessageReader reader;
    private final String host;
    private final String key;
    private final byte[] piece = new byte[PIECE];

    private Asker(Socket socket, String host, String key) throws IOException {
        this.socket = socket;
        this.host = host;
        this.key = key;
        this.reader = new MessageReader(socket.getInputStream());
    }

    static Asker straight(SSLSocketFactory trust, int port, String key) throws IOException {
        Socket socket = trust.createSocket(new Socket(InetAddress.getLoopbackAddress(), port), HOST, port, true);
        socket.setTcpNoDelay(true);
        return new Asker(socket, HOST + ":" + port, key);
    }

    /// @param link the bot's socket
    /// @param key  its placeholder
    static Asker throughBroker(SSLSocketFactory trust, Path link, int port, String key) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(link));
        SSLSocket socket = (SSLSocket) trust.createSocket(new ChannelSocket(channel, PATIENCE), HOST, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(HOST))); // Java names no host without a dot by itself
        socket.setSSLParameters(parameters);
        return new Asker(socket, HOST + ":" + port, key);
    }

    /// Asks, and returns what delimits the answer's body.
    Framing ask(String model) throws IOException {
        String body = "{\"model\":\"%s\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                .formatted(model, PROMPT);
        socket.getOutputStream().write("POST /v1/chat/completions HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(host, key, body.length(), body).getBytes(ISO_8859_1));
        ResponseHead head = ResponseHead.of(reader.head(ResponseHead.MAX_BYTES));
        if (head.status() != 200) {
            byte[] words = new byte[PIECE];
            int count = reader.read(head.framing(), words, 0, PIECE);
            throw new IOException("status " + head.status() + ": " + new String(words, 0, Math.max(0, count), ISO_8859_1));
        }
        return head.framing();
    }

    /// Returns the milliseconds from a request to the first byte of its answer's body.
    double firstByte() throws IOException {
        long begin = System.nanoTime();
        Framing answer = ask(Vendor.ONE);
        reader.read(answer, piece, 0, PIECE);
        double milliseconds = (System.nanoTime() - begin) / 1e6;
        skip(answer);
        return milliseconds;
    }

    /// Adds the milliseconds that each event of a paced answer took from the vendor to here.
    void addEvents(Series delays) throws IOException {
        Framing answer = ask(Vendor.PACED);
        for (int count; (count = reader.read(answer, piece, 0, PIECE)) >= 0; ) {
            long now = System.nanoTime();
            String events = new String(piece, 0, count, ISO_8859_1);
            for (int at = events.indexOf(TIME); at >= 0; at = events.indexOf(TIME, at + 1)) {
                int from = at + TIME.length();
                double delay = (now - Long.parseLong(events.substring(from, events.indexOf(',', from)))) / 1e6;
                synchronized (delays) {
                    delays.add(delay);
                }
            }
        }
    }

    /// Returns the seconds that a long answer took.
    double bulk() throws IOException {
        long begin = System.nanoTime();
        skip(ask(Vendor.BULK));
        return (System.nanoTime() - begin) / 1e9;
    }

    /// Reads an answer to its end.
    void skip(Framing answer) throws IOException {
        while (reader.read(answer, piece, 0, PIECE) >= 0) {
            // only its time counts
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
