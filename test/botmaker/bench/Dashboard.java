package botmaker.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// One reader of `GET /api/events`, which notes when it sees a text.
///
/// A change is sent as one chunk (RFC 9112 §7.1), so a text within it is in one piece.
final class Dashboard implements AutoCloseable {
    private record Expected(String text, Optional<Long> seen) { }

    private static final String CHANGE = "event: bot\n";

    private final Socket socket;
    private final AtomicInteger changes = new AtomicInteger();
    private volatile Expected expected = new Expected("", Optional.empty());

    private Dashboard(Socket socket) {
        this.socket = socket;
    }

    /// Returns when the stream has begun.
    static Dashboard open(Server server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        Dashboard dashboard = new Dashboard(socket);
        socket.getOutputStream().write(("GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                + server.authorization() + "\r\n\r\n").getBytes(ISO_8859_1));
        InputStream in = socket.getInputStream();
        String status = new String(in.readNBytes(12), ISO_8859_1);
        if (!status.equals("HTTP/1.1 200")) {
            throw new IOException("no events: " + status);
        }
        Thread.ofVirtual().start(() -> dashboard.read(in));
        return dashboard;
    }

    void expect(String text) {
        expected = new Expected(text, Optional.empty());
    }

    /// The `System.nanoTime` at which the text came; empty where it has not.
    Optional<Long> seen() {
        return expected.seen();
    }

    /// How many changes came so far.
    int changes() {
        return changes.get();
    }

    private void read(InputStream in) {
        byte[] buffer = new byte[8 * 1024];
        int kept = 0; // of the piece before, in case the text lies across two reads
        try {
            for (int count; (count = in.read(buffer, kept, buffer.length - kept)) > 0; ) {
                long now = System.nanoTime();
                String piece = new String(buffer, 0, kept + count, ISO_8859_1);
                Expected waiting = expected;
                if (waiting.seen().isEmpty() && piece.contains(waiting.text())) {
                    expected = new Expected(waiting.text(), Optional.of(now));
                }
                for (int at = piece.indexOf(CHANGE, Math.max(0, kept - CHANGE.length() + 1)); at >= 0; at = piece.indexOf(CHANGE, at + 1)) {
                    changes.incrementAndGet();
                }
                int all = kept + count;
                kept = Math.min(all, 200);
                System.arraycopy(buffer, all - kept, buffer, 0, kept);
            }
        } catch (IOException _) {
            // closed, or the server is gone: what was expected is never seen
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
