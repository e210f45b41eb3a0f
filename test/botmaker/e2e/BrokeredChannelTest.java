package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.ContainerSearch;
import botmaker.support.FakeDiscord;
import botmaker.support.FakeInternet;
import botmaker.support.FakeProvider;
import botmaker.support.FakeSlack;
import botmaker.support.FakeTelegram;
import botmaker.support.RunningApp;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bots whose channel's token is nothing of theirs: a real OpenClaw talks to its chat service through a real broker, a process of its own.
/// Only the services and the AI provider are fakes; the broker finds them under the services' own names.
@Tag("docker")
@Tag("heavy")
class BrokeredChannelTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final String KEY = "Kq7xV2mW9sT4".repeat(3);
    private static final String CANARY = "Wd5nQ8rT2yB6";
    private static final long OWNER = 424242;

    @TempDir
    Path data;
    @TempDir
    Path temp;

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
        assertFalse(created.body().contains(CANARY));
        return app.await(JsonValue.parse(created.body()).get("id").string(), "health", "healthy", START);
    }

    private static String inside(JsonValue bot, String script) {
        return ENGINE.exec(bot.get("containerId").string(), List.of("sh", "-c", script), Duration.ofSeconds(60)).orElseThrow().output();
    }

    private void isNowhereInTheBot(JsonValue bot, String file) throws Exception {
        String id = bot.get("id").string();
        String container = bot.get("containerId").string();
        String placeholder = Files.readString(data.resolve("secrets").resolve(id).resolve(file));
        assertFalse(ContainerSearch.places(data, container, id, placeholder).isEmpty(), "the search finds nothing at all");
        assertFalse(ContainerSearch.processesThatHold(container, placeholder).isEmpty(), "the search of memory finds nothing at all");
        for (String canary : List.of(CANARY, CANARY.toLowerCase(Locale.ROOT))) {
            assertEquals(List.of(), ContainerSearch.places(data, container, id, canary));
            assertEquals(List.of(), ContainerSearch.processesThatHold(container, canary));
        }
    }

    private static void awaitRefusal(RunningApp app, String kind) throws Exception {
        for (long end = System.nanoTime() + ANSWER.toNanos(); !refusals(app).contains(kind); ) {
            assertTrue(System.nanoTime() < end, "the operator was not told: " + kind);
            Thread.sleep(200);
        }
    }

    private static List<String> refusals(RunningApp app) throws Exception {
        return JsonValue.parse(app.get("/api/broker").body()).get("bots").elements().stream()
                .flatMap(it -> it.get("refused").elements().stream()).map(it -> it.get("kind").string()).toList();
    }

    @Test
    void a_sealed_bot_talks_on_telegram_and_its_token_is_nowhere_in_it() throws Exception {
        String token = "123456789:AA" + CANARY.repeat(3);
        String next = "123456789:BB" + CANARY.repeat(3);
        try (FakeProvider provider = provider(); FakeTelegram telegram = new FakeTelegram(InetAddress.getLoopbackAddress());
             FakeInternet internet = new FakeInternet(temp, List.of("api.telegram.org")).with("api.telegram.org", telegram.apiRoot());
             RunningApp app = RunningApp.start(data, internet.settings())) {
            telegram.requireToken(token);
            JsonValue bot = create(app, provider, "sealed", """
                    "channel": {"type": "telegram", "credentials": {"token": "%s"}},
                    "access": {"policy": "allowlist", "allow": ["%d"]}""".formatted(token, OWNER));
            telegram.userSays(OWNER, "What is the capital of France?");
            assertTrue(telegram.awaitReply(ANSWER).contains("It is Paris."));
            assertEquals("lo", inside(bot, "ls /sys/class/net").strip());
            isNowhereInTheBot(bot, "channel-token");

            telegram.userSendsFile(OWNER, "Is this the capital?", "the text of a file");
            assertTrue(telegram.awaitReply(ANSWER).contains("It is Paris."));
            assertTrue(telegram.calls().contains("file"), telegram.calls().toString());

            String id = bot.get("id").string();
            telegram.requireToken(next);
            telegram.userSays(OWNER, "Hello?");
            awaitRefusal(app, "key");
            HttpResponse<String> changed = app.send("PATCH", "/api/bots/" + id, "{\"channel\": {\"credentials\": {\"token\": \"%s\"}}}".formatted(next));
            assertEquals(200, changed.statusCode(), changed.body());
            assertEquals(bot.get("startedAt"), JsonValue.parse(changed.body()).get("startedAt"), "it was restarted");
            telegram.userSays(OWNER, "And now, the capital?");
            for (String said = ""; !said.contains("It is Paris."); ) {
                said = telegram.awaitReply(ANSWER);
            }

            String placeholder = Files.readString(data.resolve("secrets").resolve(id).resolve("channel-token"));
            for (String call : List.of(placeholder + "/setWebhook", placeholder + "/logOut", next.replace('B', 'C') + "/sendMessage")) {
                assertTrue(inside(bot, "curl -s --cacert /run/botmaker/ca.pem -x http://127.0.0.1:3128 https://api.telegram.org/bot" + call)
                        .contains("\"ok\":false"), call);
            }
            assertFalse(telegram.calls().contains("setWebhook") || telegram.calls().contains("logOut"));
            assertEquals(List.of(), internet.unknown());
            assertEquals("[]", JsonValue.parse(app.get("/api/bots/" + id).body()).get("drift").toString());

            assertEquals(204, app.send("DELETE", "/api/bots/" + id, "").statusCode());
            assertFalse(Files.exists(data.resolve("keys").resolve(id + "-channel")));
        }
    }

    @Test
    void a_sealed_bot_talks_on_discord_and_resumes_where_it_was_cut_off() throws Exception {
        String token = Base64.getEncoder().withoutPadding().encodeToString(FakeDiscord.APPLICATION.getBytes(StandardCharsets.UTF_8)) + ".GaBcDe." + CANARY.repeat(3);
        FakeDiscord discord = new FakeDiscord();
        discord.requireToken(token);
        try (FakeProvider provider = provider(); FakeInternet internet = new FakeInternet(temp, FakeDiscord.NAMES)) {
            FakeDiscord.NAMES.forEach(name -> internet.with(name, discord));
            try (RunningApp app = RunningApp.start(data, internet.settings())) {
                JsonValue bot = create(app, provider, "sealed", """
                        "channel": {"type": "discord", "credentials": {"token": "%s"}},
                        "access": {"policy": "allowlist", "allow": ["424242424242424242"]}""".formatted(token));
                assertEquals("IDENTIFY", discord.awaitConnection(ANSWER));
                discord.userSays("What is the capital of France?");
                discord.awaitReply("It is Paris.", ANSWER);
                isNowhereInTheBot(bot, "channel-token");

                discord.cut();
                assertEquals("RESUME", discord.awaitConnection(ANSWER));
                discord.userSays("And now, the capital?");
                discord.awaitReply("It is Paris.", ANSWER);
                assertEquals(List.of(), refusals(app));
            }
        }
    }

    @Test
    void a_sealed_bot_talks_on_slack() throws Exception {
        String token = "xoxb-1-2-" + CANARY.repeat(3);
        String appToken = "xapp-1-A0FAKE-1-" + CANARY.repeat(3);
        FakeSlack slack = new FakeSlack();
        slack.requireTokens(token, appToken);
        try (FakeProvider provider = provider(); FakeInternet internet = new FakeInternet(temp, FakeSlack.NAMES)) {
            FakeSlack.NAMES.forEach(name -> internet.with(name, slack));
            try (RunningApp app = RunningApp.start(data, internet.settings())) {
                JsonValue bot = create(app, provider, "sealed", """
                        "channel": {"type": "slack", "credentials": {"botToken": "%s", "appToken": "%s"}},
                        "access": {"policy": "allowlist", "allow": ["U0ALICE00"]}""".formatted(token, appToken));
                slack.awaitConnection(ANSWER);
                slack.userSays("What is the capital of France?");
                slack.awaitReply("It is Paris.", ANSWER);
                isNowhereInTheBot(bot, "channel-bot-token");
                assertEquals(List.of(), refusals(app));
            }
        }
    }
}
