package botmaker.logs;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.http.TestServer;
import botmaker.support.Cli;
import botmaker.support.Specs;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/// Containers of a real engine that play bots, and a server of their logs, removed in the end.
final class RealBots implements LoggedBots, AutoCloseable {
    static final Path SOCKET = Path.of("/var/run/docker.sock");

    private final Engine engine = new Engine(SOCKET);
    private final String image = TestImage.ensure(engine);
    private final String run = "botmaker-logs-" + HexFormat.of().toHexDigits(new Random().nextLong());
    private final Map<String, String> labels = Map.of("botmaker.test", run);
    private final Map<String, String> containers = new ConcurrentHashMap<>();
    private final TestServer server = EventReader.serve(engine, this);

    @Override
    public Optional<Bot> find(String botId) {
        return Optional.ofNullable(containers.get(botId)).map(id ->
                new Bot("Bot " + botId, Optional.of(id).filter(it -> !it.isEmpty())));
    }

    @Override
    public Redaction redaction(String botId) {
        return Redaction.NONE;
    }

    Engine engine() {
        return engine;
    }

    /// Returns the server of their logs.
    TestServer server() {
        return server;
    }

    /// Makes and starts a bot's container, in the place of one that it may have.
    String start(String botId, String script) {
        String old = containers.getOrDefault(botId, "");
        String container = engine.create(run + "-" + botId + "-" + System.nanoTime(), Specs.script(image, labels, script));
        engine.start(container);
        containers.put(botId, container);
        if (!old.isEmpty()) {
            engine.remove(old, true);
        }
        return container;
    }

    void restart(String botId) {
        engine.restart(containers.get(botId), Duration.ofSeconds(1));
    }

    void kill(String botId) throws IOException, InterruptedException {
        Cli.docker("kill", containers.get(botId));
    }

    void startAgain(String botId) {
        engine.start(containers.get(botId));
    }

    /// Forgets a bot, and then removes its container: as a deletion looks from outside.
    void delete(String botId) {
        engine.remove(containers.remove(botId), true);
    }

    /// A bot without a container.
    void strip(String botId) {
        engine.remove(containers.put(botId, ""), true);
    }

    void awaitExit(String botId) throws InterruptedException {
        while (engine.inspect(containers.get(botId)).state() != Container.State.EXITED) {
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        server.close();
        engine.list(labels).forEach(container -> engine.remove(container.id(), true));
    }
}
