package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.FakeProvider;
import botmaker.support.RunningApp;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real OpenClaw's own page, at the address that its one-time link names.
@Tag("docker")
@Tag("heavy")
class ControlUiEndToEndTest {
    @TempDir
    Path data;

    @Test
    void a_link_leads_to_the_bots_control_ui() throws Exception {
        try (FakeProvider provider = new FakeProvider(RunningApp.bridge(), _ -> "Certainly.");
             RunningApp app = RunningApp.start(data, Map.of());
             HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<String> created = app.post("/api/bots", """
                    {"name": "ui", "controlUi": true, "channel": {"type": "webchat"},
                     "ai": {"provider": "openai-compatible", "model": "%s", "baseUrl": "%s", "apiKey": "canary-ai-key-0123456789"}}"""
                    .formatted(FakeProvider.MODEL, provider.baseUrl()));
            assertEquals(201, created.statusCode(), created.body());
            JsonValue bot = JsonValue.parse(created.body());
            String id = bot.get("id").string();
            long port = bot.get("controlUi").get("port").integer();
            app.await(id, "health", "healthy", Duration.ofMinutes(3));

            HttpResponse<String> answer = app.post("/api/bots/" + id + "/control-ui", "");
            assertEquals(200, answer.statusCode());
            JsonValue link = JsonValue.parse(answer.body());
            String url = link.get("url").string();
            assertTrue(url.matches("http://127\\.0\\.0\\.1:%1$d/#bootstrapToken=.*gatewayUrl=ws%%3A%%2F%%2F127\\.0\\.0\\.1%%3A%1$d(%%2F)?"
                    .formatted(port)), "the link has another form");
            assertTrue(Instant.parse(link.get("expiresAt").string()).isAfter(Instant.now().plusSeconds(300)));

            HttpResponse<String> page = client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
            assertEquals(200, page.statusCode(), page.body());
            assertTrue(page.body().contains("<html"), "no page");
        }
    }
}
