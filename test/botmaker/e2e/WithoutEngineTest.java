package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.RunningApp;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Everything that needs no engine works without one, and the rest says so soon.
class WithoutEngineTest {
    private static final String BOT = """
            {"name": "a", "ai": {"provider": "anthropic", "model": "claude-sonnet-4-5", "apiKey": "sk-ant-0123456789"},
             "reach": "legacy", "channel": {"type": "webchat"}}""";

    @TempDir
    Path data;

    @Test
    void it_serves_and_tells_what_is_missing() throws Exception {
        Files.delete(data);
        try (RunningApp app = RunningApp.start(data, Map.of("BOTMAKER_DOCKER_SOCKET", data.resolveSibling("no.sock").toString()))) {
            assertEquals(200, app.get("/health").statusCode());
            assertEquals("degraded", JsonValue.parse(app.get("/health").body()).get("status").string());
            JsonValue bots = JsonValue.parse(app.get("/api/bots").body());
            assertEquals(false, bots.get("engine").get("reachable").bool());
            assertEquals(200, app.get("/api/catalog").statusCode());
            assertEquals(200, app.get("/").statusCode());

            long before = System.nanoTime();
            HttpResponse<String> refused = app.post("/api/bots", BOT);

            assertEquals(503, refused.statusCode(), refused.body());
            assertTrue(refused.headers().firstValue("Retry-After").isPresent());
            assertTrue(System.nanoTime() - before < Duration.ofSeconds(10).toNanos());
            assertEquals("[]", JsonValue.parse(app.get("/api/bots").body()).get("bots").toString());
        }
    }

    @Test
    void a_data_directory_that_others_may_enter_is_refused() throws Exception {
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));

        Exception refused = assertThrows(IOException.class, () -> RunningApp.start(data, Map.of()).close());

        assertTrue(refused.getMessage().contains("chmod 700"), refused.getMessage());
    }
}
