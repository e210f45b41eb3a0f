package botmaker.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.http.RawHttp;
import botmaker.http.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// PROMISES 8 and 9, with the real hash on the real server.
@Timeout(60)
class BasicAuthenticatorTest {
    private static final PasswordHash HASH = PasswordHash.of("pässword: 1".toCharArray());
    private static final String RIGHT = basic("admin:pässword: 1");

    private final AtomicLong now = new AtomicLong();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(
                options -> options, new BasicAuthenticator("admin", HASH, now::get), BasicAuthenticator.routes());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String basic(String credentials) {
        return basic(credentials, StandardCharsets.UTF_8);
    }

    private static String basic(String credentials, Charset charset) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(charset));
    }

    private HttpResponse<String> session(String authorization) throws Exception {
        return server.get("/api/session", "Authorization", authorization);
    }

    private int status(String fields) throws IOException {
        try (RawHttp raw = server.raw()) {
            return raw.sendLines("GET /api/session HTTP/1.1\nHost: localhost\n" + fields + "\n").answer().status();
        }
    }

    @Test
    void the_right_password_signs_in() throws Exception {
        assertEquals("{\"user\":\"admin\"}", session(RIGHT).body());
        assertEquals(200, session(RIGHT.replace("Basic ", "bAsIc   ")).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin:wrong", "admin:", ":", "admin:pässword: 1 ", "Admin:pässword: 1", "root:pässword: 1", "admin:pässword"})
    void wrong_ones_do_not(String credentials) throws Exception {
        HttpResponse<String> answer = session(basic(credentials));
        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().contains("The user name or the password is wrong."), answer.body());
    }

    @Test
    void nor_does_what_is_no_basic_header() throws Exception {
        String token = RIGHT.substring("Basic ".length());
        List<String> malformed = List.of("", "Basic", "Basic ", "Bearer " + token, token, "Basic " + token + " x", "Basic !" + token,
                "Basic " + token + "=", "Basic" + token, basic("no colon"), basic("admin:p\u0000"),
                basic("admin:pässword: 1", StandardCharsets.ISO_8859_1), "Basic " + "A".repeat(10_000), RIGHT + "," + RIGHT);
        for (String authorization : malformed) {
            assertEquals(401, status("Authorization: " + authorization + "\n"), authorization);
        }
        assertEquals(401, status(""));
        assertEquals(401, status("Authorization: " + RIGHT + "\nAuthorization: " + RIGHT + "\n"));
        assertEquals(200, status("Authorization: " + RIGHT + "\n"));
    }

    @Test
    void guessing_is_slowed_down_and_the_owner_is_not_locked_out() throws Exception {
        assertEquals(200, session(RIGHT).statusCode());
        for (int i = 0; i < 6; i++) {
            assertEquals(401, session(basic("admin:guess" + i)).statusCode());
        }
        HttpResponse<String> throttled = session(basic("admin:guess"));
        assertEquals(429, throttled.statusCode());
        assertEquals("1", throttled.headers().firstValue("Retry-After").orElseThrow());
        assertEquals(200, session(RIGHT).statusCode());
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        assertEquals(401, session(basic("admin:guess")).statusCode());
        assertEquals("2", session(basic("admin:guess")).headers().firstValue("Retry-After").orElseThrow());
    }

    /// Fifty that arrive together must not all be let through before the first is counted.
    @Test
    void fifty_guesses_at_once_cost_few_hashes() throws Exception {
        assertEquals(200, session(RIGHT).statusCode());
        Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> guesses = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String guess = basic("admin:guess" + i);
                guesses.add(threads.submit(() -> statuses.merge(session(guess).statusCode(), 1, Integer::sum)));
            }
            assertEquals(200, session(RIGHT).statusCode());
            for (Future<?> guess : guesses) {
                guess.get();
            }
        }
        assertEquals(50, statuses.getOrDefault(401, 0) + statuses.getOrDefault(429, 0), statuses.toString());
        assertTrue(statuses.get(401) <= 6, statuses.toString());
    }

    /// After every start of BotMaker another user of the host, or whoever came through the same proxy, could keep the
    /// owner out for as long as they went on guessing.
    @Test
    void guessing_at_a_password_that_was_made_here_keeps_nobody_out(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("admin-password");
        server.close();
        server = TestServer.start(options -> options,
                new BasicAuthenticator("admin", AdminPassword.in(file), now::get), BasicAuthenticator.routes());

        for (int i = 0; i < 50; i++) {
            assertEquals(401, session(basic("admin:guess" + i)).statusCode());
        }

        assertEquals(200, session(basic("admin:" + Files.readString(file).strip())).statusCode());
    }
}
