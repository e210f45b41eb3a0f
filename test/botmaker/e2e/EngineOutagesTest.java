package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.Listener;
import botmaker.support.PrivateEngine;
import botmaker.support.RunningApp;
import botmaker.support.TestImage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A real engine that goes and comes while BotMaker runs. How long things took is in the log of the tests.
@Tag("docker")
@Tag("heavy")
class EngineOutagesTest {
    private static final System.Logger LOG = System.getLogger(EngineOutagesTest.class.getName());
    private static final String COUNTS = "trap 'exit 143' TERM; i=0; while :; do i=$((i+1)); echo line $i; sleep 0.2; done";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static PrivateEngine engine;
    private static Map<String, String> settings;

    @TempDir
    Path data;

    /// How the engine goes, and how it comes back.
    enum Outage {
        STOPPED, KILLED, FROZEN, SOCKET_HIDDEN, SOCKET_REPLACED;

        void begin() throws IOException {
            switch (this) {
                case STOPPED -> engine.stop();
                case KILLED -> engine.kill();
                case FROZEN -> engine.freeze();
                case SOCKET_HIDDEN, SOCKET_REPLACED -> engine.hideSocket();
            }
        }

        void end() throws IOException {
            switch (this) {
                case STOPPED, KILLED -> engine.start();
                case FROZEN -> engine.thaw();
                case SOCKET_HIDDEN -> engine.showSocket();
                case SOCKET_REPLACED -> {
                    engine.kill();
                    engine.start();
                }
            }
            Listener.await("the engine answers", engine::answers);
        }
    }

    @BeforeAll
    static void switchOn() throws IOException {
        engine = PrivateEngine.on();
        settings = Map.of("BOTMAKER_DOCKER_SOCKET", engine.socket().toString(), "BOTMAKER_BOT_STOP_TIMEOUT", "2s",
                "BOTMAKER_OPENCLAW_IMAGE", TestImage.running(new Engine(engine.socket()), COUNTS));
    }

    @AfterAll
    static void switchOff() throws IOException {
        if (engine != null) {
            engine.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everything_else_works_and_the_truth_is_known_soon_after(Outage outage) throws Exception {
        survives(outage, Duration.ZERO);
    }

    @Tag("soak")
    @ParameterizedTest
    @EnumSource
    void the_same_for_a_minute(Outage outage) throws Exception {
        survives(outage, Duration.ofMinutes(1));
    }

    private void survives(Outage outage, Duration length) throws Exception {
        try (RunningApp app = RunningApp.start(data, settings)) {
            String running = create(app, "runs");
            String stopped = create(app, "rests");
            assertEquals(200, app.post("/api/bots/" + stopped + "/stop", "").statusCode());
            try (Listener log = new Listener(app.stream("/api/bots/" + running + "/logs"));
                    Listener events = new Listener(app.stream("/api/events"))) {
                log.await("the bot says something", 0, line -> line.contains("line 1"));
                int eventsBefore = events.size();
                outage.begin();
                try {
                    long begun = System.nanoTime();
                    long refused = refusal(app, "/api/bots/" + stopped + "/start", "");
                    long unmade = refusal(app, "/api/bots", bot("another"));
                    app.await(running, "status", "unknown", PATIENCE);
                    app.await(stopped, "status", "unknown", PATIENCE);
                    long known = System.nanoTime() - begun;
                    events.await("it is told", eventsBefore, line -> line.contains("\"reachable\":false"));
                    do {
                        livesOn(app);
                        refused = Math.max(refused, refusal(app, "/api/bots/" + running + "/stop", ""));
                    } while (System.nanoTime() - begun < length.toNanos());
                    LOG.log(System.Logger.Level.INFO, "{0}: refused after {1} ms and {2} ms, known after {3} ms", outage,
                            refused / 1_000_000, unmade / 1_000_000, known / 1_000_000);
                } finally {
                    outage.end();
                }
                long back = System.nanoTime();
                int logBefore = log.size();
                app.await(running, "status", "running", PATIENCE);
                app.await(stopped, "status", "stopped", PATIENCE);
                LOG.log(System.Logger.Level.INFO, "{0}: right again {1} ms after the engine", outage,
                        (System.nanoTime() - back) / 1_000_000);
                log.await("the log goes on", logBefore, line -> line.contains("line "));
                assertFalse(log.ended());
                events.await("it is told", eventsBefore, line -> line.contains("\"reachable\":true"));
            }
            assertEquals("stopped by you", bot(app, stopped).get("reason").string());
            assertEquals(200, app.post("/api/bots/" + stopped + "/start", "").statusCode());
            assertEquals(2, JsonValue.parse(app.get("/api/bots").body()).get("bots").elements().size());
            assertEquals("ok", JsonValue.parse(app.get("/health").body()).get("status").string());
        }
    }

    /// What needs no engine is answered at once while there is none.
    private static void livesOn(RunningApp app) throws Exception {
        for (String path : new String[] {"/", "/api/catalog", "/api/system", "/api/session"}) {
            assertEquals(200, app.get(path).statusCode(), path);
        }
        assertEquals("degraded", JsonValue.parse(app.get("/health").body()).get("status").string());
        JsonValue list = JsonValue.parse(app.get("/api/bots").body());
        assertFalse(list.get("engine").get("reachable").bool());
        assertTrue(list.get("bots").elements().stream().allMatch(bot -> bot.get("status").string().equals("unknown")), list.toString());
    }

    /// How long it takes to be refused, in ns.
    private static long refusal(RunningApp app, String path, String body) throws Exception {
        long before = System.nanoTime();
        HttpResponse<String> refused = app.post(path, body);
        long took = System.nanoTime() - before;
        assertEquals(503, refused.statusCode(), refused.body());
        assertTrue(refused.headers().firstValue("Retry-After").isPresent());
        assertEquals(Optional.of("application/problem+json"), refused.headers().firstValue("Content-Type"));
        assertTrue(took < Duration.ofSeconds(8).toNanos(), "it was not noticed: the call ran into its own end");
        return took;
    }

    /// All that ran is gone, as after a power cut; the engine starts what should run, and the others rest.
    @Test
    void a_reboot_of_the_host_brings_everything_back() throws Exception {
        try (RunningApp app = RunningApp.start(data, settings)) {
            String running = create(app, "runs");
            String stopped = create(app, "rests");
            assertEquals(200, app.post("/api/bots/" + stopped + "/stop", "").statusCode());
            String before = bot(app, running).get("startedAt").string();

            engine.reboot();

            Listener.await("it runs again", () -> {
                JsonValue bot = bot(app, running);
                return bot.get("status").string().equals("running") && !bot.get("startedAt").string().equals(before);
            });
            assertEquals("stopped", bot(app, stopped).get("status").string());
            assertEquals("stopped by you", bot(app, stopped).get("reason").string());
        }
    }

    @Test
    void botmaker_starts_while_the_engine_is_still_coming_up() throws Exception {
        RunningApp before = RunningApp.start(data, settings);
        String running = create(before, "runs");
        before.stop();
        engine.stop();
        try (RunningApp app = before.again(settings)) {
            assertEquals("unknown", bot(app, running).get("status").string());
            assertEquals(503, app.post("/api/bots/" + running + "/stop", "").statusCode());
            engine.begin();
            app.await(running, "status", "running", PATIENCE);
            assertEquals(200, app.post("/api/bots/" + running + "/stop", "").statusCode());
        } finally {
            Listener.await("the engine answers", engine::answers);
        }
    }

    private static String create(RunningApp app, String name) throws Exception {
        HttpResponse<String> made = app.post("/api/bots", bot(name));
        assertEquals(201, made.statusCode(), made.body());
        return JsonValue.parse(made.body()).get("id").string();
    }

    private static String bot(String name) {
        return String.format(Locale.ROOT, """
                {"name": "%s", "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"},
                 "reach": "legacy", "channel": {"type": "webchat"}}""", name);
    }

    private static JsonValue bot(RunningApp app, String id) {
        try {
            return JsonValue.parse(app.get("/api/bots/" + id).body());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
