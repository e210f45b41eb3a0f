package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Container;
import botmaker.docker.Engine.ExecResult;
import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.openclaw.OpenClaw;
import botmaker.support.CisBenchmark;
import botmaker.support.Cli;
import botmaker.support.RunningApp;
import botmaker.support.TestImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bot's [Cage] on an image that only sleeps; [EndToEndTest] has it on a real OpenClaw.
@Tag("docker")
@Tag("heavy")
class CageTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));

    @TempDir
    Path data;

    @Test
    void a_bot_stays_caged_when_the_engine_restarts_it() throws Exception {
        try (RunningApp app = RunningApp.start(data, Map.of("BOTMAKER_OPENCLAW_IMAGE", TestImage.ensure(ENGINE),
                "BOTMAKER_BOT_STOP_TIMEOUT", "1s"))) {
            String id = make(app);
            Container first = container(app, id);
            new Cage(ENGINE, first).holds();
            ProcessHandle.of(first.raw().get("State").get("Pid").integer()).orElseThrow().destroyForcibly();
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (ENGINE.inspect(first.id()).restartCount() == 0 || ENGINE.inspect(first.id()).state() != Container.State.RUNNING) {
                assertTrue(System.nanoTime() - deadline < 0, "the engine does not restart it");
                Thread.sleep(100);
            }
            new Cage(ENGINE, ENGINE.inspect(first.id())).holds();
        }
    }

    private static String make(RunningApp app) throws Exception {
        var answer = app.post("/api/bots", """
                {"name": "caged", "controlUi": true, "reach": "legacy", "channel": {"type": "webchat"},
                 "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"}}""");
        assertEquals(201, answer.statusCode(), answer.body());
        return JsonValue.parse(answer.body()).get("id").string();
    }

    private static Container container(RunningApp app, String id) throws Exception {
        return ENGINE.inspect(JsonValue.parse(app.get("/api/bots/" + id).body()).get("containerId").string());
    }
}
