package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.bot.model.BotId;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.LiveReply;
import botmaker.support.RecordedEngine.Request;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an action costs the engine.
class EngineCallsTest {
    private static final String CONTAINER = """
            {"Id": "c1", "Name": "/c", "Image": "sha256:0", "Created": "2026-01-02T03:04:05Z", "RestartCount": 0,
             "Config": {}, "NetworkSettings": {},
             "State": {"Status": "exited", "StartedAt": "2026-01-02T03:04:05Z", "FinishedAt": "2026-01-02T03:04:06Z"}}""";

    @TempDir
    Path data;

    /// It was ten for a creation: the container was listed and inspected again after the engine had answered with its id.
    @Test
    void a_creation_is_six_calls_and_a_start_is_five() throws Exception {
        try (RecordedEngine engine = RecordedEngine.start()
                .on("GET /events", new LiveReply())
                .on("GET /containers/json", Reply.json(200, "[]"))
                .on("GET /networks", Reply.json(200, "[]"))
                .on("GET /images/absent:1/json", Reply.json(200, "{\"Id\": \"sha256:0\", \"Config\": {}}"))
                .on("GET /info", Reply.json(200, """
                        {"ServerVersion": "1", "Name": "n", "OperatingSystem": "o", "Architecture": "a", "SecurityOptions": [], "NCPU": 2,
                         "MemTotal": 8589934592, "SystemTime": "2026-01-02T03:04:05Z", "MemoryLimit": true, "SwapLimit": true,
                         "CpuCfsQuota": true, "PidsLimit": true}"""))
                .on("POST /containers/create", Reply.json(201, "{\"Id\": \"c1\"}"))
                .on("POST /containers/c1/start", Reply.noContent())
                .on("GET /containers/c1/json", Reply.json(200, CONTAINER));
                Workshop shop = Workshop.on(engine.socket(), data, System::nanoTime)) {
            engine.on("GET /networks", Reply.json(200, Json.array(List.of(network(shop.networkName(), shop.labels()))).toString()));
            shop.bots.look();
            int before = engine.requests().size();

            BotId id = shop.create("support").row().id();

            assertEquals(List.of("GET /info", "GET /images/absent:1/json", "GET /networks", "POST /containers/create",
                    "POST /containers/c1/start", "GET /containers/c1/json"), since(engine, before));

            engine.on("GET /containers/json", Reply.json(200, Json.array(List.of(Json.object().put("Id", "c1").put("State", "exited")
                    .put("Labels", labels(shop.labels()).put("botmaker.bot-id", id.value()).build()).build())).toString()));
            before = engine.requests().size();

            shop.bots.service().start(id);

            assertEquals(List.of("GET /containers/json", "GET /containers/c1/json", "POST /containers/c1/start", "GET /containers/json",
                    "GET /containers/c1/json"), since(engine, before));
        }
    }

    private static List<String> since(RecordedEngine engine, int before) {
        return engine.requests().stream().skip(before).map(Request::line).toList();
    }

    private static ObjectBuilder labels(Map<String, String> labels) {
        ObjectBuilder all = Json.object().put("botmaker.managed", "true");
        labels.forEach(all::put);
        return all;
    }

    private static JsonValue network(String name, Map<String, String> labels) {
        return Json.object().put("Id", "n1").put("Name", name).put("Created", "2026-01-02T03:04:05Z").put("Labels", labels(labels).build())
                .put("Options", Json.object().put("com.docker.network.bridge.enable_icc", "false").build())
                .put("Internal", false).build();
    }
}
