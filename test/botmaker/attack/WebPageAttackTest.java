package botmaker.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.NodeScript;
import botmaker.support.RunningApp;
import botmaker.support.TestImage;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PROMISES 5: the operator is signed in, in a real Chromium, and comes to a page of an attacker, who knows every route and the
/// bot's id (`test/browser/attack.mjs` lists what the page tries).
@Tag("docker")
@Tag("heavy")
class WebPageAttackTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));

    @TempDir
    Path data;

    @TempDir
    Path scratch;

    @Test
    void a_page_of_another_origin_changes_nothing_and_reads_nothing() throws Exception {
        try (RunningApp app = RunningApp.start(data, Map.of("BOTMAKER_OPENCLAW_IMAGE", TestImage.ensure(ENGINE),
                "BOTMAKER_BOT_STOP_TIMEOUT", "1s", "BOTMAKER_SERVER_ALLOWED_HOSTS", "botmaker.example"))) {
            var created = app.post("/api/bots", """
                    {"name": "victim", "ai": {"provider": "anthropic", "model": "claude-sonnet-4-5", "apiKey": "sk-ant-canary-0123456789"},
                     "reach": "legacy", "channel": {"type": "webchat"}}""");
            assertEquals(201, created.statusCode(), created.body());
            String id = JsonValue.parse(created.body()).get("id").string();
            Holdings before = holdings(app);

            List<JsonValue> routes = app.routes().stream().map(route -> (route.method() + " " + route.pattern())
                    .replace("{id}", id).replace("{name}", "ai-api-key").replace("{kind}", "container").replace("{code}", "ABCDEFGH")).<JsonValue>map(Json::of).toList();
            assertTrue(routes.stream().filter(route -> !route.string().startsWith("GET ")).count() >= 15, routes.toString());
            Path config = Files.writeString(scratch.resolve("config.json"), Json.object()
                    .put("port", URI.create(app.url()).getPort())
                    .put("password", Files.readString(app.passwordFile()).strip())
                    .put("routes", Json.array(routes))
                    .build().toString());
            NodeScript.run("attack.mjs", config.toString());

            assertEquals(before, holdings(app));
        }
    }

    private static Holdings holdings(RunningApp app) throws Exception {
        return Holdings.of(path -> JsonValue.parse(app.get(path).body()));
    }
}
