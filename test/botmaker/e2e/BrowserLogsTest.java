package botmaker.e2e;

import botmaker.docker.Engine;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.NodeScript;
import botmaker.support.RunningApp;
import botmaker.support.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log view in a real Chromium (`test/browser/logs.mjs`), with bots that write what the script wants.
@Tag("docker")
@Tag("heavy")
class BrowserLogsTest {
    private static final Path SOCKET = Path.of("/var/run/docker.sock");

    @TempDir
    Path data;

    @TempDir
    Path scratch;

    @Test
    void a_log_is_followed_searched_paused_and_saved() throws Exception {
        String quiet = TestImage.running(new Engine(SOCKET), "trap 'exit 143' TERM; sleep 36000 & wait");
        try (RunningApp app = RunningApp.start(data, Map.of("BOTMAKER_OPENCLAW_IMAGE", quiet))) {
            Path config = Files.writeString(scratch.resolve("config.json"), Json.object()
                    .put("bots", Json.array(bot(app, "noise", "n"), bot(app, "other", "o")))
                    .put("socket", SOCKET.toString())
                    .put("torrentSeconds", 20)
                    .build().toString());

            NodeScript.run("logs.mjs", app.url(), "admin", app.passwordFile().toString(), config.toString());
        }
    }

    @Test
    void the_pure_logic_holds_without_a_browser() throws Exception {
        NodeScript.test("loglogic.test.mjs");
    }

    private static JsonValue bot(RunningApp app, String name, String key) throws Exception {
        JsonValue bot = JsonValue.parse(app.post("/api/bots", """
                {"name": "%s", "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"},
                 "reach": "legacy", "channel": {"type": "telegram", "credentials": {"token": "123456789:AAlog-view-test-token-0123456789abcd%s"}}}"""
                .formatted(name, key)).body());
        return Json.object().put("id", bot.get("id").string()).put("container", bot.get("containerId").string()).build();
    }
}
