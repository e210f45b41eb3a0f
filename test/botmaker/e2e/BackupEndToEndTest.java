package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.Program.Outcome;
import botmaker.support.Program;
import botmaker.support.RunningApp;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups and restores as an operator makes them: the program as a process of its own, beside a BotMaker that serves, and
/// bots in real containers, which sleep instead of OpenClaw.
@Tag("docker")
class BackupEndToEndTest {
    private static final Path SOCKET = Path.of("/var/run/docker.sock");
    private static final String PASSPHRASE = "correct horse battery\n";
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path temp;
    private final Engine engine = new Engine(SOCKET);
    private Path data;
    private Path file;
    private Map<String, String> settings;
    private Program program;

    @BeforeEach
    void make() throws IOException {
        data = temp.resolve("data");
        file = temp.resolve("backup.bm");
        settings = Map.of("BOTMAKER_OPENCLAW_IMAGE", TestImage.ensure(engine), "BOTMAKER_BOT_STOP_TIMEOUT", "1s");
        program = new Program(Files.createDirectory(temp.resolve("work")));
    }

    private Map<String, String> environment() {
        Map<String, String> all = new HashMap<>(settings);
        all.put("BOTMAKER_DATA_DIR", data.toString());
        return all;
    }

    private Process start(String... arguments) throws IOException {
        return program.start(environment(), PASSPHRASE, arguments);
    }

    private Outcome run(String... arguments) throws Exception {
        return program.outcome(start(arguments));
    }

    private static String newBot(String name) {
        return """
                {"name": "%s", "ai": {"provider": "anthropic", "model": "claude-sonnet-4-5", "apiKey": "sk-ant-canary-%s-0"},
                 "reach": "legacy", "channel": {"type": "webchat"}}""".formatted(name, name);
    }

    /// @return its id
    private static String create(RunningApp app, String name) throws Exception {
        var created = app.post("/api/bots", newBot(name));
        assertEquals(201, created.statusCode(), created.body());
        return JsonValue.parse(created.body()).get("id").string();
    }

    private Path state(String bot) {
        return data.resolve("bots").resolve(bot).resolve("state");
    }

    private void write(String bot, String name, byte[] content) throws IOException {
        Files.write(state(bot).resolve(name), content);
    }

    private Container container(String bot) {
        return engine.inspect("botmaker-" + bot);
    }

    private String inside(String bot, String file) {
        return engine.exec(container(bot).id(), List.of("cat", "/home/node/.openclaw/" + file), Duration.ofSeconds(30)).orElseThrow().output();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "never happened: " + what);
            Thread.sleep(20);
        }
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(temp)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /// So much that there is time to look at a bot that is paused.
    private void fill(String bot) throws IOException {
        byte[] noise = new byte[8 << 20];
        new Random(1).nextBytes(noise);
        for (int i = 0; i < 6; i++) {
            write(bot, "noise" + i, noise);
        }
    }

    @Test
    void on_the_same_host_the_bots_go_on_with_what_was_restored() throws Exception {
        RunningApp app = RunningApp.start(data, settings);
        try {
            String bot = create(app, "a");
            write(bot, "memory", "before".getBytes());

            Outcome kept = run("backup", file.toString());
            assertEquals(0, kept.exit(), kept.err());
            assertTrue(kept.out().startsWith(file + ": 1 bots, "), kept.out());
            assertFalse((kept.out() + kept.err()).contains("correct horse"));
            assertEquals(Container.State.RUNNING, container(bot).state());
            assertEquals("running", app.await(bot, "status", "running", LONG).get("status").string());
            write(bot, "memory", "after".getBytes());
            assertEquals(1, run("restore", file.toString()).exit(), "into a directory that is in use");

            app.stop();
            Files.move(data, temp.resolve("old"));
            Container before = container(bot);
            Outcome restored = run("restore", file.toString());
            assertEquals(0, restored.exit(), restored.err());
            app = app.again(settings);
            List<JsonValue> records = JsonValue.parse(app.get("/api/audit").body()).get("records").elements();
            assertTrue(records.stream().anyMatch(it -> it.get("action").string().equals("botmaker-restored")
                    && it.get("detail").string().startsWith("from the backup of 2")), records::toString);
            assertEquals(0, run("audit", "verify").exit(), program::err);

            String id = bot;
            await("it is restarted", () -> !container(id).startedAt().equals(before.startedAt()));
            app.await(bot, "status", "running", LONG);
            assertEquals(before.id(), container(bot).id());
            assertEquals("before", inside(bot, "memory"));
            assertEquals("sk-ant-canary-a-0", Files.readString(data.resolve("secrets").resolve(bot).resolve("ai-api-key")));
        } finally {
            app.close();
        }
    }

    /// The same bot must not run twice because its host was copied.
    @Test
    void on_another_host_no_bot_runs_before_it_is_started() throws Exception {
        RunningApp app = RunningApp.start(data, settings);
        try {
            String bot = create(app, "a");
            write(bot, "memory", "before".getBytes());
            app.stop();
            assertEquals(0, run("backup", file.toString()).exit(), "while nobody serves");
            engine.remove(container(bot).id(), true); // as if it were another host
            Files.move(data, temp.resolve("old"));
            assertEquals(0, run("restore", file.toString()).exit(), program::err);

            app = app.again(settings);
            JsonValue seen = app.await(bot, "status", "error", LONG);
            assertEquals("container missing: start the bot to create it again", seen.get("reason").string());
            String looked = JsonValue.parse(app.get("/api/bots").body()).get("observedAt").string();
            RunningApp serving = app;
            await("it has looked once more", () -> {
                try {
                    return !JsonValue.parse(serving.get("/api/bots").body()).get("observedAt").string().equals(looked);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertTrue(engine.find("botmaker-" + bot).isEmpty());

            assertEquals(200, app.post("/api/bots/" + bot + "/start", "").statusCode());
            app.await(bot, "status", "running", LONG);
            assertEquals("before", inside(bot, "memory"));
        } finally {
            app.close();
        }
    }

    @Test
    void a_bot_is_paused_while_it_is_copied_and_goes_on_whatever_ends_the_backup() throws Exception {
        try (RunningApp app = RunningApp.start(data, settings)) {
            String bot = create(app, "a");
            fill(bot);

            Process whole = start("backup", file.toString());
            await("it is paused", () -> container(bot).state() == Container.State.PAUSED);
            assertEquals(0, program.outcome(whole).exit(), program::err);
            assertEquals(Container.State.RUNNING, container(bot).state());

            Process ended = start("backup", temp.resolve("ended.bm").toString());
            await("it is paused", () -> container(bot).state() == Container.State.PAUSED);
            ended.destroy();
            assertEquals(128 + 15, program.outcome(ended).exit(), program::err);
            assertEquals(Container.State.RUNNING, container(bot).state());
            assertEquals(List.of("backup.bm", "data", "work"), entries());

            Process killed = start("backup", temp.resolve("killed.bm").toString());
            await("it is paused", () -> container(bot).state() == Container.State.PAUSED);
            killed.destroyForcibly().waitFor();
            assertFalse(Files.exists(temp.resolve("killed.bm")));
            app.await(bot, "status", "error", LONG);
            assertEquals(200, app.post("/api/bots/" + bot + "/start", "").statusCode());
            assertEquals(Container.State.RUNNING, container(bot).state());

            Process moving = start("backup", temp.resolve("moving.bm").toString(), "--no-pause");
            while (moving.isAlive()) {
                assertNotEquals(Container.State.PAUSED, container(bot).state());
                Thread.sleep(20);
            }
            assertEquals(0, moving.exitValue(), program::err);
            assertTrue(program.err().contains("bot " + bot + ": is not paused"), program::err);
        }
    }

    @Test
    void a_restore_that_is_killed_leaves_no_data_directory_and_can_be_repeated() throws Exception {
        try (RunningApp app = RunningApp.start(data, settings)) {
            String bot = create(app, "a");
            fill(bot);
            assertEquals(0, run("backup", file.toString()).exit(), program::err);
        }
        data = temp.resolve("restored");
        for (boolean kindly : new boolean[] {true, false}) {
            Process restore = start("restore", file.toString());
            await("it unpacks", () -> !unpacked().isEmpty() && Files.exists(unpacked().getFirst().resolve("bots")));
            if (kindly) {
                restore.destroy();
            } else {
                restore.destroyForcibly();
            }
            program.outcome(restore);
            assertFalse(Files.exists(data));
            assertEquals(kindly, unpacked().isEmpty());
        }
        Path left = unpacked().getFirst();

        Outcome again = run("restore", file.toString());

        assertEquals(0, again.exit(), again.err());
        assertTrue(again.err().contains("rm -r " + left), again.err());
        assertTrue(Files.isDirectory(data.resolve("bots")));
        Outcome wrong = program.run(Map.of("BOTMAKER_DATA_DIR", temp.resolve("wrong").toString()), "something else\n", "restore", file.toString());
        assertEquals(1, wrong.exit());
        assertTrue(wrong.err().contains("the passphrase is not the one"), wrong.err());
        assertFalse(Files.exists(temp.resolve("wrong")));
        Outcome brief = program.run(environment(), "short\n", "backup", temp.resolve("brief.bm").toString());
        assertEquals(1, brief.exit());
        assertTrue(brief.err().contains("at least 12 characters"), brief.err());
    }

    private List<Path> unpacked() {
        try (Stream<Path> entries = Files.list(temp)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(".restored.restore-")).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Every backup has of each bot either all or nothing, and no request fails because one is made.
    @Test
    void bots_come_and_go_and_change_while_backups_are_made() throws Exception {
        try (RunningApp app = RunningApp.start(data, settings); ExecutorService operator = Executors.newVirtualThreadPerTaskExecutor()) {
            String stays = create(app, "stays");
            AtomicBoolean stop = new AtomicBoolean();
            Future<Integer> busy = operator.submit(() -> {
                int round = 0;
                while (!stop.get()) {
                    String guest = create(app, "guest" + ++round);
                    var replaced = app.send("PUT", "/api/bots/" + stays + "/secrets/ai-api-key",
                            "{\"value\": \"sk-ant-canary-stays-%d\"}".formatted(round));
                    assertTrue(replaced.statusCode() == 200 || replaced.statusCode() == 409, replaced.body());
                    var gone = app.send("DELETE", "/api/bots/" + guest, "");
                    assertTrue(gone.statusCode() == 204 || gone.statusCode() == 409, gone.body());
                }
                return round;
            });
            try {
                for (int round = 0; round < 3; round++) {
                    Outcome kept = run("backup", temp.resolve(round + ".bm").toString());
                    assertEquals(0, kept.exit(), kept.err());
                }
            } finally {
                stop.set(true);
            }
            assertTrue(busy.get() > 0);
            assertEquals(Container.State.RUNNING, container(stays).state());
        }
        for (int round = 0; round < 3; round++) {
            data = temp.resolve(round + "-restored");
            assertEquals(0, run("restore", temp.resolve(round + ".bm").toString()).exit(), program::err);
        }
    }
}
