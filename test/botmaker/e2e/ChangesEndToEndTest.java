package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue;
import botmaker.support.FakeProvider;
import botmaker.support.FakeTelegram;
import botmaker.support.RunningApp;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every change of a bot, on a real OpenClaw: what it says to its provider afterwards tells whether it took the change up.
@Tag("docker")
@Tag("heavy")
class ChangesEndToEndTest {
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final long PERSON = 424242;
    private static final String TOKEN = "123456789:AAE2E-canary-token-0123456789abcdefg";
    private static final String NEW_TOKEN = "123456789:AAE2E-second-token-0123456789abcdefg";

    @TempDir
    Path data;

    private RunningApp app;
    private String path;

    @Test
    void a_running_bot_takes_up_every_change() throws Exception {
        InetAddress bridge = RunningApp.bridge();
        try (FakeProvider provider = new FakeProvider(bridge, _ -> "Certainly.");
             FakeTelegram telegram = new FakeTelegram(bridge);
             RunningApp running = RunningApp.start(data, Map.of())) {
            app = running;
            provider.requireKey("canary-ai-key-0123456789");
            telegram.requireToken(TOKEN);
            HttpResponse<String> created = app.post("/api/bots", """
                    {"name": "e2e", "instructions": "Your name is Zorp-7421.",
                     "ai": {"provider": "openai-compatible", "model": "%s", "baseUrl": "%s", "apiKey": "canary-ai-key-0123456789"},
                     "reach": "legacy", "channel": {"type": "telegram", "settings": {"apiRoot": "%s"}, "credentials": {"token": "%s"}},
                     "access": {"policy": "allowlist", "allow": ["%d"]}}"""
                    .formatted(FakeProvider.MODEL, provider.baseUrl(), telegram.apiRoot(), TOKEN, PERSON));
            assertEquals(201, created.statusCode(), created.body());
            path = "/api/bots/" + JsonValue.parse(created.body()).get("id").string();
            JsonValue bot = healthy();

            assertTrue(asked(provider, telegram).toString().contains("Zorp-7421"), "the first instructions are read");

            answer(200, app.send("PUT", path + "/instructions", "{\"text\": \"Your name is Plim-8822.\"}"));
            assertEquals("Your name is Plim-8822.", JsonValue.parse(app.get(path + "/instructions").body()).get("text").string());
            assertTrue(asked(provider, telegram).toString().contains("Plim-8822"), "the new instructions are read");

            provider.requireKey("second-ai-key-0123456789");
            answer(200, app.send("PUT", path + "/secrets/ai-api-key", "{\"value\": \"second-ai-key-0123456789\"}"));
            asked(provider, telegram);
            answer(200, app.send("PATCH", path, "{\"ai\": {\"model\": \"another-model\"}}"));
            Thread.sleep(5_000); // OpenClaw waits for a file to settle
            assertEquals("another-model", asked(provider, telegram).get("model").string());
            assertEquals(bot.get("startedAt"), healthy().get("startedAt"), "none of that needs a restart");

            telegram.requireToken(NEW_TOKEN);
            JsonValue restarted = answer(200, app.send("PUT", path + "/secrets/channel-token", "{\"value\": \"%s\"}".formatted(NEW_TOKEN)));
            assertEquals(bot.get("containerId"), restarted.get("containerId"));
            healthy();
            asked(provider, telegram);

            JsonValue resized = answer(200, app.send("PATCH", path, "{\"limits\": {\"pids\": 400}}"));
            assertNotEquals(bot.get("containerId"), resized.get("containerId"));
            healthy();

            JsonValue recreated = answer(202, app.post(path + "/recreate", ""));
            assertNotEquals(resized.get("containerId"), recreated.get("containerId"));
            assertFalse(recreated.get("previousImage") instanceof JsonNull);
            JsonValue after = healthy();
            assertTrue(asked(provider, telegram).toString().contains("Plim-8822"), "the state is kept");
            assertEquals(recreated.get("containerId"), after.get("containerId"));
            JsonValue last = JsonValue.parse(app.get(path).body());
            assertTrue(last.find("previousImage").isEmpty(), last.toString());
            assertTrue(last.get("stateBytes").integer() > 100_000, last.toString());
            assertTrue(last.get("events").toString().contains(" succeeded"), last.toString());
            assertTrue(last.get("events").toString().contains("became healthy"), last.toString());
            assertFalse(last.get("imageOutdated").bool());
            assertEquals(3, last.get("secretsWrittenAt").members().size());
            assertFalse(last.toString().contains("0123456789"), "a secret is shown");
        }
    }

    private JsonValue healthy() throws Exception {
        return app.await(path.substring("/api/bots/".length()), "health", "healthy", START);
    }

    /// The last request to the provider before the bot's answer.
    private static JsonValue asked(FakeProvider provider, FakeTelegram telegram) throws Exception {
        telegram.userSays(PERSON, "Who are you?");
        assertTrue(telegram.awaitReply(ANSWER).contains("Certainly."));
        return provider.requests().getLast();
    }

    private static JsonValue answer(int status, HttpResponse<String> response) {
        assertEquals(status, response.statusCode(), response.body());
        return response.body().isEmpty() ? Json.NULL : JsonValue.parse(response.body());
    }
}
