package botmaker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// PROMISES 5: no other origin changes anything.
class OriginTest {
    private final AtomicInteger changes = new AtomicInteger();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(false);
    }

    private TestServer start(boolean behindProxy) throws IOException {
        Route.Handler change = _ -> {
            changes.incrementAndGet();
            return Response.noContent();
        };
        return TestServer.start(_ -> new WebServer.Options(TestServer.ANY_PORT, Set.of(), _ -> false, behindProxy, Optional.empty()), Route.get("/", _ -> TestServer.text("ok")),
                Route.post("/", change), Route.put("/", change), Route.patch("/", change), Route.delete("/", change));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int post(String... headers) throws Exception {
        return server.post("/", "{}", headers).statusCode();
    }

    private String origin() {
        return "http://localhost:" + server.port();
    }

    @Test
    void a_program_is_no_browser() throws Exception {
        assertEquals(204, post());
    }

    @Test
    void our_own_page_may_change() throws Exception {
        assertEquals(204, post("Sec-Fetch-Site", "same-origin", "Origin", origin()));
        assertEquals(204, post("Sec-Fetch-Site", "same-origin"));
        assertEquals(204, post("Origin", origin()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "none", "", "SAME-ORIGIN", "same-origin, cross-site"})
    void any_other_site_may_not(String site) throws Exception {
        assertEquals(403, post("Sec-Fetch-Site", site));
        assertEquals(403, post("Sec-Fetch-Site", site, "Origin", origin()));
        for (String method : new String[] {"PUT", "PATCH", "DELETE"}) {
            assertEquals(403, server.send(method, "/", "", "Sec-Fetch-Site", site).statusCode());
        }
        assertEquals(0, changes.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "", "http://localhost", "http://localhost:1", "http://evil.example", "http://127.0.0.1:%d",
        "https://localhost:%d", "http://localhost:%d.evil.example", "http://localhost:%d/", "http://localhost:%d http://evil.example"})
    void any_other_origin_may_not(String origin) throws Exception {
        assertEquals(403, post("Origin", origin.formatted(server.port())));
        assertEquals(0, changes.get());
    }

    @Test
    void two_origins_or_sites_are_none() throws IOException {
        for (String twice : new String[] {"Origin: " + origin() + "\nOrigin: " + origin(),
            "Sec-Fetch-Site: same-origin\nSec-Fetch-Site: same-origin"}) {
            try (RawHttp raw = server.raw()) {
                raw.sendLines("POST / HTTP/1.1\nHost: localhost:%d\nAuthorization: %s\n%s\n\n".formatted(
                        server.port(), TestServer.AUTHORIZATION, twice));
                assertEquals(403, raw.answer().status());
            }
        }
    }

    @Test
    void behind_a_proxy_our_page_may_be_https() throws Exception {
        try (TestServer proxied = start(true)) {
            String host = "localhost:" + proxied.port();
            assertEquals(204, proxied.post("/", "{}", "Origin", "https://" + host).statusCode());
            assertEquals(403, proxied.post("/", "{}", "Origin", "https://evil.example").statusCode());
        }
    }

    @Test
    void other_sites_may_link_to_us() throws Exception {
        assertEquals(200, server.get("/", "Sec-Fetch-Site", "cross-site").statusCode());
    }

    @Test
    void refusal_comes_before_authentication() throws Exception {
        assertEquals(403, post("Sec-Fetch-Site", "cross-site", "Authorization", "none"));
    }

    /// These are what an HTML form can send.
    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
        "application/json, text/plain", "text/plain; application/json", "application/jsonx", "application/json; charset=utf-16"})
    void a_body_that_is_not_json_is_refused(String type) throws Exception {
        assertEquals(415, post("Content-Type", type));
        assertEquals(0, changes.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "APPLICATION/JSON", "application/json; charset=utf-8", "application/json;charset=\"UTF-8\""})
    void json_is_accepted(String type) throws Exception {
        assertEquals(204, post("Content-Type", type));
    }

    @Test
    void without_a_body_no_type_is_asked_for() throws Exception {
        assertEquals(204, server.send("POST", "/", "").statusCode());
    }
}
