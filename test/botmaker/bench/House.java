package botmaker.bench;

import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.RunningApp;
import botmaker.support.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// A server with a data directory of its own; closing it removes all that was made there and on the engine.
final class House implements AutoCloseable {
    private final Engine engine;
    private final Path data;
    private final Map<String, String> settings;
    private final AtomicBoolean closed = new AtomicBoolean();
    private ServerProcess server;

    private House(Path socket, Path data, Map<String, String> settings) throws IOException {
        this.engine = new Engine(socket);
        this.data = data;
        this.settings = settings;
        this.server = ServerProcess.startJar(data, settings);
        Runtime.getRuntime().addShutdownHook(new Thread(this::closeAtExit));
    }

    /// @param image of its bots
    static House of(String image) throws IOException {
        return on(Talker.SOCKET, image);
    }

    static House on(Path socket, String image) throws IOException {
        return new House(socket, Files.createTempDirectory("botmaker-bench"), Map.of(
                "BOTMAKER_OPENCLAW_IMAGE", image,
                "BOTMAKER_DOCKER_SOCKET", socket.toString(),
                "BOTMAKER_BOT_STOP_TIMEOUT", "1s"));
    }

    ServerProcess server() {
        return server;
    }

    Engine engine() {
        return engine;
    }

    Vitals vitals() {
        return new Vitals(server.pid());
    }

    /// Ends the server and starts it again on what there is.
    void restart() throws IOException {
        server.close();
        server = ServerProcess.startJar(data, settings);
    }

    /// @param name unlike any other bot's
    /// @return what the API says of it
    JsonValue create(String name, boolean start) throws IOException, InterruptedException {
        return server.createBot(name, start);
    }

    void delete(JsonValue bot) throws IOException, InterruptedException {
        server.demand("DELETE", "/api/bots/" + bot.get("id").string(), "");
    }

    /// Needs no server that still runs: an interrupt from the terminal ends it together with this process.
    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            server.close();
            RunningApp.cleanEngine(engine, data);
            try (Stream<Path> tree = Files.walk(data)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void closeAtExit() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("left behind: " + data + ", and what belongs to it on the engine: " + e);
        }
    }
}
