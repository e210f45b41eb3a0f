package botmaker.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Rows;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.Schema;
import botmaker.json.JsonValue;
import botmaker.policy.Reach;
import botmaker.store.Database;
import botmaker.support.FakeProvider;
import botmaker.support.RunningApp;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The keys over HTTP, as an operator's script uses them. No engine is needed.
class KeyRoutesTest {
    private static final String TEAM = "{\"label\": \"Team\", \"provider\": \"anthropic\", \"apiKey\": \"sk-ant-canary-one\"}";

    @TempDir
    Path data;

    private RunningApp start() throws Exception {
        return RunningApp.start(data, Map.of("BOTMAKER_DOCKER_SOCKET", data.resolve("no-engine.sock").toString()));
    }

    private static JsonValue only(RunningApp app) throws Exception {
        JsonValue keys = JsonValue.parse(app.get("/api/keys").body()).get("keys");
        assertEquals(1, keys.elements().size());
        return keys.get(0);
    }

    private static List<String> fields(HttpResponse<String> refusal) {
        return JsonValue.parse(refusal.body()).get("errors").elements().stream().map(it -> it.get("field").string()).sorted().toList();
    }

    @Test
    void a_key_is_added_renamed_replaced_and_deleted_and_its_value_never_comes_out() throws Exception {
        try (RunningApp app = start()) {
            assertEquals("[]", JsonValue.parse(app.get("/api/keys").body()).get("keys").toString());
            HttpResponse<String> added = app.post("/api/keys", TEAM);
            assertEquals(201, added.statusCode(), added.body());
            String path = added.headers().firstValue("Location").orElseThrow();
            JsonValue key = only(app);
            assertEquals(JsonValue.parse(added.body()), key);
            assertEquals("Team", key.get("label").string());
            assertEquals("[]", key.get("usedBy").toString());
            assertFalse(key.get("wasInBot").bool());

            assertEquals(200, app.send("PATCH", path, "{\"label\": \"Crew\"}").statusCode());
            assertEquals("Crew", only(app).get("label").string());
            HttpResponse<String> replaced = app.send("PUT", path + "/value", "{\"apiKey\": \"sk-ant-canary-two\"}");
            assertEquals(200, replaced.statusCode(), replaced.body());
            assertFalse((added.body() + replaced.body() + app.get("/api/keys").body()).contains("canary"));

            assertEquals(204, app.send("DELETE", path, "").statusCode());
            assertEquals(404, app.send("DELETE", path, "").statusCode());
            assertEquals("[]", JsonValue.parse(app.get("/api/keys").body()).get("keys").toString());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{}                                                                                          | /apiKey /label /provider",
        "{'label': 'a', 'provider': 'none', 'apiKey': 'sk-canary'}                                   | /provider",
        "{'label': 'a', 'provider': 'anthropic', 'apiKey': 'xai-canary-0123456789'}                  | /apiKey",
        "{'label': ' ', 'provider': 'anthropic', 'apiKey': 'sk-ant-canary'}                          | /label",
        "{'label': 'a', 'provider': 'ollama', 'apiKey': 'canary-key'}                                | /baseUrl",
        "{'label': 'a', 'provider': 'google', 'apiKey': 'AIzaCanary', 'baseUrl': 'https://x.test'}   | /baseUrl",
        "{'label': 'a', 'provider': 'anthropic', 'apiKey': 'sk-ant-canary', 'value': 'x'}            | /value",
    })
    void what_cannot_be_a_key_is_refused_at_its_field(String body, String fields) throws Exception {
        try (RunningApp app = start()) {
            HttpResponse<String> refusal = app.post("/api/keys", body.replace('\'', '"'));
            assertEquals(422, refusal.statusCode(), refusal.body());
            List<String> named = fields(refusal);
            assertTrue(named.containsAll(List.of(fields.split(" "))), named.toString());
            assertFalse(refusal.body().contains("canary"));
            assertEquals("[]", JsonValue.parse(app.get("/api/keys").body()).get("keys").toString());
        }
    }

    @Test
    void a_label_is_taken_once_and_a_key_of_another_provider_replaces_none() throws Exception {
        try (RunningApp app = start()) {
            String path = app.post("/api/keys", TEAM).headers().firstValue("Location").orElseThrow();
            HttpResponse<String> again = app.post("/api/keys", TEAM.replace("Team", "tEAM").replace("one", "two"));
            assertEquals(409, again.statusCode());
            assertEquals(List.of("/label"), fields(again));
            assertEquals(422, app.send("PUT", path + "/value", "{\"apiKey\": \"xai-canary-0123456789\"}").statusCode());
            assertEquals(404, app.send("PUT", "/api/keys/none/value", "{\"apiKey\": \"sk-ant-canary\"}").statusCode());
            assertEquals(404, app.send("PATCH", "/api/keys/none", "{\"label\": \"b\"}").statusCode());
        }
    }

    /// Kept under two labels, a value had two limits, and the mark that a bot could read it at one of them only.
    @Test
    void a_value_is_kept_once_for_a_server() throws Exception {
        try (RunningApp app = start()) {
            String path = app.post("/api/keys", TEAM).headers().firstValue("Location").orElseThrow();
            HttpResponse<String> again = app.post("/api/keys", TEAM.replace("Team", "Crew"));
            assertEquals(409, again.statusCode());
            assertEquals(List.of("/apiKey"), fields(again));
            assertTrue(again.body().contains("“Team”") && !again.body().contains("canary"), again.body());
            String other = app.post("/api/keys", TEAM.replace("Team", "Crew").replace("one", "two")).headers().firstValue("Location").orElseThrow();
            assertEquals(409, app.send("PUT", other + "/value", "{\"apiKey\": \"sk-ant-canary-one\"}").statusCode());
            assertEquals(200, app.send("PUT", path + "/value", "{\"apiKey\": \"sk-ant-canary-one\"}").statusCode(), "its own");
        }
    }

    /// The bots hold a placeholder of the present kind, from which OpenClaw tells how to use the key.
    @Test
    void a_key_in_use_is_not_replaced_by_one_of_another_kind() throws Exception {
        String path;
        try (RunningApp app = start()) {
            path = app.post("/api/keys", TEAM).headers().firstValue("Location").orElseThrow();
            assertEquals(200, app.send("PUT", path + "/value", "{\"apiKey\": \"sk-ant-oat01-canary\"}").statusCode(), "no bot uses it");
            assertEquals(200, app.send("PUT", path + "/value", "{\"apiKey\": \"sk-ant-api03-canary\"}").statusCode());
        }
        bot(path.substring(path.lastIndexOf('/') + 1));
        try (RunningApp app = start()) {
            HttpResponse<String> refusal = app.send("PUT", path + "/value", "{\"apiKey\": \"sk-ant-oat01-canary\"}");
            assertEquals(422, refusal.statusCode(), refusal.body());
            assertEquals(List.of("/apiKey"), fields(refusal));
            assertEquals(200, app.send("PUT", path + "/value", "{\"apiKey\": \"sk-ant-api03-canary-two\"}").statusCode());
        }
    }

    /// Adds a bot that uses a key.
    private void bot(String key) {
        try (Database database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) {
            BotStore store = new BotStore(database);
            BotRecord row = store.add(BotId.random(), Rows.spec("a").with(Reach.OPEN, Optional.of(key)), Desired.STOPPED, "x", Rows.CREATED, n -> new Owner(n, n));
            store.update(row.with(Phase.READY, Rows.CREATED));
        }
    }

    /// A key that was entered for a bot stayed behind when the bot could not be created.
    @Test
    void a_key_that_was_entered_for_a_bot_that_is_not_created_is_not_kept() throws Exception {
        String bot = """
                {"name": "a", "reach": "sealed", "channel": {"type": "webchat"},
                 "ai": {"provider": "anthropic", "model": "m", "apiKey": "%s"}}""";
        try (RunningApp app = start()) {
            assertEquals(503, app.post("/api/bots", bot.formatted("sk-ant-entered")).statusCode(), "no engine is there");
            assertEquals("[]", JsonValue.parse(app.get("/api/keys").body()).get("keys").toString());

            app.post("/api/keys", TEAM.replaceAll("sk-ant-[a-z-]+", "sk-ant-entered"));
            assertEquals(503, app.post("/api/bots", bot.formatted("sk-ant-entered")).statusCode());
            assertEquals("Team", only(app).get("label").string(), "it was kept before");
        }
    }

    @Test
    void a_kept_key_is_tested_at_its_own_server_until_it_has_another_value() throws Exception {
        try (RunningApp app = start(); FakeProvider provider = new FakeProvider(InetAddress.getLoopbackAddress(), text -> text)) {
            provider.requireKey("canary-right");
            String path = app.post("/api/keys", """
                    {"label": "Home", "provider": "openai-compatible", "baseUrl": "%s", "apiKey": "canary-right"}""".formatted(provider.baseUrl()))
                    .headers().firstValue("Location").orElseThrow();
            String check = "{\"key\": \"%s\"}".formatted(path.substring(path.lastIndexOf('/') + 1));
            assertFalse(only(app).members().containsKey("test"));

            JsonValue works = JsonValue.parse(app.post("/api/checks/ai", check).body());
            assertEquals("true", works.get("ok").toString(), works.toString());
            assertEquals("[\"" + FakeProvider.MODEL + "\"]", works.get("models").toString());
            assertEquals("true", only(app).get("test").get("works").toString());

            provider.requireKey("canary-other");
            HttpResponse<String> refused = app.post("/api/checks/ai", check);
            assertEquals("false", JsonValue.parse(refused.body()).get("ok").toString());
            assertEquals("false", only(app).get("test").get("works").toString());
            assertFalse((refused.body() + app.get("/api/keys").body()).contains("canary"));

            app.send("PUT", path + "/value", "{\"apiKey\": \"canary-other\"}");
            assertFalse(only(app).members().containsKey("test"), "it was a test of the former value");
        }
    }

    @Test
    void a_damaged_key_that_is_tested_says_what_to_do() throws Exception {
        try (RunningApp app = start()) {
            String id = JsonValue.parse(app.post("/api/keys", TEAM).body()).get("id").string();
            Path file = data.resolve("keys").resolve(id).resolve("value");
            Files.delete(file);
            Files.createDirectory(file);
            HttpResponse<String> refusal = app.post("/api/checks/ai", "{\"key\": \"%s\"}".formatted(id));
            assertEquals(409, refusal.statusCode(), refusal.body());
            assertTrue(refusal.body().contains("Replace the key."), refusal.body());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'key': 'none'}                                                                           | /key",
        "{'key': ''}                                                                               | /key",
        "{'key': '../bots'}                                                                        | /key",
        "{'key': 7}                                                                                | /key",
        "{'key': 'none', 'provider': 'openai-compatible', 'baseUrl': 'http://192.0.2.1/v1'}        | /baseUrl",
    })
    void a_kept_key_is_tested_by_its_id_alone(String body, String field) throws Exception {
        try (RunningApp app = start()) {
            HttpResponse<String> refusal = app.post("/api/checks/ai", body.replace('\'', '"'));
            assertEquals(422, refusal.statusCode(), refusal.body());
            assertTrue(fields(refusal).contains(field), refusal.body());
        }
    }

    @Test
    void a_key_may_have_a_limit_a_month() throws Exception {
        try (RunningApp app = start()) {
            String path = app.post("/api/keys", TEAM).headers().firstValue("Location").orElseThrow();
            assertFalse(only(app).members().containsKey("budgetMonth"));

            assertEquals(200, app.send("PATCH", path, "{\"budgetMonth\": 20.5}").statusCode());
            assertEquals("20.5", only(app).get("budgetMonth").toString());
            assertEquals(200, app.send("PATCH", path, "{\"label\": \"Crew\"}").statusCode());
            assertEquals("20.5", only(app).get("budgetMonth").toString(), "what a patch leaves out stays");
            assertEquals("Crew", only(app).get("label").string());
            HttpResponse<String> refusal = app.send("PATCH", path, "{\"budgetMonth\": 0}");
            assertEquals(422, refusal.statusCode());
            assertEquals(List.of("/budgetMonth"), fields(refusal));
            assertEquals(422, app.send("PATCH", path, "{\"label\": null}").statusCode());

            assertEquals(200, app.send("PATCH", path, "{\"budgetMonth\": null}").statusCode());
            assertFalse(only(app).members().containsKey("budgetMonth"));
        }
    }

    @Test
    void no_broker_runs_while_none_is_needed() throws Exception {
        try (RunningApp app = start()) {
            assertEquals("{\"needed\":false,\"running\":false}", app.get("/api/broker").body());
        }
    }
}
