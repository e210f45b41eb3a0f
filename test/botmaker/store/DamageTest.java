package botmaker.store;

import static botmaker.store.TestSchema.addShelf;
import static botmaker.store.TestSchema.shelves;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure;
import botmaker.support.ChildJvm;
import botmaker.support.TinyDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamageTest {
    @TempDir
    private Path temp;

    @Test
    void another_kind_of_file_is_refused() throws IOException {
        Files.writeString(temp.resolve("test.db"), "This is no database. ".repeat(100));
        assertRefused("is damaged; stop BotMaker, move " + temp + " away and keep it, and restore a backup");
    }

    @Test
    void a_truncated_file_is_refused() throws IOException {
        fill();
        try (FileChannel file = FileChannel.open(temp.resolve("test.db"), StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 5_000);
        }
        assertRefused("is damaged");
    }

    /// Damage that opening alone does not meet; looked for after a crash, which shows by the log that is left.
    @Test
    void a_damaged_page_is_found_after_a_crash() throws IOException {
        fill();
        try (FileChannel file = FileChannel.open(temp.resolve("test.db"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap("garbage".repeat(500).getBytes()), 4 * 4096);
        }
        Files.createFile(temp.resolve("test.db-wal"));
        assertRefused("is damaged");
    }

    @Test
    void what_cannot_be_opened_says_what_to_check() throws IOException {
        Files.createDirectory(temp.resolve("test.db"));
        assertRefused("cannot be opened; check");
        UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> TestSchema.open(temp.resolve("absent")));
        assertTrue(e.getMessage().startsWith("cannot create the database"), e.getMessage());
    }

    @Test
    void a_lock_held_by_another_program_passes() throws Exception {
        try (Database database = TestSchema.open(temp)) {
            addShelf(database, 1, "a");
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + temp.resolve("test.db"));
                    Statement sql = other.createStatement()) {
                sql.execute("BEGIN IMMEDIATE");
                Failure.Unavailable busy = assertThrows(Failure.Unavailable.class, () -> addShelf(database, 2, "b"));
                assertTrue(busy.getMessage().contains("another program"), busy.getMessage());
                assertEquals(List.of(1L), shelves(database));
                sql.execute("ROLLBACK");
            }
            addShelf(database, 3, "c");
            assertEquals(List.of(1L, 3L), shelves(database));
        }
    }

    /// At the start nobody can be told to try again: it says who can tell what holds the lock.
    @Test
    void a_lock_at_the_start_is_a_refusal_that_says_what_to_do() throws Exception {
        TestSchema.open(temp).close();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + temp.resolve("test.db"));
                Statement sql = other.createStatement()) {
            sql.execute("BEGIN IMMEDIATE");
            assertRefused("is locked by another program, which `fuser -v " + temp.resolve("test.db") + "` shows");
            sql.execute("ROLLBACK");
        }
        TestSchema.open(temp).close();
    }

    /// A write that has looked at something must not find that another has changed it before it writes itself: SQLite would
    /// refuse it, and at once.
    @Test
    void a_write_has_the_lock_from_its_first_moment() throws Exception {
        try (Database database = TestSchema.open(temp);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + temp.resolve("test.db"));
                Statement sql = other.createStatement()) {
            sql.execute("PRAGMA busy_timeout = 0");
            database.write(tx -> {
                SQLException locked = assertThrows(SQLException.class, () -> sql.execute("BEGIN IMMEDIATE"));
                assertTrue(locked.getMessage().contains("SQLITE_BUSY"), locked.getMessage());
                return true;
            });
            sql.execute("BEGIN IMMEDIATE");
            sql.execute("ROLLBACK");
        }
    }

    @Test
    void a_reader_of_another_process_sees_one_state_and_takes_it_with_it() throws Exception {
        try (Database database = TestSchema.open(temp); DatabaseReader reader = DatabaseReader.open(temp.resolve("test.db"), 1)) {
            addShelf(database, 1, "a");
            DatabaseReader.Snapshot<Integer> snapshot = reader.snapshot(
                    tx -> tx.list("SELECT id FROM shelf", row -> row.integer("id")).size());
            addShelf(database, 2, "b");
            assertEquals(1, snapshot.found());
            assertEquals(2, reader.read(tx -> tx.list("SELECT id FROM shelf", row -> row.integer("id"))).size());
            Path copy = Files.createDirectory(temp.resolve("copy"));
            Files.write(copy.resolve("test.db"), snapshot.file());
            try (Database copied = TestSchema.open(copy)) {
                assertEquals(List.of(1L), shelves(copied));
                addShelf(copied, 3, "c");
            }
        }
        assertThrows(IOException.class, () -> DatabaseReader.open(temp.resolve("absent.db"), 1));
        try (DatabaseReader older = DatabaseReader.open(temp.resolve("test.db"), 0)) {
            StoreException e = assertThrows(StoreException.class, () -> older.read(tx -> 1));
            assertTrue(e.getMessage().contains("newer BotMaker"), e.getMessage());
        }
    }

    @Test
    void a_read_only_file_system_is_thought_of() throws Exception {
        Path disk = temp.resolve("disk");
        try (TinyDisk _ = TinyDisk.mount(disk, "size=8m")) {
            TestSchema.open(disk).close();
            assertEquals("0:", ChildJvm.run("mount", "-o", "remount,ro", disk.toString()));
            StoreException e = assertThrows(StoreException.class, () -> TestSchema.open(disk));
            assertTrue(e.getMessage().contains("its file system is writable"), e.getMessage());
        }
    }

    /// No acknowledgement without room, no loss of what was acknowledged, and no restart needed.
    @Test
    void a_full_disk_is_told_and_survived() throws Exception {
        Path disk = temp.resolve("disk");
        try (TinyDisk _ = TinyDisk.mount(disk, "size=4m"); Database database = TestSchema.open(disk)) {
            Path ballast = disk.resolve("ballast");
            long acknowledged = 0;
            for (int round = 0; round < 2; round++) {
                fillUp(ballast);
                long before = acknowledged;
                try {
                    for (int i = 0; i < 2_000; i++) {
                        addShelf(database, acknowledged + 1, (acknowledged + 1) + "x".repeat(2_000));
                        acknowledged++;
                    }
                    throw new AssertionError("the disk was never full");
                } catch (Failure.DiskFull full) {
                    assertTrue(full.getMessage().contains("free some space"), full.getMessage());
                }
                assertEquals(acknowledged, shelves(database).size());
                assertTrue(database.answers());
                Files.delete(ballast);
                addShelf(database, acknowledged + 1, "room again " + round);
                acknowledged++;
                assertTrue(acknowledged > before);
            }
            assertEquals(acknowledged, shelves(database).size());
        }
    }

    @Test
    void a_disk_that_is_full_from_the_start_is_told() throws Exception {
        Path disk = temp.resolve("disk");
        try (TinyDisk _ = TinyDisk.mount(disk, "size=64k")) {
            fillUp(disk.resolve("ballast"));
            assertThrows(Failure.DiskFull.class, () -> TestSchema.open(disk));
        }
    }

    private void fill() {
        try (Database database = TestSchema.open(temp)) {
            for (int i = 0; i < 50; i++) {
                addShelf(database, i, i + "x".repeat(1_000));
            }
        }
    }

    private void assertRefused(String part) {
        StoreException e = assertThrows(StoreException.class, () -> TestSchema.open(temp));
        assertTrue(e.getMessage().contains(part), e.getMessage());
        assertTrue(e.getMessage().contains(temp.resolve("test.db").toString()), e.getMessage());
    }

    private static void fillUp(Path ballast) throws IOException {
        try (FileChannel file = FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (true) {
                file.write(ByteBuffer.allocate(4096));
            }
        } catch (IOException full) {
            // that was the purpose
        }
    }
}
