package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.FakeProvider;
import botmaker.support.FakeTelegram;
import botmaker.support.RunningApp;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The main job with nothing left out: a real OpenClaw in a real container on a real engine. Only the AI provider and
/// Telegram are fakes, on the host's side of the Docker bridge.
@Tag("docker")
@Tag("heavy")
class EndToEndTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final long PERSON = 424242;
    private static final String TOKEN = "123456789:AAE2E-canary-token-0123456789abcdefg";
    private static final String KEY = "canary-ai-key-0123456789";

    @TempDir
    Path data;

    @Test
    void a_bot_is_made_and_caged_talks_on_telegram_and_leaves_nothing() throws Exception {
        InetAddress bridge = RunningApp.bridge();
        try (FakeProvider provider = new FakeProvider(bridge, said -> said.contains("capital") ? "It is Paris, of course." : "Hm?");
             FakeTelegram telegram = new FakeTelegram(bridge);
             RunningApp app = RunningApp.start(data, Map.of())) {
            provider.requireKey(KEY);
            telegram.requireToken(TOKEN);
            refusesWhatIsWrong(app);

            HttpResponse<String> created = app.post("/api/bots", newBot(provider, telegram));
            assertEquals(201, created.statusCode(), created.body());
            String id = JsonValue.parse(created.body()).get("id").string();
            assertEquals("/api/bots/" + id, created.headers().firstValue("Location").orElse(""));
            assertFalse(created.body().contains("canary"));

            JsonValue bot = app.await(id, "health", "healthy", START);
            assertEquals("running", bot.get("status").string());
            secretsAreOnlyInTheirFiles(id, bot.get("containerId").string());
            Cage cage = new Cage(ENGINE, ENGINE.inspect(bot.get("containerId").string()));
            cage.holds();
            cage.passesTheBenchmark();
            aLinkLeadsToItsControlUi(app, bot);

            telegram.userSays(PERSON, "What is the capital of France?");
            assertTrue(telegram.awaitReply(ANSWER).contains("It is Paris, of course."));

            printsItsToken(bot.get("containerId").string());
            String logs = logs(app, id);
            assertTrue(logs.contains("event: end"), logs);
            assertTrue(logs.contains("the token is [redacted:channel-token]"), logs);
            assertTrue(logs.contains("telegram"), "the bot's own log lines are there: " + logs);
            assertFalse(logs.contains(TOKEN));
            assertFalse(logs.contains(KEY));

            assertEquals("stopped", JsonValue.parse(app.post("/api/bots/" + id + "/stop", "").body()).get("status").string());
            assertEquals("running", JsonValue.parse(app.post("/api/bots/" + id + "/start", "").body()).get("status").string());
            JsonValue again = app.await(id, "health", "healthy", START);
            Cage startedAgain = new Cage(ENGINE, ENGINE.inspect(again.get("containerId").string()));
            startedAgain.holds();
            startedAgain.passesTheBenchmark();
            assertEquals("[]", JsonValue.parse(app.get("/api/bots/" + id).body()).get("drift").toString(), "a real OpenClaw has drifted");
            telegram.userSays(PERSON, "And once more: the capital?");
            assertTrue(telegram.awaitReply(ANSWER).contains("It is Paris, of course."));

            assertEquals(204, app.send("DELETE", "/api/bots/" + id, "").statusCode());
            assertEquals(404, app.get("/api/bots/" + id).statusCode());
            nothingIsLeftOf(app, id);
        }
    }

    private static void refusesWhatIsWrong(RunningApp app) throws Exception {
        HttpResponse<String> refused = app.post("/api/bots", """
                {"name": "e2e", "ai": {"provider": "openai-compatible", "model": "m"},
                 "reach": "legacy", "channel": {"type": "telegram", "credentials": {"token": "not a token"}}}""");
        assertEquals(422, refused.statusCode());
        assertEquals("application/problem+json", refused.headers().firstValue("Content-Type").orElse(""));
        List<String> fields = JsonValue.parse(refused.body()).get("errors").elements().stream()
                .map(error -> error.get("field").string()).sorted().toList();
        assertEquals(List.of("/ai/baseUrl", "/channel/credentials/token"), fields);
        assertEquals("[]", JsonValue.parse(app.get("/api/bots").body()).get("bots").toString());
    }

    private static String newBot(FakeProvider provider, FakeTelegram telegram) {
        return """
                {"name": "e2e", "controlUi": true,
                 "ai": {"provider": "openai-compatible", "model": "%s", "baseUrl": "%s", "apiKey": "%s"},
                 "reach": "legacy", "channel": {"type": "telegram", "settings": {"apiRoot": "%s"}, "credentials": {"token": "%s"}},
                 "access": {"policy": "allowlist", "allow": ["%d"]}}"""
                .formatted(FakeProvider.MODEL, provider.baseUrl(), KEY, telegram.apiRoot(), TOKEN, PERSON);
    }

    private void secretsAreOnlyInTheirFiles(String id, String containerId) throws Exception {
        assertEquals(KEY, Files.readString(data.resolve("secrets/" + id + "/ai-api-key")));
        assertEquals("true", ENGINE.inspect(containerId).labels().get("botmaker.managed"));
        assertFalse(ENGINE.inspect(containerId).raw().toString().contains("canary"));
        var inside = ENGINE.exec(containerId, List.of("cat", "/run/secrets/channel-token"), Duration.ofSeconds(20)).orElseThrow();
        assertEquals(TOKEN, inside.output());
        for (String file : List.of("botmaker.db", "botmaker.db-wal", "bots/" + id + "/config/openclaw.json")) {
            assertFalse(Files.readString(data.resolve(file), StandardCharsets.ISO_8859_1).contains("canary"), file);
        }
    }

    private static void aLinkLeadsToItsControlUi(RunningApp app, JsonValue bot) throws Exception {
        long port = bot.get("controlUi").get("port").integer();
        HttpResponse<String> answer = app.post("/api/bots/" + bot.get("id").string() + "/control-ui", "");
        assertEquals(200, answer.statusCode());
        JsonValue link = JsonValue.parse(answer.body());
        String url = link.get("url").string();
        assertTrue(url.matches("http://127\\.0\\.0\\.1:%1$d/#bootstrapToken=.*gatewayUrl=ws%%3A%%2F%%2F127\\.0\\.0\\.1%%3A%1$d(%%2F)?"
                .formatted(port)), "the link has another form");
        assertTrue(Instant.parse(link.get("expiresAt").string()).isAfter(Instant.now().plusSeconds(300)));

        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<String> page = client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
            assertEquals(200, page.statusCode(), page.body());
            assertTrue(page.body().contains("<html"), "no page");
        }
    }

    private static void printsItsToken(String containerId) {
        ENGINE.exec(containerId,
                List.of("sh", "-c", "echo the token is $(cat /run/secrets/channel-token) >/proc/1/fd/1"), Duration.ofSeconds(20));
    }

    private static String logs(RunningApp app, String id) throws Exception {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                app.stream("/api/bots/" + id + "/logs?tail=all&follow=false"), StandardCharsets.UTF_8))) {
            return String.join("\n", lines.lines().toList());
        }
    }

    private void nothingIsLeftOf(RunningApp app, String id) throws Exception {
        assertEquals(List.of(), ENGINE.list(Map.of("botmaker.bot-id", id)));
        for (String directory : List.of("bots", "secrets")) {
            try (Stream<Path> entries = Files.list(data.resolve(directory))) {
                assertEquals(List.of(), entries.toList());
            }
        }
        assertEquals("[]", JsonValue.parse(app.get("/api/bots").body()).get("bots").toString());
    }
}
