package botmaker.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.docker.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Docker Engine for failures that no real one produces on demand: on a real Unix socket it answers as scripted.
///
/// ```java
/// try (var recorded = RecordedEngine.start()) {
///     recorded.on("GET /containers/json", Reply.error(500, "disk on fire"), Reply.json(200, "[]"));
///     var engine = new Engine(recorded.socket());
/// ```
///
/// It answers `GET /_ping` by itself and refuses API versions outside its range, as a real one does. Replies to one
/// request line are used in order, the last one for ever; what is not scripted is a 501.
public final class RecordedEngine implements AutoCloseable {
    private static final Pattern TARGET = Pattern.compile("(?:/v(\\d+)\\.(\\d+))?(/[^?]*)(?:\\?(.*))?");

    private final Path directory;
    private final Path socket;
    private final Map<String, Deque<Reply>> script = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Object ice = new Object();
    private volatile ServerSocketChannel server;
    private volatile int oldestMinor = 12;
    private volatile int newestMinor = 41;
    private boolean frozen; // guarded by ice

    /// A request as it arrived.
    ///
    /// @param version of the API, `1.41`; empty when the path named none
    /// @param path    without version and query
    /// @param query   as it was written, still encoded
    public record Request(String method, String version, String path, String query, String body) {
        /// `GET /containers/json`: what scripts are keyed by.
        public String line() {
            return method + " " + path;
        }
    }

    private RecordedEngine(Path directory) {
        this.directory = directory;
        this.socket = directory.resolve("docker.sock");
    }

    public static RecordedEngine start() {
        try {
            // not a test's own temporary directory: a socket's path has at most 107 bytes
            RecordedEngine engine = new RecordedEngine(Files.createTempDirectory("engine"));
            engine.comeBack();
            return engine;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path socket() {
        return socket;
    }

    /// Scripts the replies to a request line without version and query, such as `POST /containers/c1/start`.
    public RecordedEngine on(String requestLine, Reply... replies) {
        script.put(requestLine, new ArrayDeque<>(List.of(replies)));
        return this;
    }

    /// From now on this engine speaks API 1.`oldest` to 1.`newest`. It begins with 1.12 to 1.41.
    public RecordedEngine speaking(int oldest, int newest) {
        oldestMinor = oldest;
        newestMinor = newest;
        return this;
    }

    /// All requests so far but those for `_ping`.
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /// From now on connections are accepted and nothing is answered, pings included: as after SIGSTOP.
    public void freeze() {
        synchronized (ice) {
            frozen = true;
        }
    }

    /// Ends [#freeze()]; what waited is answered.
    public void thaw() {
        synchronized (ice) {
            frozen = false;
            ice.notifyAll();
        }
    }

    /// Breaks all connections and refuses new ones, as a killed engine does.
    public void goAway() throws IOException {
        server.close();
        threads.forEach(Thread::interrupt);
        Files.deleteIfExists(socket);
    }

    /// Listens again after [#goAway()].
    public void comeBack() throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        server = listening;
        Thread.ofVirtual().name("recorded-engine").start(() -> accept(listening));
    }

    @Override
    public void close() throws IOException {
        goAway();
        Files.deleteIfExists(directory);
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel connection = listening.accept();
                Thread thread = Thread.ofVirtual().unstarted(() -> serve(connection));
                threads.add(thread);
                thread.start();
                if (!listening.isOpen()) {
                    thread.interrupt(); // goAway() may have run since the accept
                }
            }
        } catch (IOException _) {
            // gone away
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            Request request = read(Channels.newInputStream(connection));
            synchronized (ice) {
                while (frozen) {
                    ice.wait();
                }
            }
            if (!request.path().equals("/_ping")) {
                requests.add(request);
            }
            replyTo(request).writeTo(Channels.newOutputStream(connection));
        } catch (IOException | InterruptedException _) {
            // the client left, or the engine goes away
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    private Reply replyTo(Request request) {
        if (!request.version().isEmpty()) {
            int minor = Integer.parseInt(request.version().substring(2));
            if (minor > newestMinor) {
                return Reply.error(400, "client version " + request.version()
                        + " is too new. Maximum supported API version is 1." + newestMinor);
            }
            if (minor < oldestMinor) {
                return Reply.error(400, "client version " + request.version() + " is too old. Minimum supported API version is 1."
                        + oldestMinor + ", please upgrade your client to a newer version");
            }
        }
        Deque<Reply> replies = script.get(request.line());
        if (replies == null) {
            return request.path().equals("/_ping")
                    ? Reply.raw("HTTP/1.1 200 OK\r\nApi-Version: 1." + newestMinor + "\r\nContent-Length: 2\r\n\r\nOK")
                    : Reply.error(501, "not recorded: " + request.line());
        }
        synchronized (replies) {
            return replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
        }
    }

    private static Request read(InputStream in) throws IOException {
        String[] start = line(in).split(" ");
        int length = 0;
        boolean chunked = false;
        for (String header; !(header = line(in)).isEmpty(); ) {
            String field = header.toLowerCase(Locale.ROOT);
            if (field.startsWith("content-length:")) {
                length = Integer.parseInt(field.substring(15).strip());
            }
            chunked |= field.equals("transfer-encoding: chunked");
        }
        String body = chunked ? chunks(in) : new String(in.readNBytes(length), UTF_8);
        Matcher target = TARGET.matcher(start[1]);
        if (!target.matches()) {
            throw new IOException("odd target " + start[1]);
        }
        String version = target.group(1) == null ? "" : target.group(1) + "." + target.group(2);
        return new Request(start[0], version, target.group(3), target.group(4) == null ? "" : target.group(4), body);
    }

    private static String chunks(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int size; (size = Integer.parseInt(line(in), 16)) > 0; line(in)) {
            all.write(in.readNBytes(size));
        }
        return all.toString(ISO_8859_1);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next; (next = in.read()) != '\n'; ) {
            if (next < 0) {
                throw new IOException("the client left");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
