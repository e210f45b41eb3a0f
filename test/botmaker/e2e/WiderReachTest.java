package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.FakeProvider;
import botmaker.support.FakeTelegram;
import botmaker.support.RunningApp;
import java.net.InetAddress;
import java.net.URI;
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

/// The reaches between sealed and legacy, each with a real OpenClaw and a real broker: the AI is asked through the broker, the rest of
/// the world through its proxy or by the container's own network.
@Tag("docker")
@Tag("heavy")
class WiderReachTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final String KEY = "Kq7xV2mW9sT4".repeat(3);
    private static final long OWNER = 424242;

    @TempDir
    private Path data;

    private static FakeProvider provider() throws Exception {
        FakeProvider provider = new FakeProvider(InetAddress.getLoopbackAddress(), said -> said.contains("capital") ? "It is Paris." : "Hm?");
        provider.requireKey(KEY);
        return provider;
    }

    private static JsonValue create(RunningApp app, FakeProvider provider, String reach, String channel) throws Exception {
        HttpResponse<String> created = app.post("/api/bots", """
                {"name": "a", "reach": "%s", "ai": {"provider": "openai-compatible", "model": "%s", "baseUrl": "%s", "apiKey": "%s"}, %s}"""
                .formatted(reach, FakeProvider.MODEL, provider.baseUrl(), KEY, channel));
        assertEquals(201, created.statusCode(), created.body());
        return app.await(JsonValue.parse(created.body()).get("id").string(), "health", "healthy", START);
    }

    private static String inside(JsonValue bot, String script) {
        return ENGINE.exec(bot.get("containerId").string(), List.of("sh", "-c", script), Duration.ofSeconds(60)).orElseThrow().output();
    }

    @Test
    void a_bot_for_the_web_reaches_its_ai_and_no_private_address() throws Exception {
        try (FakeProvider provider = provider(); RunningApp app = RunningApp.start(data, Map.of())) {
            JsonValue bot = create(app, provider, "web", "\"channel\": {\"type\": \"webchat\"}");
            assertEquals("It is Paris.", says(app, bot, "What is the capital of France?"));
            assertEquals(List.of(KEY), provider.keys().stream().distinct().toList());

            assertEquals("lo", inside(bot, "ls /sys/class/net").strip());
            int port = URI.create(provider.baseUrl()).getPort();
            for (String place : List.of("http://127.0.0.1:" + port + "/v1/models", "http://169.254.169.254/latest/", "http://10.0.0.1/",
                    "http://[::1]:" + port + "/", "https://localhost/", "http://172.17.0.1/")) {
                assertEquals("403", inside(bot, "curl -s -p -x http://127.0.0.1:3128 --noproxy '' --max-time 20 -o /dev/null -w '%%{http_connect}' '%s'"
                        .formatted(place)).strip(), place);
            }
            assertEquals(0, JsonValue.parse(app.get("/api/bots/" + bot.get("id").string()).body()).get("drift").elements().size());
        }
    }

    @Test
    void an_open_bot_has_the_network_for_its_channel_and_asks_its_ai_through_the_broker() throws Exception {
        InetAddress bridge = RunningApp.bridge();
        try (FakeProvider provider = provider(); FakeTelegram telegram = new FakeTelegram(bridge);
             RunningApp app = RunningApp.start(data, Map.of())) {
            JsonValue bot = create(app, provider, "open", """
                    "channel": {"type": "telegram", "settings": {"apiRoot": "%s"}, "credentials": {"token": "123456789:%s"}},
                    "access": {"policy": "allowlist", "allow": ["%d"]}""".formatted(telegram.apiRoot(), "A".repeat(35), OWNER));
            telegram.userSays(OWNER, "What is the capital of France?");
            assertTrue(telegram.awaitReply(ANSWER).contains("It is Paris."));
            assertEquals(List.of(KEY), provider.keys().stream().distinct().toList());
            assertEquals("It is Paris.", says(app, bot, "And from here: the capital?"));

            assertTrue(inside(bot, "ls /sys/class/net").contains("eth0"));
            assertTrue(Files.readString(data.resolve("secrets").resolve(bot.get("id").string()).resolve("ai-api-key")).length() > 8);
            assertEquals("", inside(bot, "grep -rl '%s' /run/secrets /etc/openclaw /home/node 2>/dev/null".formatted(KEY)));
            assertEquals(0, JsonValue.parse(app.get("/api/bots/" + bot.get("id").string()).body()).get("drift").elements().size());
        }
    }

    private static String says(RunningApp app, JsonValue bot, String text) throws Exception {
        HttpResponse<String> answer = app.post("/api/bots/" + bot.get("id").string() + "/messages",
                Json.object().put("text", text).put("session", "7d1c1e0a-4f5b-4a52-9c5e-0123456789ab").build().toString());
        String said = answer.body().lines().filter(line -> line.startsWith("data: {\"text\""))
                .map(line -> JsonValue.parse(line.substring("data: ".length())).get("text").string()).collect(Collectors.joining());
        return said.isEmpty() ? answer.body() : said;
    }
}
