package botmaker.bench;

import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A server with a data directory of its own; closing it removes all that was made there and on the engine.
final class House implements AutoCloseable {
    private static final String INSTALLATION = "botmaker.installation";

    private final Engine engine;
    private final Path data;
    private final Map<String, String> settings;
    private Server server;
    private Optional<String> installation = Optional.empty();

    private House(Path socket, Path data, Map<String, String> settings) throws IOException {
        this.engine = new Engine(socket);
        this.data = data;
        this.settings = settings;
        this.server = Server.start(data, settings);
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

    Server server() {
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
        server = Server.start(data, settings);
    }

    /// @param name unlike any other bot's
    /// @return what the API says of it
    JsonValue create(String name, boolean start) throws IOException, InterruptedException {
        JsonValue bot = server.createBot(name, start);
        if (installation.isEmpty()) {
            installation = Optional.of(engine.inspect(bot.get("containerId").string()).labels().get(INSTALLATION));
        }
        return bot;
    }

    void delete(JsonValue bot) throws IOException, InterruptedException {
        server.send("DELETE", "/api/bots/" + bot.get("id").string(), "");
    }

    @Override
    public void close() throws IOException {
        try {
            for (JsonValue bot : server.send("GET", "/api/bots", "").get("bots").elements()) {
                installation = installation.or(() -> bot.find("containerId").map(id -> engine.inspect(id.string()).labels().get(INSTALLATION)));
                delete(bot);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
        installation.ifPresent(id -> engine.networks(Map.of(INSTALLATION, id)).forEach(network -> engine.removeNetwork(network.id())));
        try (Stream<Path> tree = Files.walk(data)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
