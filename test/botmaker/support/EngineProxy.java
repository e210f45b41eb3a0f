package botmaker.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The real engine behind a socket that a test can freeze or cut, at once or at a certain request: the engine's own
/// answers with failures at the moment that matters.
public final class EngineProxy implements AutoCloseable {
    private static final Pattern VERSION = Pattern.compile("\\A(\\w+ )/v\\d+\\.\\d+/");
    private final Path directory;
    private final Path socket;
    private final Path engine;
    private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();
    private final Object ice = new Object();
    private volatile ServerSocketChannel server;
    private final Set<SocketChannel> deaf = ConcurrentHashMap.newKeySet();
    private final Set<SocketChannel> last = ConcurrentHashMap.newKeySet();
    private volatile String freezeAt = "";
    private static final String REFUSAL = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n"
            + "Content-Length: 23\r\nConnection: close\r\n\r\n{\"message\":\"disk fire\"}\n";
    private volatile String loseAt = "";
    private volatile String freezeAfter = "";
    private volatile String refuseAt = "";
    private boolean frozen; // guarded by ice

    private EngineProxy(Path engine) throws IOException {
        this.engine = engine;
        this.directory = Files.createTempDirectory("proxy");
        this.socket = directory.resolve("docker.sock");
    }

    public static EngineProxy before(Path engine) throws IOException {
        EngineProxy proxy = new EngineProxy(engine);
        proxy.comeBack();
        return proxy;
    }

    public Path socket() {
        return socket;
    }

    /// Freezes when a request comes whose line without the API version begins so (`POST /containers/create`), before the
    /// engine sees it.
    public void freezeAt(String requestLine) {
        freezeAt = requestLine;
    }

    /// Loses the answer to the next request whose first line has this in it: the engine does it, and the connection breaks.
    public void loseAnswerTo(String inRequestLine) {
        loseAt = inRequestLine;
    }

    /// Refuses the next request whose first line has this in it, as an engine does whose driver fails; the engine never sees it.
    public void refuse(String inRequestLine) {
        refuseAt = inRequestLine;
    }

    /// Freezes as soon as the next request whose first line has this in it is answered.
    public void freezeAfter(String inRequestLine) {
        freezeAfter = inRequestLine;
    }

    /// From now on connections are accepted and nothing passes.
    public void freeze() {
        synchronized (ice) {
            frozen = true;
            ice.notifyAll();
        }
    }

    /// Waits for the frost that [#freezeAt] asked for.
    public void awaitFrost() throws InterruptedException {
        synchronized (ice) {
            while (!frozen) {
                ice.wait();
            }
        }
    }

    /// Ends the frost: what waited passes, whether or not its sender has given up.
    public void thaw() {
        synchronized (ice) {
            frozen = false;
            freezeAt = "";
            ice.notifyAll();
        }
    }

    /// Breaks all connections and refuses new ones.
    public void goAway() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
        for (SocketChannel channel : channels) {
            channel.close();
        }
        channels.clear();
    }

    /// Listens, at first or again.
    public void comeBack() throws IOException {
        ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        opened.bind(UnixDomainSocketAddress.of(socket));
        server = opened;
        Thread.ofPlatform().daemon().start(() -> accept(opened));
    }

    private void accept(ServerSocketChannel opened) {
        while (opened.isOpen()) {
            try {
                SocketChannel client = opened.accept();
                SocketChannel upstream = SocketChannel.open(UnixDomainSocketAddress.of(engine));
                channels.add(client);
                channels.add(upstream);
                if (!opened.isOpen()) { // goAway() may have run since the accept
                    client.close();
                    upstream.close();
                }
                Thread.ofPlatform().daemon().start(() -> pump(client, upstream, true));
                Thread.ofPlatform().daemon().start(() -> pump(upstream, client, false));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void pump(SocketChannel from, SocketChannel to, boolean requests) {
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        try (from; to) {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                if (requests && !freezeAt.isEmpty() && VERSION.matcher(text(buffer)).replaceFirst("$1/").startsWith(freezeAt)) {
                    freeze();
                }
                String line = requests ? text(buffer).lines().findFirst().orElse("") : "";
                if (!loseAt.isEmpty() && line.contains(loseAt)) {
                    loseAt = "";
                    deaf.add(from);
                }
                if (!freezeAfter.isEmpty() && line.contains(freezeAfter)) {
                    freezeAfter = "";
                    last.add(from);
                }
                if (!refuseAt.isEmpty() && line.contains(refuseAt)) {
                    refuseAt = "";
                    from.write(ByteBuffer.wrap(REFUSAL.getBytes(ISO_8859_1)));
                    return;
                }
                awaitThaw();
                if (!requests && deaf.contains(to)) {
                    return;
                }
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                if (!requests && last.remove(to)) {
                    freeze();
                }
            }
        } catch (IOException | InterruptedException e) {
            // one side has gone: so has the connection
        }
    }

    private static String text(ByteBuffer buffer) {
        return ISO_8859_1.decode(buffer.duplicate()).toString();
    }

    private void awaitThaw() throws InterruptedException {
        synchronized (ice) {
            while (frozen) {
                ice.wait();
            }
        }
    }

    @Override
    public void close() throws IOException {
        thaw();
        goAway();
        Files.delete(directory);
    }
}
