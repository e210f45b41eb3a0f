package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.support.Journal;
import botmaker.support.RunningApp;
import botmaker.support.TalkativeBot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// PROMISES 13: a secret is in its file and nowhere else. The bots print their keys in every way they can think of.
@Tag("docker")
@Timeout(300)
class CanaryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Only these random parts are looked for: no escape changes them, and nothing else holds them by chance.
    private final String core = random();
    private final String later = random();
    private final String tokenCore = random();
    private final String key = "cn" + core + "/+\"k";
    private final String token = "123456789:AA" + tokenCore + "_-canary";
    private final Map<String, String> planted = new LinkedHashMap<>();

    @TempDir
    Path data;

    private static String random() {
        byte[] bytes = new byte[12];
        new Random().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void a_secret_is_in_its_file_and_nowhere_else() throws Exception {
        try (Journal journal = new Journal(); RunningApp app = RunningApp.start(data, TalkativeBot.settings())) {
            plant("key", core);
            plant("replaced key", later);
            plant("token", tokenCore);
            plant("password", Files.readString(data.resolve("admin-password")).strip());
            refusals(app);
            HttpResponse<String> created = app.post("/api/bots", newBot("one"));
            assertEquals(201, created.statusCode(), created.body());
            clean("answer to the creation", created.body());
            String id = JsonValue.parse(created.body()).get("id").string();
            plant("gateway token", Files.readString(data.resolve("secrets").resolve(id).resolve("gateway-token")));
            assertEquals(key, Files.readString(data.resolve("secrets").resolve(id).resolve("ai-api-key")), "it is in its file");
            logs(app, id);
            String container = JsonValue.parse(app.get("/api/bots/" + id).body()).get("containerId").string();
            clean("docker inspect", TalkativeBot.engine().inspect(container).raw().toString());
            processes();
            reads(app, id);
            changes(app, id);
            reads(app, id);
            files();
            clean("log of BotMaker", String.join("\n", journal.records()));
            assertTrue(journal.records().size() > 20, "the log was listened to");
        }
    }

    private String newBot(String name) {
        return """
                {"name": "%s", "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://127.0.0.1:9/v1", "apiKey": "%s"},
                 "reach": "legacy", "channel": {"type": "telegram", "settings": {"apiRoot": "http://127.0.0.1:9"}, "credentials": {"token": "%s"}}}"""
                .formatted(name, key.replace("\"", "\\\""), token);
    }

    private void plant(String name, String value) {
        planted.put(name, value);
        for (int offset = 0; offset < 3; offset++) {
            String longer = Base64.getEncoder().encodeToString(("x".repeat(offset) + value + "xxx").getBytes(StandardCharsets.UTF_8));
            int from = offset == 0 ? 0 : 4;
            planted.put(name + " in Base64 after " + offset, longer.substring(from, from + 16));
        }
    }

    private void clean(String where, String text) {
        planted.forEach((name, value) -> assertFalse(text.contains(value), () -> where + " tells the " + name));
    }

    /// What is refused is not repeated, whatever field it was sent in by mistake; only the names of fields are.
    private void refusals(RunningApp app) throws Exception {
        String whole = newBot("x");
        for (String body : List.of(
                whole.replace(token, tokenCore),
                whole.replace("\"apiKey\": ", "\"apiKey\": [").replace("\"},", "\"]},"),
                whole.replace("{\"type\"", "{\"unknown\": \"" + core + "\", \"type\""),
                whole.replace("\"openai-compatible\"", "\"" + core + "\""),
                whole.replace("http://127.0.0.1:9/v1", "http://user:" + core + "@127.0.0.1/"),
                whole.replace("\"m\"", "\"" + core + "\n\""),
                whole.replace("}}", "}} " + core),
                whole.substring(0, whole.indexOf(core) + core.length()),
                whole.replace("\"x\"", "\"x\", \"name\": \"" + core + "\""),
                whole.replace("\"name\": \"x\"", "\"name\": {\"" + core + "\": \"" + core + "\"}"),
                "\"" + core + "\"")) {
            HttpResponse<String> refused = app.post("/api/bots", body);
            assertTrue(refused.statusCode() == 400 || refused.statusCode() == 422, refused.statusCode() + " " + body);
            clean("refusal of " + body, refused.body() + refused.headers());
        }
        for (String path : List.of("/api/checks/ai", "/api/checks/channel")) {
            HttpResponse<String> refused = app.post(path, whole);
            assertEquals(422, refused.statusCode());
            clean(path, refused.body());
        }
    }

    private void logs(RunningApp app, String id) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String file = app.get("/api/bots/" + id + "/logs.txt").body();
        while (!file.contains(TalkativeBot.LAST_LINE)) {
            assertTrue(System.nanoTime() < deadline, "the bot does not talk: " + file);
            Thread.sleep(200);
            file = app.get("/api/bots/" + id + "/logs.txt").body();
        }
        for (String log : List.of(file, stream(app, "/api/bots/" + id + "/logs?tail=all&follow=false"),
                stream(app, "/api/logs?bots=" + id + "&tail=all&follow=false"))) {
            assertTrue(log.contains(TalkativeBot.LAST_LINE), log);
            assertTrue(log.contains("raw [redacted:ai-api-key]"), log);
            assertTrue(log.contains("xxx[redacted:ai-api-key]"), "split over two frames");
            assertTrue(log.contains("url [redacted:ai-api-key]"), log);
            assertTrue(log.contains("gateway [redacted:gateway-token]"), log);
            assertEquals(10, log.split("base64 [A-Za-z0-9+/]{0,8}\\[redacted:ai-api-key]", -1).length - 1, log);
            clean("the bot's log", log);
        }
    }

    private static String stream(RunningApp app, String path) throws Exception {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(app.stream(path), StandardCharsets.UTF_8))) {
            return String.join("\n", lines.lines().toList());
        }
    }

    /// The first event of a stream that never ends.
    private static String firstEvent(RunningApp app, String path) throws Exception {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(app.stream(path), StandardCharsets.UTF_8))) {
            StringBuilder event = new StringBuilder();
            for (String line = lines.readLine(); line != null && !line.startsWith("data:"); line = lines.readLine()) {
                event.append(line);
            }
            return event.append(lines.readLine()).toString();
        }
    }

    private void reads(RunningApp app, String id) throws Exception {
        for (String path : List.of("/health", "/api/session", "/api/catalog", "/api/bots", "/api/bots/" + id,
                "/api/bots/" + id + "/instructions", "/api/bots/" + id + "/pairing", "/api/system", "/api/audit?limit=500", "/")) {
            HttpResponse<String> answer = app.get(path);
            clean(path, answer.body() + answer.headers());
        }
        clean("/api/events", firstEvent(app, "/api/events"));
        clean("stats", firstEvent(app, "/api/bots/" + id + "/stats"));
    }

    private void changes(RunningApp app, String id) throws Exception {
        String bot = "/api/bots/" + id;
        String escaped = key.replace("\"", "\\\"");
        List<HttpResponse<String>> answers = new ArrayList<>();
        answers.add(app.send("PUT", bot + "/secrets/ai-api-key", "{\"value\": \"" + later + "\"}"));
        answers.add(app.send("PATCH", bot, "{\"ai\": {\"provider\": \"openai-compatible\", \"model\": \"n\", \"baseUrl\": \"http://127.0.0.1:9/v1\", "
                + "\"apiKey\": \"" + escaped + "\"}, \"channel\": {\"credentials\": {\"token\": \"" + token + "\"}}}"));
        for (HttpResponse<String> answer : answers) {
            assertEquals(200, answer.statusCode(), answer.body());
        }
        answers.add(app.send("PATCH", bot, "{\"ai\": {\"apiKey\": [\"" + escaped + "\"]}}"));
        answers.add(app.send("PUT", bot + "/secrets/channel-token", "{\"value\": \"" + tokenCore + "\"}"));
        answers.add(app.send("PUT", bot + "/secrets/gateway-token", "{\"value\": \"" + core + "\"}"));
        answers.add(app.send("PUT", bot + "/secrets/ai-api-key", "{\"unknown\": \"" + core + "\"}"));
        answers.add(app.post("/api/bots", newBot("ONE")));
        answers.add(app.post("/api/checks/ai", "{\"provider\": \"openai-compatible\", \"baseUrl\": \"http://127.0.0.1:9/v1\", \"apiKey\": \"" + escaped + "\"}"));
        answers.add(app.post("/api/checks/channel", "{\"type\": \"telegram\", \"settings\": {\"apiRoot\": \"http://127.0.0.1:9\"}, "
                + "\"credentials\": {\"token\": \"" + token + "\"}}"));
        answers.add(app.post(bot + "/messages", "{\"text\": \"hello\"}"));
        answers.add(app.post(bot + "/control-ui", ""));
        for (String action : List.of("/stop", "/start", "/restart", "/recreate")) {
            answers.add(app.post(bot + action, ""));
        }
        for (HttpResponse<String> answer : answers) {
            clean(answer.request().method() + " " + answer.uri(), answer.body() + answer.headers());
        }
    }

    /// Everybody on the host may read these.
    private void processes() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(path -> path.getFileName().toString().matches("[0-9]+")).toList()) {
                for (String file : List.of("cmdline", "environ")) {
                    clean(process + "/" + file, content(process.resolve(file)));
                }
            }
        }
    }

    private static String content(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    /// Database, its log, the record of who did what, configuration, state: all but the files of the secrets themselves.
    private void files() throws IOException {
        int looked = 0;
        try (Stream<Path> all = Files.walk(data)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path inside = data.relativize(file);
                if (!inside.startsWith("secrets") && !inside.startsWith("admin-password")) {
                    looked++;
                    clean(inside.toString(), content(file));
                }
            }
        }
        assertTrue(looked >= 3, "database, its log and a configuration");
    }
}
