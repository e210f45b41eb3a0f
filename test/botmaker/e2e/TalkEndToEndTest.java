package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.FakeProvider;
import botmaker.support.FakeTelegram;
import botmaker.support.RunningApp;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Everything that makes a bot of the form's defaults useful to its owner, with a real OpenClaw: its credentials are tried,
/// a stranger is let in by a code, it answers from the dashboard, and it is measured.
@Tag("docker")
@Tag("heavy")
class TalkEndToEndTest {
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final Pattern CODE = Pattern.compile("pairing approve telegram ([A-Z0-9]{8})");
    private static final long OWNER = 424242;
    private static final long PEST = 666;
    private static final long FRIEND = 777;
    private static final String TOKEN = "123456789:AAE2E-canary-token-0123456789abcdefg";
    private static final String KEY = "canary-ai-key-0123456789";

    @TempDir
    Path data;

    @Test
    void a_bot_is_paired_with_its_owner_and_talked_with() throws Exception {
        InetAddress bridge = RunningApp.bridge();
        try (FakeProvider provider = new FakeProvider(bridge, said -> said.contains("capital") ? "It is Paris, of course." : "Hm?");
             FakeTelegram telegram = new FakeTelegram(bridge);
             RunningApp app = RunningApp.start(data, Map.of())) {
            provider.requireKey(KEY);
            telegram.requireToken(TOKEN);
            credentialsAreChecked(app, provider, telegram, "[]");

            HttpResponse<String> created = app.post("/api/bots", """
                    {"name": "talk",
                     "ai": {"provider": "openai-compatible", "model": "%s", "baseUrl": "%s", "apiKey": "%s"},
                     "reach": "legacy", "channel": {"type": "telegram", "settings": {"apiRoot": "%s"}, "credentials": {"token": "%s"}}}"""
                    .formatted(FakeProvider.MODEL, provider.baseUrl(), KEY, telegram.apiRoot(), TOKEN));
            assertEquals(201, created.statusCode(), created.body());
            String bot = "/api/bots/" + JsonValue.parse(created.body()).get("id").string();
            app.await(bot.substring("/api/bots/".length()), "health", "healthy", START);
            credentialsAreChecked(app, provider, telegram, "[\"talk\"]");

            assertEquals("{\"requests\":[]}", app.get(bot + "/pairing").body());
            theFirstWhoIsLetInIsTheOwner(app, bot, telegram);
            pestsAreRejectedAndFriendsAreNoOwners(app, bot, telegram);
            itAnswersFromTheDashboard(app, bot);
            itIsMeasured(app, bot);

            app.post(bot + "/stop", "");
            assertEquals(409, app.get(bot + "/pairing").statusCode());
            assertEquals(409, app.get(bot + "/stats").statusCode());
            assertEquals(409, app.post(bot + "/messages", "{\"text\": \"Hello?\"}").statusCode());
        }
    }

    private static void credentialsAreChecked(RunningApp app, FakeProvider provider, FakeTelegram telegram, String usedBy)
            throws Exception {
        String ai = "{\"provider\": \"openai-compatible\", \"baseUrl\": \"%s\", \"apiKey\": \"%s\"}";
        JsonValue good = JsonValue.parse(app.post("/api/checks/ai", ai.formatted(provider.baseUrl(), KEY)).body());
        assertEquals("true", good.get("ok").toString(), good.toString());
        assertEquals("[\"" + FakeProvider.MODEL + "\"]", good.get("models").toString());
        HttpResponse<String> bad = app.post("/api/checks/ai", ai.formatted(provider.baseUrl(), "canary-wrong-key"));
        assertEquals("false", JsonValue.parse(bad.body()).get("ok").toString());
        assertFalse(bad.body().contains("canary"));

        String channel = "{\"type\": \"telegram\", \"settings\": {\"apiRoot\": \"%s\"}, \"credentials\": {\"token\": \"%s\"}}";
        JsonValue token = JsonValue.parse(app.post("/api/checks/channel", channel.formatted(telegram.apiRoot(), TOKEN)).body());
        assertEquals("true", token.get("ok").toString(), token.toString());
        assertTrue(token.get("detail").string().contains("fake_bot"), token.toString());
        assertEquals(usedBy, token.get("usedBy").toString());
        HttpResponse<String> wrong = app.post("/api/checks/channel", channel.formatted(telegram.apiRoot(), TOKEN + "x"));
        assertEquals("false", JsonValue.parse(wrong.body()).get("ok").toString());
        assertFalse(wrong.body().contains("canary"));
        HttpResponse<String> malformed = app.post("/api/checks/channel", channel.formatted(telegram.apiRoot(), "canary"));
        assertEquals(422, malformed.statusCode());
        assertTrue(malformed.body().contains("\"/credentials/token\""), malformed.body());
    }

    private void theFirstWhoIsLetInIsTheOwner(RunningApp app, String bot, FakeTelegram telegram) throws Exception {
        String code = asks(telegram, OWNER);
        JsonValue waiting = JsonValue.parse(app.get(bot + "/pairing").body()).get("requests");
        assertEquals(1, waiting.elements().size(), waiting.toString());
        assertEquals(code, waiting.get(0).get("code").string());
        assertEquals("424242", waiting.get(0).get("sender").string());
        assertEquals("Alice", waiting.get(0).get("name").string());
        assertTrue(Duration.between(Instant.parse(waiting.get(0).get("at").string()), Instant.now()).abs().toMinutes() < 5);

        HttpResponse<String> wrong = app.post(bot + "/pairing/WRONGC0D", "{\"approve\": true}");
        assertEquals(404, wrong.statusCode(), wrong.body());
        assertFalse(config(bot).contains("ownerAllowFrom"), "nobody became owner by a code that nobody has");
        HttpResponse<String> approved = app.post(bot + "/pairing/" + code, "{\"approve\": true}");
        assertEquals("{\"requests\":[]}", approved.body());
        HttpResponse<String> again = app.post(bot + "/pairing/" + code, "{\"approve\": true}");
        assertEquals(404, again.statusCode(), again.body());

        assertTrue(telegram.awaitReply(ANSWER).contains("approved"));
        telegram.userSays(OWNER, "What is the capital of France?");
        assertTrue(telegram.awaitReply(ANSWER).contains("It is Paris, of course."));
        assertEquals("telegram:424242", JsonValue.parse(app.get(bot).body()).get("access").get("pairedOwner").string());
        assertEquals("[\"telegram:424242\"]", owners(bot));
    }

    private void pestsAreRejectedAndFriendsAreNoOwners(RunningApp app, String bot, FakeTelegram telegram) throws Exception {
        String pest = asks(telegram, PEST);
        String friend = asks(telegram, FRIEND);
        JsonValue left = JsonValue.parse(app.post(bot + "/pairing/" + pest, "{\"approve\": false}").body()).get("requests");
        assertEquals(List.of("777"), left.elements().stream().map(request -> request.get("sender").string()).toList());
        assertEquals("{\"requests\":[]}", app.post(bot + "/pairing/" + friend, "{\"approve\": true}").body());
        assertEquals("[\"telegram:424242\"]", owners(bot));

        assertTrue(telegram.awaitReply(ANSWER).contains("approved"));
        telegram.userSays(FRIEND, "The capital?");
        assertTrue(telegram.awaitReply(ANSWER).contains("It is Paris, of course."));
        assertNotEquals(pest, asks(telegram, PEST), "who was rejected gets a new code and no answer");
    }

    /// A stranger writes, and is told a code.
    private static String asks(FakeTelegram telegram, long person) throws InterruptedException {
        telegram.userSays(person, "Hello, who are you?");
        String reply = telegram.awaitReply(ANSWER);
        var code = CODE.matcher(reply);
        assertTrue(code.find(), reply);
        return code.group(1);
    }

    private static void itAnswersFromTheDashboard(RunningApp app, String bot) throws Exception {
        HttpResponse<String> answer = app.post(bot + "/messages",
                "{\"text\": \"What is the capital?\", \"session\": \"7d1c1e0a-4f5b-4a52-9c5e-0123456789ab\"}");
        assertEquals("text/event-stream", answer.headers().firstValue("Content-Type").orElse(""));
        String said = answer.body().lines().filter(line -> line.startsWith("data: {\"text\""))
                .map(line -> JsonValue.parse(line.substring("data: ".length())).get("text").string())
                .collect(Collectors.joining());
        assertEquals("It is Paris, of course.", said, answer.body());
        assertTrue(answer.body().lines().filter("event: delta"::equals).count() > 2, "it comes in pieces: " + answer.body());
        assertTrue(answer.body().endsWith("event: done\ndata: {}\n\n"), answer.body());
        assertEquals(422, app.post(bot + "/messages", "{\"text\": \" \", \"session\": \"1\", \"x\": 1}").statusCode());
    }

    private static void itIsMeasured(RunningApp app, String bot) throws Exception {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(app.stream(bot + "/stats"), StandardCharsets.UTF_8))) {
            JsonValue first = JsonValue.parse(lines.lines().filter(line -> line.startsWith("data: ")).findFirst().orElseThrow()
                    .substring("data: ".length()));
            double cpu = Double.parseDouble(first.get("cpu").toString());
            assertTrue(cpu >= 0 && cpu <= 16, first.toString());
            assertTrue(first.get("memory").integer() > 100 << 20, first.toString());
            assertTrue(first.get("memory").integer() < first.get("memoryLimit").integer(), first.toString());
            assertEquals(2L << 30, first.get("memoryLimit").integer());
            assertTrue(first.get("rx").integer() > 1000 && first.get("tx").integer() > 1000, first.toString());
            assertTrue(Duration.between(Instant.parse(first.get("at").string()), Instant.now()).abs().toSeconds() < 60);
        }
    }

    private String owners(String bot) throws Exception {
        return JsonValue.parse(config(bot)).get("commands").get("ownerAllowFrom").toString();
    }

    private String config(String bot) throws Exception {
        return Files.readString(data.resolve(bot.substring("/api/".length()) + "/config/openclaw.json"));
    }
}
