package botmaker.auth;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import botmaker.http.Request;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Authentication exactly where it changes its mind; mutation testing asks for these (`test/mutation.md`).
class AuthEdgesTest {
    private static final String OWN = "an operator's own words";

    @TempDir
    Path data;

    private final AtomicLong now = new AtomicLong(Duration.ofDays(20_000).toNanos());

    private Path file(String content) throws IOException {
        Path file = data.resolve("admin-password");
        PrivateFiles.replace(file, content.getBytes(StandardCharsets.UTF_8), 0600);
        return file;
    }

    private TestServer serve(String password) throws IOException {
        return TestServer.start(options -> options,
                new BasicAuthenticator("admin", AdminPassword.in(file(password)), now::get), BasicAuthenticator.routes());
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
    void a_password_of_16_characters_or_500_bytes_is_enough() throws IOException {
        assertThrows(IOException.class, () -> AdminPassword.in(file("x".repeat(15))));
        assertTrue(AdminPassword.in(file("x".repeat(16))).matches("x".repeat(16)));
        assertTrue(AdminPassword.in(file("x".repeat(500))).matches("x".repeat(500)));
        assertThrows(IOException.class, () -> AdminPassword.in(file("x".repeat(501))));
    }

    /// `hash-password` and the password's file took passwords that no browser could send, so that nobody could sign in.
    @ParameterizedTest
    @ValueSource(strings = {"tab\tin a long password", "NUL\0in a long password", "two lines of\na password", "two lines of\r\na password",
        "escape\u001bin a long password", "DEL\u007fin a long password", "C1\u0085in a long password", "not UTF-8 \ufffd long enough",
        "\ufeffa byte order mark", "\ud83dhalf a surrogate pair"})
    void a_password_with_which_no_sign_in_can_succeed_is_refused(String password) throws IOException {
        assertTrue(Password.problem(password).isPresent());
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.of(password.toCharArray()));
        if (!password.contains("\ud83d")) {
            IOException e = assertThrows(IOException.class, () -> AdminPassword.in(file(password)));
            assertTrue(e.getMessage().contains("Delete the file"), e.getMessage());
        }
    }

    @Test
    void a_password_file_in_another_encoding_is_refused() throws IOException {
        Path file = file("x");
        Files.write(file, "Latin-1 password \u00e9\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(assertThrows(IOException.class, () -> AdminPassword.in(file)).getMessage().contains("UTF-8"));
    }

    /// The longest password works with the longest user name, and more bytes are refused, however few characters they are.
    @Test
    void every_password_that_is_taken_can_be_sent() throws Exception {
        String longest = "\u00e9".repeat(Password.MAX_BYTES / 2);
        String user = "u".repeat(Password.MAX_USER_BYTES);
        BasicAuthenticator authenticator = new BasicAuthenticator(user, PasswordHash.of(longest.toCharArray()));
        assertEquals(user, authenticator.authenticate(head(basic(" ", user + ":" + longest))));
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.of((longest + "x").toCharArray()));
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.of(new char[0]));
    }

    /// The user's name of the settings was compared as it was typed there, and what was sent in NFC.
    @Test
    void a_user_name_matches_whichever_keyboard_made_it() throws Exception {
        for (String configured : new String[] {"Ren\u00e9", "Rene\u0301"}) {
            BasicAuthenticator authenticator = new BasicAuthenticator(configured, AdminPassword.in(file(OWN)));
            for (String sent : new String[] {"Ren\u00e9", "Rene\u0301"}) {
                assertEquals("Ren\u00e9", authenticator.authenticate(head(basic(" ", sent + ":" + OWN))));
            }
        }
    }

    private static Request.Head head(String authorization) {
        return new Request.Head("GET", "/", Map.of(), new Request.Headers(Map.of("Authorization", List.of(authorization))),
                InetAddress.getLoopbackAddress());
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
