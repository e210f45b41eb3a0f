package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.host.BotContainerSpec;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotView;
import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.file.TreeDeletion;
import botmaker.json.JsonValue;
import botmaker.support.EngineProxy;
import botmaker.support.TinyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A change that needs a new container, and engines that refuse it.
@Tag("docker")
class ReplacementTest {
    @TempDir
    Path data;

    private static List<String> fields(Failure.Invalid failure) {
        return failure.errors().stream().map(FieldError::field).toList();
    }

    private static String container(BotView bot) {
        return bot.seen().container().orElseThrow().id();
    }

    private static BotView change(Workshop shop, BotId id, String patch) throws InterruptedException {
        return shop.bots.service().change(id, JsonValue.parse(patch));
    }

    private String key(BotId id) throws IOException {
        return Files.readString(data.resolve("secrets/" + id + "/ai-api-key"));
    }

    /// 64 processors on a host of two cost a running bot its container, and its record kept them: nothing could start it any more.
    @Test
    void limits_that_the_host_does_not_have_are_refused_before_anything_is_written() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView before = shop.create("support");
            BotId id = before.row().id();

            Failure.Invalid tooMany = assertThrows(Failure.Invalid.class, () -> change(shop, id, "{\"limits\": {\"cpus\": 1024, \"memory\": 1099511627776}}"));

            assertEquals(List.of("/limits/cpus", "/limits/memory"), fields(tooMany));
            assertEquals(before.row(), shop.bot(id).row());
            assertEquals(container(before), container(shop.bots.convergence.refresh(id)));
            assertEquals(Container.State.RUNNING, shop.engine.inspect(container(before)).state());
            NewBot request = NewBot.from(JsonValue.parse("""
                    {"name": "b", "limits": {"cpus": 1024}, "ai": {"provider": "anthropic", "model": "m", "apiKey": "sk-ant-api03-canary"},
                     "reach": "legacy", "channel": {"type": "webchat"}}"""), new Limits(2L << 30, 1000, 512), KeptKeys.NONE);
            assertEquals(List.of("/limits/cpus"), fields(assertThrows(Failure.Invalid.class, () -> shop.bots.service().create(request))));
            assertEquals(1, shop.bots.registry().rows().size());
        }
    }

    /// The default of two processors kept any bot from being created on a host of one.
    @Test
    void defaults_never_exceed_the_host() {
        try (Workshop shop = Workshop.open(data)) {
            Limits defaults = defaults(shop);

            assertEquals(shop.engine.info().cpus() * 1000L, defaults.cpus());
            assertEquals(shop.engine.info().memory(), defaults.memory());
            assertEquals(512, defaults.pids());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Limits defaults(Workshop shop) {
        BotHost host = shop.host();
        host.capacity();
        return host.defaults(new Limits(1L << 40, 1_024_000, 512));
    }

    @Test
    void a_change_that_the_engine_refuses_to_create_leaves_the_bot_as_it_was() throws Exception {
        refused("/containers/create", "{\"limits\": {\"pids\": 300}}");
    }

    /// It was found out when the old container was gone: the new one had taken its name.
    @Test
    void a_change_that_the_engine_refuses_to_start_leaves_the_bot_as_it_was() throws Exception {
        refused("/start", "{\"limits\": {\"pids\": 300}, \"ai\": {\"apiKey\": \"another-key\"}}");
    }

    private void refused(String call, String patch) throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET); Workshop shop = Workshop.behind(proxy.socket(), data)) {
            BotView before = shop.create("support");
            BotId id = before.row().id();
            String key = key(id);
            proxy.refuse(call);

            assertThrows(Failure.Conflict.class, () -> change(shop, id, patch));

            assertEquals(before.row().spec(), shop.bot(id).row().spec());
            assertEquals(BotRecord.Pending.NOTHING, shop.bot(id).row().rollout().pending());
            assertEquals(key, key(id));
            Engine engine = new Engine(Workshop.SOCKET);
            assertEquals(Container.State.RUNNING, engine.inspect(container(before)).state());
            assertEquals(1, engine.list(shop.labels()).size());
            assertEquals(List.of(id.value()), shop.entries("secrets"));

            BotView after = change(shop, id, patch);
            assertNotEquals(container(before), container(after));
            assertEquals(BotContainerSpec.containerName(id), engine.inspect(container(after)).name());
            assertEquals(300, after.row().spec().limits().pids());
            assertEquals(1, engine.list(shop.labels()).size());
        }
    }

    /// It forgot a restart that a replaced secret needed. All under the bot's lock, which the look that makes the restart waits for.
    @Test
    void a_repair_that_the_engine_refuses_keeps_what_was_pending() throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET); Workshop shop = Workshop.behind(proxy.socket(), data)) {
            BotId id = shop.create("support").row().id();
            proxy.refuse("/containers/create");
            shop.bots.service().revise(id, row -> row.changed(row.spec(), BotRecord.Pending.RESTART, Instant.now()), _ -> {
                assertThrows(Failure.Conflict.class, () -> shop.bots.service().repair(id));
                assertEquals(BotRecord.Pending.RESTART, shop.bot(id).row().rollout().pending());
            });

            Workshop.await("it is restarted", () -> shop.bot(id).row().rollout().pending() == BotRecord.Pending.NOTHING);
        }
    }

    /// The new container ran with the old secrets.
    @Test
    void an_upgrade_of_a_paused_bot_follows_a_pending_change_as_well() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView bot = shop.create("support");
            BotId id = bot.row().id();
            shop.awaitReady(container(bot));
            shop.engine.pause(container(bot));
            change(shop, id, "{\"limits\": {\"pids\": 300}, \"ai\": {\"apiKey\": \"another-key\"}}");
            assertEquals(BotRecord.Pending.RECREATE, shop.bot(id).row().rollout().pending());

            BotView upgraded = shop.bots.service().upgrade(id);

            assertEquals("another-key", key(id));
            assertEquals(List.of(id.value()), shop.entries("secrets"));
            assertEquals(300, shop.engine.inspect(container(upgraded)).raw().get("HostConfig").get("PidsLimit").integer());
        }
    }

    @Test
    void what_a_crash_left_of_a_replacement_is_settled() throws Exception {
        Workshop before = Workshop.open(data);
        BotId beside = before.create("beside").row().id();
        BotId alone = before.create("alone").row().id();
        String kept = container(before.bot(beside));
        String only = container(before.bot(alone));
        before.host().createReplacement(before.bot(beside).row());
        before.engine.rename(only, BotContainerSpec.containerName(alone) + "-next");
        before.crash();

        try (Workshop after = Workshop.open(data)) {
            Workshop.await("both have one container", () -> after.engine.list(after.labels()).stream()
                    .flatMap(it -> after.engine.find(it.id()).stream()).map(Container::name).sorted().toList()
                    .equals(List.of(beside, alone).stream().map(BotContainerSpec::containerName).sorted().toList()));
            assertEquals(Container.State.RUNNING, after.engine.inspect(kept).state());
            assertTrue(after.engine.find(only).isPresent());
        }
    }

    /// It was answered with 200, and the bot went on with the old key: it could not take up the new one, and nobody tried again.
    @Test
    void a_secret_that_is_replaced_while_the_bot_is_paused_is_taken_up_when_it_runs_again() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView bot = shop.create("support");
            BotId id = bot.row().id();
            shop.awaitReady(container(bot));
            shop.engine.pause(container(bot));

            shop.bots.service().replaceSecret(id, "gateway-token", JsonValue.parse("{}"));
            assertEquals(BotRecord.Pending.RESTART, shop.bot(id).row().rollout().pending());
            shop.bots.service().change(id, JsonValue.parse("{\"limits\": {\"pids\": 300}}"));
            assertEquals(BotRecord.Pending.RECREATE, shop.bot(id).row().rollout().pending());
            assertEquals(Container.State.PAUSED, shop.engine.inspect(container(bot)).state());
            shop.engine.unpause(container(bot));

            Workshop.await("it has followed", () -> shop.bot(id).row().rollout().pending() == BotRecord.Pending.NOTHING);
            assertEquals(300, shop.engine.inspect(container(shop.bot(id))).raw().get("HostConfig").get("PidsLimit").integer());
            assertEquals(Container.State.RUNNING, shop.engine.inspect(container(shop.bot(id))).state());
        }
    }

    /// The state that a new image had migrated was kept, and the good copy from before it was deleted.
    @Test
    void a_deletion_keeps_the_state_from_before_an_upgrade_that_is_not_confirmed() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView bot = shop.create("support");
            BotId id = bot.row().id();
            shop.bots.service().stop(id);
            BotRecord.Image image = new BotRecord.Image(bot.row().image(), bot.row().rollout().imageId());
            shop.bots.service().revise(id, row -> row.upgrading(image, image, Instant.now()), _ -> { });
            Files.writeString(data.resolve("bots/" + id + "/state/memory"), "migrated");
            Files.createDirectory(data.resolve("bots/" + id + "/state-copy"));
            Files.writeString(data.resolve("bots/" + id + "/state-copy/memory"), "good");

            shop.bots.service().delete(id, true);

            assertEquals("good", Files.readString(data.resolve("kept/" + id + "/memory")));
        }
    }

    @Test
    void a_deletion_that_shall_keep_a_state_that_is_missing_is_refused() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            TreeDeletion.delete(data.resolve("bots/" + id + "/state"));

            assertThrows(Failure.Conflict.class, () -> shop.bots.service().delete(id, true));

            assertEquals(BotRecord.Phase.READY, shop.bot(id).row().phase());
            shop.bots.service().delete(id, false);
        }
    }

    /// It was answered with "Something failed inside BotMaker".
    @Test
    void a_deletion_that_the_system_refuses_names_the_path() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            Path stuck = data.resolve("bots/" + id + "/state/stuck");
            try (TinyDisk _ = TinyDisk.mount(stuck, "size=1m")) {
                Failure.Conflict refused = assertThrows(Failure.Conflict.class, () -> shop.bots.service().delete(id, false));

                assertTrue(refused.getMessage().contains("/state/stuck"), refused.getMessage());
            }
            Workshop.await("it is deleted by itself", () -> shop.bots.registry().row(id).isEmpty());
        }
    }
}
