package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.bot.model.Schema;
import botmaker.file.PrivateFiles;
import botmaker.store.Database;
import botmaker.support.OrdinaryUser;
import botmaker.support.Program.Outcome;
import botmaker.support.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data directory from which it cannot serve: one line that says why and what to do, exit 1, and nothing is changed.
class RefusalTest {
    @TempDir
    Path directory;

    private Path data;
    private Path database;

    @BeforeEach
    void make() throws IOException {
        data = directory.resolve("data");
        database = data.resolve("botmaker.db");
        PrivateFiles.createDirectory(data, 0700);
        try (Database made = Database.open(database, Schema.MIGRATIONS)) {
            made.write(tx -> tx.update("INSERT INTO installation(id) VALUES ('0123456789abcdef')"));
        }
    }

    private void assertRefused(String... parts) throws Exception {
        Outcome outcome = new Program(directory).run(
                Map.of("BOTMAKER_SERVER_PORT", "0", "BOTMAKER_DATA_DIR", data.toString()), "");
        assertEquals(1, outcome.exit(), outcome.err());
        assertEquals("", outcome.out());
        List<String> said = outcome.err().lines().filter(line -> line.startsWith("botmaker: ")).toList();
        assertEquals(1, said.size(), outcome.err());
        assertTrue(said.getFirst().startsWith("botmaker: cannot start: "), outcome.err());
        for (String part : parts) {
            assertTrue(said.getFirst().contains(part), part + " in " + outcome.err());
        }
    }

    @Test
    void a_database_that_another_program_has_locked() throws Exception {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database); Statement sql = other.createStatement()) {
            sql.execute("BEGIN IMMEDIATE");
            assertRefused(database.toString(), "is locked by another program", "fuser", "start BotMaker again");
        }
    }

    @Test
    void a_file_that_is_no_database() throws Exception {
        byte[] text = "This is no database. ".repeat(100).getBytes();
        Files.write(database, text);
        assertRefused(database.toString(), "is damaged", "move " + data + " away", "botmaker restore FILE");
        assertEquals(text.length, Files.size(database));
    }

    @Test
    void a_database_with_a_damaged_page_after_a_crash() throws Exception {
        try (FileChannel file = FileChannel.open(database, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap("garbage".repeat(600).getBytes()), 2 * 4096);
        }
        PrivateFiles.createFile(data.resolve("botmaker.db-wal"), new byte[0], 0600);
        assertRefused("is damaged", "botmaker restore FILE");
    }

    @Test
    void a_database_of_a_newer_version() throws Exception {
        List<String> newer = new ArrayList<>(Schema.MIGRATIONS);
        newer.add("CREATE TABLE later (x INTEGER) STRICT");
        Database.open(database, newer).close();
        assertRefused("was written by a newer BotMaker", "run that version, or restore the backup");
    }

    @Test
    void a_data_directory_of_another_user_or_of_another_mode() throws Exception {
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-x---"));
        assertRefused("others may enter", "chmod 700 " + data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("r-x------"));
        assertRefused("its owner may not use", "chmod 700 " + data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        assumeTrue(PrivateFiles.isRoot(), "giving away needs root");
        PrivateFiles.chown(data, 1_900_000_009, 0);
        assertRefused("belongs to the user with the id 1900000009, and this is 0", "Run BotMaker as that user", "chown 0 " + data);
        assertFalse(Files.exists(data.resolve("lock")));
    }

    /// Everything as an ordinary user, to whom a mode means something: a database that is not its own, or may not be written.
    @Test
    void a_database_that_an_ordinary_user_may_not_use() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.in(directory)) {
            Path own = user.home().resolve("data");
            String first = user.run("true", Opening.class, own);
            assertEquals("0:open", first);
            Path file = own.resolve("botmaker.db");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
            String readOnly = user.run("true", Opening.class, own);
            assertTrue(readOnly.contains(file + " cannot be written; check that the user of BotMaker owns it"), readOnly);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            PrivateFiles.chown(file, 0, 0);
            String foreign = user.run("true", Opening.class, own);
            assertTrue(foreign.contains(file.toString()) && foreign.contains("check that the user of BotMaker owns it"), foreign);
        }
    }

    /// Opens the database of a data directory, and says what came of it.
    static final class Opening {
        public static void main(String[] arguments) throws IOException {
            Path data = Path.of(arguments[0]);
            PrivateFiles.ensureDirectory(data, 0700);
            try (Database database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) {
                System.out.println(database.answers() ? "open" : "silent");
            } catch (RuntimeException e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
