package botmaker.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.Schema;
import botmaker.config.Settings;
import botmaker.file.IoFailures;
import botmaker.file.PrivateFiles;
import botmaker.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A start that fails says what is wrong with which file, and what to do. Operators saw `Input length = 1`, `Illegal seek`,
/// `NOFOLLOW_LINKS specified`, and stack traces.
@Timeout(60)
class StartFailuresTest {
    @TempDir
    private Path temp;
    private Path data;

    @BeforeEach
    void make() throws IOException {
        data = temp.resolve("data");
        PrivateFiles.createDirectory(data, 0700);
    }

    private void start() throws Exception {
        Settings.Source source = new Settings.Source(Optional.empty(), Map.of("BOTMAKER_DATA_DIR", data.toString(),
                "BOTMAKER_SERVER_PORT", "0", "BOTMAKER_DOCKER_SOCKET", temp.resolve("none.sock").toString()));
        App.start(source).close();
    }

    private void refused(String file, String advice) {
        Exception refused = assertThrows(Exception.class, this::start);
        String words = refused instanceof IOException e ? IoFailures.sentence(e) : refused.getMessage();
        assertTrue(words.contains(data.resolve(file).toString()), words);
        assertTrue(words.contains(advice), words);
        assertFalse(words.matches("(?s).*(Exception|Input length|seek|NOFOLLOW_LINKS|null|java\\.).*"), words);
        assertEquals(1, words.lines().count(), words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock", "backup.lock"})
    void a_link_a_pipe_or_a_directory_in_the_place_of_a_lock(String name) throws Exception {
        Path file = data.resolve(name);
        Files.createSymbolicLink(file, Files.createFile(temp.resolve("elsewhere")));
        refused(name, "remove it");
        Files.delete(file);
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
        refused(name, "remove it");
        Files.delete(file);
        Files.createDirectory(file);
        refused(name, "remove it");
        Files.delete(file);
        start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"secrets", "bots"})
    void a_file_or_a_link_in_the_place_of_a_directory(String name) throws Exception {
        Files.createFile(data.resolve(name));
        refused(name, "");
        Files.delete(data.resolve(name));
        Files.createSymbolicLink(data.resolve(name), data.resolve(name));
        refused(name, "");
    }

    @Test
    void a_password_that_is_no_text() throws Exception {
        PrivateFiles.createFile(data.resolve("admin-password"), "p\u00e4ssw\u00f6rd-of-latin-1".getBytes(StandardCharsets.ISO_8859_1), 0600);
        refused("admin-password", "Delete the file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRAGMA user_version = -1", "UPDATE bots SET id = 'x'", "UPDATE bots SET created_at = 'x'",
            "UPDATE bots SET channel_settings = 'x'"})
    void a_database_that_no_BotMaker_has_written(String damage) throws Exception {
        Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS).close();
        sql("INSERT INTO installation VALUES ('0123456789abcdef', 1)", """
                INSERT INTO bots (id, name, name_key, phase, desired, uid, gid, image, ai_provider, ai_model, channel_type, channel_settings,
                    access_policy, access_allow, memory, cpus, pids, created_at, updated_at, desired_at)
                VALUES ('0123456789abcdef', 'one', 'one', 'ready', 'stopped', 1900000000, 1900000000, 'openclaw:1', 'anthropic', 'm', 'webchat',
                    '{}', 'pairing', '[]', 2147483648, 2000, 512, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')
                """);
        start();
        sql(damage);
        refused("botmaker.db", "restore a backup");
    }

    private void sql(String... statements) throws Exception {
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + data.resolve("botmaker.db"));
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.executeUpdate(sql);
            }
        }
    }

    @Test
    void settings_that_cannot_be_read() throws Exception {
        Path file = temp.resolve("settings");
        Files.write(file, "data.dir=d\u00e4ta".getBytes(StandardCharsets.ISO_8859_1));
        wrong(file, "save it as UTF-8");
        Files.writeString(file, "data.dir=\\u00zz");
        wrong(file, "backslash");
        Files.delete(file);
        wrong(file, "does not exist");
        Files.createDirectory(file);
        wrong(file, "directory");
    }

    private static void wrong(Path file, String advice) {
        Exception wrong = assertThrows(Exception.class, () -> new Settings.Source(Optional.of(file), Map.of()).load());
        assertTrue(wrong.getMessage().contains(file.toString()) && wrong.getMessage().contains(advice), wrong.getMessage());
        assertFalse(wrong.getMessage().contains("Exception") || wrong.getMessage().contains("Input length"), wrong.getMessage());
    }
}
