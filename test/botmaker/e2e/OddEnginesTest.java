package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.Listener;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import botmaker.support.RunningApp;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Old, new and broken engines behind the whole program: it works, or refuses clearly.
class OddEnginesTest {
    private static final String INFO = """
            {"ServerVersion": "1", "Name": "n", "OperatingSystem": "o", "Architecture": "a", "SecurityOptions": [],
             "SystemTime": "2026-01-02T03:04:05Z"}""";
    private static final String BOT = """
            {"name": "a", "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"},
             "reach": "legacy", "channel": {"type": "webchat"}}""";

    @TempDir
    Path data;

    private static RecordedEngine engine(int oldest, int newest) {
        return RecordedEngine.start().speaking(oldest, newest)
                .on("GET /events", Reply.chunked().then(Reply.stall()))
                .on("GET /containers/json", Reply.json(200, "[]"))
                .on("GET /networks", Reply.json(200, "[]"))
                .on("GET /info", Reply.json(200, INFO))
                .on("GET /images/absent:1/json", Reply.error(404, "No such image: absent:1"));
    }

    private RunningApp app(RecordedEngine engine) throws Exception {
        return RunningApp.start(data, Map.of("BOTMAKER_DOCKER_SOCKET", engine.socket().toString(),
                "BOTMAKER_OPENCLAW_IMAGE", "absent:1"));
    }

    /// From Docker 20.10 over Debian 13's to Engine 29, which refuses what is below 1.44, and one of the future.
    @ParameterizedTest
    @CsvSource({"12, 41", "24, 44", "24, 47", "44, 52", "47, 60"})
    void engines_of_all_ages_are_spoken_to(int oldest, int newest) throws Exception {
        try (RecordedEngine engine = engine(oldest, newest); RunningApp app = app(engine)) {
            Listener.await("it is followed", () -> reachable(app));
            HttpResponse<String> refused = app.post("/api/bots", BOT);

            assertEquals(409, refused.statusCode(), refused.body());
            assertTrue(JsonValue.parse(refused.body()).get("detail").string().contains("no image absent:1"), refused.body());
            assertTrue(engine.requests().stream().allMatch(request -> {
                int minor = Integer.parseInt(request.version().substring(2));
                return oldest <= minor && minor <= newest;
            }), engine.requests().toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"12, 40, speaks API 1.40", "48, 60, refuses the API versions"})
    void an_engine_too_old_or_too_new_is_named(int oldest, int newest, String words) throws Exception {
        try (RecordedEngine engine = engine(oldest, newest); RunningApp app = app(engine)) {
            isRefused(app, words);
            assertTrue(JsonValue.parse(app.get("/api/bots").body()).get("engine").toString().contains(words));
        }
    }

    @Test
    void broken_answers_are_a_clear_503_and_then_forgotten() throws Exception {
        Map<String, Reply> odd = new LinkedHashMap<>();
        odd.put("garbage", Reply.raw("\u0000\u0001 what?\r\n\r\n"));
        odd.put("nothing", Reply.raw(""));
        odd.put("no JSON", Reply.json(200, "<html>"));
        odd.put("another shape", Reply.json(200, "[1]"));
        odd.put("truncated", Reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"a\":"));
        odd.put("a cut chunk", Reply.chunked().then(Reply.raw("40\r\n{\"a\"")));
        odd.put("a wrong chunk", Reply.chunked().then(Reply.raw("zz\r\n{}\r\n0\r\n\r\n")));
        odd.put("huge headers", Reply.raw("HTTP/1.1 200 OK\r\nX: " + "x".repeat(1 << 20) + "\r\nContent-Length: 2\r\n\r\n{}"));
        odd.put("an error", Reply.error(500, "disk on fire"));
        odd.put("silence", Reply.stall());
        try (RecordedEngine engine = engine(12, 41); RunningApp app = app(engine)) {
            Listener.await("it is followed", () -> reachable(app));
            for (Map.Entry<String, Reply> each : odd.entrySet()) {
                engine.on("GET /info", each.getValue());
                isRefused(app, "Docker Engine");
            }
            engine.on("GET /info", Reply.json(200, INFO));
            assertTrue(app.post("/api/bots", BOT).body().contains("no image absent:1"));
            assertTrue(reachable(app));
        }
    }

    /// The same for the look at everything: bots are unknown meanwhile, and the truth comes back by itself.
    @Test
    void broken_lists_are_an_absent_engine_until_they_are_whole() throws Exception {
        try (RecordedEngine engine = engine(12, 41); RunningApp app = app(engine)) {
            Listener.await("it is followed", () -> reachable(app));
            engine.on("GET /containers/json", Reply.chunked().then(Reply.raw("40\r\n[{\"Id\"")));
            engine.on("GET /events", Reply.raw("nonsense"));
            engine.goAway();
            engine.comeBack();
            Listener.await("it is away", () -> !reachable(app));

            engine.on("GET /containers/json", Reply.json(200, "[]"));
            engine.on("GET /events", Reply.chunked().then(Reply.stall()));
            Listener.await("it is back", () -> reachable(app));
        }
    }

    private static void isRefused(RunningApp app, String words) throws Exception {
        HttpResponse<String> refused = app.post("/api/bots", BOT);
        assertEquals(503, refused.statusCode(), refused.body());
        assertTrue(refused.headers().firstValue("Retry-After").isPresent());
        assertEquals(Optional.of("application/problem+json"), refused.headers().firstValue("Content-Type"));
        assertTrue(JsonValue.parse(refused.body()).get("detail").string().contains(words), refused.body());
        assertEquals(200, app.get("/health").statusCode());
    }

    private static boolean reachable(RunningApp app) {
        try {
            return JsonValue.parse(app.get("/api/bots").body()).get("engine").get("reachable").bool();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
