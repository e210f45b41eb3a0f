package botmaker.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.Schema;
import botmaker.config.Settings;
import botmaker.file.PrivateFiles;
import botmaker.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Without its database, BotMaker started as a new installation over living bots: it listed none of them, offered to delete
/// their files, and gave their user ids to the next bots.
class RequireDatabaseTest {
    @TempDir
    private Path temp;
    private Path data;
    private Path database;

    @BeforeEach
    void make() throws IOException {
        data = temp.resolve("data");
        database = data.resolve("botmaker.db");
        PrivateFiles.createDirectory(data, 0700);
        PrivateFiles.createDirectory(data.resolve("bots"), 0700);
        PrivateFiles.createDirectory(data.resolve("secrets"), 0700);
    }

    private void start() throws Exception {
        Settings.Source source = new Settings.Source(Optional.empty(), Map.of("BOTMAKER_DATA_DIR", data.toString(),
                "BOTMAKER_SERVER_PORT", "0", "BOTMAKER_DOCKER_SOCKET", temp.resolve("none.sock").toString()));
        App.start(source).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bots/0123456789abcdef", "secrets/0123456789abcdef"})
    void a_missing_empty_or_new_database_beside_files_of_bots_is_refused(String files) throws Exception {
        Files.createDirectories(data.resolve(files));
        refused();
        assertFalse(Files.exists(database), "it was made");
        Files.createFile(database);
        refused();
        assertEquals(0, Files.size(database));
        Files.delete(database);
        Database.open(database, Schema.MIGRATIONS).close();
        refused();
    }

    private void refused() {
        IOException refused = assertThrows(IOException.class, this::start);
        assertTrue(refused.getMessage().contains("knows of none") && refused.getMessage().contains("-wal"), refused.getMessage());
    }

    @Test
    void what_an_interrupted_writing_left_is_no_bot() throws Exception {
        Files.createDirectories(data.resolve("secrets/.tmp-1"));
        start();
        start();
    }

    @Test
    void a_database_that_has_had_bots_may_have_lost_some() throws Exception {
        start();
        try (Database opened = Database.open(database, Schema.MIGRATIONS)) {
            opened.write(tx -> tx.update("UPDATE installation SET bots_made = 1"));
        }
        Files.createDirectories(data.resolve("bots/0123456789abcdef"));
        start();
    }

    /// A database that was copied back without its write-ahead log had lost the newest bots, which ran on unseen.
    @Test
    void an_older_copy_of_the_database_is_refused() throws Exception {
        start();
        try (Database opened = Database.open(database, Schema.MIGRATIONS)) {
            opened.write(tx -> tx.update("UPDATE installation SET bots_made = 1"));
        }
        Files.createDirectories(data.resolve("bots/0123456789abcdef"));
        Files.createDirectories(data.resolve("secrets/0123456789abcdef"));
        Files.createDirectories(data.resolve("secrets/fedcba9876543210"));
        IOException refused = assertThrows(IOException.class, this::start);
        assertTrue(refused.getMessage().contains("does not know the bots 0123456789abcdef; it was copied without its -wal"), refused.getMessage());
        Files.delete(data.resolve("bots/0123456789abcdef"));
        start();
    }
}
