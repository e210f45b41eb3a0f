package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.ChildJvm;
import botmaker.support.Listener;
import botmaker.support.RunningApp;
import botmaker.support.TestImage;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What somebody does to the containers by hand, and what many do to the bots at once, through the whole program.
@Tag("docker")
class DriftTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path data;

    private RunningApp app;

    @BeforeEach
    void start() throws Exception {
        app = RunningApp.start(data, Map.of("BOTMAKER_BOT_STOP_TIMEOUT", "2s",
                "BOTMAKER_OPENCLAW_IMAGE", TestImage.running(ENGINE, "trap 'exit 143' TERM; sleep 3600 & wait")));
    }

    @AfterEach
    void stop() throws Exception {
        app.close();
    }

    @Test
    void what_is_done_to_containers_by_hand_is_seen_and_nothing_foreign_is_touched() throws Exception {
        List<String> ids = IntStream.range(0, 7).mapToObj(n -> create("bot " + n)).toList();
        List<String> containers = ids.stream().map(id -> bot(id).get("containerId").string()).toList();
        String image = TestImage.ensure(ENGINE);
        List<String> foreign = new ArrayList<>();
        try {
            foreign.add(docker("run", "--detach", image, "sleep", "3600"));
            foreign.add(docker("run", "--detach", "--label", "botmaker.managed=true", "--label", "botmaker.installation=another",
                    "--label", "botmaker.bot-id=" + ids.get(0), image, "sleep", "3600"));

            docker("kill", containers.get(0));
            docker("rm", "--force", containers.get(1));
            docker("rename", containers.get(2), "renamed-" + ids.get(2));
            docker("rm", "--force", containers.get(3));
            foreign.add(docker("run", "--detach", "--name", "botmaker-" + ids.get(3), image, "sleep", "3600"));
            docker("pause", containers.get(4));
            docker("stop", "--time", "2", containers.get(5));
            for (int burst = 0; burst < 6; burst++) { // 300 events
                docker(Stream.concat(Stream.of("kill", "--signal", "CONT"), IntStream.range(0, 50).mapToObj(_ -> containers.get(6)))
                        .toArray(String[]::new));
            }

            awaitReason(ids.get(0), "error", "killed (exit code 137)", "stopped outside");
            awaitReason(ids.get(1), "error", "container missing");
            app.await(ids.get(2), "status", "running", PATIENCE);
            awaitReason(ids.get(3), "error", "container missing");
            awaitReason(ids.get(4), "error", "paused outside BotMaker");
            awaitReason(ids.get(5), "stopped", "stopped outside BotMaker", "137");
            app.await(ids.get(6), "status", "running", PATIENCE);

            for (int n : List.of(0, 1, 2, 4, 5)) {
                assertEquals(200, app.post("/api/bots/" + ids.get(n) + "/start", "").statusCode());
                assertEquals("running", bot(ids.get(n)).get("status").string());
            }
            HttpResponse<String> taken = app.post("/api/bots/" + ids.get(3) + "/start", "");
            assertEquals(409, taken.statusCode(), taken.body());
            for (String id : ids) {
                assertEquals(204, app.send("DELETE", "/api/bots/" + id, "").statusCode());
            }
            for (String id : foreign) {
                Container untouched = ENGINE.inspect(id);
                assertEquals(Container.State.RUNNING, untouched.state());
                assertEquals(0, untouched.restartCount());
            }
        } finally {
            foreign.forEach(id -> ENGINE.remove(id, true));
        }
    }

    private void awaitReason(String id, String status, String... reasons) {
        Listener.await(status + ", " + List.of(reasons), () -> {
            JsonValue bot = bot(id);
            return Arrays.stream(reasons).anyMatch(bot.get("reason").toString()::contains)
                    && (reasons.length > 1 || bot.get("status").string().equals(status));
        });
    }

    @Test
    void of_a_hundred_creations_of_one_name_one_wins() throws Exception {
        List<Integer> statuses = atOnce(100, _ -> app.post("/api/bots", request("one", false)).statusCode());

        assertEquals(1, statuses.stream().filter(status -> status == 201).count(), statuses.toString());
        assertEquals(99, statuses.stream().filter(status -> status == 409).count(), statuses.toString());
        assertEquals(1, bots().size());
    }

    @Test
    void of_six_deletions_one_wins() throws Exception {
        String id = create("one");

        List<Integer> statuses = atOnce(6, _ -> app.send("DELETE", "/api/bots/" + id, "").statusCode());

        assertEquals(1, statuses.stream().filter(status -> status == 204).count(), statuses.toString());
        assertEquals(5, statuses.stream().filter(status -> status == 404 || status == 409).count(), statuses.toString());
    }

    @Test
    void starts_stops_and_a_deletion_at_once_end_in_a_deletion() throws Exception {
        String id = create("one");
        List<String> actions = List.of("/start", "/stop", "/restart");

        List<Integer> statuses = atOnce(16, n -> n == 8
                ? app.send("DELETE", "/api/bots/" + id, "").statusCode()
                : app.post("/api/bots/" + id + actions.get(n % 3), "").statusCode());

        assertTrue(List.of(200, 204, 404, 409).containsAll(statuses), statuses.toString());
        assertEquals(204, statuses.get(8));
        assertEquals(List.of(), bots());
        assertEquals(List.of(), ENGINE.list(Map.of("botmaker.bot-id", id)));
    }

    private interface Act {
        int now(int number) throws Exception;
    }

    private static List<Integer> atOnce(int many, Act act) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Integer> results = new ArrayList<>();
            List<Callable<Integer>> all = IntStream.range(0, many).mapToObj(n -> (Callable<Integer>) () -> act.now(n)).toList();
            for (Future<Integer> one : threads.invokeAll(all)) {
                results.add(one.get());
            }
            return results;
        }
    }

    private String create(String name) {
        try {
            HttpResponse<String> made = app.post("/api/bots", request(name, true));
            assertEquals(201, made.statusCode(), made.body());
            return JsonValue.parse(made.body()).get("id").string();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String request(String name, boolean start) {
        return """
                {"name": "%s", "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"},
                 "reach": "legacy", "channel": {"type": "webchat"}, "start": %s}""".formatted(name, start);
    }

    private JsonValue bot(String id) {
        try {
            return JsonValue.parse(app.get("/api/bots/" + id).body());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<? extends JsonValue> bots() throws Exception {
        return JsonValue.parse(app.get("/api/bots").body()).get("bots").elements();
    }

    /// What the engine's own command says, of one line or many.
    private static String docker(String... arguments) throws Exception {
        String said = ChildJvm.run(Stream.concat(Stream.of("docker"), Arrays.stream(arguments)).toList());
        assertTrue(said.startsWith("0:"), said);
        return said.substring(2);
    }
}
