package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.ContainerSearch;
import botmaker.support.FakeProvider;
import botmaker.support.RunningApp;
import java.net.InetAddress;
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

/// A bot that holds nothing worth stealing: a real OpenClaw without any network talks through a real broker, a process of its own, which
/// puts the key in. Only the AI provider is a fake.
@Tag("docker")
@Tag("heavy")
class BrokeredBotTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final Duration START = Duration.ofMinutes(3);
    private static final String CANARY = "Kq7xV2mW9sT4";
    private static final String KEY = CANARY.repeat(3);
    private static final String NEXT_KEY = "Zr3bN8cJ5hL6".repeat(3);

    @TempDir
    Path data;

    @Test
    void a_bot_talks_through_the_broker_and_its_key_is_nowhere_in_it() throws Exception {
        try (FakeProvider provider = new FakeProvider(InetAddress.getLoopbackAddress(),
                     said -> said.contains("capital") ? "It is Paris, of course." : "Hm?");
             RunningApp app = RunningApp.start(data, Map.of())) {
            provider.requireKey(KEY);
            HttpResponse<String> kept = app.post("/api/keys", """
                    {"label": "Team", "provider": "openai-compatible", "baseUrl": "%s", "apiKey": "%s"}"""
                    .formatted(provider.baseUrl(), KEY));
            assertEquals(201, kept.statusCode(), kept.body());
            assertFalse(kept.body().contains(CANARY));
            String key = JsonValue.parse(kept.body()).get("id").string();

            HttpResponse<String> created = app.post("/api/bots", """
                    {"name": "sealed", "reach": "sealed",
                     "ai": {"provider": "openai-compatible", "model": "%s", "baseUrl": "%s", "key": "%s"},
                     "channel": {"type": "webchat"}}""".formatted(FakeProvider.MODEL, provider.baseUrl(), key));
            assertEquals(201, created.statusCode(), created.body());
            String id = JsonValue.parse(created.body()).get("id").string();
            JsonValue bot = app.await(id, "health", "healthy", START);
            String container = bot.get("containerId").string();

            assertEquals("It is Paris, of course.", says(app, id, "What is the capital of France?"));
            assertEquals(List.of(KEY), provider.keys().stream().distinct().toList());
            isMeteredAndHeldToItsBudget(app, id);

            hasNoNetwork(container);
            String placeholder = Files.readString(data.resolve("secrets").resolve(id).resolve("ai-api-key"));
            assertFalse(ContainerSearch.places(data, container, id, placeholder).isEmpty(), "the search finds nothing at all");
            assertFalse(ContainerSearch.processesThatHold(container, placeholder).isEmpty(), "the search of memory finds nothing at all");
            assertEquals(List.of(), ContainerSearch.places(data, container, id, CANARY));
            assertEquals(List.of(), ContainerSearch.processesThatHold(container, CANARY));
            assertEquals("[]", JsonValue.parse(app.get("/api/bots/" + id).body()).get("drift").toString());

            provider.requireKey(NEXT_KEY);
            assertEquals(200, app.send("PUT", "/api/keys/" + key + "/value", "{\"apiKey\": \"%s\"}".formatted(NEXT_KEY)).statusCode());
            assertEquals("It is Paris, of course.", says(app, id, "Once more: the capital?"), "the replaced key is not used");

            killTheBroker(app);
            assertEquals("It is Paris, of course.", says(app, id, "And the capital, after all that?"));

            assertEquals(409, app.send("DELETE", "/api/keys/" + key, "").statusCode());
            assertEquals(204, app.send("DELETE", "/api/bots/" + id, "").statusCode());
            assertEquals(204, app.send("DELETE", "/api/keys/" + key, "").statusCode());
        }
    }

    /// A turn is counted with what the provider reports; with a budget that does not pay for another the bot says so in the chat, and
    /// without it the bot goes on at once.
    private static void isMeteredAndHeldToItsBudget(RunningApp app, String id) throws Exception {
        JsonValue call = JsonValue.parse(app.get("/api/bots/" + id + "/calls").body()).get("calls").elements().stream()
                .filter(it -> it.get("route").string().equals("POST /chat/completions")).findFirst().orElseThrow();
        assertEquals(FakeProvider.MODEL, call.get("model").string());
        assertEquals("whole unknown 10 10", call.get("ended").string() + " " + call.get("costBy").string() + " " + call.get("input").integer() + " "
                + call.get("output").integer());

        assertEquals(200, app.send("PATCH", "/api/bots/" + id, "{\"budget\": {\"tokensDay\": 1000}}").statusCode());
        String said = says(app, id, "And the capital of Spain?");
        assertTrue(said.matches("What is left of today's budget \\(1,000 tokens\\) is not enough for another answer\\. It is renewed on .* at "
                + "[0-9:]{5}; whoever runs me can raise it\\."), said);
        assertEquals(200, app.send("PATCH", "/api/bots/" + id, "{\"budget\": {\"tokensDay\": null}}").statusCode());
        assertEquals("It is Paris, of course.", says(app, id, "Then the capital of France?"));
    }

    private static String says(RunningApp app, String id, String text) throws Exception {
        HttpResponse<String> answer = app.post("/api/bots/" + id + "/messages", Json.object().put("text", text)
                .put("session", "7d1c1e0a-4f5b-4a52-9c5e-0123456789ab").build().toString());
        String said = answer.body().lines().filter(line -> line.startsWith("data: {\"text\""))
                .map(line -> JsonValue.parse(line.substring("data: ".length())).get("text").string()).collect(Collectors.joining());
        return said.isEmpty() ? answer.body() : said;
    }

    /// Kills this process's broker, which is started anew; the bot's next call waits for it.
    private static void killTheBroker(RunningApp app) throws Exception {
        String before = JsonValue.parse(app.get("/api/broker").body()).get("startedAt").string();
        ProcessHandle broker = ProcessHandle.current().children()
                .filter(it -> it.info().arguments().filter(words -> List.of(words).contains("--child")).isPresent()).findFirst().orElseThrow();
        broker.destroyForcibly();
        JsonValue state;
        do {
            Thread.sleep(100);
            state = JsonValue.parse(app.get("/api/broker").body());
        } while (!state.get("running").bool() || state.get("startedAt").string().equals(before));
    }

    private static void hasNoNetwork(String container) throws Exception {
        var inside = ENGINE.exec(container, List.of("cat", "/proc/net/dev"), Duration.ofSeconds(20)).orElseThrow();
        assertEquals(1, inside.output().lines().filter(line -> line.contains(":")).count(), inside.output());
        assertTrue(inside.output().contains("lo:"), inside.output());
    }
}
