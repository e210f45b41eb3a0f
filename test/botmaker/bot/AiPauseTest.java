package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.host.BotFiles;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.BrokerRules;
import botmaker.error.Failure;
import botmaker.file.PrivateFiles;
import botmaker.http.Route;
import botmaker.http.TestServer;
import botmaker.json.JsonValue;
import botmaker.policy.Policy;
import botmaker.policy.Reach;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A bot's AI is paused while its engine is away: an operator who sees money run out does not wait for a container.
class AiPauseTest {
    @TempDir
    Path data;
    private Workshop shop;
    private TestServer server;
    private BotId id;

    @BeforeEach
    void start() throws Exception {
        shop = Workshop.withoutEngine(data);
        id = bot("support", Reach.SEALED);
        server = TestServer.start(shop.bots.routes().toArray(Route[]::new));
    }

    @AfterEach
    void stop() {
        server.close();
        shop.crash();
    }

    private BotId bot(String name, Reach reach) {
        BotSpec spec = Rows.spec(name);
        BotStore store = new BotStore(shop.database);
        BotRecord row = store.add(BotId.random(), new BotSpec(spec.name(), spec.ai(), spec.channel(), spec.access(), spec.limits(), spec.controlUi(),
                reach, Optional.empty(), BrokerRules.NONE), Desired.RUNNING, "x", Rows.CREATED, n -> new Owner(n, n));
        shop.bots.registry().add(store.update(row.with(Phase.READY, Rows.CREATED)), Map.of());
        return row.id();
    }

    private HttpResponse<String> post(String action, String body) throws Exception {
        return server.send("POST", "/api/bots/" + id + "/ai/" + action, body);
    }

    private Optional<String> told() throws Exception {
        return Policy.read(data.resolve("broker/policy.json")).bots().getFirst().paused();
    }

    @Test
    void a_pause_reaches_the_broker_with_words_for_the_chat_and_ends_when_resumed() throws Exception {
        HttpResponse<String> paused = post("pause", "");
        assertEquals(200, paused.statusCode(), paused.body());
        assertEquals(BrokerRules.PAUSED, JsonValue.parse(paused.body()).get("aiPaused").string());
        assertEquals(Optional.of(BrokerRules.PAUSED), told());
        assertEquals(Desired.RUNNING, shop.stored().getFirst().desired());
        assertEquals(Optional.of(BrokerRules.PAUSED), shop.stored().getFirst().spec().rules().paused());

        assertEquals(200, post("pause", "{\"message\": \"Back on Monday.\"}").statusCode());
        assertEquals(Optional.of("Back on Monday."), told());
        assertEquals(0, shop.stored().getFirst().rollout().revision(), "no secret waits under this number");

        HttpResponse<String> resumed = post("resume", "");
        assertEquals(200, resumed.statusCode());
        assertFalse(JsonValue.parse(resumed.body()).members().containsKey("aiPaused"));
        assertEquals(Optional.empty(), told());
        assertEquals(200, post("resume", "").statusCode(), "repeating it is no error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"message\": \" \"}", "{\"message\": \"a\\nb\"}", "{\"message\": 1}", "{\"words\": \"x\"}", "[]"})
    void words_that_cannot_be_said_pause_nothing(String body) throws Exception {
        assertEquals(422, post("pause", body).statusCode());
        assertEquals(Optional.empty(), shop.stored().getFirst().spec().rules().paused());
    }

    @Test
    void the_ai_of_a_bot_that_has_its_key_itself_cannot_be_paused() {
        BotId legacy = bot("legacy", Reach.LEGACY);
        assertTrue(assertThrows(Failure.Conflict.class, () -> shop.bots.service().pauseAi(legacy, Optional.of("x"))).getMessage().contains("reach"));
    }

    /// A disk that is full for a moment left the broker with an old policy until the next change.
    @Test
    void a_policy_that_could_not_be_written_is_written_later() throws Exception {
        shop.secrets.create(id.value(), Map.of(), PrivateFiles.currentUid(), PrivateFiles.currentGid());
        new BotFiles(data.resolve("bots"), data.resolve("kept")).create(shop.stored().getFirst(), JsonValue.parse("{}"));
        Path broker = data.resolve("broker");
        shop.bots.writePolicy();
        Path aside = data.resolve("aside");
        Files.move(broker, aside);
        assertThrows(RuntimeException.class, () -> shop.bots.service().pauseAi(id, Optional.of("x")));
        Files.move(aside, broker);
        assertEquals(Optional.empty(), told());
        assertTrue(shop.bots.convergence.isDue(id));

        assertThrows(Failure.EngineDown.class, () -> shop.bots.convergence.reconcile(id), "only the container cannot be looked at");
        assertEquals(Optional.of("x"), told());
    }
}
