package botmaker.server;

import botmaker.broker.Broker;
import botmaker.config.Settings;
import botmaker.file.IoFailures;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import botmaker.wire.Framing;
import botmaker.wire.HeaderFields;
import botmaker.wire.MessageReader;
import botmaker.wire.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Keeps a broker running while bots need one: starts one as a child of this process where none runs, such as a service of its own.
final class BrokerProcess implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(BrokerProcess.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int PIECE = 16 * 1024;
    private static final int MOST_STATUS = 4 * 1024 * 1024;
    /// How long a service of its own may take to start, at boot.
    private static final Duration HEAD_START = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /// How long what needs a broker waits for it, and how often it looks.
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(100);
    /// How long a child may take to complete the calls that are under way.
    private static final Duration DRAIN = Duration.ofSeconds(20);
    /// After this time the processor may be spent on a quicker start of the next one.
    private static final Duration SETTLED = Duration.ofMinutes(1);
    /// For the Java virtual machine. A small heap that shrinks again: nearly all that passes is garbage at once.
    static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xms24m", "-Xmx192m", "-Xmn12m", "-XX:MinHeapFreeRatio=20",
            "-XX:MaxHeapFreeRatio=40", "-XX:-ShrinkHeapInSteps", "-XX:TrimNativeHeapInterval=2000", "-XX:+ExitOnOutOfMemoryError");

    private static final List<String> MAIN = List.of("botmaker.cli.Main", "broker", "--child");

    private final Settings.Source source;
    private final Path control;
    private final BooleanSupplier needed;
    private final List<String> java = Stream.of(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()), FLAGS,
            List.of("--enable-native-access=ALL-UNNAMED")).flatMap(List::stream).toList();
    private final String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(it -> Path.of(it).toAbsolutePath().toString()).collect(Collectors.joining(File.pathSeparator));
    private final ClassCache cache;
    private final Thread keeper = Thread.ofVirtual().name("broker-keeper").unstarted(this::keep);
    private final Thread cacheMaker = Thread.ofVirtual().name("class-cache").unstarted(this::makeCache);
    private Optional<Process> child = Optional.empty(); // guarded by this, as the next
    private long launchedAt; // System.nanoTime()

    /// @param source where the broker reads its settings, too
    /// @param files  where it has its files
    /// @param needed whether there is a bot that needs a broker
    BrokerProcess(Settings.Source source, Broker.Layout files, BooleanSupplier needed) {
        this.source = source;
        this.control = files.control();
        this.needed = needed;
        this.cache = new ClassCache(files.home().resolve("classes"), java, classPath);
    }

    void start() {
        keeper.start();
    }

    private void keep() {
        try {
            Thread.sleep(HEAD_START);
            while (true) {
                look();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private synchronized void look() {
        if (child.isPresent() && !child.get().isAlive()) {
            LOG.log(System.Logger.Level.WARNING, "the broker ended with exit code {0}; it is started again", child.get().exitValue());
            child = Optional.empty();
            if (!isSettled()) {
                removeCache();
            }
        } else if (child.isPresent() && isSettled() && cacheMaker.getState() == Thread.State.NEW) {
            cacheMaker.start();
        }
        if (child.isEmpty() && needed.getAsBoolean() && !answers()) {
            try {
                launchedAt = System.nanoTime();
                Process started = launch();
                child = Optional.of(started);
                LOG.log(System.Logger.Level.INFO, "the broker was started: process {0}", Long.toString(started.pid()));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.ERROR, "the broker cannot be started: {0}", IoFailures.sentence(e));
            }
        }
    }

    private boolean isSettled() {
        return System.nanoTime() - launchedAt > SETTLED.toNanos();
    }

    private void makeCache() {
        try {
            cache.make(MAIN);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the broker keeps starting slowly: {0}", IoFailures.sentence(e));
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// The cache may be what ended the broker.
    private void removeCache() {
        try {
            cache.remove();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the cache of the broker's classes cannot be removed: {0}", IoFailures.sentence(e));
        }
    }

    private boolean answers() {
        try {
            ask("GET /status");
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }

    /// Makes the broker follow the policy now. Where none answers, waits until one has started: a container that starts before it finds no
    /// authority to trust, and OpenClaw looks for it only once.
    void reload() {
        try {
            ask("POST /reload");
        } catch (IOException nobody) {
            awaitStart();
        }
    }

    /// Does not wait before this process keeps a broker.
    private void awaitStart() {
        try {
            for (long end = System.nanoTime() + START.toNanos(); keeper.isAlive() && needed.getAsBoolean() && System.nanoTime() - end < 0; ) {
                if (answers()) {
                    return;
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns whether a broker runs and is needed, and what it says of itself.
    JsonValue state() {
        ObjectBuilder json = Json.object().put("needed", needed.getAsBoolean());
        try {
            Map<String, JsonValue> told = ask("GET /status").members();
            json.put("running", true);
            told.forEach(json::put);
        } catch (IOException nobody) {
            json.put("running", false);
        }
        return json.build();
    }

    private JsonValue ask(String request) throws IOException {
        try (ChannelSocket broker = new ChannelSocket(SocketChannel.open(StandardProtocolFamily.UNIX), PATIENCE);
                Deadline deadline = new Deadline(broker)) {
            deadline.set(PATIENCE);
            broker.getChannel().connect(UnixDomainSocketAddress.of(control));
            broker.getOutputStream().write(HeaderFields.of("Host", "broker").head(request + " HTTP/1.1"));
            MessageReader reader = new MessageReader(broker.getInputStream());
            Framing framing = ResponseHead.of(reader.head(ResponseHead.MAX_BYTES)).framing();
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            byte[] piece = new byte[PIECE];
            for (int count; body.size() < MOST_STATUS && (count = reader.read(framing, piece, 0, PIECE)) >= 0; ) {
                body.write(piece, 0, count);
            }
            return JsonValue.parse(body.toByteArray());
        } catch (JsonException e) {
            throw new IOException("what answers at " + control + " is not a broker", e);
        }
    }

    /// Returns the command that starts a broker as a child.
    List<String> command() {
        List<String> command = new ArrayList<>(java);
        command.addAll(cache.flags());
        command.addAll(List.of("-cp", classPath));
        command.addAll(MAIN);
        source.file().ifPresent(file -> command.addAll(List.of("--config", file.toString())));
        return command;
    }

    /// Starts a broker that ends when its standard input does, so that it never outlives this process.
    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command());
        source.environment().forEach((name, value) -> {
            if (name.startsWith("BOTMAKER_")) {
                builder.environment().put(name, value);
            }
        });
        return builder.redirectOutput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    @Override
    public synchronized void close() throws IOException {
        keeper.interrupt();
        cacheMaker.interrupt();
        if (child.isEmpty()) {
            return;
        }
        Process ending = child.get();
        ending.getOutputStream().close();
        try {
            if (!ending.waitFor(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
                ending.destroyForcibly();
            }
        } catch (InterruptedException _) {
            ending.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
