package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.support.EngineProxy;
import botmaker.support.RunningApp;
import botmaker.support.TestImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The dashboard in a real Chromium while the engine and the server themselves go away (`test/browser/outages.mjs`).
@Tag("docker")
@Tag("heavy")
class BrowserOutagesTest {
    private static final Path SOCKET = Path.of("/var/run/docker.sock");

    @TempDir
    Path data;

    private RunningApp app;

    @Test
    void several_bots_outages_and_the_keyboard() throws Exception {
        try (EngineProxy engine = EngineProxy.before(SOCKET)) {
            Map<String, String> settings = Map.of(
                    "BOTMAKER_OPENCLAW_IMAGE", TestImage.ensure(new Engine(SOCKET)),
                    "BOTMAKER_DOCKER_SOCKET", engine.socket().toString(),
                    "BOTMAKER_BOT_STOP_TIMEOUT", "1s");
            app = RunningApp.start(data, settings);
            try {
                for (String name : List.of("one", "two", "three")) {
                    make(name);
                }
                drive(engine, settings);
            } finally {
                app.close();
            }
        }
    }

    private void make(String name) throws Exception {
        assertEquals(201, app.post("/api/bots", """
                {"name": "%s", "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"},
                 "reach": "legacy", "channel": {"type": "webchat"}}""".formatted(name)).statusCode());
    }

    /// Does what the script asks for, and fails with all that it said when it fails.
    private void drive(EngineProxy engine, Map<String, String> settings) throws Exception {
        Process script = new ProcessBuilder("node", Path.of("test", "browser", "outages.mjs").toString(), app.url(), "admin",
                app.passwordFile().toString()).redirectErrorStream(true).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader out = script.inputReader(); Writer in = script.outputWriter()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.add(line);
                if (line.startsWith("? ")) {
                    act(line.substring(2), engine, settings);
                    in.write("done\n");
                    in.flush();
                }
            }
            assertTrue(script.waitFor(1, TimeUnit.MINUTES), "the browser's script hangs");
            assertEquals(0, script.exitValue(), String.join("\n", said));
        } finally {
            script.descendants().forEach(ProcessHandle::destroyForcibly);
            script.destroyForcibly();
        }
    }

    private void act(String wanted, EngineProxy engine, Map<String, String> settings) throws Exception {
        switch (wanted) {
            case "engine away" -> engine.goAway();
            case "engine back" -> engine.comeBack();
            case "server away" -> app.stop();
            case "server back with a bot made meanwhile" -> {
                app = app.again(settings);
                make("made meanwhile");
            }
            default -> throw new IOException("the script asks for what nobody knows: " + wanted);
        }
    }
}
