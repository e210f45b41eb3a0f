package botmaker.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.RunningApp;
import botmaker.support.ServerProcess;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What is attacked: BotMaker in a process of its own with little memory, and a bot.
record Victim(Path data, ServerProcess server, String bot) implements AutoCloseable {
    static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    static final String KEY = "sk-ant-canary-0123456789";

    /// @param settings what differs from a bot that only sleeps
    static Victim start(Path temp, Map<String, String> settings) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("BOTMAKER_OPENCLAW_IMAGE", TestImage.ensure(ENGINE),
                "BOTMAKER_BOT_STOP_TIMEOUT", "1s", "JDK_JAVA_OPTIONS", "-Xmx64m -XX:+ExitOnOutOfMemoryError"));
        environment.putAll(settings);
        Path data = temp.resolve("data");
        ServerProcess server = ServerProcess.start(data, environment);
        try {
            return new Victim(data, server, make(server, "victim"));
        } catch (Exception | Error e) {
            server.close();
            throw e;
        }
    }

    /// @return its id
    static String make(ServerProcess server, String name) throws Exception {
        var created = server.send("POST", "/api/bots", """
                {"name": "%s", "ai": {"provider": "anthropic", "model": "claude-sonnet-4-5", "apiKey": "%s"},
                 "reach": "legacy", "channel": {"type": "webchat"}}""".formatted(name, KEY));
        assertEquals(201, created.statusCode(), created.body());
        return JsonValue.parse(created.body()).get("id").string();
    }

    Holdings holdings() throws Exception {
        return Holdings.of(server::get);
    }

    /// Where a bot's state is on the host.
    Path state(String id) {
        return data.resolve("bots").resolve(id).resolve("state");
    }

    String container(String id) throws Exception {
        return server.get("/api/bots/" + id).get("containerId").string();
    }

    /// Ends the process and removes its bots.
    @Override
    public void close() throws IOException {
        server.close();
        if (Files.exists(data.resolve("botmaker.db"))) {
            RunningApp.cleanEngine(data);
        }
    }
}
