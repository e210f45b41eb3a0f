package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.BotScene;
import botmaker.support.FakeChat;
import botmaker.support.FakeDiscord;
import botmaker.support.FakeInternet;
import botmaker.support.FakeMatrix;
import botmaker.support.FakeMattermost;
import botmaker.support.FakeSlack;
import botmaker.support.FakeTelegram;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
    private static final String CANARY = "Wd5nQ8rT2yB6";
    private static final long OWNER = 424242;

    @TempDir
    Path data;
    @TempDir
    Path temp;

    /// Creates a bot for each reach, one after the other; each talks to a person, and never has the token. A sealed one is searched
    /// for it.
    ///
    /// @param channel members of the request
    /// @param file    the bot's file with the placeholder
    /// @param canary  a part of the token
    private static void talksAtEachReach(BotScene scene, FakeChat chat, List<String> reaches, String channel, String file, String canary) throws Exception {
        for (String reach : reaches) {
            JsonValue bot = scene.create(reach, channel);
            chat.awaitConnection(BotScene.ANSWER);
            chat.userSays(BotScene.QUESTION);
            chat.awaitReply(BotScene.PARIS, BotScene.ANSWER);
            assertEquals(reach.equals("open"), scene.inside(bot, "ls /sys/class/net").contains("eth0"));
            if (reach.equals("sealed")) {
                scene.assertNowhere(bot, file, canary);
            }
            assertFalse(scene.secretFile(bot, file).contains(canary));
            scene.assertNoDrift(bot);
            assertEquals(List.of(), scene.refusals(), reach);
            scene.delete(bot);
            chat.forget();
        }
    }

    @Test
    void a_sealed_bot_talks_on_telegram_and_its_token_is_nowhere_in_it() throws Exception {
        String token = "123456789:AA" + CANARY.repeat(3);
        String next = "123456789:BB" + CANARY.repeat(3);
        try (FakeTelegram telegram = new FakeTelegram(InetAddress.getLoopbackAddress());
             FakeInternet internet = new FakeInternet(temp, List.of("api.telegram.org")).with("api.telegram.org", telegram.apiRoot());
             BotScene scene = new BotScene(data, internet.settings())) {
            telegram.requireToken(token);
            JsonValue bot = scene.create("sealed", """
                    "channel": {"type": "telegram", "credentials": {"token": "%s"}},
                    "access": {"policy": "allowlist", "allow": ["%d"]}""".formatted(token, OWNER));
            telegram.userSays(OWNER, BotScene.QUESTION);
            assertTrue(telegram.awaitReply(BotScene.ANSWER).contains(BotScene.PARIS));
            assertEquals("lo", scene.inside(bot, "ls /sys/class/net").strip());
            scene.assertNowhere(bot, "channel-token", CANARY);

            telegram.userSendsFile(OWNER, "Is this the capital?", "the text of a file");
            assertTrue(telegram.awaitReply(BotScene.ANSWER).contains(BotScene.PARIS));
            assertTrue(telegram.calls().contains("file"), telegram.calls().toString());

            String ai = "/api/bots/" + bot.get("id").string() + "/ai/";
            assertEquals(200, scene.app().post(ai + "pause", "{\"message\": \"Back at nine.\"}").statusCode());
            telegram.userSays(OWNER, "And the capital of Portugal?");
            assertTrue(telegram.awaitReply(BotScene.ANSWER).contains("Back at nine."));
            assertEquals(200, scene.app().post(ai + "resume", "").statusCode());
            telegram.userSays(OWNER, "So the capital of France?");
            for (String said = ""; !said.contains(BotScene.PARIS); ) {
                said = telegram.awaitReply(BotScene.ANSWER);
            }

            telegram.requireToken(next);
            telegram.userSays(OWNER, "Hello?");
            scene.awaitRefusal("key");
            HttpResponse<String> changed = scene.app().send("PATCH", "/api/bots/" + bot.get("id").string(),
                    "{\"channel\": {\"credentials\": {\"token\": \"%s\"}}}".formatted(next));
            assertEquals(200, changed.statusCode(), changed.body());
            assertEquals(bot.get("startedAt"), JsonValue.parse(changed.body()).get("startedAt"), "it was restarted");
            telegram.userSays(OWNER, "And now, the capital?");
            for (String said = ""; !said.contains(BotScene.PARIS); ) {
                said = telegram.awaitReply(BotScene.ANSWER);
            }

            String placeholder = scene.secretFile(bot, "channel-token");
            for (String call : List.of(placeholder + "/setWebhook", placeholder + "/logOut", next.replace('B', 'C') + "/sendMessage")) {
                assertTrue(scene.inside(bot, "curl -s --cacert /run/botmaker/ca.pem -x http://127.0.0.1:3128 https://api.telegram.org/bot" + call)
                        .contains("\"ok\":false"), call);
            }
            assertFalse(telegram.calls().contains("setWebhook") || telegram.calls().contains("logOut"));
            assertEquals(List.of(), internet.unknown());
            scene.assertNoDrift(bot);
            scene.delete(bot);
        }
    }

    @Test
    void a_bot_talks_on_discord_and_resumes_where_it_was_cut_off() throws Exception {
        String token = Base64.getEncoder().withoutPadding().encodeToString(FakeDiscord.APPLICATION.getBytes(StandardCharsets.UTF_8)) + ".GaBcDe." + CANARY.repeat(3);
        String channel = """
                "channel": {"type": "discord", "credentials": {"token": "%s"}},
                "access": {"policy": "allowlist", "allow": ["424242424242424242"]}""".formatted(token);
        FakeDiscord discord = new FakeDiscord();
        discord.requireToken(token);
        try (FakeInternet internet = new FakeInternet(temp, FakeDiscord.NAMES)) {
            FakeDiscord.NAMES.forEach(name -> internet.with(name, discord));
            try (BotScene scene = new BotScene(data, internet.settings())) {
                JsonValue bot = scene.create("sealed", channel);
                assertEquals("IDENTIFY", discord.awaitConnection(BotScene.ANSWER));
                discord.userSays(BotScene.QUESTION);
                discord.awaitReply(BotScene.PARIS, BotScene.ANSWER);
                scene.assertNowhere(bot, "channel-token", CANARY);

                discord.cut();
                assertEquals("RESUME", discord.awaitConnection(BotScene.ANSWER));
                discord.userSays("And now, the capital?");
                discord.awaitReply(BotScene.PARIS, BotScene.ANSWER);
                assertEquals(List.of(), scene.refusals());
                scene.delete(bot);
                discord.forget();

                talksAtEachReach(scene, discord, List.of("web"), channel, "channel-token", CANARY);
            }
        }
    }

    /// An open one has the host's proxy for all else, which these fakes are: then OpenClaw does not reach Slack's WebSocket.
    @Test
    void a_bot_talks_on_slack() throws Exception {
        String token = "xoxb-1-2-" + CANARY.repeat(3);
        String appToken = "xapp-1-A0FAKE-1-" + CANARY.repeat(3);
        FakeSlack slack = new FakeSlack();
        slack.requireTokens(token, appToken);
        try (FakeInternet internet = new FakeInternet(temp, FakeSlack.NAMES)) {
            FakeSlack.NAMES.forEach(name -> internet.with(name, slack));
            try (BotScene scene = new BotScene(data, internet.settings())) {
                talksAtEachReach(scene, slack, List.of("sealed"), """
                        "channel": {"type": "slack", "credentials": {"botToken": "%s", "appToken": "%s"}},
                        "access": {"policy": "allowlist", "allow": ["U0ALICE00"]}""".formatted(token, appToken), "channel-bot-token", CANARY);
            }
        }
    }

    @Test
    void a_bot_talks_on_matrix() throws Exception {
        String token = "syt_Ym90_" + CANARY.repeat(2) + "_0abcde";
        FakeMatrix matrix = new FakeMatrix();
        matrix.requireToken(token);
        try (FakeInternet internet = new FakeInternet(temp, List.of("matrix.test")).with("matrix.test", matrix);
             BotScene scene = new BotScene(data, internet.settings())) {
            talksAtEachReach(scene, matrix, List.of("sealed", "web"), """
                    "channel": {"type": "matrix", "settings": {"homeserver": "https://matrix.test"}, "credentials": {"token": "%s"}},
                    "access": {"policy": "allowlist", "allow": ["%s"]}""".formatted(token, FakeMatrix.PERSON), "channel-token", CANARY);
        }
    }

    @Test
    void a_bot_talks_on_mattermost() throws Exception {
        String canary = CANARY.toLowerCase(Locale.ROOT);
        String token = canary.repeat(3).substring(0, 26);
        FakeMattermost mattermost = new FakeMattermost();
        mattermost.requireToken(token);
        try (FakeInternet internet = new FakeInternet(temp, List.of("chat.test")).with("chat.test", mattermost);
             BotScene scene = new BotScene(data, internet.settings())) {
            talksAtEachReach(scene, mattermost, List.of("sealed", "web"), """
                    "channel": {"type": "mattermost", "settings": {"baseUrl": "https://chat.test"}, "credentials": {"token": "%s"}},
                    "access": {"policy": "allowlist", "allow": ["%s"]}""".formatted(token, FakeMattermost.PERSON), "channel-token", canary);
        }
    }
}
