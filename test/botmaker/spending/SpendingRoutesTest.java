package botmaker.spending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Rows;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.BrokerRules;
import botmaker.bot.model.Schema;
import botmaker.json.JsonValue;
import botmaker.ledger.UsageFile;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.openclaw.Channel;
import botmaker.policy.Budget;
import botmaker.policy.Reach;
import botmaker.store.Database;
import botmaker.support.RunningApp;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What bots spent, as an operator's script asks for it: over a file that the broker left. No engine and no broker is there.
class SpendingRoutesTest {
    private static final Budget DAILY = new Budget(Optional.of(5 * Budget.DOLLAR), Optional.empty(), Optional.empty(), Budget.OnCap.ANSWER);

    @TempDir
    Path data;
    private final String today = LocalDate.now(ZoneOffset.UTC).toString();
    private final String first = LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1).toString();
    private String id;
    private RunningApp app;

    @BeforeEach
    void start() throws Exception {
        id = bot("support", DAILY);
        bot("other", Budget.NONE);
        app = RunningApp.start(data, Map.of("BOTMAKER_DOCKER_SOCKET", data.resolve("no-engine.sock").toString(), "BOTMAKER_BOT_TIME_ZONE", "Etc/UTC"));
    }

    @AfterEach
    void stop() {
        app.stop();
    }

    private String bot(String name, Budget budget) {
        try (Database database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) {
            BotSpec like = Rows.spec(name);
            BotSpec spec = new BotSpec(like.name(), like.ai(), new ChannelSettings(Channel.WEB_CHAT, Map.of()),
                    Access.of(Optional.empty(), List.of()), like.limits(),
                    like.controlUi(), Reach.OPEN, Optional.empty(), new BrokerRules(budget, Optional.empty(), List.of(), List.of()));
            BotStore store = new BotStore(database);
            store.installation();
            BotRecord row = store.add(BotId.random(), spec, Desired.STOPPED, "x", Rows.CREATED, n -> new Owner(n, n));
            return store.update(row.with(Phase.READY, Rows.CREATED)).id().value();
        }
    }

    private UsageFile usage() {
        return new UsageFile(data.resolve("broker/usage.db"));
    }

    private JsonValue get(String path) throws Exception {
        HttpResponse<String> answer = app.get(path);
        assertEquals(200, answer.statusCode(), answer.body());
        return JsonValue.parse(answer.body());
    }

    @Test
    void where_no_call_was_made_nothing_was_spent() throws Exception {
        JsonValue usage = get("/api/bots/" + id + "/usage");
        assertEquals("Etc/UTC", usage.get("timeZone").string());
        assertEquals(today, usage.get("day").string());
        assertEquals("{\"calls\":0,\"input\":0,\"cacheRead\":0,\"cacheWrite\":0,\"output\":0,\"cost\":0,\"estimated\":0,\"unknown\":0}",
                usage.get("today").toString());
        assertEquals("[]", usage.get("days").toString());
        assertEquals("[]", get("/api/bots/" + id + "/calls").get("calls").toString());
        assertEquals(2, get("/api/usage").get("bots").elements().size());
        assertEquals("{\"timeZone\":\"Etc/UTC\",\"day\":\"" + today + "\",\"days\":[]}", get("/api/bots/" + id + "/hosts").toString());
    }

    @Test
    void the_hosts_that_a_bot_reached_are_told_by_day() throws Exception {
        String yesterday = LocalDate.parse(today).minusDays(1).toString();
        try (UsageFile usage = usage()) {
            usage.reached(id, today, "small.example", 9, 1, 2).reached(id, today, "", 500, 1_000_000, 0).reached(id, today, "large.example", 1, 3, 4000)
                    .reached(id, yesterday, "old.example", 1, 0, 0).reached("0123456789abcdef", today, "of.another", 1, 0, 0);
        }
        String day = "{\"day\":\"" + today + "\",\"hosts\":[{\"host\":\"large.example\",\"opened\":1,\"up\":3,\"down\":4000},"
                + "{\"host\":\"small.example\",\"opened\":9,\"up\":1,\"down\":2}],\"others\":{\"opened\":500,\"up\":1000000,\"down\":0}}";
        assertEquals("[" + day + "]", get("/api/bots/" + id + "/hosts").get("days").toString());
        assertEquals("[" + day + ",{\"day\":\"" + yesterday + "\",\"hosts\":[{\"host\":\"old.example\",\"opened\":1,\"up\":0,\"down\":0}]}]",
                get("/api/bots/" + id + "/hosts?days=2").get("days").toString());
        assertEquals(422, app.get("/api/bots/" + id + "/hosts?days=91").statusCode());
        assertEquals(404, app.get("/api/bots/0123456789abcdef/hosts").statusCode());
    }

    @Test
    void days_and_models_are_summed_and_money_is_exact() throws Exception {
        try (UsageFile file = usage()) {
            file.spent(id, today, "k1", "claude-sonnet-5", 1_000_000_001, 7, 0).spent(id, today, "k1", "other", 250_000_000, 0, 0)
                    .spent(id, "2020-01-01", "k1", "claude-sonnet-5", 3, 0, 0).spent("0123456789abcdef", today, "k2", "m", 5, 0, 0)
                    .call(id, 300, "whole", 12_345, "price").call(id, 100, "whole", 0, "vendor").call(id, 200, "whole", 1, "estimated")
                    .call(id, 9_000, "left", -1, "unknown").list(id, 1).list(id, 2);
            JsonValue usage = get("/api/bots/" + id + "/usage");
            assertEquals("1.250000001", usage.get("today").get("cost").toString());
            assertEquals("1.250000001", usage.get("month").get("cost").toString());
            assertEquals("0.000000007", usage.get("today").get("estimated").toString());
            JsonValue day = usage.get("days").elements().getFirst();
            assertEquals(today, day.get("day").string());
            assertEquals(List.of("claude-sonnet-5", "other"), day.get("models").elements().stream().map(it -> it.get("model").string()).toList());
            assertEquals(1, usage.get("days").elements().size(), "the year 2020 is longer ago than 30 days");
            assertEquals(200, usage.get("medianMs").integer(), "of the whole calls");
            assertEquals(10, usage.get("medianFirstMs").integer());
            assertEquals(2, get("/api/bots/" + id + "/usage?days=3660").get("days").elements().size());

            JsonValue all = get("/api/usage");
            assertEquals("1.250000006", all.get("today").get("cost").toString());
            assertEquals("[{\"id\":\"k1\",\"month\":1.250000001,\"lastUsed\":\"" + today + "\"},{\"id\":\"k2\",\"month\":0.000000005,\"lastUsed\":\"" + today + "\"}]", all.get("keys").toString());
            JsonValue gone = all.get("bots").elements().stream().filter(it -> it.get("id").string().equals("0123456789abcdef")).findFirst().orElseThrow();
            assertFalse(gone.members().containsKey("name"), "it was deleted");
        }
    }

    /// A sum of nothing but unknown costs is no sum; 0 would look as if the calls were free.
    @Test
    void what_is_not_known_is_not_shown_as_nothing() throws Exception {
        try (UsageFile file = usage()) {
            file.spent(id, today, "k1", "odd", 0, 0, 3).call(id, 300, "whole", -1, "unknown").call(id, 300, "whole", 0, "price").call(id, 9, "open", 77, "price");
            JsonValue sum = get("/api/bots/" + id + "/usage").get("today");
            assertFalse(sum.members().containsKey("cost"));
            assertEquals(3, sum.get("unknown").integer());
            List<JsonValue> calls = get("/api/bots/" + id + "/calls").get("calls").elements();
            assertFalse(calls.get(0).members().containsKey("cost"), "what is reserved is not spent");
            assertFalse(calls.get(0).members().containsKey("input"));
            assertEquals("0", calls.get(1).get("cost").toString(), "free");
            assertFalse(calls.get(2).members().containsKey("cost"));
            assertEquals("unknown", calls.get(2).get("costBy").string());
        }
    }

    @Test
    void calls_come_in_pages() throws Exception {
        try (UsageFile file = usage()) {
            for (int i = 0; i < 5; i++) {
                file.call(id, 300, "whole", 1, "price");
            }
            List<JsonValue> newest = get("/api/bots/" + id + "/calls?limit=2").get("calls").elements();
            assertEquals(List.of(5L, 4L), newest.stream().map(it -> it.get("seq").integer()).toList());
            List<JsonValue> older = get("/api/bots/" + id + "/calls?limit=2&before=4").get("calls").elements();
            assertEquals(List.of(3L, 2L), older.stream().map(it -> it.get("seq").integer()).toList());
            assertEquals("POST /v1/messages", older.getFirst().get("route").string());
        }
    }

    @ParameterizedTest
    @CsvSource({"usage?days=0, ?days", "usage?days=3661, ?days", "usage?days=x, ?days", "calls?limit=501, ?limit", "calls?before=-1, ?before", "calls?page=2, ?page"})
    void what_cannot_be_asked_is_refused(String path, String field) throws Exception {
        HttpResponse<String> refusal = app.get("/api/bots/" + id + "/" + path);
        assertEquals(422, refusal.statusCode(), refusal.body());
        assertEquals(field, JsonValue.parse(refusal.body()).get("errors").get(0).get("field").string());
        assertEquals(404, app.get("/api/bots/0123456789abcdef/usage").statusCode());
    }

    @Test
    void a_damaged_file_is_told_in_words() throws Exception {
        Files.writeString(data.resolve("broker/usage.db"), "no database".repeat(1000));
        assertUnreadable();
        assertEquals(200, app.get("/api/bots").statusCode());
    }

    @Test
    void a_locked_file_is_told_in_words() throws Exception {
        usage().close();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("broker/usage.db"))) {
            other.createStatement().execute("PRAGMA locking_mode = EXCLUSIVE");
            other.createStatement().execute("BEGIN EXCLUSIVE");
            assertUnreadable();
        }
        assertEquals(200, app.get("/api/usage").statusCode());
    }

    private void assertUnreadable() throws Exception {
        for (String path : List.of("/api/usage", "/api/bots/" + id + "/usage", "/api/bots/" + id + "/calls")) {
            HttpResponse<String> answer = app.get(path);
            assertEquals(503, answer.statusCode(), answer.body());
            assertTrue(answer.headers().firstValue("Retry-After").isPresent());
            assertTrue(answer.body().contains("spent cannot be read"), answer.body());
        }
    }

    @Test
    void the_list_shows_what_each_bot_has_spent_and_what_is_used_up() throws Exception {
        try (UsageFile file = usage()) {
            file.spent(id, today, "k1", "claude-sonnet-5", 5 * Budget.DOLLAR, 0, 0);
            JsonValue spent = awaitSpent("5");
            assertEquals("day", spent.get("usedUp").string());
            assertEquals(1000, spent.get("tokensToday").integer());

            app.send("PUT", "/api/prices", "{\"prices\": [{\"provider\": \"openai-compatible\", \"model\": \"m/1\", \"input\": 1, \"output\": 1}]}");
            app.send("PATCH", "/api/bots/" + id, "{\"budget\": {\"day\": 6}}");
            for (int i = 0; i < 100 && shown().get("spent").find("usedUp").isPresent(); i++) {
                Thread.sleep(100);
            }
            assertFalse(shown().get("spent").members().containsKey("usedUp"), "it was raised");
        }
    }

    private JsonValue shown() throws Exception {
        return get("/api/bots").get("bots").elements().stream().filter(it -> it.get("id").string().equals(id)).findFirst().orElseThrow();
    }

    private JsonValue awaitSpent(String amount) throws Exception {
        for (int i = 0; i < 300; i++) {
            Optional<JsonValue> spent = shown().find("spent");
            if (spent.flatMap(it -> it.find("today")).filter(it -> it.toString().equals(amount)).isPresent()) {
                return spent.get();
            }
            Thread.sleep(100);
        }
        throw new AssertionError(shown().toString());
    }
}
