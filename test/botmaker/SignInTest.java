package botmaker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.auth.PasswordHash;
import botmaker.config.Settings;
import botmaker.server.App;
import botmaker.support.TinyDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The password is changed while BotMaker runs.
@Timeout(180)
class SignInTest {
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path directory;

    private Path data;
    private Path file;
    private App app;

    @BeforeEach
    void start() throws Exception {
        start(directory.resolve("data"));
    }

    private void start(Path in) throws Exception {
        data = in;
        file = Files.writeString(directory.resolve("botmaker.properties"), "server.port=0\n");
        Settings.Source source = new Settings.Source(Optional.of(file), Map.of("BOTMAKER_DATA_DIR", data.toString(),
                "BOTMAKER_DOCKER_SOCKET", directory.resolve("none.sock").toString()));
        app = App.start(source);
        app.begin();
        app.close(); // once more: now the password's file is there before it is watched
        app = App.start(source);
        app.begin();
    }

    @AfterEach
    void stop() {
        app.close();
        client.shutdownNow();
    }

    private HttpRequest request(String path, String password) {
        return HttpRequest.newBuilder(URI.create(app.url() + path))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(("admin:" + password).getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private int status(String password) throws IOException, InterruptedException {
        return client.send(request("/api/session", password), BodyHandlers.discarding()).statusCode();
    }

    private void awaitAccepted(String password) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        for (int status = status(password); status != 200; status = status(password)) {
            assertTrue(System.nanoTime() - deadline < 0, password + " is never accepted: " + status);
            Thread.sleep(1500); // below the throttle's first wait there is nothing to learn
        }
    }

    private String generated() throws IOException {
        return Files.readString(data.resolve("admin-password")).strip();
    }

    @Test
    void another_password_in_its_file_counts_and_ends_the_streams_of_the_old_one() throws Exception {
        String old = generated();
        HttpResponse<InputStream> stream = client.send(request("/api/events", old), BodyHandlers.ofInputStream());
        assertEquals(200, stream.statusCode());
        Files.writeString(data.resolve("admin-password"), "zyxwvutsrqponmkjhgfedcba23\n");
        awaitAccepted("zyxwvutsrqponmkjhgfedcba23");
        assertEquals(401, status(old));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertTrue(lines.lines().toList().contains("data: {\"reason\":\"signed out\"}"));
        }
    }

    @Test
    void without_its_file_a_new_one_is_made() throws Exception {
        String old = generated();
        Files.delete(data.resolve("admin-password"));
        awaitRefused(old);
        awaitAccepted(generated());
    }

    private void awaitRefused(String old) throws Exception {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (status(old) != 401) {
            assertTrue(System.nanoTime() - deadline < 0, "the old one still counts");
            Thread.sleep(200);
        }
    }

    /// On a full disk the old password stayed valid until a restart, and no new one was ever made.
    @Test
    void a_new_password_that_cannot_be_written_is_tried_again_and_the_old_one_ends_all_the_same() throws Exception {
        app.close();
        Path disk = directory.resolve("disk");
        try (TinyDisk _ = TinyDisk.mount(disk, "size=64m")) {
            start(disk.resolve("data"));
            String old = generated();
            assertEquals(200, status(old));
            Files.delete(data.resolve("admin-password"));
            try (OutputStream filler = Files.newOutputStream(disk.resolve("filler"))) {
                while (true) {
                    filler.write(new byte[4096]);
                }
            } catch (IOException _) {
                // full
            }
            awaitRefused(old);
            Thread.sleep(4_000); // time in which it is tried more than once
            assertEquals(401, status(old));
            assertTrue(Files.notExists(data.resolve("admin-password")), "it could be written");
            Files.delete(disk.resolve("filler"));
            long deadline = System.nanoTime() + 60_000_000_000L;
            while (Files.notExists(data.resolve("admin-password"))) {
                assertTrue(System.nanoTime() - deadline < 0, "it is not tried again");
                Thread.sleep(200);
            }
            awaitAccepted(generated());
            app.close();
        }
    }

    @Test
    void a_hash_in_the_settings_counts_and_what_is_wrong_there_changes_nothing() throws Exception {
        String old = generated();
        Files.writeString(file, "server.port=0\nauth.password-hash=" + PasswordHash.of("correct horse battery".toCharArray()) + "\n");
        awaitAccepted("correct horse battery");
        assertEquals(401, status(old));
        Files.writeString(file, "server.port=0\nauth.password-hash=none\n");
        Files.writeString(data.resolve("admin-password"), "short");
        Thread.sleep(4_000); // nothing is to happen; the next change shows that both were looked at
        assertEquals(200, status("correct horse battery"));
        Files.writeString(file, "server.port=0\nauth.password-hash=" + PasswordHash.of("battery staple".toCharArray()) + "\n");
        awaitAccepted("battery staple");
        assertEquals(401, status("correct horse battery"));
    }
}
