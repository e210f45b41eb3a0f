package botmaker.auth;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import botmaker.http.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Authentication exactly where it changes its mind; mutation testing asks for these (`test/mutation.md`).
class AuthEdgesTest {
    private static final String OWN = "an operator's own words";

    @TempDir
    Path data;

    private final AtomicLong now = new AtomicLong(Duration.ofDays(20_000).toNanos());

    private Path file(String content) throws IOException {
        Path file = data.resolve("admin-password");
        PrivateFiles.replace(file, content.getBytes(StandardCharsets.US_ASCII), 0600);
        return file;
    }

    private TestServer serve(String password) throws IOException {
        return TestServer.start(options -> options,
                new BasicAuthenticator("admin", AdminPassword.in(file(password)), now::get), SessionRoutes.routes());
    }

    private static String basic(String blanks, String credentials) {
        return "Basic" + blanks + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> session(TestServer server, String authorization) throws Exception {
        return server.get("/api/session", "Authorization", authorization);
    }

    @Test
    void whoever_signs_in_is_named_the_first_time_and_later() throws Exception {
        AdminPassword.in(data.resolve("generated"));
        for (String password : List.of(OWN, Files.readString(data.resolve("generated")).strip())) {
            try (TestServer server = serve(password)) {
                for (int i = 0; i < 2; i++) {
                    assertEquals("{\"user\":\"admin\"}", session(server, basic(" ", "admin:" + password)).body());
                }
            }
        }
    }

    @Test
    void signing_in_takes_the_guesses_before_it_off_the_count() throws Exception {
        try (TestServer server = serve(OWN)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 5; i++) {
                    assertEquals(401, session(server, basic(" ", "admin:guess")).statusCode());
                }
                assertEquals(200, session(server, basic(" ", "admin:" + OWN)).statusCode());
            }
        }
    }

    @Test
    void a_header_of_1024_bytes_is_read_and_a_longer_one_is_not() throws Exception {
        String credentials = "admin:" + "x".repeat(756);
        try (TestServer server = serve(OWN)) {
            assertEquals(1024, basic("   ", credentials).length());
            assertTrue(session(server, basic("   ", credentials)).body().contains("is wrong"));
            assertTrue(session(server, basic("    ", credentials)).body().contains("Sign in"));
        }
    }

    @Test
    void signing_out_asks_the_browser_to_forget() throws Exception {
        try (TestServer server = serve(OWN)) {
            String answer = server.exchange("DELETE /api/session HTTP/1.1\nHost: localhost\nAuthorization: "
                    + basic(" ", "admin:" + OWN) + "\n\n");
            assertTrue(answer.startsWith("HTTP/1.1 204 "), answer);
            assertTrue(answer.toLowerCase().contains("clear-site-data: \"cookies\""), answer);
        }
    }

    @Test
    void a_password_of_16_characters_in_a_file_of_1024_bytes_is_enough() throws IOException {
        assertThrows(IOException.class, () -> AdminPassword.in(file("x".repeat(15))));
        assertTrue(AdminPassword.in(file("x".repeat(16))).matches("x".repeat(16)));
        assertTrue(AdminPassword.in(file("x".repeat(1024))).matches("x".repeat(1024)));
        assertThrows(IOException.class, () -> AdminPassword.in(file("x".repeat(1025))));
    }

    @Test
    void ten_million_rounds_are_the_most() {
        String hash = "pbkdf2-sha512$10000000$AAECAwQFBgcICQoLDA0ODw==$" + Base64.getEncoder().encodeToString(new byte[64]);
        assertDoesNotThrow(() -> PasswordHash.parse(hash));
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(hash.replace("10000000", "10000001")));
    }

    @Test
    void guesses_are_remembered_for_a_quarter_of_an_hour_and_no_longer() {
        Throttle throttle = new Throttle(now::get);
        InetAddress source = InetAddress.ofLiteral("192.0.2.1");
        fail(throttle, source, 5);
        now.addAndGet(Duration.ofMinutes(15).toNanos());
        fail(throttle, source, 1);
        assertEquals(Optional.of(Duration.ofSeconds(1)), throttle.wait(source), "the sixth");

        now.addAndGet(Duration.ofMinutes(15).toNanos() + 1);
        fail(throttle, source, 5);
        assertEquals(Optional.empty(), throttle.wait(source), "the first five again");
    }

    private static void fail(Throttle throttle, InetAddress source, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(source);
        }
    }
}
