package botmaker.http;

import static botmaker.http.Route.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The guards exactly where they begin to refuse; mutation testing asks for these (`test/mutation.md`).
class GuardEdgesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%4", "a=%g1", "a=%1g", "a=%:0", "a=%+1", "a=%-1", "%", "a=%ff"})
    void an_escape_of_a_query_is_two_hex_digits_and_gives_utf8(String query) {
        assertThrows(HttpError.class, () -> Query.parse(query));
    }

    @Test
    void escapes_are_read_at_the_very_end_and_with_every_digit() {
        assertEquals(Map.of("a", List.of("\n\u0010A")), Query.parse("a=%0A%10%41"));
        assertEquals(Map.of("a", List.of("é ")), Query.parse("%61=%c3%A9+"));
    }

    @Test
    void parameters_keep_order_and_repetition() {
        Map<String, List<String>> query = Query.parse("b=1&&a&b=2&=v");
        assertEquals(List.of("b", "a", ""), List.copyOf(query.keySet()));
        assertEquals(Map.of("b", List.of("1", "2"), "a", List.of(""), "", List.of("v")), query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\u007f", "/é", "/a#b", "/a\\b", "*", "host", "://host/", "ftp://host/", "http://host"})
    void a_target_is_printable_ascii_and_a_path_or_a_url_with_one(String target) {
        assertThrows(HttpError.class, () -> Framing.Target.parse(target));
    }

    @Test
    void a_target_is_split_as_it_stands() {
        assertEquals(new Framing.Target(Optional.empty(), "/~!", ""), Framing.Target.parse("/~!"));
        assertEquals(new Framing.Target(Optional.empty(), "/", "a=b?c"), Framing.Target.parse("/?a=b?c"));
        assertEquals(new Framing.Target(Optional.of("host:1"), "/p", "q"), Framing.Target.parse("HTTP://host:1/p?q"));
    }

    @Test
    void the_limits_are_met_and_not_one_more() throws IOException {
        try (TestServer server = TestServer.start(get("/", _ -> TestServer.text("ok")))) {
            assertEquals("404", status(server, "/" + "x".repeat(8 * 1024 - 1), ""));
            assertEquals("414", status(server, "/" + "x".repeat(8 * 1024), ""));

            int taken = "Host".length() + "localhost".length() + "Authorization".length() + TestServer.AUTHORIZATION.length();
            int room = 16 * 1024 - taken - "X".length();
            assertEquals("200", status(server, "/", "X: " + "x".repeat(room) + "\n"));
            assertEquals("431", status(server, "/", "X: " + "x".repeat(room + 1) + "\n"));

            assertEquals("200", status(server, "/", "X: a\n".repeat(98)));
            assertEquals("431", status(server, "/", "X: a\n".repeat(99)));
        }
    }

    /// Cookies of other programs on the same host made BotMaker answer 431 on every page.
    @Test
    void cookies_count_apart_from_the_other_fields() throws IOException {
        try (TestServer server = TestServer.start(get("/", _ -> TestServer.text("ok")))) {
            String half = "Cookie: " + "x".repeat(16 * 1024);
            assertEquals("200", status(server, "/", half + "\n" + half + "\n" + "X: " + "x".repeat(16_000) + "\n"));
            assertEquals("200", status(server, "/", "cookie: " + "x".repeat(32 * 1024) + "\n"));
            assertEquals("431", status(server, "/", half + "\n" + half + "x\n"));
        }
    }

    private static String status(TestServer server, String target, String fields) throws IOException {
        String answer = server.exchange("GET " + target + " HTTP/1.1\nHost: localhost\nAuthorization: " + TestServer.AUTHORIZATION
                + "\n" + fields + "\n");
        assertTrue(answer.startsWith("HTTP/1.1 "), answer);
        return answer.substring(9, 12);
    }
}
