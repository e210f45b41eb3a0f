package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Image;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotView;
import botmaker.bot.view.HealthMonitor;
import botmaker.bot.view.Status;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
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

/// Bots that move to another image on a real engine, and back.
@Tag("docker")
class ImageUpgradeTest {
    /// Marks the state as its own, as a newer OpenClaw does, and answers BotMaker's probe like a healthy bot with web chat.
    private static final String HEALTHY = "trap 'exit 143' TERM; echo new > /home/node/.openclaw/memory; "
            + "nc -ll -p 18789 -e sh -c \\\"while read line; do [ \\\\${#line} -le 1 ] && break; done; printf 'HTTP/1.1 200 OK"
            + "\\\\r\\\\nContent-Length: 2\\\\r\\\\nConnection: close\\\\r\\\\n\\\\r\\\\n{}'; sleep 0.2\\\" & wait";
    /// Marks the state and refuses its configuration.
    private static final String REFUSES = "echo new > /home/node/.openclaw/memory; exit 78";
    /// Marks the state and answers nobody.
    private static final String NEVER_READY = "trap 'exit 143' TERM; echo new > /home/node/.openclaw/memory; sleep 3600 & wait";
    private static final String SLEEPS = "trap 'exit 143' TERM; sleep 3600 & wait";

    @TempDir
    Path data;

    private static BotId create(Workshop shop) throws InterruptedException {
        JsonValue request = JsonValue.parse("""
                {"name": "a", "reach": "legacy", "channel": {"type": "webchat"},
                 "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"}}""");
        return shop.bots.service().create(NewBot.from(request, new Limits(2L << 30, 1000, 512), KeptKeys.NONE)).row().id();
    }

    /// A bot that remembers something, in a data directory whose next BotMaker has another image.
    private BotId made(String memory) throws Exception {
        Workshop shop = Workshop.running(data, SLEEPS);
        BotId id = create(shop);
        Path file = Files.writeString(data.resolve("bots/" + id + "/state/memory"), memory);
        Files.setAttribute(file, "unix:uid", shop.bot(id).row().owner().uid());
        shop.crash();
        return id;
    }

    private String memory(BotId id) throws IOException {
        return Files.readString(data.resolve("bots/" + id + "/state/memory")).strip();
    }

    private static String image(Workshop shop, BotId id) {
        return shop.engine.inspect(shop.bot(id).seen().container().orElseThrow().id()).raw().get("Config").get("Image").string();
    }

    private static void awaitSeen(Workshop shop, BotId id) {
        Workshop.await("it is seen", () -> shop.bot(id).seen().container().isPresent());
    }

    @Test
    void a_bot_that_becomes_healthy_stays_on_the_new_image() throws Exception {
        BotId id = made("old");
        try (Workshop shop = Workshop.running(data, HEALTHY)) {
            awaitSeen(shop, id);
            String before = image(shop, id);
            Workshop.await("it is outdated", () -> shop.bot(id).toJson().get("imageOutdated").bool());

            BotView bot = shop.bots.service().upgrade(id);

            assertEquals(Optional.of(before), bot.row().rollout().previous().map(Image::reference));
            Workshop.await("it has proved itself", () -> shop.bot(id).row().rollout().previous().isEmpty());
            Workshop.await("the copy is gone", () -> entries(shop, id).equals(List.of("config", "state")));
            assertEquals(Status.Word.RUNNING, shop.bot(id).status().word());
            assertFalse(shop.bot(id).toJson().get("imageOutdated").bool());
            assertFalse(image(shop, id).equals(before));
            assertEquals("new", memory(id));
            assertEquals(1, shop.engine.list(shop.labels()).size());
            assertTrue(shop.bots.registry().history(id).getFirst().what().endsWith("succeeded"));
        }
    }

    @Test
    void a_bot_that_does_not_is_put_back_with_its_old_image_and_state() throws Exception {
        BotId id = made("old");
        try (Workshop shop = Workshop.running(data, REFUSES)) {
            awaitSeen(shop, id);
            String before = image(shop, id);

            shop.bots.service().upgrade(id);

            Workshop.await("it is put back", () -> shop.bot(id).row().rollout().equals(
                    shop.bot(id).row().settled().rollout().previous(Optional.empty())) && shop.bot(id).row().image().equals(before));
            Workshop.await("it runs", () -> shop.bot(id).status().word() == Status.Word.RUNNING);
            assertEquals("old", memory(id));
            assertEquals(1_900_000_000, Files.getAttribute(data.resolve("bots/" + id + "/state/memory"), "unix:uid"));
            assertEquals(before, image(shop, id));
            assertEquals(List.of("config", "state"), entries(shop, id));
            assertTrue(shop.bots.registry().history(id).stream().anyMatch(it -> it.what().startsWith("rolled back to " + before)
                    && it.what().endsWith("(exit code 78)")), shop.bots.registry().history(id).toString());
            Workshop.await("it is recorded", () -> shop.audited().stream().anyMatch(it -> it.startsWith("image-rolled-back ")
                    && it.contains(before + ": ")));
            assertTrue(shop.bot(id).toJson().get("imageOutdated").bool());
        }
    }

    @Test
    void a_trial_that_a_crash_cut_off_before_its_copy_is_undone() throws Exception {
        BotId id = made("old");
        Workshop before = Workshop.running(data, HEALTHY);
        awaitSeen(before, id);
        BotRecord row = before.bot(id).row();
        new BotStore(before.database).update(trial(before, row));
        before.crash();
        Files.createDirectories(data.resolve("bots/" + id + "/state-copy-unfinished/half"));

        try (Workshop after = Workshop.running(data, HEALTHY)) {
            Workshop.await("it is put back", () -> after.bot(id).row().rollout().previous().isEmpty()
                    && after.bot(id).status().word() == Status.Word.RUNNING);
            assertEquals(row.image(), after.bot(id).row().image());
            assertEquals("old", memory(id));
            Workshop.await("nothing is left", () -> entries(after, id).equals(List.of("config", "state")));
        }
    }

    @Test
    void a_trial_that_a_crash_cut_off_after_its_copy_is_undone_with_the_copy() throws Exception {
        BotId id = made("touched by the new image");
        Workshop before = Workshop.running(data, HEALTHY);
        awaitSeen(before, id);
        new BotStore(before.database).update(trial(before, before.bot(id).row()));
        before.crash();
        Files.writeString(Files.createDirectory(data.resolve("bots/" + id + "/state-copy")).resolve("memory"), "old");

        try (Workshop after = Workshop.running(data, HEALTHY)) {
            Workshop.await("it is put back", () -> after.bot(id).row().rollout().previous().isEmpty()
                    && after.bot(id).status().word() == Status.Word.RUNNING);
            assertEquals("old", memory(id));
        }
    }

    @Test
    void an_engine_that_freezes_in_a_recreation_leaves_a_bot_that_is_put_back() throws Exception {
        BotId id = made("old");
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET)) {
            try (Workshop shop = Workshop.behind(proxy.socket(), data)) {
                awaitSeen(shop, id);
                proxy.freezeAt("POST /containers/create");

                assertThrows(Failure.EngineDown.class, () -> shop.bots.service().upgrade(id));
                proxy.thaw();

                Workshop.await("it is put back", () -> shop.bot(id).row().rollout().previous().isEmpty()
                        && shop.bot(id).status().word() == Status.Word.RUNNING);
                assertEquals("old", memory(id));
                Workshop.await("what the engine made late is gone", () -> shop.engine.list(shop.labels()).size() == 1);
            }
        }
    }

    @Test
    void a_bot_that_is_not_ready_in_time_is_put_back() throws Exception {
        BotId id = made("old");
        AtomicLong ahead = new AtomicLong();
        try (Workshop shop = Workshop.running(data, NEVER_READY, () -> System.nanoTime() + ahead.get())) {
            awaitSeen(shop, id);
            String before = image(shop, id);
            shop.bots.service().upgrade(id);
            assertThrows(Failure.Conflict.class, () -> shop.bots.service().upgrade(id), "one is on trial already");
            // The first look at the trial starts its time, and so must come before a jump; after each, the engine must
            // have answered again before what is known is believed.
            long began = System.nanoTime();
            Workshop.await("it is put back", () -> {
                ahead.set((System.nanoTime() - began) / Duration.ofSeconds(5).toNanos() * HealthMonitor.START_DEADLINE.toNanos());
                return shop.bot(id).row().rollout().previous().isEmpty()
                        && shop.bot(id).status().word() == Status.Word.RUNNING;
            });
            assertEquals(before, image(shop, id));
            assertEquals("old", memory(id));
            assertTrue(shop.bots.registry().history(id).stream().anyMatch(it -> it.what().contains("not healthy within 3 minutes")),
                    shop.bots.registry().history(id).toString());
        }
    }

    @Test
    void a_state_that_cannot_be_copied_leaves_the_bot_as_it_was() throws Exception {
        BotId id = made("old");
        Path deep = data.resolve("bots/" + id + "/state");
        for (int level = 0; level < 150; level++) {
            deep = Files.createDirectory(deep.resolve("d"));
        }
        try (Workshop shop = Workshop.running(data, HEALTHY)) {
            awaitSeen(shop, id);
            String before = image(shop, id);

            Failure failure = assertThrows(Failure.Conflict.class, () -> shop.bots.service().upgrade(id));

            assertTrue(failure.getMessage().contains("too deep"), failure.getMessage());
            Workshop.await("it runs", () -> shop.bot(id).status().word() == Status.Word.RUNNING);
            assertEquals(before, image(shop, id));
            assertEquals(List.of("config", "state"), entries(shop, id));
            assertEquals("old", memory(id));
        }
    }

    /// Links of a hostile state come out of copy and return as links; what they lead to is neither copied nor owned.
    @Test
    void links_in_the_state_come_back_as_links() throws Exception {
        BotId id = made("old");
        Path outside = Files.writeString(data.resolve("outside"), "precious");
        Files.createSymbolicLink(data.resolve("bots/" + id + "/state/link"), Path.of("../../../outside"));
        try (Workshop shop = Workshop.running(data, REFUSES)) {
            awaitSeen(shop, id);
            shop.bots.service().upgrade(id);
            Workshop.await("it is put back", () -> shop.bot(id).row().rollout().previous().isEmpty()
                    && shop.bot(id).status().word() == Status.Word.RUNNING);

            assertEquals(Path.of("../../../outside"), Files.readSymbolicLink(data.resolve("bots/" + id + "/state/link")));
            assertEquals("precious", Files.readString(outside));
            assertEquals(0, Files.getAttribute(outside, "unix:uid"));
        }
    }

    @Test
    void a_stopped_bot_is_tried_when_it_is_started() throws Exception {
        BotId id = made("old");
        try (Workshop shop = Workshop.running(data, HEALTHY)) {
            awaitSeen(shop, id);
            shop.bots.service().stop(id);

            BotView bot = shop.bots.service().upgrade(id);

            assertEquals(Status.Word.STOPPED, bot.status().word());
            assertTrue(bot.row().rollout().previous().isPresent());
            shop.bots.service().start(id);
            Workshop.await("it has proved itself", () -> shop.bot(id).row().rollout().previous().isEmpty());
            assertEquals("new", memory(id));
        }
    }

    private static BotRecord trial(Workshop shop, BotRecord row) {
        String image = shop.engine.images().find(row.image()).orElseThrow().id();
        return row.upgrading(new Image("botmaker-test-absent:1", Optional.of("sha256:" + "0".repeat(64))),
                new Image(row.image(), Optional.of(image)), Rows.CREATED);
    }

    private static List<String> entries(Workshop shop, BotId id) {
        try {
            return shop.entries("bots/" + id);
        } catch (IOException e) {
            return List.of();
        }
    }
}
