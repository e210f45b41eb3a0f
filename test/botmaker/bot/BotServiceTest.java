package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotStore;
import botmaker.bot.view.BotView;
import botmaker.bot.view.Status;
import botmaker.bot.view.Subscription;
import botmaker.docker.Container.State;
import botmaker.docker.Container;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import botmaker.support.Cli;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The protocol of the three stores on a real engine; the bots' image sleeps instead of running OpenClaw.
@Tag("docker")
class BotServiceTest {
    @TempDir
    Path data;

    /// After a copy of an older database was put back, a new bot got the user id of one that runs.
    @Test
    void no_bot_gets_a_user_id_that_owns_files_of_another() throws Exception {
        Files.setAttribute(Files.createDirectories(data.resolve("secrets/0123456789abcdef")), "unix:uid", 1_900_000_023);
        Files.setAttribute(Files.createDirectories(data.resolve("bots/fedcba9876543210/state")), "unix:uid", 1_900_000_041);
        try (Workshop shop = Workshop.open(data)) {
            assertEquals(1_900_000_042, shop.create("support").row().owner().uid());
        }
    }

    @Test
    void a_bot_lives_and_leaves_nothing() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView bot = shop.create("support");
            BotId id = bot.row().id();

            assertEquals(Status.Word.RUNNING, bot.status().word());
            assertEquals(List.of(id.value()), shop.entries("secrets"));
            assertEquals(List.of("ai-api-key", "channel-token", "gateway-token"), shop.entries("secrets/" + id));
            assertEquals("rwx------", mode("secrets/" + id));
            assertEquals("rw-------", mode("secrets/" + id + "/ai-api-key"));
            assertEquals("rwx------", mode("bots/" + id));
            assertEquals("rwxr-xr-x", mode("bots/" + id + "/config"));
            assertEquals("rw-r--r--", mode("bots/" + id + "/config/openclaw.json"));
            assertEquals("rwx------", mode("bots/" + id + "/state"));
            assertEquals(1_900_000_000, Files.getAttribute(data.resolve("secrets/" + id + "/ai-api-key"), "unix:uid"));
            assertEquals(1_900_000_000, Files.getAttribute(data.resolve("bots/" + id + "/state"), "unix:uid"));

            assertEquals("stopped", shop.bots.service().stop(id).status().word().toString());
            assertEquals("stopped", shop.bots.service().stop(id).status().word().toString());
            assertEquals("running", shop.bots.service().start(id).status().word().toString());
            assertEquals("running", shop.bots.service().start(id).status().word().toString());
            assertEquals("running", shop.bots.service().restart(id).status().word().toString());

            shop.bots.service().delete(id, false);

            assertEquals(List.of(), shop.engine.list(shop.labels()));
            assertEquals(List.of(), shop.entries("secrets"));
            assertEquals(List.of(), shop.entries("bots"));
            assertEquals(List.of(), new BotStore(shop.database).all());
            assertThrows(Failure.NotFound.class, () -> shop.bots.service().delete(id, false));
        }
    }

    @Test
    void its_container_is_what_the_design_says() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView bot = shop.create("support");
            Container container = shop.engine.inspect(bot.seen().container().orElseThrow().id());
            JsonValue host = container.raw().get("HostConfig");
            JsonValue config = container.raw().get("Config");

            assertEquals("botmaker-" + bot.row().id(), container.name());
            assertEquals("true", container.labels().get("botmaker.managed"));
            assertEquals(bot.row().id().value(), container.labels().get("botmaker.bot-id"));
            assertEquals("bot-" + bot.row().id(), config.get("Hostname").string());
            assertEquals("1900000000:1900000000", config.get("User").string());
            assertTrue(host.get("ReadonlyRootfs").bool());
            assertFalse(host.get("Privileged").bool());
            assertEquals("[\"ALL\"]", host.get("CapDrop").toString());
            assertTrue(host.get("SecurityOpt").toString().contains("no-new-privileges"));
            assertEquals(2L << 30, host.get("Memory").integer());
            assertEquals(2L << 30, host.get("MemorySwap").integer());
            assertEquals(1_000_000_000L, host.get("NanoCpus").integer());
            assertEquals(512, host.get("PidsLimit").integer());
            assertEquals("unless-stopped", host.get("RestartPolicy").get("Name").string());
            assertEquals("json-file", host.get("LogConfig").get("Type").string());
            assertEquals("{}", host.get("PortBindings").toString());
            assertEquals(List.of("/etc/openclaw:false", "/home/node/.openclaw:true", "/run/secrets:false"),
                    container.raw().get("Mounts").elements().stream()
                            .map(mount -> mount.get("Destination").string() + ":" + mount.get("RW").bool()).sorted().toList());
            assertTrue(config.get("Env").toString().contains("TZ=Europe/Berlin"));
            assertFalse(container.raw().toString().contains("canary"), "a secret is in the container's description");
        }
    }

    @Test
    void no_secret_is_in_the_database_or_the_configuration() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView bot = shop.create("support");

            for (String file : List.of("botmaker.db", "botmaker.db-wal", "bots/" + bot.row().id() + "/config/openclaw.json")) {
                assertFalse(Files.readString(data.resolve(file), StandardCharsets.ISO_8859_1).contains("canary"), file);
            }
            assertFalse(bot.toJson().toString().contains("canary"));
        }
    }

    @Test
    void a_deletion_can_keep_the_state() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            Files.writeString(data.resolve("bots/" + id + "/state/memory"), "remember");

            shop.bots.service().delete(id, true);

            assertEquals("remember", Files.readString(data.resolve("kept/" + id + "/memory")));
            assertEquals(List.of(), shop.entries("bots"));
            assertEquals(List.of(), shop.entries("secrets"));
        }
    }

    @Test
    void a_bot_whose_container_was_removed_by_hand_gets_a_new_one_around_its_old_files() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            Files.writeString(data.resolve("bots/" + id + "/state/memory"), "remember");
            shop.engine.remove(shop.bot(id).seen().container().orElseThrow().id(), true);
            Workshop.await("the loss is seen",
                    () -> shop.bot(id).status().reason().orElse("").startsWith("container missing"));
            assertEquals(Status.Word.ERROR, shop.bot(id).status().word());

            assertEquals("running", shop.bots.service().start(id).status().word().toString());

            assertTrue(Files.exists(data.resolve("bots/" + id + "/state/memory")));
        }
    }

    /// `docker network prune` took the network while the bot was stopped, and the bot could never be started again.
    @Test
    void a_stopped_bot_whose_network_was_removed_can_be_started() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            for (boolean restart : new boolean[] {false, true}) {
                shop.bots.service().stop(id);
                shop.engine.networks().remove(shop.networkName());

                BotView bot = restart ? shop.bots.service().restart(id) : shop.bots.service().start(id);

                assertEquals(Status.Word.RUNNING, bot.status().word());
                assertEquals(1, shop.engine.list(shop.labels()).size());
            }
        }
    }

    /// The dashboard read "started outside BotMaker" while a bot was being stopped, and "stopped outside BotMaker" while
    /// it was being restarted.
    @Test
    void what_is_done_here_is_never_told_as_done_elsewhere() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            Set<String> reasons = ConcurrentHashMap.newKeySet();
            Thread reader = Thread.ofVirtual().start(() -> {
                try (Subscription changes = shop.bots.registry().subscribe()) {
                    while (true) {
                        changes.take(Duration.ofMinutes(1));
                        shop.bot(id).status().reason().ifPresent(reasons::add);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });

            shop.bots.service().stop(id);
            shop.bots.service().start(id);
            shop.bots.service().restart(id);
            reader.interrupt();
            reader.join();

            assertTrue(reasons.containsAll(Set.of("being stopped", "being restarted")), reasons.toString());
            assertEquals(List.of(), reasons.stream().filter(reason -> reason.contains("outside")).toList());
        }
    }

    @Test
    void what_is_done_by_hand_is_shown_and_not_undone() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            String container = shop.bot(id).seen().container().orElseThrow().id();

            shop.awaitReady(container);
            shop.engine.stop(container, Duration.ofSeconds(30));
            Workshop.await("the stop is seen", () -> shop.bot(id).status().word() == Status.Word.STOPPED);
            assertEquals("stopped outside BotMaker", shop.bot(id).status().reason().orElseThrow());

            shop.engine.start(container);
            Workshop.await("the start is seen", () -> shop.bot(id).status().word() == Status.Word.RUNNING);

            Cli.docker("kill", container);
            Workshop.await("the kill is seen", () -> shop.bot(id).status().word() == Status.Word.ERROR);
            assertEquals("killed (exit code 137)", shop.bot(id).status().reason().orElseThrow());
        }
    }

    /// The engine refuses to start what is paused, and told so in words of its own.
    @Test
    void a_bot_that_was_paused_by_hand_can_be_started_restarted_and_stopped() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            String container = shop.bot(id).seen().container().orElseThrow().id();
            shop.awaitReady(container);

            pause(shop, id, container);
            assertEquals(Status.Word.RUNNING, shop.bots.service().start(id).status().word());
            pause(shop, id, container);
            assertEquals(Status.Word.RUNNING, shop.bots.service().restart(id).status().word());
            pause(shop, id, container);
            assertEquals(Status.Word.STOPPED, shop.bots.service().stop(id).status().word());
        }
    }

    private static void pause(Workshop shop, BotId id, String container) throws Exception {
        try (SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(Workshop.SOCKET))) {
            String request = "POST /containers/%s/pause HTTP/1.1\r\nHost: engine\r\nContent-Length: 0\r\n\r\n".formatted(container);
            engine.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(1024);
            engine.read(answer);
            assertTrue(new String(answer.array(), StandardCharsets.US_ASCII).startsWith("HTTP/1.1 204"), "it was refused");
        }
        Workshop.await("the pause is seen", () -> shop.bot(id).status().word() == Status.Word.ERROR);
        assertEquals("paused outside BotMaker: start the bot to resume it", shop.bot(id).status().reason().orElseThrow());
    }

    @Test
    void a_name_has_one_bot_however_many_ask_at_once() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            List<Object> outcomes = atOnce(8, () -> shop.create("support"));

            assertEquals(1, outcomes.stream().filter(BotView.class::isInstance).count(), outcomes.toString());
            assertEquals(7, outcomes.stream().filter(Failure.Conflict.class::isInstance).count(), outcomes.toString());
            assertEquals(1, shop.engine.list(shop.labels()).size());
            assertEquals(1, shop.entries("bots").size());

            BotId id = shop.bots.registry().rows().getFirst().id();
            List<Object> deletions = atOnce(6, () -> {
                shop.bots.service().delete(id, false);
                return "done";
            });
            assertEquals(1, deletions.stream().filter("done"::equals).count(), deletions.toString());
            assertEquals(5, deletions.stream().filter(Failure.NotFound.class::isInstance).count(), deletions.toString());
        }
    }

    private static List<Object> atOnce(int many, Callable<Object> call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Object>> futures = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                futures.add(threads.submit(() -> {
                    try {
                        return call.call();
                    } catch (Failure e) {
                        return e;
                    }
                }));
            }
            List<Object> outcomes = new ArrayList<>();
            for (Future<Object> future : futures) {
                outcomes.add(future.get());
            }
            return outcomes;
        }
    }

    @Test
    void without_its_image_no_bot_is_begun() throws Exception {
        try (Workshop shop = Workshop.withoutImage(data)) {
            Failure failure = assertThrows(Failure.Conflict.class, () -> shop.create("support"));

            assertTrue(failure.getMessage().contains("make image"));
            assertEquals(List.of(), new BotStore(shop.database).all());
            assertEquals(List.of(), shop.entries("secrets"));
        }
    }

    @Test
    void a_bot_that_cannot_be_started_leaves_nothing() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            Files.delete(data.resolve("bots"));
            Files.createSymbolicLink(data.resolve("bots"), data.resolve("nowhere"));

            RuntimeException failure = assertThrows(RuntimeException.class, () -> shop.create("support"));

            assertTrue(failure.getMessage().startsWith("cannot write the bot's files: "), failure.getMessage());
            assertEquals(List.of(), List.of(failure.getSuppressed()));
            assertEquals(List.of(), new BotStore(shop.database).all());
            assertEquals(List.of(), shop.entries("secrets"));
            assertEquals(List.of(), shop.engine.list(shop.labels()));
        }
    }

    @Test
    void a_refused_configuration_stops_the_bot_at_once() throws Exception {
        try (Workshop shop = Workshop.running(data, "echo unknown key; exit 78")) {
            BotId id = shop.create("support").row().id();

            Workshop.await("it is stopped", () -> shop.bots.registry().row(id).orElseThrow().quarantine().isPresent());
            Workshop.await("its last words are kept", () -> !shop.bot(id).seen().lastLines().isEmpty());
            assertEquals(Status.Word.ERROR, shop.bot(id).status().word());
            assertEquals("OpenClaw refused its configuration (exit code 78)", shop.bot(id).status().reason().orElseThrow());
            assertTrue(shop.bot(id).seen().lastLines().contains("unknown key"));
            Workshop.await("it is recorded", () -> shop.audited().equals(
                    List.of("bot-stopped-for-good support OpenClaw refused its configuration (exit code 78)")));
            assertEquals(State.EXITED, shop.engine.inspect(shop.bot(id).seen().container().orElseThrow().id()).state());
        }
    }

    @Test
    void a_reason_that_repeats_a_secret_is_recorded_without_it() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            shop.bots.assembly.recordByItself(shop.create("support").row(), "bot-stopped-for-good", "it said canary-ai-key twice");
            assertEquals(List.of("bot-stopped-for-good support it said [redacted:ai-api-key] twice"), shop.audited());
        }
    }

    /// A bot that was in error showed no log lines any more once BotMaker had been restarted.
    @Test
    void what_a_stopped_bot_said_last_is_known_after_a_restart() throws Exception {
        String says = "echo the key is canary-ai-key; exit 78";
        Workshop before = Workshop.running(data, says);
        BotId id = before.create("support").row().id();
        Workshop.await("it is stopped", () -> before.bots.registry().row(id).orElseThrow().quarantine().isPresent());
        before.crash();

        try (Workshop after = Workshop.running(data, says)) {
            Workshop.await("its last words are known", () -> !after.bot(id).seen().lastLines().isEmpty());
            assertTrue(after.bot(id).seen().lastLines().contains("the key is [redacted:ai-api-key]"),
                    () -> after.bot(id).seen().lastLines().toString());
        }
    }

    /// A secret on the border of two frames was shown in halves.
    @Test
    void last_lines_tell_no_secret_also_where_a_line_came_in_two_frames() throws Exception {
        String shell = "secret=$(cat /run/secrets/ai-api-key); head -c 16380 /dev/zero | tr '\\\\0' x; echo $secret; "
                + "echo here: $secret; exit 78";
        try (Workshop shop = Workshop.running(data, shell)) {
            BotId id = shop.create("support").row().id();
            Workshop.await("its last words are kept", () -> !shop.bot(id).seen().lastLines().isEmpty());
            String lines = String.join("\n", shop.bot(id).seen().lastLines());
            assertTrue(lines.contains("here: [redacted:ai-api-key]"), lines);
            assertTrue(lines.contains("x…"), lines); // redacted first, and then cut
            assertFalse(lines.contains("cana"), lines);
            assertFalse(lines.contains("ai-key\n"), lines);
        }
    }

    @Test
    void a_crash_loop_is_braked() throws Exception {
        try (Workshop shop = Workshop.running(data, "exit 3")) {
            BotId id = shop.create("support").row().id();

            Workshop.await("it is stopped", () -> shop.bots.registry().row(id).orElseThrow().quarantine().isPresent());
            Workshop.await("it says so", () -> shop.bot(id).status().reason().orElseThrow().startsWith("crash loop: died 5 times"));
        }
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(path)));
    }
}
