package botmaker.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import botmaker.support.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/// Many readers of `GET /api/events`, which note when they see a text. One thread reads for all, so that their work takes little of
/// the processors that they measure.
final class Audience implements AutoCloseable {
    private static final String CHANGE = "event: bot\n";
    private static final int OVERLAP = 200; // characters of the piece before that are searched again, in case a text lies across two

    /// @param seen of each reader the `System.nanoTime` at which the text came; 0 where it has not
    private record Expected(String text, AtomicLongArray seen) { }

    /// One reader.
    private static final class Reader {
        private final int number;
        private String last = "";

        private Reader(int number) {
            this.number = number;
        }
    }

    private final int size;
    private final Selector selector;
    private final AtomicInteger changes = new AtomicInteger();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(8 * 1024);
    private volatile Expected expected;

    private Audience(int size, Selector selector) {
        this.size = size;
        this.selector = selector;
        expect("");
    }

    /// Returns when all streams have begun.
    static Audience of(ServerProcess server, int size) throws IOException {
        Audience audience = new Audience(size, Selector.open());
        try {
            for (int number = 0; number < size; number++) {
                SocketChannel stream = open(server);
                stream.configureBlocking(false);
                stream.register(audience.selector, SelectionKey.OP_READ, new Reader(number));
            }
        } catch (IOException e) {
            audience.close();
            throw e;
        }
        Thread.ofPlatform().daemon().name("audience").start(audience::read);
        return audience;
    }

    private static SocketChannel open(ServerProcess server) throws IOException {
        SocketChannel stream = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        stream.write(ByteBuffer.wrap(("GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + server.authorization()
                + "\r\n\r\n").getBytes(ISO_8859_1)));
        byte[] status = stream.socket().getInputStream().readNBytes(12);
        if (!Arrays.equals(status, "HTTP/1.1 200".getBytes(ISO_8859_1))) {
            stream.close();
            throw new IOException("no events: " + new String(status, ISO_8859_1));
        }
        return stream;
    }

    /// Has each reader look out for a text from now on.
    void expect(String text) {
        expected = new Expected(text, new AtomicLongArray(size));
    }

    /// Of each reader milliseconds from a `System.nanoTime` to the arrival of the text; where it has not come, to now.
    Series seenAfter(long begin) {
        Series late = new Series();
        AtomicLongArray seen = expected.seen();
        IntStream.range(0, size).mapToLong(seen::get).forEach(at -> late.add(((at == 0 ? System.nanoTime() : at) - begin) / 1e6));
        return late;
    }

    /// How many changes came so far, to all readers.
    int changes() {
        return changes.get();
    }

    private void read() {
        try {
            while (selector.isOpen()) {
                selector.select(this::read);
            }
        } catch (ClosedSelectorException _) {
            // all is over
        } catch (IOException e) {
            throw new IllegalStateException("the readers cannot go on", e); // nothing more is seen
        }
    }

    private void read(SelectionKey key) {
        try {
            buffer.clear();
            if (((SocketChannel) key.channel()).read(buffer) < 0) {
                key.cancel(); // the server is gone: what was expected is never seen
                return;
            }
        } catch (IOException _) {
            key.cancel();
            return;
        }
        long now = System.nanoTime();
        Reader reader = (Reader) key.attachment();
        String text = reader.last + ISO_8859_1.decode(buffer.flip());
        Expected waiting = expected;
        if (waiting.seen().get(reader.number) == 0 && text.contains(waiting.text())) {
            waiting.seen().set(reader.number, now);
        }
        int first = Math.max(0, reader.last.length() - CHANGE.length() + 1);
        for (int at = text.indexOf(CHANGE, first); at >= 0; at = text.indexOf(CHANGE, at + 1)) {
            changes.incrementAndGet();
        }
        reader.last = text.substring(Math.max(0, text.length() - OVERLAP));
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys().toArray(SelectionKey[]::new)) {
            key.channel().close();
        }
        selector.close();
    }
}
