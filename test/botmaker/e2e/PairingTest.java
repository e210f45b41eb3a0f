package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.BotScene;
import botmaker.support.ChildJvm;
import botmaker.support.FakeInternet;
import botmaker.support.FakeTelegram;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pairing with a bot behind the broker: a real OpenClaw is asked through its gateway, and a command, which takes it seconds of processor
/// time, runs only where a code is new.
@Tag("docker")
@Tag("heavy")
class PairingTest {
    private static final Pattern CODE = Pattern.compile("pairing approve telegram ([A-Z0-9]{8})");
    private static final Pattern COMMAND = Pattern.compile("\\bopenclaw (pairing|gateway)\\b");
    private static final int LISTINGS = 7;

    @TempDir
    private Path data;
    @TempDir
    private Path temp;

    @Test
    void a_command_runs_for_each_new_code_and_for_nothing_else() throws Exception {
        Instant begin = Instant.now();
        try (FakeTelegram telegram = new FakeTelegram(InetAddress.getLoopbackAddress());
             FakeInternet internet = new FakeInternet(temp, List.of("api.telegram.org")).with("api.telegram.org", telegram.apiRoot());
             BotScene scene = new BotScene(data, internet.settings())) {
            JsonValue bot = scene.create("sealed", """
                    "channel": {"type": "telegram", "credentials": {"token": "123456789:AAF0123456789abcdefghijklmnopqrstuv"}}""");
            String path = "/api/bots/" + bot.get("id").string() + "/pairing";
            assertEquals("{\"requests\":[]}", scene.app().get(path).body());
            assertEquals(List.of(), commands(bot, begin), "nobody waits");

            String friend = asks(telegram, 777);
            long first = time(() -> assertEquals(List.of(friend), codes(scene.app().get(path))));
            assertEquals(1, commands(bot, begin).size(), "its code is not in the gateway's answer");
            List<Long> later = new ArrayList<>();
            for (int n = 0; n < LISTINGS; n++) {
                later.add(time(() -> assertEquals(List.of(friend), codes(scene.app().get(path)))));
            }
            later.sort(null);
            assertTrue(later.get(LISTINGS / 2) < first / 3, "listings took " + later + " ns, the first one " + first);

            String pest = asks(telegram, 666);
            assertEquals(List.of(friend, pest), codes(scene.app().get(path)));
            assertEquals(List.of(friend), codes(scene.app().post(path + "/" + pest, "{\"approve\": false}")));
            HttpResponse<String> approved = scene.app().post(path + "/" + friend, "{\"approve\": true}");
            assertEquals("{\"requests\":[]}", approved.body());
            assertTrue(telegram.awaitReply(BotScene.ANSWER).contains("approved"));
            assertEquals(404, scene.app().post(path + "/" + friend, "{\"approve\": true}").statusCode());
            assertEquals(2, commands(bot, begin).size(), "a decision or a known code ran a command");

            telegram.userSays(777, BotScene.QUESTION);
            assertTrue(telegram.awaitReply(BotScene.ANSWER).contains(BotScene.PARIS));
            scene.delete(bot);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static long time(Work work) throws Exception {
        long begin = System.nanoTime();
        work.run();
        return System.nanoTime() - begin;
    }

    private static List<String> codes(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        return JsonValue.parse(answer.body()).get("requests").elements().stream().map(it -> it.get("code").string()).toList();
    }

    /// A stranger writes, and is told a code.
    private static String asks(FakeTelegram telegram, long person) throws InterruptedException {
        telegram.userSays(person, "Hello, who are you?");
        String reply = telegram.awaitReply(BotScene.ANSWER);
        Matcher code = CODE.matcher(reply);
        assertTrue(code.find(), reply);
        return code.group(1);
    }

    /// The commands of OpenClaw that ran in a bot's container, as the engine has recorded them.
    private static List<String> commands(JsonValue bot, Instant since) throws Exception {
        return ChildJvm.run("docker", "events", "--since", since.toString(), "--until", Instant.now().plus(Duration.ofMillis(1)).toString(),
                "--filter", "container=" + bot.get("containerId").string(), "--filter", "event=exec_create", "--format", "{{.Action}}")
                .lines().filter(line -> COMMAND.matcher(line).find()).toList();
    }
}
