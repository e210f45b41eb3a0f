package botmaker.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// A connection on which tests say what no HTTP client would.
public final class RawHttp implements AutoCloseable {
    /// @param headers by name in lower case; of several values, the last
    public record Answer(int status, Map<String, String> headers, String body) {}

    private final Socket socket;
    private final InputStream in;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
    }

    /// Connects to a port of this host.
    public static RawHttp connect(int port) throws IOException {
        return new RawHttp(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /// Speaks over a connection that was made elsewhere.
    public static RawHttp over(Socket socket) throws IOException {
        return new RawHttp(socket);
    }

    /// Connects with a small receive buffer, for a client that does not read.
    public static RawHttp connectDeaf(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return new RawHttp(socket);
    }

    /// Gives up reading after this long.
    public RawHttp patience(Duration patience) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        return this;
    }

    /// Sends characters as they are, in Latin-1.
    public RawHttp send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /// Sends a text block, each of whose lines ends in CRLF on the wire.
    public RawHttp sendLines(String block) throws IOException {
        return send(block.replace("\n", "\r\n"));
    }

    /// Says that nothing more will be sent.
    public RawHttp endOfInput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /// Reads one answer by its own framing.
    public Answer answer() throws IOException {
        return answer(true);
    }

    /// Reads an answer that has no body, whatever its header says: that to a `HEAD`, or the beginning of a stream.
    public Answer head() throws IOException {
        return answer(false);
    }

    /// Reads one answer and passes over its body.
    ///
    /// @return the status
    public int status() throws IOException {
        Answer head = answer(false);
        in.skipNBytes(Integer.parseInt(head.headers().getOrDefault("content-length", "0")));
        return head.status();
    }

    private Answer answer(boolean withBody) throws IOException {
        String statusLine = line();
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String body = withBody ? new String(in.readNBytes(length), StandardCharsets.UTF_8) : "";
        return new Answer(Integer.parseInt(statusLine.split(" ")[1]), headers, body);
    }

    /// Reads up to and without the next CRLF or LF.
    public String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("The connection ended within a line: " + line.toString(StandardCharsets.ISO_8859_1));
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /// Reads until the server hangs up. A reset counts as that.
    public String rest() throws IOException {
        var rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (SocketException _) {
            // what came before it is what there is
        }
        return rest.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
