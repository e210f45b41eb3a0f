package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotStore;
import botmaker.bot.model.Schema;
import botmaker.docker.Engine;
import botmaker.file.PrivateFiles;
import botmaker.json.JsonValue;
import botmaker.store.Database;
import botmaker.support.RunningApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the system page is told, by the whole program.
class SystemTest {
    private static final String ORPHAN = "00000000deadbeef";

    @TempDir
    Path data;

    @Test
    @Tag("docker")
    void it_tells_of_engine_image_database_disk_and_orphans_and_removes_one() throws Exception {
        try (Database made = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) { // which knew of a bot once
            BotStore store = new BotStore(made);
            store.installation();
            made.write(tx -> tx.update("UPDATE installation SET bots_made = 1"));
        }
        PrivateFiles.createDirectory(data.resolve("bots"), 0700);
        Files.createDirectories(data.resolve("bots").resolve(ORPHAN).resolve("state"));
        try (RunningApp app = RunningApp.start(data, Map.of("BOTMAKER_OPENCLAW_IMAGE", "botmaker-test-absent:1",
                "BOTMAKER_OPENCLAW_BUILD_CONTEXT", data.resolve("none").toString()))) {
            JsonValue system = system(app);
            for (int i = 0; i < 100 && system.get("orphans").elements().isEmpty(); i++) {
                Thread.sleep(50);
                system = system(app);
            }

            assertTrue(system.get("engine").get("reachable").bool());
            assertEquals(new Engine(Path.of("/var/run/docker.sock")).info().version(),
                    system.get("engine").get("version").string());
            assertFalse(system.get("image").get("present").bool());
            assertEquals("none", system.get("image").get("source").string());
            assertTrue(system.get("database").get("bytes").integer() > 4096);
            assertTrue(system.get("disk").get("free").integer() <= system.get("disk").get("total").integer());
            assertEquals(0, system.get("bots").integer());
            JsonValue orphan = system.get("orphans").elements().getFirst();
            assertEquals("state", orphan.get("kind").string());
            assertEquals(ORPHAN, orphan.get("id").string());

            assertEquals(409, app.post("/api/system/image", "").statusCode());
            assertEquals(404, app.send("DELETE", "/api/system/orphans/state/0123456789abcdef", "").statusCode());
            assertEquals(404, app.send("DELETE", "/api/system/orphans/database/" + ORPHAN, "").statusCode());
            assertEquals(204, app.send("DELETE", "/api/system/orphans/state/" + ORPHAN, "").statusCode());
            assertTrue(system(app).get("orphans").elements().isEmpty());
            assertFalse(Files.exists(data.resolve("bots").resolve(ORPHAN)));
        }
    }

    @Test
    void without_an_engine_it_tells_the_rest_and_soon() throws Exception {
        try (RunningApp app = RunningApp.start(data, Map.of("BOTMAKER_DOCKER_SOCKET", data.resolve("none.sock").toString()))) {
            long before = System.nanoTime();
            JsonValue system = system(app);

            assertTrue(System.nanoTime() - before < Duration.ofSeconds(2).toNanos());
            assertFalse(system.get("engine").get("reachable").bool());
            assertFalse(system.get("engine").get("problem").string().isEmpty());
            assertFalse(system.get("image").members().containsKey("present"), "nobody knows");
            assertTrue(system.get("disk").get("total").integer() > 0);
        }
    }

    private static JsonValue system(RunningApp app) throws Exception {
        var answer = app.get("/api/system");
        assertEquals(200, answer.statusCode(), answer.body());
        return JsonValue.parse(answer.body());
    }
}
