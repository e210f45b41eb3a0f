package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.lifecycle.BotService;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSecrets;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotView;
import botmaker.bot.view.History;
import botmaker.bot.view.Status;
import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.support.EngineProxy;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Changes of bots on a real engine, with an image that sleeps: it has no `openclaw` to reload secrets with, so that what
/// would be a reload is the restart that follows a failed one.
@Tag("docker")
class BotChangesTest {
    private static final String TOKEN = "987654321:AAanother-another-another-another-ano";

    @TempDir
    Path data;

    private static JsonValue json(String text) {
        return JsonValue.parse(text);
    }

    private BotView change(Workshop shop, BotId id, String patch) throws InterruptedException {
        return shop.bots.service().change(id, json(patch));
    }

    private static Container container(Workshop shop, BotId id) {
        return shop.engine.inspect(shop.bot(id).seen().container().orElseThrow().id());
    }

    private JsonValue config(BotId id) throws IOException {
        return json(Files.readString(data.resolve("bots/" + id + "/config/openclaw.json")));
    }

    private String secret(BotId id, String name) throws IOException {
        return Files.readString(data.resolve("secrets/" + id + "/" + name));
    }

    /// It was a 500 that told nobody which file was damaged.
    @Test
    void a_change_of_a_bot_with_a_damaged_secret_names_the_file_and_works_without_it() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            Path damaged = data.resolve("secrets/" + id + "/ai-api-key");
            Files.writeString(damaged, "x".repeat(70_000));
            for (Executable change : List.<Executable>of(
                    () -> change(shop, id, "{\"ai\": {\"model\": \"another\"}}"),
                    () -> shop.bots.service().replaceSecret(id, "ai-api-key", json("{\"value\": \"a-new-key\"}")))) {
                String refusal = assertThrows(Failure.Conflict.class, change).getMessage();
                assertTrue(refusal.contains(damaged.toString()), refusal);
            }

            Files.delete(damaged);
            shop.bots.service().replaceSecret(id, "ai-api-key", json("{\"value\": \"a-new-key\"}"));
            assertEquals("a-new-key", secret(id, "ai-api-key"));
        }
    }

    @Test
    void a_model_is_changed_in_the_file_and_the_bot_runs_on() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView before = shop.create("support");
            BotId id = before.row().id();

            BotView after = change(shop, id, "{\"name\": \"Küche\", \"ai\": {\"model\": \"another\"}}");

            assertEquals("Küche", after.row().spec().name().value());
            assertEquals("another", after.row().spec().ai().model());
            assertEquals("openai-compatible/another",
                    config(id).get("agents").get("defaults").get("model").get("primary").string());
            assertEquals(before.seen().startedAt(), container(shop, id).startedAt());
            assertEquals(List.of(after.row()), new BotStore(shop.database).all());
            assertEquals("changed by you", shop.bots.registry().history(id).getFirst().what());
        }
    }

    @Test
    void other_limits_need_another_container_around_the_same_state() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView before = shop.create("support");
            BotId id = before.row().id();
            Files.writeString(data.resolve("bots/" + id + "/state/memory"), "remember");

            BotView after = change(shop, id, "{\"limits\": {\"memory\": 3221225472, \"cpus\": 0.5, \"pids\": 100}}");

            JsonValue host = container(shop, id).raw().get("HostConfig");
            assertEquals(3L << 30, host.get("Memory").integer());
            assertEquals(500_000_000L, host.get("NanoCpus").integer());
            assertEquals(100, host.get("PidsLimit").integer());
            assertEquals(Status.Word.RUNNING, after.status().word());
            assertNotEquals(before.seen().container().orElseThrow().id(), after.seen().container().orElseThrow().id());
            assertEquals(1, shop.engine.list(shop.labels()).size());
            assertEquals("remember", Files.readString(data.resolve("bots/" + id + "/state/memory")));
            assertEquals(Pending.NOTHING, after.row().rollout().pending());
        }
    }

    @Test
    void a_stopped_bot_stays_stopped() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            shop.bots.service().stop(id);

            BotView after = change(shop, id, """
                    {"limits": {"pids": 100}, "channel": {"credentials": {"token": "%s"}}}""".formatted(TOKEN));

            assertEquals(Status.Word.STOPPED, after.status().word());
            assertEquals(100, container(shop, id).raw().get("HostConfig").get("PidsLimit").integer());
            assertEquals(TOKEN, secret(id, "channel-token"));
        }
    }

    @Test
    void a_refused_change_changes_nothing() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            shop.create("other");
            BotView bot = shop.create("support");
            BotId id = bot.row().id();
            String config = config(id).toString();

            assertThrows(Failure.Invalid.class, () -> change(shop, id, "{\"ai\": {\"model\": \"\", \"apiKey\": \"another-key\"}}"));
            assertThrows(Failure.Conflict.class, () -> change(shop, id, "{\"name\": \"OTHER\", \"ai\": {\"model\": \"x\", \"apiKey\": \"another-key\"}}"));
            assertThrows(Failure.NotFound.class, () -> change(shop, BotId.random(), "{}"));

            assertEquals(bot.row(), shop.bot(id).row());
            assertEquals(config, config(id).toString());
            assertEquals("canary-ai-key", secret(id, "ai-api-key"));
            assertEquals(2, shop.entries("secrets").size(), "what was put aside is gone");
        }
    }

    @Test
    void secrets_are_replaced_and_removed() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView before = shop.create("support");
            BotId id = before.row().id();

            BotView after = change(shop, id, "{\"ai\": {\"apiKey\": null}, \"channel\": {\"credentials\": {\"token\": \"%s\"}}}".formatted(TOKEN));

            assertEquals(List.of("channel-token", "gateway-token"), List.copyOf(after.written().keySet()));
            assertEquals(List.of("channel-token", "gateway-token"), shop.entries("secrets/" + id));
            assertEquals(TOKEN, secret(id, "channel-token"));
            assertFalse(config(id).toString().contains("ai_api_key"));
            assertTrue(after.written().get("channel-token").isAfter(before.written().get("channel-token")));
            assertEquals(before.written().get("gateway-token"), after.written().get("gateway-token"));
            assertEquals(1_900_000_000, Files.getAttribute(data.resolve("secrets/" + id + "/channel-token"), "unix:uid"));
            assertNotEquals(before.seen().startedAt(), after.seen().startedAt(), "a channel's token is read at the start");

            BotView again = shop.bots.service().replaceSecret(id, "ai-api-key", json("{\"value\": \"a-new-key\"}"));
            assertEquals("a-new-key", secret(id, "ai-api-key"));
            assertTrue(config(id).toString().contains("ai_api_key"));
            assertFalse(again.toJson().toString().contains("a-new-key"));
            assertEquals("secret ai-api-key replaced by you", shop.bots.registry().history(id).stream()
                    .map(History.TimelineEntry::what).filter(what -> what.startsWith("secret")).findFirst().orElseThrow());
        }
    }

    /// It was taken for an engine that is away: the bot was never restarted, and each try left another process in it.
    @Test
    void a_reload_that_hangs_is_none() throws Exception {
        try (Workshop shop = Workshop.withProgram(data, "openclaw", "#!/bin/sh\nsleep 600\n")) {
            BotView bot = shop.create("support");

            assertFalse(shop.host().reloadSecrets(bot.seen().container().orElseThrow(), Duration.ofSeconds(1)));
        }
    }

    @Test
    void the_gateways_token_is_made_anew() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView before = shop.create("support");
            BotId id = before.row().id();
            String old = secret(id, "gateway-token");

            shop.bots.service().replaceSecret(id, "gateway-token", json("{\"value\": null}"));
            String second = secret(id, "gateway-token");
            shop.bots.service().replaceSecret(id, "gateway-token", json("{}"));

            assertEquals(64, second.length());
            assertEquals(3, Set.of(old, second, secret(id, "gateway-token")).size());
            assertNotEquals(before.seen().startedAt(), container(shop, id).startedAt(), "it is read at the start");
        }
    }

    @Test
    void a_value_that_is_no_such_secret_is_refused() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            BotService changes = shop.bots.service();

            for (String body : List.of("{\"value\": \"no token\"}", "{\"value\": null}", "{}", "{\"value\": \"\"}", "{\"value\": 5}", "[]")) {
                assertThrows(Failure.Invalid.class, () -> changes.replaceSecret(id, "channel-token", json(body)), body);
            }
            assertEquals("/value", assertThrows(Failure.Invalid.class,
                    () -> changes.replaceSecret(id, "channel-token", json("{\"value\": \"no token\"}"))).errors().getFirst().field());
            assertThrows(Failure.Invalid.class, () -> changes.replaceSecret(id, "gateway-token", json("{\"value\": \"short\"}")));
            assertThrows(Failure.NotFound.class, () -> changes.replaceSecret(id, "channel-app-token", json("{\"value\": \"xapp-0123456789\"}")));
            assertThrows(Failure.NotFound.class, () -> changes.replaceSecret(id, "passwd", json("{\"value\": \"xapp-0123456789\"}")));
        }
    }

    /// A reader in the container meets the old value or the new one, never none and never a part.
    @Test
    void a_secret_is_replaced_whole_under_a_reader() throws Exception {
        try (Workshop shop = Workshop.open(data); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            BotId id = shop.create("support").row().id();
            shop.bots.service().stop(id);
            Set<String> met = ConcurrentHashMap.newKeySet();
            AtomicBoolean stop = new AtomicBoolean();
            Future<?> reader = threads.submit(() -> {
                while (!stop.get()) {
                    met.add(secret(id, "ai-api-key"));
                }
                return null;
            });
            for (int i = 0; i < 10; i++) {
                shop.bots.service().replaceSecret(id, "ai-api-key", json("{\"value\": \"key-%d-%s\"}".formatted(i, "x".repeat(500))));
            }
            stop.set(true);
            reader.get();

            met.remove("canary-ai-key");
            assertTrue(met.stream().allMatch(value -> value.matches("key-\\d-x{500}")), met.toString());
        }
    }

    @Test
    void a_change_that_a_crash_cut_off_after_its_row_is_completed() throws Exception {
        Workshop before = Workshop.open(data);
        BotRecord row = before.create("support").row();
        BotId id = row.id();
        BotSpec spec = new NewBot(row.spec(), new BotSecrets(Map.of(new SecretName("channel-token"), Secret.of(TOKEN),
                new SecretName("ai-api-key"), Secret.of("another-key"))))
                .changed(json("{\"ai\": {\"model\": \"another\"}, \"limits\": {\"pids\": 100}}"),
                        new Limits(2L << 30, 1000, 512), KeptKeys.NONE).spec();
        new BotStore(before.database).update(row.changed(spec, Pending.RECREATE, Rows.CREATED));
        putAside(before, row, 1); // last, since a look before the crash would discard them: in memory the row is the old one
        before.crash();

        try (Workshop after = Workshop.open(data)) {
            Workshop.await("it is completed", () -> after.bot(id).row().rollout().pending() == Pending.NOTHING);

            Workshop.await("it is recorded", () -> after.audited().equals(List.of("change-completed support")));
            assertEquals("another-key", secret(id, "ai-api-key"));
            assertEquals(row.owner().uid(), Files.getAttribute(data.resolve("secrets/" + id + "/ai-api-key"), "unix:uid"));
            assertEquals("openai-compatible/another", config(id).get("agents").get("defaults").get("model").get("primary").string());
            assertEquals(100, container(after, id).raw().get("HostConfig").get("PidsLimit").integer());
            assertEquals(List.of(id.value()), after.entries("secrets"));
            assertEquals(Status.Word.RUNNING, after.bot(id).status().word());
        }
    }

    /// With the row still the old one, the new key must not come to the old provider either.
    @Test
    void secrets_put_aside_for_a_row_that_was_never_written_are_dropped() throws Exception {
        Workshop before = Workshop.open(data);
        BotRecord row = before.create("support").row();
        putAside(before, row, 1);
        before.crash();

        try (Workshop after = Workshop.open(data)) {
            Workshop.await("they are gone", () -> entries(after).equals(List.of(row.id().value())));
            assertEquals("canary-ai-key", secret(row.id(), "ai-api-key"));
        }
    }

    /// The next change took the old secrets for those of the bot, and dropped the new ones with what was put aside.
    @Test
    void a_change_after_one_that_was_cut_off_keeps_its_secrets() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotRecord row = shop.create("support").row();
            shop.bots.service().revise(row.id(), it -> { // under the bot's lock, as a change stages its secrets
                putAside(shop, it, 1);
                return it.changed(it.spec(), BotRecord.Pending.NOTHING, Rows.CREATED);
            }, _ -> { });

            shop.bots.service().change(row.id(), JsonValue.parse("{\"name\": \"renamed\"}"));

            assertEquals("another-key", secret(row.id(), "ai-api-key"));
            assertEquals(List.of(row.id().value()), shop.entries("secrets"));
        }
    }

    @Test
    void the_same_change_again_completes_one_that_was_cut_off() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotRecord row = shop.create("support").row();
            shop.bots.service().revise(row.id(), it -> it.changed(it.spec(), BotRecord.Pending.RECREATE, Rows.CREATED), _ -> { });

            BotView after = shop.bots.service().change(row.id(), JsonValue.parse("{\"name\": \"support\"}"));

            assertEquals(BotRecord.Pending.NOTHING, after.row().rollout().pending());
        }
    }

    @Test
    void a_configuration_that_is_not_the_rows_is_written_again() throws Exception {
        Workshop before = Workshop.open(data);
        BotId id = before.create("support").row().id();
        String config = config(id).toString();
        before.crash();
        Files.writeString(data.resolve("bots/" + id + "/config/openclaw.json"), "{\"half");

        try (Workshop after = Workshop.open(data)) {
            Workshop.await("it is written", () -> {
                try {
                    return config(id).toString().equals(config);
                } catch (IOException | RuntimeException e) {
                    return false;
                }
            });
            assertEquals(Status.Word.RUNNING, after.bot(id).status().word());
        }
    }

    @Test
    void a_change_while_the_engine_is_away_is_kept_and_followed_later() throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET)) {
            try (Workshop shop = Workshop.behind(proxy.socket(), data)) {
                BotId id = shop.create("support").row().id();
                proxy.goAway();
                Workshop.await("the loss is known", () -> shop.bots.engineProblem().isPresent());

                assertEquals("renamed", change(shop, id, "{\"name\": \"renamed\"}").row().spec().name().value());
                Failure failure = assertThrows(Failure.EngineDown.class, () -> change(shop, id, "{\"limits\": {\"pids\": 100}, \"ai\": {\"model\": \"n\"}}"));

                assertTrue(failure.getMessage().startsWith("The change is saved"), failure.getMessage());
                assertEquals("n", shop.bot(id).row().spec().ai().model());
                proxy.comeBack();
                Workshop.await("it is followed", () -> shop.bot(id).row().rollout().pending() == Pending.NOTHING);
                assertEquals("openai-compatible/n", config(id).get("agents").get("defaults").get("model").get("primary").string());
                String container = shop.bots.convergence.refresh(id).seen().container().orElseThrow().id();
                assertEquals(100, new Engine(Workshop.SOCKET).inspect(container).raw().get("HostConfig").get("PidsLimit").integer());
            }
        }
    }

    @Test
    void many_changes_at_once_come_one_after_another() throws Exception {
        try (Workshop shop = Workshop.open(data); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            BotId id = shop.create("support").row().id();
            List<Future<BotView>> changes = IntStream.range(0, 12).mapToObj(i -> threads.submit(() ->
                    change(shop, id, "{\"ai\": {\"model\": \"m%d\"}}".formatted(i)))).toList();
            for (Future<BotView> change : changes) {
                change.get();
            }

            BotRecord row = shop.bot(id).row();
            assertEquals(12, row.rollout().revision());
            assertEquals("openai-compatible/" + row.spec().ai().model(),
                    config(id).get("agents").get("defaults").get("model").get("primary").string());
            assertEquals(List.of(row), new BotStore(shop.database).all());
        }
    }

    /// A tag may come to mean another image. OpenClaw's state migrates forward only, so that must not happen by the way.
    @Test
    void other_limits_do_not_change_the_image() throws Exception {
        String tag = TestImage.name("moving");
        Engine engine = new Engine(Workshop.SOCKET);
        try (Workshop shop = Workshop.tagged(data, tag, "sleep 3601")) {
            BotId id = shop.create("support").row().id();
            String image = container(shop, id).imageId();
            TestImage.tag(engine, tag, "sleep 3602");

            change(shop, id, "{\"limits\": {\"pids\": 100}}");

            assertEquals(image, container(shop, id).imageId());
            assertEquals(tag, shop.bot(id).row().image());
        }
    }

    private static List<String> entries(Workshop shop) {
        try {
            return shop.entries("secrets");
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void putAside(Workshop shop, BotRecord row, int revision) {
        Map<SecretName, Secret> next = new HashMap<>();
        shop.secrets.list(row.id().value()).keySet()
                .forEach(name -> next.put(name, shop.secrets.read(row.id().value(), name).orElseThrow()));
        next.put(new SecretName("ai-api-key"), Secret.of("another-key"));
        shop.secrets.create(row.id() + "-next-" + revision, next, row.owner().uid(), row.owner().gid());
    }
}
