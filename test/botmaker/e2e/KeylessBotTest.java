package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.FakeOllama;
import botmaker.support.FakeProvider;
import botmaker.support.RunningApp;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sealed bots whose servers ask for no key. A real OpenClaw would not call such a server without one, since its name is not local.
@Tag("docker")
@Tag("heavy")
class KeylessBotTest {
    private static final Duration START = Duration.ofMinutes(3);

    @TempDir
    private Path data;

    @Test
    void bots_talk_to_an_ollama_and_to_a_compatible_server_without_a_key() throws Exception {
        InetAddress here = InetAddress.getLoopbackAddress();
        try (FakeOllama ollama = new FakeOllama(here, "I am a llama."); FakeProvider provider = new FakeProvider(here, _ -> "I am compatible.");
             RunningApp app = RunningApp.start(data, Map.of())) {
            String first = create(app, "ollama", FakeOllama.MODEL, ollama.baseUrl());
            String second = create(app, "openai-compatible", FakeProvider.MODEL, provider.baseUrl());

            assertEquals("I am a llama.", says(app, first));
            assertEquals("I am compatible.", says(app, second));

            assertEquals(List.of(""), ollama.credentials().stream().distinct().toList(), "what the bot sent in place of a key was passed on");
            assertEquals(List.of(""), provider.keys().stream().distinct().toList(), "what the bot sent in place of a key was passed on");
            assertEquals("[]", JsonValue.parse(app.get("/api/broker").body()).get("bots").elements().stream()
                    .flatMap(bot -> bot.get("refused").elements().stream()).toList().toString());
        }
    }

    private static String create(RunningApp app, String provider, String model, String baseUrl) throws Exception {
        HttpResponse<String> created = app.post("/api/bots", """
                {"name": "%1$s", "reach": "sealed", "ai": {"provider": "%1$s", "model": "%2$s", "baseUrl": "%3$s"},
                 "channel": {"type": "webchat"}}""".formatted(provider, model, baseUrl));
        assertEquals(201, created.statusCode(), created.body());
        return JsonValue.parse(created.body()).get("id").string();
    }

    private static String says(RunningApp app, String id) throws Exception {
        app.await(id, "health", "healthy", START);
        HttpResponse<String> answer = app.post("/api/bots/" + id + "/messages", Json.object().put("text", "Who are you?")
                .put("session", "7d1c1e0a-4f5b-4a52-9c5e-0123456789ab").build().toString());
        String said = answer.body().lines().filter(line -> line.startsWith("data: {\"text\""))
                .map(line -> JsonValue.parse(line.substring("data: ".length())).get("text").string()).collect(Collectors.joining());
        return said.isEmpty() ? answer.body() : said;
    }
}
