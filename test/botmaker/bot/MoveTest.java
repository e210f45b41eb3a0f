package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotView;
import botmaker.bot.view.HealthMonitor;
import botmaker.bot.view.Status;
import botmaker.docker.Container;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import botmaker.policy.Policy;
import botmaker.policy.Reach;
import botmaker.support.EngineProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Moves of a bot to another reach that fail: refused by the engine, cut off at each of its steps, or never proved. What is in these
/// containers never becomes healthy, so every move ends with the bot as it was.
@Tag("docker")
class MoveTest {
    private static final String KEY = "key-of-the-operator-0123456789";
    private static final String AI = "\"ai\": {\"provider\": \"openai-compatible\", \"model\": \"m\", \"baseUrl\": \"http://10.9.8.7/v1\", \"apiKey\": \"%s\"}";

    @TempDir
    private Path data;
    private final AtomicLong ahead = new AtomicLong();

    private Workshop shop(EngineProxy proxy) throws IOException {
        return Workshop.keepingKeys(proxy.socket(), data, () -> System.nanoTime() + ahead.get());
    }

    /// A legacy bot that remembers something.
    private BotId create(Workshop shop) throws Exception {
        NewBot request = NewBot.from(JsonValue.parse(("{\"name\": \"a\", \"reach\": \"legacy\", \"channel\": {\"type\": \"telegram\", \"credentials\": "
                + "{\"token\": \"123456789:AAcanary-canary-canary-canary-canary\"}}, " + AI + "}").formatted(KEY)),
                new Limits(2L << 30, 1000, 512), shop.keys());
        BotId id = shop.bots.service().create(request).row().id();
        Path memory = Files.writeString(data.resolve("bots/" + id + "/state/memory"), "kept");
        Files.setAttribute(memory, "unix:uid", shop.bot(id).row().owner().uid());
        return id;
    }

    private static BotView move(Workshop shop, BotId id, String reach) throws InterruptedException {
        return shop.bots.service().change(id, JsonValue.parse("{\"reach\": \"" + reach + "\"}"));
    }

    private String file(String name, BotId id) throws IOException {
        return Files.readString(data.resolve("secrets/" + id + "/" + name));
    }

    /// Waits until a bot is what it was, over the time that a trial has; after each jump of the clock, the engine must answer again.
    private void awaitLegacy(Workshop shop, BotId id) {
        long began = System.nanoTime();
        Workshop.await("it is what it was", () -> {
            ahead.set((System.nanoTime() - began) / Duration.ofSeconds(5).toNanos() * HealthMonitor.START_DEADLINE.toNanos());
            BotRecord row = shop.bot(id).row();
            return row.spec().reach() == Reach.LEGACY && row.rollout().previous().isEmpty() && row.rollout().pending() == Pending.NOTHING
                    && shop.bot(id).status().word() == Status.Word.RUNNING && shop.engine.list(shop.labels()).size() == 1;
        });
    }

    private void assertAsBefore(Workshop shop, BotId id) throws IOException {
        assertEquals(KEY, file("ai-api-key", id));
        assertEquals("123456789:AAcanary-canary-canary-canary-canary", file("channel-token", id));
        assertEquals("kept", Files.readString(data.resolve("bots/" + id + "/state/memory")));
        assertEquals(Optional.empty(), shop.bot(id).row().spec().aiKey());
        assertEquals(Optional.empty(), shop.bot(id).row().rollout().former());
        assertEquals(List.of(), Policy.read(data.resolve("broker/policy.json")).bots());
        assertTrue(Files.readString(data.resolve("bots/" + id + "/config/openclaw.json")).contains("http://10.9.8.7/v1"));
        assertFalse(shop.entries("bots/" + id).contains("state-copy"));
        Container container = shop.engine.inspect(shop.bots.convergence.refresh(id).seen().containerId().orElseThrow());
        assertEquals(Container.State.RUNNING, container.state());
        assertEquals(1, container.addresses().size());
    }

    @Test
    void on_trial_the_key_is_kept_and_the_bot_holds_placeholders_then_it_goes_back() throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET); Workshop shop = shop(proxy)) {
            BotId id = create(shop);

            BotView moved = move(shop, id, "open");

            assertEquals("legacy", moved.toJson().get("previousReach").string());
            assertFalse(file("ai-api-key", id).contains(KEY));
            assertFalse(file("channel-token", id).contains("AAcanary"));
            String key = moved.row().spec().aiKey().orElseThrow();
            assertTrue(shop.keys().find(key).isPresent());
            String policy = Files.readString(data.resolve("broker/policy.json"));
            assertFalse(policy.contains(KEY) || policy.contains("AAcanary"), policy);
            assertThrows(Failure.Conflict.class, () -> move(shop, id, "legacy"), "one is on trial already");
            assertThrows(Failure.Conflict.class, () -> shop.bots.service().change(id, JsonValue.parse("{" + AI.formatted("another-key-0123456789").replace("10.9.8.7", "10.9.8.8") + "}")),
                    "going back, its key would go to another server");

            awaitLegacy(shop, id);
            assertAsBefore(shop, id);
            assertEquals(Optional.empty(), shop.keys().find(key), "it was kept for the move, and nobody uses it");
            assertTrue(shop.bots.registry().history(id).stream().anyMatch(it -> it.what().startsWith("rolled back to legacy: it was not healthy within")),
                    shop.bots.registry().history(id).toString());
            Workshop.await("it is recorded", () -> shop.audited().stream().anyMatch(it -> it.startsWith("reach-rolled-back a legacy: ")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/containers/create", "/stop", "/start"})
    void a_refused_step_leaves_the_bot_as_it_was(String call) throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET); Workshop shop = shop(proxy)) {
            BotId id = create(shop);
            proxy.refuse(call);

            assertThrows(Failure.Conflict.class, () -> move(shop, id, "open"));

            assertEquals(Reach.LEGACY, shop.bot(id).row().spec().reach());
            awaitLegacy(shop, id);
            assertAsBefore(shop, id);
            assertEquals(List.of(), shop.entries("keys").stream().filter(name -> !name.startsWith(id.value())).toList());
        }
    }

    /// A limit in the same request was refused, and the key that was kept for the move stayed behind.
    @Test
    void a_move_that_is_refused_before_it_begins_keeps_no_key() throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET); Workshop shop = shop(proxy)) {
            BotId id = create(shop);
            for (String more : List.of("\"budget\": {\"day\": 5}", "\"limits\": {\"memory\": 1099511627776}",
                    AI.formatted("another-key-0123456789").replace("10.9.8.7", "10.9.8.8"))) {
                assertThrows(Failure.class, () -> shop.bots.service().change(id, JsonValue.parse("{\"reach\": \"open\", " + more + "}")), more);
                assertEquals(List.of(), shop.entries("keys"), more);
            }
            assertAsBefore(shop, id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/containers/create", "/stop", "/start", "DELETE ", "/rename"})
    void an_engine_that_falls_silent_after_a_step_leaves_one_container_and_the_bot_as_it_was(String call) throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET); Workshop shop = shop(proxy)) {
            BotId id = create(shop);
            proxy.freezeAfter(call);
            try {
                move(shop, id, "open");
            } catch (Failure.EngineDown silent) {
                assertTrue(silent.getMessage().contains("restored when the Docker Engine answers"), silent.getMessage());
            }
            proxy.thaw();

            awaitLegacy(shop, id);
            assertAsBefore(shop, id);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/containers/create", "/stop", "/start", "DELETE ", "/rename"})
    void killed_after_a_step_it_leaves_one_container_and_the_bot_as_it_was(String call) throws Exception {
        BotId id;
        try (EngineProxy first = EngineProxy.before(Workshop.SOCKET)) {
            Workshop shop = shop(first);
            id = create(shop);
            first.freezeAfter(call);
            Thread moving = Thread.ofPlatform().start(() -> {
                try {
                    move(shop, id, "open");
                } catch (InterruptedException | RuntimeException killed) {
                    // as the process is
                }
            });
            first.awaitFrost();
            shop.crash();
            first.goAway();
            moving.join();
        }
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET); Workshop next = shop(proxy)) {
            awaitLegacy(next, id);
            assertAsBefore(next, id);
        }
    }
}
