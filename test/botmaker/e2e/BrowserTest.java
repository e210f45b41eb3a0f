package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json;
import botmaker.support.FakeProvider;
import botmaker.support.FakeTelegram;
import botmaker.support.NodeScript;
import botmaker.support.RunningApp;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A person's way through the dashboard, in a real Chromium, with a real OpenClaw behind it (`test/browser/dashboard.mjs` and
/// `brokered.mjs`).
@Tag("docker")
@Tag("heavy")
class BrowserTest {
    @TempDir
    Path data;

    @TempDir
    Path scratch;

    @Test
    void a_bot_lives_its_life_through_the_form() throws Exception {
        InetAddress bridge = RunningApp.bridge();
        try (FakeProvider provider = new FakeProvider(bridge, _ -> "Hello.");
             FakeTelegram telegram = new FakeTelegram(bridge);
             RunningApp app = RunningApp.start(data, Map.of())) {
            telegram.userSays(48_151_623, "Hello, may I come in?");
            Path config = Files.writeString(scratch.resolve("config.json"), Json.object()
                    .put("provider", "openai-compatible")
                    .put("model", FakeProvider.MODEL)
                    .put("baseUrl", provider.baseUrl())
                    .put("apiRoot", telegram.apiRoot())
                    .put("token", "123456789:AAbrowser-test-token-0123456789abcde")
                    .put("answer", "Hello.")
                    .put("stranger", "48151623")
                    .build().toString());

            NodeScript.run("dashboard.mjs", app.url(), "admin", app.passwordFile().toString(), config.toString());

            assertEquals(200, app.get("/api/bots").statusCode());
            assertTrue(app.get("/api/bots").body().startsWith("{\"bots\":[]"), "the browser deleted its bot");
        }
    }

    @Test
    void a_brokered_bot_uses_a_kept_key_and_changes_its_reach_through_the_form() throws Exception {
        String key = "sk-kept-0123456789abcdef";
        try (FakeProvider provider = new FakeProvider(RunningApp.bridge(), _ -> "Hello.");
             RunningApp app = RunningApp.start(data, Map.of())) {
            provider.requireKey(key);
            Path config = Files.writeString(scratch.resolve("config.json"), Json.object()
                    .put("model", FakeProvider.MODEL)
                    .put("baseUrl", provider.baseUrl())
                    .put("apiKey", key)
                    .put("answer", "Hello.")
                    .build().toString());

            NodeScript.run("brokered.mjs", app.url(), "admin", app.passwordFile().toString(), config.toString());

            assertEquals(List.of(key), provider.keys().stream().filter(it -> !it.isEmpty()).distinct().toList());
        }
    }
}
