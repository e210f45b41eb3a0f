package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.BotScene;
import botmaker.support.FakeTelegram;
import botmaker.support.RunningApp;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The reaches between sealed and legacy, each with a real OpenClaw and a real broker: the AI is asked through the broker, the rest of
/// the world through its proxy or by the container's own network.
@Tag("docker")
@Tag("heavy")
class WiderReachTest {
    private static final long OWNER = 424242;

    @TempDir
    private Path data;

    @Test
    void a_bot_for_the_web_reaches_its_ai_and_no_private_address() throws Exception {
        try (BotScene scene = new BotScene(data, Map.of())) {
            JsonValue bot = scene.create("web", "\"channel\": {\"type\": \"webchat\"}");
            assertEquals(BotScene.PARIS, scene.says(bot, BotScene.QUESTION));
            assertEquals(List.of(BotScene.KEY), scene.provider().keys().stream().distinct().toList());

            assertEquals("lo", scene.inside(bot, "ls /sys/class/net").strip());
            int port = URI.create(scene.provider().baseUrl()).getPort();
            for (String place : List.of("http://127.0.0.1:" + port + "/v1/models", "http://169.254.169.254/latest/", "http://10.0.0.1/",
                    "http://[::1]:" + port + "/", "https://localhost/", "http://172.17.0.1/")) {
                assertEquals("403", scene.inside(bot, "curl -s -p -x http://127.0.0.1:3128 --noproxy '' --max-time 20 -o /dev/null -w '%%{http_connect}' '%s'"
                        .formatted(place)).strip(), place);
            }
            scene.assertNoDrift(bot);
        }
    }

    @Test
    void an_open_bot_has_the_network_for_its_channel_and_asks_its_ai_through_the_broker() throws Exception {
        InetAddress bridge = RunningApp.bridge();
        try (FakeTelegram telegram = new FakeTelegram(bridge); BotScene scene = new BotScene(data, Map.of())) {
            JsonValue bot = scene.create("open", """
                    "channel": {"type": "telegram", "settings": {"apiRoot": "%s"}, "credentials": {"token": "123456789:%s"}},
                    "access": {"policy": "allowlist", "allow": ["%d"]}""".formatted(telegram.apiRoot(), "A".repeat(35), OWNER));
            telegram.userSays(OWNER, BotScene.QUESTION);
            assertTrue(telegram.awaitReply(BotScene.ANSWER).contains(BotScene.PARIS));
            assertEquals(List.of(BotScene.KEY), scene.provider().keys().stream().distinct().toList());
            assertEquals(BotScene.PARIS, scene.says(bot, "And from here: the capital?"));

            assertTrue(scene.inside(bot, "ls /sys/class/net").contains("eth0"));
            assertTrue(scene.secretFile(bot, "ai-api-key").length() > 8);
            assertEquals("", scene.inside(bot, "grep -rl '%s' /run/secrets /etc/openclaw /home/node 2>/dev/null".formatted(BotScene.KEY)));
            scene.assertNoDrift(bot);
        }
    }
}
