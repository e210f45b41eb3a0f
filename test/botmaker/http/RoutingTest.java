package botmaker.http;

import static botmaker.http.Route.delete;
import static botmaker.http.Route.get;
import static botmaker.http.Route.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// PROMISES 8: one spelling for each path, and nothing without credentials but what is open.
class RoutingTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.start(
                get("/health", _ -> TestServer.text("healthy")).withoutCredentials(),
                get("/api/bots", rq -> TestServer.text("bots of " + rq.user().orElse("nobody"))),
                post("/api/bots", rq -> Response.created("/api/bots/1", rq.json())),
                get("/api/bots/{id}", rq -> TestServer.text("bot " + rq.parameter("id"))),
                delete("/api/bots/{name}", rq -> TestServer.text("deleted " + rq.parameter("name"))),
                get("/api/bots/{id}/logs", rq -> TestServer.text(rq.parameter("id") + " " + rq.query("tail").orElse("all"))).reading("tail"),
                get("/api/bots/all", _ -> TestServer.text("literal")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawHttp.Answer ask(String method, String target, String... fields) throws IOException {
        try (RawHttp raw = server.raw()) {
            String more = String.join("", List.of(fields).stream().map(field -> field + "\n").toList());
            raw.sendLines(method + " " + target + " HTTP/1.1\nHost: localhost\n" + more + "\n");
            return method.equals("HEAD") ? raw.head() : raw.answer();
        }
    }

    private static RawHttp.Answer askSignedIn(String method, String target) throws IOException {
        return ask(method, target, "Authorization: " + TestServer.AUTHORIZATION);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/bots, bots of admin",
        "GET, /api/bots?x=1, bots of admin",
        "GET, http://localhost/api/bots, bots of admin",
        "GET, /api/bots/ab12, bot ab12",
        "GET, /api/bots/a.b_c~d-e, bot a.b_c~d-e",
        "DELETE, /api/bots/ab12, deleted ab12",
        "GET, /api/bots/all, literal",
        "GET, /api/bots/ab12/logs?tail=5, ab12 5",
    })
    void routes_are_found(String method, String target, String body) throws IOException {
        RawHttp.Answer answer = askSignedIn(method, target);
        assertEquals(200, answer.status());
        assertEquals(body, answer.body());
    }

    /// `DELETE /api/bots/ID?kep=state` deleted the state.
    @ParameterizedTest
    @CsvSource({
        "DELETE, /api/bots/ab12?kep=state, '?kep'",
        "DELETE, /api/bots/ab12?kep&%3Cb%3E=1&kep, '?kep,?<b>'",
        "GET, /api/bots/ab12/logs?tail=5&Tail=6, '?Tail'",
    })
    void a_parameter_that_is_not_read_is_refused_by_what_changes_something_or_reads_others(String method, String target, String fields)
            throws IOException {
        RawHttp.Answer answer = askSignedIn(method, target);
        assertEquals(422, answer.status());
        assertEquals(fields, String.join(",", JsonValue.parse(answer.body()).get("errors").elements().stream()
                .map(error -> error.get("field").string()).toList()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/%61pi/bots", "/api%2Fbots", "/api/bots%00", "//api/bots", "/api//bots", "/api/../api/bots", "/api/./bots", "/api/bots/",
        "/api/bots/.", "/api/bots/..", "/api/bots/.hidden", "/api/bots/%2e%2e", "/api/bots/a%2Fb", "/api/bots/a;b", "/API/bots",
        "/api/bots;x=1", "/api/bots/a/b", "/api", "/nothing", "/healthy", "/health/", "/%68ealth", "//health/x", "///health",
        "/health/../api/bots", "/health%2f..%2fapi/bots", "/health;/../api/bots", "/./health", "/api/bots/a:b", "/api/bots/a@b"})
    void another_spelling_is_another_path(String target) throws IOException {
        assertEquals(404, askSignedIn("GET", target).status());
        assertEquals(401, ask("GET", target).status());
    }

    @Test
    void a_long_parameter_is_no_parameter() throws IOException {
        assertEquals(200, askSignedIn("GET", "/api/bots/" + "x".repeat(128)).status());
        assertEquals(404, askSignedIn("GET", "/api/bots/" + "x".repeat(129)).status());
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/bots, 405",
        "POST, '/api/bots', 405",
    })
    void methods_of_no_route_at_all_are_refused_early(String method, String target, int status) throws IOException {
        try (TestServer reading = TestServer.start(get("/api/bots", _ -> TestServer.text("ok")))) {
            String wire = reading.exchange(method + " " + target + " HTTP/1.1\nHost: localhost\n\n");
            assertTrue(wire.startsWith("HTTP/1.1 " + status), wire);
            assertTrue(wire.contains("\r\nAllow: GET, HEAD\r\n"), wire);
        }
    }

    @Test
    void a_method_of_another_route_is_405_with_those_of_this_one() throws IOException {
        RawHttp.Answer bots = askSignedIn("DELETE", "/api/bots");
        assertEquals(405, bots.status());
        assertEquals("GET, HEAD, POST", bots.headers().get("allow"));
        RawHttp.Answer bot = askSignedIn("POST", "/api/bots/ab12");
        assertEquals(405, bot.status());
        assertEquals("DELETE, GET, HEAD", bot.headers().get("allow"));
        assertEquals("GET, HEAD", askSignedIn("DELETE", "/api/bots/all").headers().get("allow"));
    }

    @Test
    void head_is_get_without_the_body() throws IOException {
        for (String path : new String[] {"/api/bots", "/api/bots/ab12", "/nothing"}) {
            RawHttp.Answer get = askSignedIn("GET", path);
            RawHttp.Answer head = askSignedIn("HEAD", path);
            assertEquals(get.status(), head.status());
            get.headers().remove("date");
            head.headers().remove("date");
            assertEquals(get.headers(), head.headers());
        }
        String wire = server.exchange("HEAD /health HTTP/1.1\nHost: localhost\n\nGET /health HTTP/1.1\nHost: localhost\n\n");
        assertEquals(1, wire.split("healthy", -1).length - 1, wire);
    }

    @Test
    void open_routes_need_no_credentials_and_look_at_none() throws IOException {
        assertEquals(200, ask("GET", "/health").status());
        assertEquals(200, ask("HEAD", "/health").status());
        assertEquals(200, ask("GET", "/health", "Authorization: Basic nonsense").status());
        assertEquals(401, ask("POST", "/health").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/css/base.css", "/api/bots", "/api/bots/ab12", "/api/session", "/nothing"})
    void everything_else_does(String target) throws IOException {
        for (String method : new String[] {"GET", "HEAD", "POST", "DELETE"}) {
            RawHttp.Answer answer = ask(method, target);
            assertEquals(401, answer.status());
            assertEquals("Basic realm=\"BotMaker\", charset=\"UTF-8\"", answer.headers().get("www-authenticate"));
        }
    }

    @Test
    void a_fetch_by_the_page_gets_no_challenge() throws IOException {
        RawHttp.Answer answer = ask("GET", "/api/bots", "Sec-Fetch-Dest: empty");
        assertEquals(401, answer.status());
        assertEquals(null, answer.headers().get("www-authenticate"));
        assertTrue(ask("GET", "/", "Sec-Fetch-Dest: document").headers().containsKey("www-authenticate"));
    }

    @Test
    void queries_are_decoded_strictly() throws Exception {
        assertEquals("x a b+c&=ü", server.get("/api/bots/x/logs?tail=a+b%2Bc%26%3D%C3%BC").body());
        assertEquals("x ", server.get("/api/bots/x/logs?tail").body());
        assertEquals("x all", server.get("/api/bots/x/logs?&&").body());
        assertEquals(400, server.get("/api/bots/x/logs?tail=1&tail=2").statusCode());
        for (String bad : new String[] {"%", "%4", "%zz", "%-1", "%C3", "%C0%AF", "%ED%A0%80"}) {
            assertEquals(400, askSignedIn("GET", "/api/bots/x/logs?tail=" + bad).status(), bad);
        }
    }

    @Test
    void json_is_read_and_written() throws Exception {
        HttpResponse<String> created = server.post("/api/bots", "{\"name\": \"x\"}");
        assertEquals(201, created.statusCode());
        assertEquals("/api/bots/1", created.headers().firstValue("Location").orElseThrow());
        assertEquals("{\"name\":\"x\"}", created.body());
        assertEquals(400, server.post("/api/bots", "{\"name\": }").statusCode());
        assertEquals(415, server.send("POST", "/api/bots", "").statusCode());
    }

    @Test
    void two_routes_of_one_method_and_pattern_are_a_mistake() {
        assertThrows(IllegalArgumentException.class,
                () -> new Router(List.of(get("/a", _ -> Response.of(200)), get("/a", _ -> Response.of(200)))));
        assertThrows(IllegalArgumentException.class,
                () -> new Router(List.of(get("/{a}", _ -> Response.of(200)), get("/{b}", _ -> Response.of(200)))));
    }
}
