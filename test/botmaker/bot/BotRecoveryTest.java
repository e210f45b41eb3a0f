package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.host.BotHost;
import botmaker.bot.lifecycle.CrashLoopDetector;
import botmaker.bot.reconcile.WorkQueue;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.Schema;
import botmaker.bot.reconcile.Reconciler;
import botmaker.bot.view.BotView;
import botmaker.bot.view.Status;
import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.error.Failure;
import botmaker.file.Reserve;
import botmaker.json.JsonValue;
import botmaker.store.Database;
import botmaker.support.EngineProxy;
import botmaker.support.TinyDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a crash or a silent engine left half done is completed or undone.
@Tag("docker")
class BotRecoveryTest {
    @TempDir
    Path data;

    @Test
    void a_creation_that_a_crash_cut_off_is_undone() throws Exception {
        BotId whole;
        try (Database database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) {
            BotStore store = new BotStore(database);
            store.installation();
            whole = store.add(BotId.random(), Rows.spec("cut off"), BotRecord.Desired.RUNNING, "x", Rows.CREATED, n -> new Owner(n, n)).id();
        }
        Files.createDirectories(data.resolve("bots/" + whole + "/state"));
        Files.createDirectories(data.resolve("secrets/" + whole));

        try (Workshop shop = Workshop.open(data)) {
            Workshop.await("it is gone", () -> shop.bots.registry().row(whole).isEmpty());

            assertEquals(List.of(), shop.entries("bots"));
            assertEquals(List.of(), shop.entries("secrets"));
            assertEquals(List.of(), new BotStore(shop.database).all());
            Workshop.await("it is recorded", () -> shop.audited().equals(List.of("creation-rolled-back cut off")));
        }
    }

    @Test
    void a_deletion_that_a_crash_cut_off_is_completed() throws Exception {
        Workshop before = Workshop.open(data);
        BotId id = before.create("support").row().id();
        new BotStore(before.database).update(before.bots.registry().row(id).orElseThrow().deleting(true, Rows.CREATED));
        before.crash();

        try (Workshop after = Workshop.open(data)) {
            Workshop.await("it is gone", () -> after.bots.registry().row(id).isEmpty());

            assertEquals(List.of(), after.engine.list(after.labels()));
            assertEquals(List.of(), after.entries("secrets"));
            assertEquals(List.of(id.value()), after.entries("kept"));
            Workshop.await("it is recorded", () -> after.audited().equals(List.of("deletion-completed support")));
        }
    }

    @Test
    void bots_are_found_again_after_a_crash() throws Exception {
        Workshop before = Workshop.open(data);
        BotId running = before.create("runs").row().id();
        BotId stopped = before.create("rests").row().id();
        before.bots.service().stop(stopped);
        before.crash();

        try (Workshop after = Workshop.open(data)) {
            Workshop.await("both are seen", () -> after.bot(running).status().word() == Status.Word.RUNNING
                    && after.bot(stopped).status().word() == Status.Word.STOPPED);
            assertEquals(List.of("ai-api-key", "channel-token", "gateway-token"), List.copyOf(after.bot(running).written().keySet()));
        }
    }

    /// A kill between the row's write and the engine's call left the bot as it was, for good.
    @Test
    void a_start_or_a_stop_that_a_crash_cut_off_is_carried_out() throws Exception {
        Workshop before = Workshop.open(data);
        BotId stopping = before.create("stops").row().id();
        BotId starting = before.create("starts").row().id();
        BotId byHand = before.create("by hand").row().id();
        before.bots.service().stop(starting);
        before.engine.stop(before.bot(byHand).seen().container().orElseThrow().id(), Duration.ofSeconds(10));
        BotStore store = new BotStore(before.database);
        store.update(before.bots.registry().row(stopping).orElseThrow().with(BotRecord.Desired.STOPPED, Instant.now()));
        store.update(before.bots.registry().row(starting).orElseThrow().with(BotRecord.Desired.RUNNING, Instant.now()));
        before.crash();

        try (Workshop after = Workshop.open(data)) {
            Workshop.await("both are as wished", () -> after.bot(stopping).status().word() == Status.Word.STOPPED
                    && after.bot(starting).status().word() == Status.Word.RUNNING);
            Workshop.await("nothing is due", () -> new BotStore(after.database).all().stream().noneMatch(row -> row.rollout().powerActionPending()));
            assertEquals("stopped by you", after.bot(stopping).status().reason().orElseThrow());
            assertEquals("stopped outside BotMaker", after.bot(byHand).status().reason().orElseThrow());
            Workshop.await("both are recorded", () -> after.audited().containsAll(List.of("stop-completed stops", "start-completed starts")));
        }
    }

    /// One bot with a broken entry kept BotMaker from starting, and so all others from being seen.
    @Test
    void secrets_that_cannot_be_read_are_that_bots_own_trouble() throws Exception {
        Workshop before = Workshop.open(data);
        BotId broken = before.create("broken").row().id();
        BotId whole = before.create("whole").row().id();
        before.bots.service().stop(broken);
        before.crash();
        Path secrets = data.resolve("secrets").resolve(broken.value());
        Files.move(secrets, data.resolve("aside"));
        Files.writeString(secrets, "no directory");

        try (Workshop after = Workshop.open(data)) {
            Workshop.await("the other is seen", () -> after.bot(whole).status().word() == Status.Word.RUNNING);
            assertEquals(Status.Word.ERROR, after.bot(broken).status().word());
            assertEquals("its secrets cannot be read: see BotMaker's log", after.bot(broken).status().reason().orElseThrow());
            assertEquals(List.of(), List.copyOf(after.bot(broken).written().keySet()));

            Files.delete(secrets);
            Files.move(data.resolve("aside"), secrets);
            assertTrue(after.bots.assembly.readsSecrets(broken));
            assertEquals("stopped by you", after.bot(broken).status().reason().orElseThrow());
            assertEquals(3, after.bot(broken).written().size());

            Files.move(secrets, data.resolve("aside"));
            Files.writeString(secrets, "no directory");
            after.bots.service().delete(broken, false);
            assertEquals(List.of(whole.value()), after.entries("secrets"));
        }
    }

    /// What says that a bot is to be deleted could not be written, so that nothing could be freed.
    @Test
    void a_bot_can_be_deleted_from_a_full_disk() throws Exception {
        Path tiny = data.resolve("tiny");
        try (TinyDisk _ = TinyDisk.mount(tiny, "size=32m"); Workshop shop = Workshop.open(tiny)) {
            BotId id = shop.create("support").row().id();
            Object reserve = Files.getAttribute(tiny.resolve("reserve"), "unix:ino");
            fill(tiny.resolve("bots/" + id + "/state/growth"));
            for (int length : List.of(100_000, 1)) { // until what the database has taken beforehand is used up
                assertThrows(Failure.DiskFull.class, () -> {
                    while (true) {
                        shop.bots.service().revise(id, row -> row.pairedOwner(Optional.of("x".repeat(length)), Instant.now()), _ -> { });
                    }
                });
            }

            shop.bots.service().delete(id, false);

            assertEquals(List.of(), shop.bots.registry().rows());
            assertEquals(List.of(), shop.entries("bots"));
            assertNotEquals(reserve, Files.getAttribute(tiny.resolve("reserve"), "unix:ino"), "it was not needed");
        }
    }

    private static void fill(Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException full) {
            assertTrue(Files.exists(file), full.toString());
        }
    }

    /// A stop whose answer was lost was never repeated.
    @Test
    void a_stop_that_a_silent_engine_cut_off_is_carried_out() throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET)) {
            try (Workshop shop = Workshop.behind(proxy.socket(), data)) {
                BotView bot = shop.create("support");
                BotId id = bot.row().id();
                proxy.freezeAt("POST /containers/" + bot.seen().container().orElseThrow().id() + "/stop");

                Failure.EngineDown failure = assertThrows(Failure.EngineDown.class, () -> shop.bots.service().stop(id));
                assertTrue(failure.getMessage().startsWith("It is pending until the Docker Engine answers again."), failure.getMessage());
                proxy.goAway();
                proxy.thaw();
                proxy.comeBack();

                Workshop.await("it is stopped", () -> shop.bot(id).status().word() == Status.Word.STOPPED);
                Workshop.await("nothing is due", () -> !shop.bot(id).row().rollout().powerActionPending());
            }
        }
    }

    /// An engine that ended in the middle of the restart that a new secret needs left the bot stopped for good.
    @Test
    void a_restart_for_a_change_that_the_engines_end_cut_off_is_completed() throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET)) {
            try (Workshop shop = Workshop.behind(proxy.socket(), data)) {
                BotView bot = shop.create("support");
                BotId id = bot.row().id();
                String container = bot.seen().container().orElseThrow().id();
                proxy.freezeAt("POST /containers/" + container + "/restart");

                assertThrows(Failure.EngineDown.class,
                        () -> shop.bots.service().replaceSecret(id, "gateway-token", JsonValue.parse("{}")));
                Engine engine = new Engine(Workshop.SOCKET);
                engine.stop(container, Duration.ofSeconds(10));
                proxy.goAway();
                proxy.thaw();
                proxy.comeBack();

                Workshop.await("it runs", () -> engine.inspect(container).state() == Container.State.RUNNING);
                Workshop.await("nothing is due", () -> !shop.bot(id).row().rollout().powerActionPending());
            }
        }
    }

    @Test
    void an_engine_that_freezes_in_a_creation_is_told_soon_and_cleaned_up_later() throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET)) {
            try (Workshop shop = Workshop.behind(proxy.socket(), data)) {
                proxy.freezeAt("POST /containers/create");
                long before = System.nanoTime();

                assertThrows(Failure.EngineDown.class, () -> shop.create("support"));

                assertTrue(System.nanoTime() - before < Duration.ofSeconds(15).toNanos(), "it took too long to notice");
                Workshop.await("the loss is known", () -> shop.bots.engineProblem().isPresent());
                assertEquals(Status.Word.CREATING, shop.bots.registry().bots().getFirst().status().word());

                proxy.thaw();

                Workshop.await("it is undone", () -> shop.bots.registry().rows().isEmpty());
                Engine engine = new Engine(Workshop.SOCKET);
                Workshop.await("nothing is left", () -> engine.list(shop.labels()).isEmpty());
                assertEquals(List.of(), shop.entries("bots"));
                assertEquals(List.of(), shop.entries("secrets"));
                shop.create("support");
            }
        }
    }

    /// It took up to 30 seconds, in which the bot was said to be in the making.
    @Test
    void a_creation_whose_last_answer_was_lost_is_undone_soon() throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET)) {
            try (Workshop shop = Workshop.behind(proxy.socket(), data)) {
                proxy.loseAnswerTo("/start ");
                assertThrows(Failure.EngineDown.class, () -> shop.create("support"));
                long lost = System.nanoTime();

                Workshop.await("it is undone", () -> shop.bots.registry().rows().isEmpty());

                assertTrue(System.nanoTime() - lost < Duration.ofSeconds(10).toNanos(), "it took too long");
                assertEquals(List.of(), shop.engine.list(shop.labels()));
            }
        }
    }

    /// The client was told to try again, and then that the name was taken: the bot was there and stayed.
    @Test
    void a_creation_is_answered_as_one_though_the_engine_falls_silent_after_it() throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET)) {
            try (Workshop shop = Workshop.behind(proxy.socket(), data)) {
                proxy.freezeAfter("/start ");

                BotView bot = shop.create("support");

                assertEquals(BotRecord.Phase.READY, bot.row().phase());
                assertEquals(Status.Word.UNKNOWN, bot.status().word());
                proxy.thaw();
                Workshop.await("it is seen", () -> shop.bot(bot.row().id()).status().word() == Status.Word.RUNNING);
            }
        }
    }

    @Test
    void an_engine_may_go_and_come() throws Exception {
        try (EngineProxy proxy = EngineProxy.before(Workshop.SOCKET)) {
            try (Workshop shop = Workshop.behind(proxy.socket(), data)) {
                BotId id = shop.create("support").row().id();

                proxy.goAway();
                Workshop.await("the loss is known", () -> shop.bot(id).status().word() == Status.Word.UNKNOWN);
                assertThrows(Failure.EngineDown.class, () -> shop.bots.service().restart(id));
                assertThrows(Failure.EngineDown.class, () -> shop.bots.service().stop(id));
                assertEquals(BotRecord.Desired.RUNNING, shop.bot(id).row().desired(), "what was refused is wished all the same");
                assertThrows(Failure.EngineDown.class, () -> shop.create("another"));
                assertEquals(1, shop.bots.registry().rows().size());
                new Engine(Workshop.SOCKET).stop(shop.bot(id).seen().container().orElseThrow().id(), Duration.ofSeconds(10));

                proxy.comeBack();
                // It is an error where the signal came before the shell could take it, and the engine killed it after all.
                Workshop.await("the truth is known again",
                        () -> Set.of(Status.Word.STOPPED, Status.Word.ERROR).contains(shop.bot(id).status().word()));
            }
        }
    }

    /// The first look after a start broke off at the network, so that nothing behind it was ever done.
    @Test
    void a_network_that_somebody_else_made_does_not_keep_bots_from_being_cleaned_up() throws Exception {
        Workshop before = Workshop.open(data);
        BotId stopped = before.create("rests").row().id();
        BotId going = before.create("goes").row().id();
        before.bots.service().stop(stopped);
        new BotStore(before.database).update(before.bots.registry().row(going).orElseThrow().deleting(false, Rows.CREATED));
        before.engine.remove(before.bot(going).seen().container().orElseThrow().id(), true);
        String network = "botmaker-" + before.labels().get("botmaker.installation");
        before.crash();
        before.engine.networks().remove(network);
        before.engine.networks().ensure(network, Map.of("foreign", "true"));

        try (Workshop after = Workshop.open(data)) {
            Workshop.await("it is gone", () -> after.bots.registry().row(going).isEmpty());
        }
    }

    /// A bot that died too often and took its time to stop held up the events of all others.
    @Test
    void a_bot_that_is_slow_to_stop_does_not_hold_up_the_others() throws Exception {
        try (Workshop shop = Workshop.running(data, "trap '' TERM; while :; do sleep 1; done")) {
            BotView slow = shop.create("slow");
            BotHost.Container running = slow.seen().container().orElseThrow();
            shop.bots.crashes.forget(running.id());
            shop.bots.crashes.observe(slow.row(), Containers.restarted(running, -5));

            shop.bots.reconciler.observe(slow.row().id());

            String container = slow.seen().container().orElseThrow().id();
            assertEquals(Container.State.RUNNING, shop.engine.inspect(container).state(), "the look waited for the bot's end");
            Workshop.await("it is stopped", () -> shop.bot(slow.row().id()).row().quarantine().isPresent());
        }
    }

    /// The same of a deletion that a crash had cut off, which held up the look at all bots.
    @Test
    void a_deletion_that_is_slow_does_not_hold_up_the_look_at_the_others() throws Exception {
        try (Workshop shop = Workshop.running(data, "trap '' TERM; while :; do sleep 1; done")) {
            BotView slow = shop.create("slow");
            BotId id = slow.row().id();
            shop.bots.registry().update(new BotStore(shop.database).update(slow.row().deleting(true, Rows.CREATED)));
            shop.bots.reconciler.resync(Set.of());

            assertTrue(shop.bots.registry().row(id).isPresent(), "the look waited for the bot's end");
            Workshop.await("it is gone", () -> shop.bots.registry().row(id).isEmpty());
        }
    }

    /// A creation that the engine carried out after it had fallen silent kept the next one from its name.
    @Test
    void a_container_that_the_engine_made_late_gives_way() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView bot = shop.create("support");
            shop.engine.remove(bot.seen().container().orElseThrow().id(), true);
            shop.host().create(bot.row());

            shop.host().create(bot.row());
            shop.bots.service().start(bot.row().id());

            assertEquals(1, shop.engine.list(shop.labels()).size());
            Failure.Conflict taken = assertThrows(Failure.Conflict.class, () -> shop.host().create(bot.row()));
            assertTrue(taken.getMessage().contains("in use"), taken.getMessage());
            assertEquals(Status.Word.RUNNING, shop.bot(bot.row().id()).status().word(), "it took one that ran");
        }
    }

    /// Until the engine first answered, a bot was a stranger like any other to a BotMaker that listens on all addresses.
    @Test
    void bots_are_refused_also_while_the_engine_is_away() throws Exception {
        Workshop before = Workshop.open(data);
        BotView bot = before.create("support");
        InetAddress address = bot.seen().container().orElseThrow().address().orElseThrow();
        before.crash();

        try (Workshop after = Workshop.withoutEngine(data)) {
            assertTrue(after.bots.isBotAddress(address));
            assertFalse(after.bots.isBotAddress(InetAddress.getLoopbackAddress()));
        }
    }

    @Test
    void what_is_not_ours_is_never_touched() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            String container = shop.bot(id).seen().container().orElseThrow().id();
            try (Workshop other = Workshop.open(Files.createDirectory(data.resolve("other")))) {
                assertEquals(List.of(), other.bots.registry().rows());
            }
            assertEquals("running", shop.bots.convergence.refresh(id).status().word().toString());
            assertEquals(container, shop.bot(id).seen().container().orElseThrow().id());
        }
    }
}
