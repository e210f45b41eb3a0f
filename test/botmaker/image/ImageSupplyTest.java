package botmaker.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.error.Failure;
import botmaker.http.Route;
import botmaker.http.TestServer;
import botmaker.json.JsonValue;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The image is got while people watch: over HTTP, from an engine that says what a test wants it to.
@Timeout(60)
class ImageSupplyTest {
    private static final String PATH = "/api/system/image";
    private static final String IMAGE = """
            {"Id": "sha256:1234", "Created": "2026-01-02T03:04:05Z", "Size": 77, "Config": {"Labels": null}}""";

    @TempDir
    Path context;

    private RecordedEngine engine;

    @BeforeEach
    void start() {
        engine = RecordedEngine.start();
    }

    @AfterEach
    void stop() throws IOException {
        engine.close();
    }

    private ImageSupply supply(String reference) {
        return new ImageSupply(new Engine(engine.socket()), reference, context, Map.of("https_proxy", "http://p:1"));
    }

    private static TestServer serve(ImageSupply supply) throws IOException {
        return TestServer.start(supply.routes().toArray(Route[]::new));
    }

    /// The events of an answer, `name data`.
    private static List<String> events(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        return Arrays.stream(answer.body().split("\n\n")).filter(event -> !event.isBlank() && !event.startsWith(":"))
                .map(event -> event.replace("event: ", "").replace("\ndata: ", " ").replace("data: ", "")).toList();
    }

    private static Reply said(String... lines) {
        Reply reply = Reply.chunked();
        for (String line : lines) {
            reply = reply.then(Reply.chunk(line + "\r\n"));
        }
        return reply.then(Reply.lastChunk());
    }

    @Test
    void a_name_with_a_registry_is_fetched_from_it() throws Exception {
        engine.on("POST /images/create", said("""
                {"status":"Downloading","progressDetail":{"current":5,"total":10},"id":"abc"}"""));
        engine.on("GET /images/registry.example/openclaw:1/json", Reply.json(200, IMAGE));
        try (ImageSupply supply = supply("registry.example/openclaw:1"); TestServer server = serve(supply)) {
            List<String> events = events(server.post(PATH, "{}"));

            assertTrue(events.getLast().startsWith("done {\"image\":"), events.toString());
            JsonValue image = JsonValue.parse(events.getLast().substring("done ".length())).get("image");
            assertEquals("sha256:1234", image.get("id").string());
            assertEquals("registry", image.get("source").string());
            assertTrue(image.get("present").bool());
            assertTrue(engine.requests().getFirst().query().contains("registry.example"));
        }
    }

    @Test
    void a_fetch_that_fails_says_why_in_the_engines_words() throws Exception {
        engine.on("POST /images/create", said("{\"status\":\"Pulling from x\"}", "{\"error\":\"toomanyrequests: slow down\"}"));
        try (ImageSupply supply = supply("registry.example/openclaw:1"); TestServer server = serve(supply)) {
            String last = events(server.post(PATH, "{}")).getLast();
            assertEquals("failed {\"detail\":\"toomanyrequests: slow down\",\"output\":[\"Pulling from x\"]}", last);
        }
    }

    @Test
    void without_a_registry_and_a_dockerfile_it_says_to_run_make_image() throws Exception {
        try (ImageSupply supply = supply("openclaw:1"); TestServer server = serve(supply)) {
            var answer = server.post(PATH, "{}");
            assertEquals(409, answer.statusCode());
            assertTrue(answer.body().contains("make image"), answer.body());
            assertEquals("none", supply.toJson(false).get("source").string());
            assertEquals(List.of(), engine.requests(), "and nothing is sought at Docker Hub, where anybody may take a name");
        }
    }

    @Test
    void without_an_engine_it_is_503() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\n");
        engine.goAway();
        try (ImageSupply supply = supply("openclaw:1"); TestServer server = serve(supply)) {
            assertEquals(503, server.post(PATH, "{}").statusCode());
        }
    }

    @Test
    void a_context_is_built_with_what_its_own_script_would_give_it() throws Exception {
        openClawContext();
        engine.on("POST /images/create", Reply.error(500, "no route to the registry"));
        engine.on("GET /images/node:24/json", Reply.error(404, "no such image"));
        engine.on("GET /images/botmaker-debian:bookworm/json", Reply.json(200, IMAGE));
        engine.on("POST /build", said("{\"stream\":\"Step 1/2 : FROM x\\n\"}", "{\"stream\":\"Step 2/2 : RUN y\\n\"}"));
        engine.on("POST /images/prune", Reply.json(200, "{}"));
        engine.on("GET /images/openclaw:2026.9.6/json", Reply.json(200, IMAGE));
        try (ImageSupply supply = supply("openclaw:2026.9.6"); TestServer server = serve(supply)) {
            List<String> events = events(server.post(PATH, "{}"));

            assertTrue(events.getLast().startsWith("done "), events.toString());
            assertEquals("filters={\"label\":[\"openclaw.image.stage=build\"],\"dangling\":[\"true\"]}", query("POST /images/prune"));
            String query = query("POST /build");
            assertTrue(query.contains("t=openclaw:2026.9.6"), query);
            assertTrue(query.contains("\"BASE_IMAGE\":\"botmaker-debian:bookworm\""), query);
            assertTrue(query.contains("\"OPENCLAW_VERSION\":\"2026.9.6\""), query);
            assertTrue(query.contains("\"INPUTS\":\"" + new ImageBuild(new Engine(context), context, "x:1", "x:1", Map.of()).inputs() + "\""), query);
            assertTrue(query.contains("\"https_proxy\":\"http://p:1\""), query);
        }
    }

    @Test
    void an_image_is_current_until_something_that_is_in_it_changes() throws Exception {
        openClawContext();
        engine.on("GET /images/openclaw:2026.9.6/json", Reply.json(200, """
                {"Id": "sha256:1234", "Config": {"Labels": {"openclaw.image.inputs": "%s"}}}"""
                .formatted(new ImageBuild(new Engine(context), context, "x:1", "x:1", Map.of()).inputs())));
        try (ImageSupply supply = supply("openclaw:2026.9.6")) {
            assertTrue(supply.isCurrent());
            Files.writeString(context.resolve("app/new.js"), "");
            assertFalse(supply.isCurrent());
            engine.on("GET /images/openclaw:2026.9.6/json", Reply.error(404, "no such image"));
            assertFalse(supply.isCurrent());
        }
    }

    /// The command line prints the engine's lines and its refusal, and never a stack trace.
    @Test
    void the_command_line_prints_what_happens() throws Exception {
        engine.on("POST /images/create", said("""
                {"status":"Downloading","progressDetail":{"current":5000000,"total":10000000},"id":"abc"}""", "{\"error\":\"slow down\"}"));
        List<String> lines = new ArrayList<>();
        try (ImageSupply supply = supply("registry.example/openclaw:1")) {
            assertEquals("slow down", assertThrows(Failure.Conflict.class, () -> supply.get(lines::add)).getMessage());
        }
        assertEquals(List.of("Pulling registry.example/openclaw:1"), lines);
    }

    @Test
    void without_any_base_to_build_on_it_says_to_run_make_image() throws Exception {
        openClawContext();
        engine.on("POST /images/create", Reply.error(500, "no route to the registry"));
        engine.on("GET /images/node:24/json", Reply.error(404, "no such image"));
        engine.on("GET /images/botmaker-debian:bookworm/json", Reply.error(404, "no such image"));
        try (ImageSupply supply = supply("openclaw:2026.9.6"); TestServer server = serve(supply)) {
            String last = events(server.post(PATH, "{}")).getLast();
            assertTrue(last.startsWith("failed ") && last.contains("no route to the registry") && last.contains("make image"), last);
            assertFalse(engine.requests().stream().anyMatch(it -> it.line().equals("POST /build")));
        }
    }

    @Test
    void a_context_of_another_version_is_not_built_under_this_name() throws Exception {
        openClawContext();
        try (ImageSupply supply = supply("openclaw:2027.1.1"); TestServer server = serve(supply)) {
            String last = events(server.post(PATH, "{}")).getLast();
            assertTrue(last.startsWith("failed ") && last.contains("2026.9.6") && last.contains("2027.1.1"), last);
            assertEquals(List.of(), engine.requests());
        }
    }

    @Test
    void the_work_goes_on_when_its_watcher_leaves_and_a_second_one_joins_it() throws Exception {
        engine.on("POST /images/create", Reply.chunked().then(Reply.chunk("{\"status\":\"begun\"}\n")).then(Reply.stall()));
        ImageSupply supply = supply("registry.example/openclaw:1");
        try (TestServer server = serve(supply)) {
            for (int i = 0; i < 3; i++) {
                try (var raw = server.raw()) {
                    raw.sendLines("POST %s HTTP/1.0\nHost: localhost\nAuthorization: %s\n\n".formatted(PATH, TestServer.AUTHORIZATION));
                    assertEquals(200, raw.head().status());
                    while (!raw.line().contains("\"detail\":\"begun\"")) {
                        // events in between
                    }
                }
            }
            assertEquals(1, engine.requests().size());
            assertEquals("begun", supply.toJson(false).get("work").get("detail").string());
        } finally {
            supply.close();
        }
        assertFalse(supply.toJson(false).members().containsKey("work"), "what was broken off has ended");
    }

    private String query(String line) {
        return URLDecoder.decode(engine.requests().stream()
                .filter(it -> it.line().equals(line)).findFirst().orElseThrow().query(), UTF_8);
    }

    private void openClawContext() throws IOException {
        Files.writeString(context.resolve("Dockerfile"), "ARG BASE_IMAGE=node:24\nFROM ${BASE_IMAGE}\n");
        Files.createDirectory(context.resolve("app"));
        Files.writeString(context.resolve("app/package.json"), "{\"dependencies\": {\"openclaw\": \"2026.9.6\"}}");
    }
}
