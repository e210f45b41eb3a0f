package botmaker.bench;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.ServerProcess;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A bot of a [ServerProcess] whose container was exchanged for one that says what the measurement wants, with room for all of
/// it: a bot's own log is cut at 30 MB.
///
/// @param bot       its id
/// @param container its container's
public record Talker(ServerProcess server, String bot, String container) implements AutoCloseable {
    static final Path SOCKET = Path.of("/var/run/docker.sock");

    /// @param name   unlike any other bot's
    /// @param script for `sh`
    public static Talker start(ServerProcess server, String name, String script) throws IOException, InterruptedException {
        JsonValue made = server.createBot(name, false);
        String bot = made.get("id").string();
        Engine engine = new Engine(SOCKET);
        Container old = engine.inspect(made.get("containerId").string());
        engine.remove(old.id(), true);
        List<String> command = new ArrayList<>(List.of("docker", "run", "-d", "--name", "botmaker-" + bot,
                "--network", "none", "--log-driver", "json-file", "--log-opt", "max-size=1g", "--log-opt", "max-file=1"));
        old.labels().forEach((label, value) -> command.addAll(List.of("--label", label + "=" + value)));
        command.addAll(List.of(TestImage.ensure(engine), "sh", "-c", script));
        String container = Programs.output(command).strip();
        while (!server.demand("GET", "/api/bots/" + bot, "").toString().contains(container)) {
            Thread.sleep(100);
        }
        return new Talker(server, bot, container);
    }

    /// Returns when the container has ended.
    void awaitEnd() throws IOException, InterruptedException {
        Programs.output(List.of("docker", "wait", container));
    }

    @Override
    public void close() throws IOException {
        try {
            server.demand("DELETE", "/api/bots/" + bot, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
