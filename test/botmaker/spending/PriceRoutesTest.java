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
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.openclaw.Channel;
import botmaker.policy.Policy;
import botmaker.policy.Reach;
import botmaker.store.Database;
import botmaker.support.RunningApp;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The prices over HTTP, and limits in money that depend on them.
class PriceRoutesTest {
    private static final String OWN = "{'provider': 'openai-compatible', 'model': 'm/1', 'input': 1.25, 'output': 10, 'cacheRead': 0.125}";

    @TempDir
    Path data;
    private String id;
    private RunningApp app;

    @BeforeEach
    void start() throws Exception {
        try (Database database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) {
            BotSpec like = Rows.spec("support");
            BotStore store = new BotStore(database);
            store.installation();
            BotSpec spec = new BotSpec(like.name(), like.ai(), new ChannelSettings(Channel.WEB_CHAT, Map.of()),
                    Access.of(Optional.empty(), List.of()), like.limits(),
                    like.controlUi(), Reach.OPEN, Optional.empty(), BrokerRules.NONE);
            BotRecord row = store.add(BotId.random(), spec, Desired.STOPPED, "x", Rows.CREATED, n -> new Owner(n, n));
            id = store.update(row.with(Phase.READY, Rows.CREATED)).id().value();
        }
        app = RunningApp.start(data, Map.of("BOTMAKER_DOCKER_SOCKET", data.resolve("no-engine.sock").toString()));
    }

    @AfterEach
    void stop() {
        app.stop();
    }

    private HttpResponse<String> put(String... prices) throws Exception {
        return app.send("PUT", "/api/prices", ("{'prices': [" + String.join(", ", prices) + "]}").replace('\'', '"'));
    }

    private Optional<JsonValue> price(String model) throws Exception {
        return JsonValue.parse(app.get("/api/prices").body()).get("prices").elements().stream()
                .filter(it -> it.get("model").string().equals(model)).findFirst();
    }

    @Test
    void a_price_of_the_operator_wins_over_a_bundled_one_until_it_is_removed() throws Exception {
        JsonValue bundled = price("claude-sonnet-5").orElseThrow();
        assertFalse(bundled.get("own").bool());
        assertFalse(bundled.get("source").string().isEmpty(), "where it is from");

        HttpResponse<String> put = put("{'provider': 'anthropic', 'model': 'claude-sonnet-5', 'input': 0.5, 'output': 0}", OWN);
        assertEquals(200, put.statusCode(), put.body());
        JsonValue own = price("claude-sonnet-5").orElseThrow();
        assertTrue(own.get("own").bool());
        assertEquals("[{\"from\":0,\"input\":0.5,\"output\":0}]", own.get("tiers").toString());
        assertEquals("[{\"from\":0,\"input\":1.25,\"output\":10,\"cacheRead\":0.125}]", price("m/1").orElseThrow().get("tiers").toString());
        assertEquals(2, Policy.read(data.resolve("broker/policy.json")).prices().size(), "the broker charges them");

        app.stop();
        app = RunningApp.start(data, Map.of("BOTMAKER_DOCKER_SOCKET", data.resolve("no-engine.sock").toString()));
        assertTrue(price("m/1").isPresent(), "they are kept");
        assertEquals(200, put().statusCode());
        assertEquals(Optional.of(bundled), price("claude-sonnet-5"));
        assertEquals(Optional.empty(), price("m/1"));
    }

    @Test
    void a_limit_in_money_needs_a_price_and_keeps_it() throws Exception {
        assertEquals("[{\"provider\":\"openai-compatible\",\"model\":\"m/1\"}]", JsonValue.parse(app.get("/api/prices").body()).get("unknown").toString());
        HttpResponse<String> refusal = app.send("PATCH", "/api/bots/" + id, "{\"budget\": {\"day\": 5}}");
        assertEquals(422, refusal.statusCode(), refusal.body());
        JsonValue error = JsonValue.parse(refusal.body()).get("errors").get(0);
        assertEquals("/budget/day", error.get("field").string());
        assertTrue(error.get("message").string().contains("System → Prices"), "where to enter a price");

        assertEquals(200, put(OWN).statusCode());
        assertEquals("[]", JsonValue.parse(app.get("/api/prices").body()).get("unknown").toString());
        app.send("PATCH", "/api/bots/" + id, "{\"budget\": {\"day\": 5}}");
        assertEquals("5", JsonValue.parse(app.get("/api/bots/" + id).body()).get("budget").get("day").toString());
        HttpResponse<String> needed = put();
        assertEquals(422, needed.statusCode(), needed.body());
        assertTrue(needed.body().contains("support"), "which bot has the limit");
        assertTrue(price("m/1").isPresent());

        app.send("PATCH", "/api/bots/" + id, "{\"budget\": null}");
        assertEquals(200, put().statusCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[{'provider': 'none', 'model': 'm', 'input': 1, 'output': 1}]                           | /prices/0/provider",
        "[{'provider': 'openai', 'model': 'a\\u0000b', 'input': 1, 'output': 1}]                  | /prices/0/model",
        "[{'provider': 'openai', 'model': '\\u202eb', 'input': 1, 'output': 1}]                   | /prices/0/model",
        "[{'provider': 'openai', 'model': ' ', 'input': 1, 'output': 1}]                         | /prices/0/model",
        "[{'provider': 'openai', 'model': 'm', 'output': 1}]                                     | /prices/0/input",
        "[{'provider': 'openai', 'model': 'm', 'input': -1, 'output': 1}]                        | /prices/0/input",
        "[{'provider': 'openai', 'model': 'm', 'input': 1, 'output': 1000000}]                   | /prices/0/output",
        "[{'provider': 'openai', 'model': 'm', 'input': 1, 'output': '1'}]                       | /prices/0/output",
        "[{'provider': 'openai', 'model': 'm', 'input': 1, 'output': 0.0000001}]                 | /prices/0/output",
        "[{'provider': 'openai', 'model': 'm', 'input': 1, 'output': 1, 'cacheRead': 'x'}]       | /prices/0/cacheRead",
        "[{'provider': 'openai', 'model': 'm', 'input': 1, 'output': 1, 'images': 1}]            | /prices/0/images",
        "[1]                                                                                     | /prices/0",
        "{}                                                                                      | /prices",
        "[{'provider': 'openai', 'model': 'm', 'input': 1, 'output': 1}, {'provider': 'openai', 'model': 'm', 'input': 2, 'output': 1}] | /prices",
    })
    void what_is_no_price_is_refused_at_its_field(String prices, String field) throws Exception {
        HttpResponse<String> refusal = app.send("PUT", "/api/prices", ("{\"prices\": " + prices + "}").replace('\'', '"'));
        assertEquals(422, refusal.statusCode(), refusal.body());
        assertEquals(List.of(field), JsonValue.parse(refusal.body()).get("errors").elements().stream().map(it -> it.get("field").string()).limit(1).toList());
        assertEquals(422, app.send("PUT", "/api/prices", "{}").statusCode());
    }
}
