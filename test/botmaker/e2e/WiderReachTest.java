package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.BotScene;
import botmaker.support.FakeTelegram;
import botmaker.support.Inside;
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
            for (String place : List.of("http://127.0.0.1:" + port + "/v1/models", "http://10.0.0.1/", "https://localhost/")) {
                assertEquals("403", scene.inside(bot, "curl -s -p -x http://127.0.0.1:3128 --noproxy '' --max-time 20 -o /dev/null -w '%%{http_connect}' '%s'"
                        .formatted(place)).strip(), place);
            }
            Map<String, List<String>> refused = Map.of(
                    "400", List.of("0x7f.1:443", "127.1:443", "0x7f000001:443", "2130706433:443", "017700000001:443", "127.0.0.1.:443", "01.2.3.4:443", "a.0x1:443",
                            "1.2.3.256:443", "[::1:443", "::1:443", "[fe80::1%lo]:443", "user@example.com:443", "example.com.:443", "example.com:0", "example.com"),
                    // among them names that lead to this host, as one would whose address was changed meanwhile
                    "403", List.of("127.0.0.1:443", "127.255.255.254:443", "0.0.0.0:80", "10.0.0.1:443", "100.64.0.1:80", "169.254.169.254:80", "172.17.0.1:80",
                            "192.168.0.1:443", "255.255.255.255:443", "[::1]:443", "[::]:443", "[fd00::1]:443", "[fe80::1]:443", "[::ffff:127.0.0.1]:443",
                            "[::ffff:8.8.8.8]:443", "[64:ff9b::7f00:1]:443", "[2002:7f00:1::]:443", "localhost:443", InetAddress.getLocalHost().getHostName() + ":443",
                            "example.com:22", "example.com:8443", "8.8.8.8:53"));
            for (var each : refused.entrySet()) {
                List<String> answers = Inside.send(bot.get("containerId").string(), each.getValue().stream().map(it -> new Inside.Sent(3128, it, null, "", "x")).toList());
                for (int i = 0; i < answers.size(); i++) {
                    assertTrue(answers.get(i).startsWith("HTTP/1.1 " + each.getKey() + " "), each.getValue().get(i) + ": " + answers.get(i));
                }
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
