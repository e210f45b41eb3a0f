package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Container;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.support.Journal;
import botmaker.support.RunningApp;
import botmaker.support.TalkativeBot;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// PROMISES 14: a name is data. Every hostile text is tried as a bot's name, as a model and as a token: it is refused, or it
/// is a text like any other, and no path, container, header, log line or HTML is made of it.
@Tag("docker")
@Timeout(300)
class HostileNamesTest {
    private static final String GOOD_TOKEN = "123456789:AAexample-example-example-example";
    /// What may be a name, although it looks like a path, a command, markup or a query.
    private static final List<String> ODD = List.of("..", "../../zz-attack", "/zz-attack/x", "%2e%2e%2fzz-attack", "zz:attack:ro",
            "$(touch /zz-attack)", "`id`; rm -rf zz-attack", "-v /:/zz-attack", "<script>zz-attack</script>", "\"><img src=x onerror=zz-attack>",
            "'; DROP TABLE bots; -- zz-attack", "{{zz-attack}} ${jndi:ldap://zz-attack} %s%n", "zz-attack\\", "naïve 🤖 zz-attack");
    private static final Map<String, String> REFUSED = refused();

    @TempDir
    Path data;
    private RunningApp app;

    private static Map<String, String> refused() {
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("NUL", "zz-attack\0");
        refused.put("line feed, as a forged log line", "x\n2026-01-01T00:00:00 INFO zz-attack");
        refused.put("carriage return, as a header", "x\r\nSet-Cookie: zz-attack=1");
        refused.put("escape", "\u001b]0;zz-attack\u0007");
        refused.put("bidi override", "\u202ezz-attack");
        refused.put("bidi isolate", "\u2066zz-attack");
        refused.put("line separator", "zz\u2028attack");
        refused.put("lone surrogate", "zz-attack\ud800");
        refused.put("10 kB", "zz-attack".repeat(1200));
        refused.put("nothing", "");
        refused.put("blanks", "   ");
        return refused;
    }

    private static JsonObject newBot(String name, String model, String token) {
        return Json.object()
                .put("name", name)
                .put("ai", Json.object().put("provider", "openai-compatible").put("model", model)
                        .put("baseUrl", "http://127.0.0.1:9/v1").put("apiKey", "sk-example-0123456789").build())
                .put("reach", "legacy")
                .put("channel", Json.object().put("type", "telegram")
                        .put("settings", Json.object().put("apiRoot", "http://127.0.0.1:9").build())
                        .put("credentials", Json.object().put("token", token).build()).build())
                .put("start", false)
                .build();
    }

    @Test
    void a_name_a_model_and_a_token_are_data() throws Exception {
        try (Journal journal = new Journal(); RunningApp running = RunningApp.start(data, TalkativeBot.settings())) {
            app = running;
            for (var hostile : REFUSED.entrySet()) {
                refusedAt("/name", newBot(hostile.getValue(), "m", GOOD_TOKEN), hostile.getKey());
                refusedAt("/ai/model", newBot("n", hostile.getValue(), GOOD_TOKEN), hostile.getKey());
                refusedAt("/channel/credentials/token", newBot("n", "m", hostile.getValue()), hostile.getKey());
            }
            for (String hostile : ODD) {
                refusedAt("/channel/credentials/token", newBot("n", "m", hostile), hostile);
                isJustAName(hostile);
                isJustAModel(hostile);
            }
            paths();
            assertEquals("[]", JsonValue.parse(app.get("/api/bots").body()).get("bots").toString(), "nothing is left of them");
            nothingInPaths();
            journal.records().forEach(HostileNamesTest::isOneRecord);
            assertTrue(journal.records().size() > 100, "the log was listened to");
        }
    }

    private void refusedAt(String field, JsonObject body, String what) throws Exception {
        HttpResponse<String> answer = app.post("/api/bots", body.toString());
        assertTrue(answer.statusCode() == 422 || answer.statusCode() == 400, what + " at " + field + ": " + answer.statusCode());
        assertFalse(answer.body().contains("attack"), answer.body());
        if (answer.statusCode() == 422) {
            assertEquals(field, JsonValue.parse(answer.body()).get("errors").get(0).get("field").string(), what);
        }
    }

    private void isJustAName(String name) throws Exception {
        HttpResponse<String> created = app.post("/api/bots", newBot(name, "m", GOOD_TOKEN).toString());
        assertEquals(201, created.statusCode(), created.body());
        JsonValue bot = JsonValue.parse(created.body());
        String id = bot.get("id").string();
        assertEquals(name, bot.get("name").string());
        assertTrue(id.matches("[0-9a-f]{16}"), id);
        assertEquals("/api/bots/" + id, created.headers().firstValue("Location").orElse(""));
        assertFalse(created.headers().map().toString().contains("attack"));

        Container container = TalkativeBot.engine().inspect(bot.get("containerId").string());
        assertEquals("botmaker-" + id, container.name());
        assertFalse(container.raw().toString().contains("attack"), "the engine knows nothing of it");

        HttpResponse<String> log = app.get("/api/bots/" + id + "/logs.txt");
        String disposition = log.headers().firstValue("Content-Disposition").orElseThrow();
        assertTrue(disposition.matches("attachment; filename=\"" + id + "\\.log\\.txt\"; filename\\*=UTF-8''[A-Za-z0-9._~%-]+"), disposition);
        assertEquals(name + ".log.txt", URLDecoder.decode(disposition.replaceFirst(".*''", ""), StandardCharsets.UTF_8));
        assertEquals(409, app.post("/api/bots", newBot(name, "m", GOOD_TOKEN).toString()).statusCode());
        assertEquals(204, app.send("DELETE", "/api/bots/" + id, "").statusCode());

        JsonValue records = JsonValue.parse(app.get("/api/audit?limit=3").body()).get("records");
        assertEquals("DELETE /api/bots/{id}", records.get(0).get("action").string());
        assertEquals(name, records.get(0).get("name").string());
        assertEquals(name, records.get(2).get("name").string(), "the creation");
    }

    private void isJustAModel(String model) throws Exception {
        HttpResponse<String> created = app.post("/api/bots", newBot("model", model, GOOD_TOKEN).toString());
        if (created.statusCode() == 422) {
            assertFalse(created.body().contains("attack"), created.body());
            return;
        }
        assertEquals(201, created.statusCode(), created.body());
        JsonValue bot = JsonValue.parse(created.body());
        String id = bot.get("id").string();
        assertEquals(model, bot.get("ai").get("model").string());
        assertFalse(TalkativeBot.engine().inspect(bot.get("containerId").string()).raw().toString().contains("attack"));
        JsonValue config = JsonValue.parse(Files.readString(data.resolve("bots").resolve(id).resolve("config/openclaw.json")));
        assertEquals("openai-compatible/" + model, config.get("agents").get("defaults").get("model").get("primary").string());
        assertEquals(204, app.send("DELETE", "/api/bots/" + id, "").statusCode());
    }

    /// As a part of a path and of a query they reach nothing, and are not HTML in the page that says so.
    private void paths() throws Exception {
        for (String path : List.of("..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00", "a%0d%0aSet-Cookie:zz-attack=1", "%3Cscript%3Ezz-attack",
                "a:b", "%E2%80%AEzz-attack", "$(zz-attack)", "0000000000000000", "x".repeat(7000))) {
            for (String place : List.of("/api/bots/" + path, "/api/bots/" + path + "/logs.txt", "/" + path, "/api/bots/0000000000000000/secrets/" + path)) {
                String answer = app.navigate(place);
                assertTrue(answer.matches("(?s)HTTP/1.1 (404|400|405|414) .*"), place + ": " + answer.lines().findFirst().orElse(""));
                assertFalse(answer.contains("<script>zz") || answer.contains("\nSet-Cookie"), answer);
                assertFalse(answer.contains("root:"), answer);
            }
        }
        assertEquals(404, app.get("/api/logs?bots=..%2f..%2fetc,%00,%3Cscript%3E").statusCode());
        assertEquals(404, app.send("DELETE", "/api/system/orphans/state/..", "").statusCode());
        assertEquals(404, app.send("DELETE", "/api/system/orphans/secrets/zz-attack", "").statusCode());
    }

    private void nothingInPaths() throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            assertEquals(List.of(), all.filter(path -> path.toString().contains("attack")).toList());
        }
        assertFalse(Files.exists(Path.of("/zz-attack")));
        assertFalse(Files.exists(data.resolveSibling("zz-attack")));
    }

    /// A text cannot pretend to be another record, nor speak to the terminal.
    private static void isOneRecord(String record) {
        String line = record.stripTrailing();
        List<String> forged = line.lines().skip(2).filter(it -> !it.matches("(\\tat |\\t\\.\\.\\. |Caused by: |\\tSuppressed: ).*")).toList();
        boolean thrown = line.lines().skip(2).anyMatch(it -> it.startsWith("\tat "));
        assertTrue(forged.isEmpty() || thrown && forged.size() == 1, record);
        assertFalse(line.codePoints().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t'
                || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069), record);
    }
}
