package botmaker.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.support.Specs;
import botmaker.support.TestImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.BooleanSupplier;

/// A real engine for one test, which cleans up what the test made there.
final class RealEngine implements AutoCloseable {
    static final Path SOCKET = Path.of("/var/run/docker.sock");
    static final String LABEL = "botmaker.test";

    final Engine engine = new Engine(SOCKET);
    final String image = TestImage.ensure(engine);

    /// Name and label value of what this test makes.
    final String run = "botmaker-test-" + HexFormat.of().toHexDigits(new Random().nextLong());
    final Map<String, String> labels = Map.of(LABEL, run);
    final List<String> networks = new ArrayList<>();

    String create(String script) {
        return engine.create(run, Specs.script(image, labels, script));
    }

    String started(String script) {
        String id = create(script);
        engine.start(id);
        return id;
    }

    String finished(String script) {
        String id = started(script);
        awaitExit(id);
        return id;
    }

    void awaitExit(String id) {
        eventually(() -> engine.inspect(id).state() == Container.State.EXITED);
    }

    void awaitOutput(String id) {
        try (EngineStream<LogFrame> logs = engine.logs(engine.inspect(id), OptionalInt.empty(), true)) {
            assertTrue(logs.next().isPresent());
        }
    }

    Engine.ExecResult exec(String id, String script) {
        return engine.exec(id, List.of("sh", "-c", script), Duration.ofSeconds(20)).orElseThrow();
    }

    Networks.Network network() {
        Networks.Network network = engine.networks().ensure(run, labels);
        networks.add(network.id());
        return network;
    }

    List<LogFrame> read(String id, OptionalInt tail) {
        List<LogFrame> frames = new ArrayList<>();
        try (EngineStream<LogFrame> logs = engine.logs(engine.inspect(id), tail, false)) {
            for (Optional<LogFrame> next; (next = logs.next()).isPresent(); ) {
                frames.add(next.get());
            }
        }
        return frames;
    }

    /// What the container wrote, without the engine's timestamps.
    List<String> messages(String id, OptionalInt tail) {
        return read(id, tail).stream().map(RealEngine::message).toList();
    }

    static String message(LogFrame frame) {
        return new String(frame.payload(), UTF_8).split(" ", 2)[1];
    }

    @Override
    public void close() {
        engine.list(labels).forEach(container -> engine.remove(container.id(), true));
        networks.forEach(engine.networks()::remove);
    }

    private static void eventually(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos(), "still not so after 20 s");
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
