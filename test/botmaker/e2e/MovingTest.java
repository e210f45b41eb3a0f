package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.FakeProvider;
import botmaker.support.RunningApp;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bots that exist are moved from each reach to another, with a real OpenClaw and a real broker: nothing is lost, and what does not prove
/// itself goes back.
@Tag("docker")
@Tag("heavy")
class MovingTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final Duration START = Duration.ofMinutes(3);
    private static final String KEY = "Kq7xV2mW9sT4".repeat(3);

    @TempDir
    private Path data;

    private static FakeProvider provider() throws Exception {
        FakeProvider provider = new FakeProvider(RunningApp.bridge(), said -> said.contains("capital") ? "It is Paris." : "Hm?");
        provider.requireKey(KEY);
        return provider;
    }

    private static String legacy(RunningApp app, FakeProvider provider) throws Exception {
        HttpResponse<String> created = app.post("/api/bots", """
                {"name": "old one", "reach": "legacy", "channel": {"type": "webchat"}, "instructions": "You are Otto.",
                 "ai": {"provider": "openai-compatible", "model": "%s", "baseUrl": "%s", "apiKey": "%s"}}"""
                .formatted(FakeProvider.MODEL, provider.baseUrl(), KEY));
        assertEquals(201, created.statusCode(), created.body());
        String id = JsonValue.parse(created.body()).get("id").string();
        app.await(id, "health", "healthy", START);
        return id;
    }

    /// Changes a bot's reach, and waits until it has proved itself.
    private static JsonValue move(RunningApp app, String id, String reach) throws Exception {
        HttpResponse<String> changed = app.send("PATCH", "/api/bots/" + id, "{\"reach\": \"%s\"}".formatted(reach));
        assertEquals(200, changed.statusCode(), changed.body());
        JsonValue bot = settled(app, id);
        String history = history(app, id);
        assertEquals(reach, bot.get("reach").string(), history);
        return app.await(id, "health", "healthy", START);
    }

    private static JsonValue settled(RunningApp app, String id) throws Exception {
        long deadline = System.nanoTime() + START.plusMinutes(1).toNanos();
        JsonValue bot;
        do {
            Thread.sleep(200);
            bot = JsonValue.parse(app.get("/api/bots/" + id).body());
            assertTrue(System.nanoTime() - deadline < 0, () -> "it is on trial for ever");
        } while (bot.find("previousReach").isPresent());
        return bot;
    }

    private static String history(RunningApp app, String id) throws Exception {
        return JsonValue.parse(app.get("/api/bots/" + id).body()).get("events").toString();
    }

    private Path keyFile(String id) {
        return data.resolve("secrets").resolve(id).resolve("ai-api-key");
    }

    private static JsonValue keys(RunningApp app) throws Exception {
        return JsonValue.parse(app.get("/api/keys").body()).get("keys");
    }

    @Test
    void a_bot_is_moved_from_reach_to_reach_and_one_whose_calls_do_not_pass_goes_back() throws Exception {
        try (FakeProvider provider = provider(); RunningApp app = RunningApp.start(data, Map.of())) {
            String id = legacy(app, provider);
            assertEquals("It is Paris.", says(app, id, "What is the capital of France?"));
            assertEquals(KEY, Files.readString(keyFile(id)));

            staysLegacyWhereItsCallIsRefused(app, provider, id);
            for (String reach : List.of("sealed", "web", "open")) {
                JsonValue bot = move(app, id, reach);
                assertFalse(Files.readString(keyFile(id)).contains(KEY), reach);
                String container = bot.get("containerId").string();
                assertEquals("", ENGINE.exec(container, List.of("sh", "-c", "grep -rl " + KEY + " /run/secrets /etc/openclaw /home/node 2>/dev/null"),
                        Duration.ofSeconds(60)).orElseThrow().output());
                remembers(app, provider, id, reach);
            }
            assertEquals(1, keys(app).elements().size(), "the same key is kept twice");
            assertEquals("old one", keys(app).get(0).get("label").string());
            assertTrue(keys(app).get(0).get("wasInBot").bool());

            JsonValue back = move(app, id, "legacy");
            assertEquals(KEY, Files.readString(keyFile(id)));
            assertTrue(back.get("ai").find("key").isEmpty());
            remembers(app, provider, id, "legacy again");
            assertEquals("You are Otto.", JsonValue.parse(app.get("/api/bots/" + id + "/instructions").body()).get("text").string());
            assertEquals(1, ENGINE.list(Map.of("botmaker.bot-id", id)).size());
            assertEquals(List.of(KEY), provider.keys().stream().distinct().toList());
        }
    }

    private void staysLegacyWhereItsCallIsRefused(RunningApp app, FakeProvider provider, String id) throws Exception {
        provider.requireKey("another one");
        assertEquals(200, app.send("PATCH", "/api/bots/" + id, "{\"reach\": \"sealed\"}").statusCode());

        assertEquals("legacy", settled(app, id).get("reach").string());
        assertTrue(history(app, id).contains("rolled back to legacy: its call to its AI was refused, in these words: "), history(app, id));
        assertTrue(app.get("/api/audit").body().contains("reach-rolled-back"));
        provider.requireKey(KEY);
        app.await(id, "health", "healthy", START);
        assertEquals(KEY, Files.readString(keyFile(id)));
        remembers(app, provider, id, "legacy");
        assertEquals(1, ENGINE.list(Map.of("botmaker.bot-id", id)).size());
        assertEquals("[]", JsonValue.parse(app.get("/api/bots/" + id).body()).get("drift").toString());
    }

    private static void remembers(RunningApp app, FakeProvider provider, String id, String reach) throws Exception {
        String question = "Which capital again, now that you are " + reach + "?";
        assertEquals("It is Paris.", says(app, id, question));
        String asked = provider.requests().getLast().toString();
        assertTrue(asked.contains(question) && asked.contains("What is the capital of France?"), "it has forgotten what was said before");
    }

    private static String says(RunningApp app, String id, String text) throws Exception {
        HttpResponse<String> answer = app.post("/api/bots/" + id + "/messages", Json.object().put("text", text)
                .put("session", "7d1c1e0a-4f5b-4a52-9c5e-0123456789ab").build().toString());
        String said = answer.body().lines().filter(line -> line.startsWith("data: {\"text\""))
                .map(line -> JsonValue.parse(line.substring("data: ".length())).get("text").string()).collect(Collectors.joining());
        return said.isEmpty() ? answer.body() : said;
    }
}
