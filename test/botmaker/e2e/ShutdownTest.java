package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.EngineProxy;
import botmaker.support.Listener;
import botmaker.support.RunningApp;
import botmaker.support.ServerProcess;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM in the middle of work, to the program as a process of its own.
@Tag("docker")
class ShutdownTest {
    private static final System.Logger LOG = System.getLogger(ShutdownTest.class.getName());
    private static final Path SOCKET = Path.of("/var/run/docker.sock");

    @TempDir
    Path directory;

    @Test
    void it_ends_in_peace_with_50_streams_open_and_a_creation_in_flight() throws Exception {
        Path data = directory.resolve("data");
        String image = TestImage.running(new Engine(SOCKET), "trap 'exit 143' TERM; echo ready; sleep 3600 & wait");
        try (EngineProxy engine = EngineProxy.before(SOCKET)) {
            Map<String, String> settings = Map.of("BOTMAKER_DOCKER_SOCKET", engine.socket().toString(),
                    "BOTMAKER_OPENCLAW_IMAGE", image, "BOTMAKER_BOT_STOP_TIMEOUT", "2s");
            try (ServerProcess server = ServerProcess.start(data, settings)) {
                Listener.await("the engine is known", () -> answers(server));
                String id = JsonValue.parse(server.send("POST", "/api/bots", bot("one")).body()).get("id").string();
                List<Listener> streams = new ArrayList<>();
                for (int i = 0; i < 25; i++) {
                    streams.add(new Listener(server.stream("/api/events", "")));
                    streams.add(new Listener(server.stream("/api/bots/" + id + "/logs", "")));
                }
                streams.forEach(stream -> stream.await("it has begun", 0, line -> line.startsWith("data:")));
                engine.freezeAt("POST /containers/create");
                CompletableFuture<Integer> creation = CompletableFuture.supplyAsync(() -> create(server));
                engine.awaitFrost();

                long before = System.nanoTime();
                server.process().destroy();
                assertTrue(server.process().waitFor(60, TimeUnit.SECONDS), "it does not end");
                LOG.log(System.Logger.Level.INFO, "ended {0} ms after SIGTERM", (System.nanoTime() - before) / 1_000_000);

                for (Listener stream : streams) {
                    stream.await("it is told its end", 0, line -> line.equals("event: end"));
                    stream.close();
                }
                assertTrue(creation.get(60, TimeUnit.SECONDS) != 201, "it was promised");
            }
            engine.thaw();
            try (ServerProcess server = ServerProcess.start(data, settings)) {
                Listener.await("what was begun is undone", () -> answers(server) && names(server).equals(List.of("\"one\"")));
                assertEquals(1, entries(data.resolve("secrets")));
                assertEquals(1, entries(data.resolve("bots")));
            }
        } finally {
            RunningApp.cleanEngine(data);
        }
    }

    private static int create(ServerProcess server) {
        try {
            return server.send("POST", "/api/bots", bot("two")).statusCode();
        } catch (IOException e) {
            return 0; // cut off
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static boolean answers(ServerProcess server) {
        return get(server, "/api/bots").get("engine").get("reachable").bool();
    }

    private static List<String> names(ServerProcess server) {
        return get(server, "/api/bots").get("bots").elements().stream().map(bot -> bot.get("name").toString()).toList();
    }

    private static JsonValue get(ServerProcess server, String path) {
        try {
            return server.get(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static long entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }

    private static String bot(String name) {
        return """
                {"name": "%s", "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"},
                 "reach": "legacy", "channel": {"type": "webchat"}}""".formatted(name);
    }
}
