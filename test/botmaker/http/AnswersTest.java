package botmaker.http;

import static botmaker.http.Route.get;
import static botmaker.http.Route.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// PROMISES 7: every answer carries its headers, whatever its status; and every error has one shape.
class AnswersTest {
    private static final Map<String, String> SECURITY = Map.of(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "x-content-type-options", "nosniff",
            "referrer-policy", "no-referrer",
            "cross-origin-opener-policy", "same-origin",
            "cross-origin-resource-policy", "same-origin",
            "cache-control", "no-store");

    private static TestServer server;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.start(
                get("/200", _ -> TestServer.text("ok")),
                get("/200/empty", _ -> Response.of(200)),
                get("/204", _ -> Response.noContent()),
                get("/304", _ -> Response.of(304).with("ETag", "\"x\"")),
                post("/post", rq -> Response.ok(rq.json())),
                get("/events", _ -> Response.events(new Events())),
                get("/400", _ -> fail(new HttpError(HttpError.Kind.MALFORMED, "bad"))),
                get("/403", _ -> fail(new HttpError(HttpError.Kind.DENIED, "no"))),
                get("/409", _ -> fail(new Failure.Conflict("there is one <b>\"x\"&y</b>"))),
                get("/413", _ -> fail(new HttpError(HttpError.Kind.TOO_LARGE, "big"))),
                get("/422", _ -> fail(new Failure.Invalid(List.of(
                        new FieldError("/ai/apiKey", "is needed"), new FieldError("/name", "is taken"))))),
                get("/429", _ -> fail(HttpError.throttled("slow", Duration.ofMillis(1500)))),
                get("/503", _ -> fail(new Failure.Unavailable("later", Duration.ofMillis(1)))),
                get("/503/engine", _ -> fail(new Failure.EngineDown("The engine does not answer.", new IOException("x")))),
                get("/507", _ -> fail(new Failure.DiskFull("The disk is full.", new IOException("x")))),
                get("/500", _ -> fail(new IllegalStateException("the secret"))),
                get("/500/io", _ -> { throw new IOException("the secret"); }),
                get("/500/error", _ -> { throw new StackOverflowError("the secret"); }),
                get("/interrupted", _ -> { throw new InterruptedException(); }),
                get("/flagged", _ -> {
                    Thread.currentThread().interrupt();
                    throw new Failure.Conflict("interrupted");
                }));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Response fail(RuntimeException failure) {
        throw failure;
    }

    private static final class Events implements Response.Source<EventStream> {
        @Override
        public void writeTo(EventStream out) {}

        @Override
        public void close() {}
    }

    static Stream<Arguments> requests() {
        String auth = "Authorization: " + TestServer.AUTHORIZATION + "\n";
        return Stream.of(
                        Map.entry(200, "GET /200 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(200, "GET /200/empty HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(200, "GET /200 HTTP/1.0\nHost: localhost\n" + auth),
                        Map.entry(200, "HEAD /200 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(200, "GET /events HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(200, "HEAD /events HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(204, "GET /204 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(304, "GET /304 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(400, "GET /400 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(400, "GET /200 HTTP/1.1\n" + auth),
                        Map.entry(400, "GET /200?%C3 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(401, "GET /200 HTTP/1.1\nHost: localhost\n"),
                        Map.entry(403, "GET /403 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(403, "POST /post HTTP/1.1\nHost: localhost\nOrigin: null\n" + auth),
                        Map.entry(404, "GET /nothing HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(405, "POST /200 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(405, "TRACE /200 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(409, "GET /409 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(409, "GET /flagged HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(400, "POST /post HTTP/1.0\nHost: localhost\nTransfer-Encoding: chunked\n" + auth),
                        Map.entry(413, "GET /413 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(413, "POST /post HTTP/1.1\nHost: localhost\nContent-Length: 70000\n" + auth),
                        Map.entry(414, "GET /" + "x".repeat(9000) + " HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(415, "POST /post HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(421, "GET /200 HTTP/1.1\nHost: evil.example\n" + auth),
                        Map.entry(422, "GET /422 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(429, "GET /429 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(431, "GET /200 HTTP/1.1\nHost: localhost\nX: " + "x".repeat(17000) + "\n" + auth),
                        Map.entry(500, "GET /500 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(500, "GET /500/io HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(500, "GET /500/error HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(503, "GET /503 HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(503, "GET /503/engine HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(503, "GET /interrupted HTTP/1.1\nHost: localhost\n" + auth),
                        Map.entry(505, "GET /200 HTTP/3.0\nHost: localhost\n" + auth),
                        Map.entry(507, "GET /507 HTTP/1.1\nHost: localhost\n" + auth))
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void every_answer_carries_the_security_headers(int status, String request) throws IOException {
        for (String accept : new String[] {"application/json", "text/html,application/xhtml+xml"}) {
            try (RawHttp raw = server.raw()) {
                RawHttp.Answer answer = raw.sendLines(request + "Accept: " + accept + "\n\n").head();
                assertEquals(status, answer.status());
                SECURITY.forEach((name, value) -> assertEquals(value, answer.headers().get(name), name));
                if (status >= 400) {
                    assertEquals(accept.startsWith("text/html") ? "text/html; charset=utf-8" : "application/problem+json",
                            answer.headers().get("content-type"));
                }
            }
        }
    }

    @Test
    void a_problem_has_every_field_of_RFC_9457() throws Exception {
        HttpResponse<String> answer = server.get("/422?x=1");
        assertEquals("application/problem+json", answer.headers().firstValue("Content-Type").orElseThrow());
        assertEquals("""
                {"type":"about:blank#unprocessable-content","title":"Unprocessable Content","status":422,\
                "detail":"2 fields are invalid.","instance":"/422","errors":[\
                {"field":"/ai/apiKey","message":"is needed"},{"field":"/name","message":"is taken"}]}""", answer.body());
        assertEquals(Set.of("type", "title", "status", "detail", "instance"),
                JsonValue.parse(server.get("/409").body()).members().keySet());
    }

    @Test
    void waits_are_told_in_whole_seconds() throws Exception {
        assertEquals("2", server.get("/429").headers().firstValue("Retry-After").orElseThrow());
        assertEquals("1", server.get("/503").headers().firstValue("Retry-After").orElseThrow());
        assertEquals("2", server.get("/503/engine").headers().firstValue("Retry-After").orElseThrow());
    }

    @Test
    void an_unexpected_error_shows_only_its_id() throws Exception {
        for (String path : new String[] {"/500", "/500/io", "/500/error"}) {
            HttpResponse<String> answer = server.get(path);
            assertFalse(answer.body().contains("secret"), answer.body());
            assertTrue(JsonValue.parse(answer.body()).get("detail").string().matches(".* error [0-9a-f]{12} .*"), answer.body());
        }
    }

    @Test
    void a_navigation_gets_a_page_on_which_nothing_is_markup_but_ours() throws Exception {
        String page = server.get("/409", "Accept", "text/html").body();
        assertTrue(page.startsWith("<!doctype html>"), page);
        assertTrue(page.contains("there is one &lt;b&gt;&quot;x&quot;&amp;y&lt;/b&gt;"), page);
        assertFalse(page.contains("<script") || page.contains("style"), page);
        assertTrue(server.get("/nothing", "Accept", "text/html").body().contains("<a href=\"/\">"));
        assertTrue(server.get("/200", "Accept", "text/html", "Authorization", "x").body().contains("admin-password"));
    }

    @Test
    void an_empty_answer_has_a_length_unless_it_may_not() throws IOException {
        String auth = " HTTP/1.1\nHost: localhost\nAuthorization: " + TestServer.AUTHORIZATION + "\n\n";
        try (RawHttp raw = server.raw()) {
            assertEquals("0", raw.sendLines("GET /200/empty" + auth).answer().headers().get("content-length"));
            assertFalse(raw.sendLines("GET /204" + auth).answer().headers().containsKey("content-length"));
            assertFalse(raw.sendLines("GET /304" + auth).answer().headers().containsKey("transfer-encoding"));
            assertEquals("ok", raw.sendLines("GET /200" + auth).answer().body());
        }
    }

    @Test
    void a_header_value_cannot_bring_another_header() {
        Response response = Response.noContent();
        for (String value : new String[] {"a\r\nX: b", "a\nb", "a\rb", "a\0b", "\u20ac"}) {
            assertThrows(IllegalArgumentException.class, () -> response.with("X", value));
        }
        assertEquals("é", response.with("x", "a").with("X", "é").headers().get("X"));
    }
}
