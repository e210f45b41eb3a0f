package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.BotChannel;
import botmaker.support.BotScene;
import botmaker.support.FakeAi;
import botmaker.support.FakeDiscord;
import botmaker.support.FakeInternet;
import botmaker.support.FakeProvider;
import botmaker.support.FakeTelegram;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
            scene.assertNowhere(bot, CANARY, "channel-token");

            telegram.userSendsFile(OWNER, "Is this the capital?", "the text of a file");
            assertTrue(telegram.awaitReply(BotScene.ANSWER).contains(BotScene.PARIS));
            assertTrue(telegram.calls().contains("file"), telegram.calls().toString());

            String ai = "/api/bots/" + bot.get("id").string() + "/ai/";
            assertEquals(200, scene.app().post(ai + "pause", "{\"message\": \"Back at nine.\"}").statusCode());
            telegram.userSays(OWNER, "And the capital of Portugal?");
            assertTrue(telegram.awaitReply(BotScene.ANSWER).contains("Back at nine."));
            assertEquals(200, scene.app().post(ai + "resume", "").statusCode());
            telegram.userSays(OWNER, "So the capital of France?");
            hears(telegram, BotScene.PARIS);

            telegram.requireToken(next);
            telegram.userSays(OWNER, "Hello?");
            scene.awaitRefusal("key");
            HttpResponse<String> changed = scene.app().send("PATCH", "/api/bots/" + bot.get("id").string(),
                    "{\"channel\": {\"credentials\": {\"token\": \"%s\"}}}".formatted(next));
            assertEquals(200, changed.statusCode(), changed.body());
            assertEquals(bot.get("startedAt"), JsonValue.parse(changed.body()).get("startedAt"), "it was restarted");
            telegram.userSays(OWNER, "And now, the capital?");
            hears(telegram, BotScene.PARIS);
            readsWhyItsBotIsSilent(scene, telegram, bot);

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

    private static void hears(FakeTelegram telegram, String words) throws InterruptedException {
        for (String said = ""; !said.contains(words); ) {
            said = telegram.awaitReply(BotScene.ANSWER);
        }
    }

    /// A limit that is used up and a key that the provider refuses are told in the chat, and both count no longer than they last.
    private static void readsWhyItsBotIsSilent(BotScene scene, FakeTelegram telegram, JsonValue bot) throws Exception {
        String path = "/api/bots/" + bot.get("id").string();
        String call = "curl -s --max-time 20 -H 'Authorization: Bearer " + scene.secretFile(bot, "ai-api-key") + "' -H 'Content-Type: application/json' -d '"
                + "{\"model\":\"" + FakeProvider.MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "the capital ".repeat(500) + "\"}]}' "
                + scene.provider().baseUrl().replace("127.0.0.1", "model.botmaker.internal") + "/chat/completions";
        assertEquals(200, scene.app().send("PATCH", path, "{\"budget\": {\"tokensDay\": 1000}}").statusCode());
        telegram.userSays(OWNER, "And the capital of Spain?");
        hears(telegram, "What is left of today's budget (1,000 tokens) is not enough for another answer.");
        assertTrue(scene.inside(bot, call).contains("today's budget"), "a prompt of 2,000 tokens is not refused");
        assertEquals(200, scene.app().send("PATCH", path, "{\"budget\": {\"tokensDay\": 10000000}}").statusCode());
        assertTrue(scene.inside(bot, call).contains(BotScene.PARIS), "the very next call after the raise is refused");
        telegram.userSays(OWNER, "Then the capital of France?");
        hears(telegram, BotScene.PARIS);

        scene.provider().requireKey("another key");
        telegram.userSays(OWNER, "And the capital of Italy?");
        hears(telegram, "refused my key (status 401). Whoever runs me has to replace it.");
        scene.provider().requireKey(BotScene.KEY);
        telegram.userSays(OWNER, "Once more: the capital?");
        hears(telegram, BotScene.PARIS);
    }

    @Test
    void a_bot_talks_on_discord_and_resumes_where_it_was_cut_off() throws Exception {
        FakeDiscord discord = new FakeDiscord();
        BotChannel channel = BotChannel.discord(discord);
        FakeAi.Provider openai = FakeAi.provider("openai");
        String key = channel.key(openai);
        FakeAi ai = new FakeAi(openai, BotScene.PARIS);
        try (FakeInternet internet = new FakeInternet(temp, BotChannel.names()).with(openai.host(), ai)) {
            channel.sites().forEach(internet::with);
            try (BotScene scene = new BotScene(data, internet.settings())) {
                JsonValue bot = scene.create("sealed", openai.ai(key), channel.members());
                assertEquals("IDENTIFY", discord.awaitConnection(BotScene.ANSWER));
                discord.userSays(BotScene.QUESTION);
                discord.awaitReply(BotScene.PARIS, BotScene.ANSWER);
                assertTrue(ai.sawKey(key), "its key was not put in");
                scene.assertNowhere(bot, channel.canary(), "ai-api-key", channel.file());

                discord.cut();
                assertEquals("RESUME", discord.awaitConnection(BotScene.ANSWER));
                discord.userSays("And now, the capital?");
                discord.awaitReply(BotScene.PARIS, BotScene.ANSWER);
                BotScene.fetchesFile(channel);
                assertEquals(List.of(), scene.refusals());
                scene.delete(bot);
                discord.forget();

                scene.talksWithoutKeys(internet, FakeAi.provider("google"), Optional.of(channel), "web");
            }
        }
    }

    @Test
    void a_bot_talks_on_slack() throws Exception {
        talk(BotChannel.slack(), "web anthropic", "sealed openrouter");
    }

    @Test
    void a_bot_talks_on_matrix() throws Exception {
        talk(BotChannel.matrix(), "sealed xai", "web together");
    }

    @Test
    void a_bot_talks_on_mattermost() throws Exception {
        talk(BotChannel.mattermost(), "sealed nvidia", "web ollama");
    }

    /// Creates a bot for each reach with a provider, one after the other: each talks to a person, and has neither its key nor its token.
    private void talk(BotChannel channel, String... bots) throws Exception {
        try (FakeInternet internet = new FakeInternet(temp, BotChannel.names()); BotScene scene = new BotScene(data, internet.settings())) {
            for (String each : bots) {
                String[] words = each.split(" ");
                scene.talksWithoutKeys(internet, FakeAi.provider(words[1]), Optional.of(channel), words[0]);
            }
        }
    }
}
