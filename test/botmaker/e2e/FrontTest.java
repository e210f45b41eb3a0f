package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.http.RawHttp;
import botmaker.http.Route;
import botmaker.support.RunningApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// PROMISES 6, 7 and 8 for every route that the program has: they are asked of the program, so that a new one is tried, too.
@Timeout(300)
class FrontTest {
    private static final Set<String> OPEN = Set.of("GET /health");
    private static final String ID = "0123456789abcdef";

    @TempDir
    private static Path directory;

    private static RunningApp app;
    private static String right;

    @BeforeAll
    static void start() throws Exception {
        app = RunningApp.start(directory.resolve("data"),
                Map.of("BOTMAKER_DOCKER_SOCKET", directory.resolve("none.sock").toString()));
        right = basic("admin:" + Files.readString(directory.resolve("data/admin-password")).strip());
    }

    @AfterAll
    static void stop() {
        app.stop();
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    /// What can be asked: `GET /api/bots`, …; the dashboard's files included.
    private static List<String> requests() throws IOException {
        List<String> all = new ArrayList<>(app.routes().stream()
                .map(route -> route.method() + " " + route.pattern().replaceAll("\\{[a-z]+}", ID)).toList());
        try (Stream<Path> files = Files.walk(Path.of("web"))) {
            files.filter(Files::isRegularFile).map(file -> "GET /" + Path.of("web").relativize(file)).forEach(all::add);
        }
        all.add("GET /");
        assertTrue(all.size() > 50, all.toString());
        return all;
    }

    private static RawHttp.Answer ask(String request, String... fields) {
        StringBuilder block = new StringBuilder(request).append(" HTTP/1.1\n");
        for (String field : fields) {
            block.append(field).append('\n');
        }
        try (RawHttp raw = RawHttp.connect(app.port())) {
            return raw.sendLines(block.append("Connection: close\n\n").toString()).head();
        } catch (IOException e) {
            throw new UncheckedIOException(request, e);
        }
    }

    private static Map<String, String[]> wrongCredentials() {
        Map<String, String[]> wrong = new LinkedHashMap<>();
        wrong.put("none", new String[] {});
        wrong.put("wrong", new String[] {"Authorization: " + basic("admin:wrong")});
        wrong.put("malformed", new String[] {"Authorization: Basic %%%"});
        wrong.put("another scheme", new String[] {"Authorization: Bearer " + right.substring(6)});
        wrong.put("no scheme", new String[] {"Authorization: " + right.substring(6)});
        wrong.put("10 kB", new String[] {"Authorization: Basic " + "A".repeat(10_000)});
        wrong.put("right and 10 kB", new String[] {"Authorization: " + right + "A".repeat(10_000)});
        wrong.put("twice", new String[] {"Authorization: " + right, "Authorization: " + right});
        wrong.put("right behind wrong", new String[] {"Authorization: Basic eDp5", "Authorization: " + right});
        wrong.put("in one field", new String[] {"Authorization: " + right + ", " + right});
        wrong.put("elsewhere", new String[] {"Proxy-Authorization: " + right, "Cookie: Authorization=" + right,
            "X-Forwarded-User: admin", "Remote-User: admin"});
        return wrong;
    }

    private static String[] local(String... fields) {
        return Stream.concat(Stream.of("Host: localhost"), Stream.of(fields)).toArray(String[]::new);
    }

    @Test
    void the_open_routes_are_those_that_are_meant_to_be() {
        assertEquals(OPEN, new TreeSet<>(app.routes().stream().filter(Route::open)
                .map(route -> route.method() + " " + route.pattern()).toList()));
    }

    @Test
    void nothing_else_is_answered_without_the_right_credentials() throws IOException {
        for (String request : requests()) {
            for (var wrong : wrongCredentials().entrySet()) {
                RawHttp.Answer answer = ask(request, local(wrong.getValue()));
                assertEquals(OPEN.contains(request) ? 200 : 401, answer.status(), request + ", credentials: " + wrong.getKey());
            }
            RawHttp.Answer head = ask(request.replaceFirst("^GET ", "HEAD "), local());
            assertEquals(OPEN.contains(request) ? 200 : 401, head.status(), request);
        }
    }

    /// The system page told of a repair as `POST /api/bots/{id}/repair`.
    @Test
    void the_dashboard_has_words_for_every_change_in_the_record() throws IOException {
        String words = Files.readString(Path.of("web/js/system/audit.logic.js"));
        for (Route route : app.routes()) {
            String change = route.method() + " " + route.pattern();
            assertTrue(route.method().equals("GET") || words.contains("\"" + change + "\": \""), change);
        }
    }

    /// Another spelling of a path reaches no other route, and what needs credentials needs them so spelt, too.
    @Test
    void odd_spellings_lead_nowhere() throws IOException {
        Set<String> tried = new TreeSet<>();
        for (Route route : app.routes()) {
            String path = route.pattern().replaceAll("\\{[a-z]+}", ID);
            String first = path.substring(1, 2);
            String encoded = "/%" + Integer.toHexString(first.charAt(0)) + path.substring(2);
            for (String odd : List.of(encoded, "/" + path, "/." + path, "/x/.." + path, "/health/.." + path, "/health;/.." + path,
                    "/health%2f.." + path, path + "/", path + "//", path + "/.", path + ";x", path + ";x=1", path + "%00", path + "%2f",
                    path + "%3f", path.replace("/", "//"), path.toUpperCase(java.util.Locale.ROOT), path + "%20", path + "."
                    , "/web" + path, path.replace("/api/", "/api/%2e/"), path.replace("/api/", "/api;/"), path.replace("/", "/%2f"))) {
                if (odd.equals(path) || !tried.add(odd)) {
                    continue;
                }
                String request = "GET " + odd;
                int without = ask(request, local()).status();
                assertTrue(without == 401 || odd.startsWith("//") && without == 404, request + " without credentials: " + without);
                int with = ask(request, local("Authorization: " + right)).status();
                // A dot at the end of an id is still one part of a path, and no id.
                assertTrue(with == 404 || with == 405 && odd.endsWith("."), request + " with credentials: " + with);
            }
            for (String broken : List.of(path + "\\", path.replace("/", "\\"), path + "#x", path + "\u00e9", path + "\u0000", path + "%zz",
                    path + "%")) {
                int with = ask("GET " + broken, local("Authorization: " + right)).status();
                assertTrue(with == 400 || with == 404, broken + " with credentials: " + with);
            }
        }
    }

    @Test
    void the_absolute_form_is_the_same_path() throws IOException {
        for (String request : requests()) {
            String absolute = request.replace(" /", " http://localhost/");
            assertEquals(OPEN.contains(request) ? 200 : 401, ask(absolute, local()).status(), absolute);
            int ofOthers = OPEN.contains(request) ? 200 : 421; // a load balancer calls it by whatever name it knows
            assertEquals(ofOthers, ask(absolute.replace("localhost", "evil.example"), local("Authorization: " + right)).status(), absolute);
            assertEquals(ofOthers, ask(absolute, "Host: evil.example", "Authorization: " + right).status(), absolute);
            assertEquals(OPEN.contains(request) ? 200 : 400, ask(absolute.replace("http://", "http://localhost@"),
                    local("Authorization: " + right)).status(), absolute);
        }
    }

    @Test
    void other_hosts_are_turned_away_before_credentials_count() throws IOException {
        for (String request : requests()) {
            for (String host : List.of("evil.example", "localhost.", "localhost.evil.example", "127.0.0.2", "[::ffff:127.0.0.1]")) {
                assertEquals(OPEN.contains(request) ? 200 : 421, ask(request, "Host: " + host).status(), request + " of " + host);
            }
            assertEquals(400, ask(request).status(), "no Host");
            assertEquals(400, ask(request, "Host: localhost", "Host: localhost").status(), "two Hosts");
            assertEquals(OPEN.contains(request) ? 200 : 400, ask(request, "Host: admin@localhost").status(), "userinfo");
        }
    }

    @Test
    void every_answer_of_every_route_carries_the_headers() throws IOException {
        for (String request : requests()) {
            for (String[] fields : List.of(local(), local("Authorization: " + right, "Sec-Fetch-Site: cross-site"), new String[] {},
                    new String[] {"Host: evil.example"})) {
                assertHeaders(request, ask(request, fields));
            }
            assertHeaders("TRACE", ask(request.replaceFirst("^[A-Z]+", "TRACE"), local()));
            if (!request.startsWith("DELETE")) {
                assertHeaders(request, ask(request, local("Authorization: " + right)));
            }
        }
    }

    private static void assertHeaders(String request, RawHttp.Answer answer) {
        Map<String, String> headers = answer.headers();
        String what = request + " " + answer.status();
        assertTrue(headers.getOrDefault("content-security-policy", "").startsWith("default-src 'none'; script-src 'self'"), what);
        assertTrue(headers.get("content-security-policy").contains("frame-ancestors 'none'"), what);
        assertFalse(headers.get("content-security-policy").contains("unsafe"), what);
        assertEquals("nosniff", headers.get("x-content-type-options"), what);
        assertEquals("no-referrer", headers.get("referrer-policy"), what);
        assertEquals("same-origin", headers.get("cross-origin-opener-policy"), what);
        assertEquals("same-origin", headers.get("cross-origin-resource-policy"), what);
        if (request.contains("/api/") || answer.status() >= 400) {
            assertEquals("no-store", headers.get("cache-control"), what);
        }
        assertFalse(headers.containsKey("server"), what);
        assertFalse(headers.containsKey("access-control-allow-origin"), what);
    }

    /// Each request is wrong in all later ways as well.
    @Test
    void the_gates_stand_in_their_order() {
        String[] all = {"Sec-Fetch-Site: cross-site", "Content-Type: text/plain", "Content-Length: 1"};
        assertEquals(431, ask("POST /api/nothing", with(all, "Host: evil.example", "X: " + "x".repeat(20_000))).status(), "framing");
        assertEquals(421, ask("POST /api/nothing", with(all, "Host: evil.example")).status(), "host");
        assertEquals(403, ask("POST /api/nothing", with(all, "Host: localhost")).status(), "origin");
        assertEquals(401, ask("POST /api/nothing", "Host: localhost", all[1], all[2]).status(), "credentials");
        assertEquals(404, ask("POST /api/nothing", "Host: localhost", all[1], all[2], "Authorization: " + right).status(), "route");
        assertEquals(405, ask("POST /api/session", "Host: localhost", all[1], all[2], "Authorization: " + right).status(), "method");
        assertEquals(415, ask("POST /api/bots", "Host: localhost", all[1], all[2], "Authorization: " + right).status(), "type");
    }

    private static String[] with(String[] fields, String... more) {
        return Stream.concat(Stream.of(fields), Stream.of(more)).toArray(String[]::new);
    }
}
