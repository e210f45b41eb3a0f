package botmaker.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsTest {
    private static final String FIRST = "CREATE TABLE note (text TEXT) STRICT; INSERT INTO note VALUES ('one; not two')";
    private static final String SECOND = """
            -- a trigger's statements end with ; too
            CREATE TRIGGER note_copy AFTER INSERT ON note WHEN NEW.text = 'x' BEGIN
              INSERT INTO note VALUES ('copy');
              INSERT INTO note VALUES ('copy;');
            END;
            INSERT INTO note VALUES ('x');
            """;
    private static final String BROKEN = "INSERT INTO note VALUES ('lost'); INSERT INTO absent VALUES (1)";

    @TempDir
    private Path temp;

    @Test
    void each_script_runs_once_and_in_order() {
        assertEquals(List.of("one; not two"), notes(FIRST));
        assertEquals(List.of("one; not two", "x", "copy", "copy;"), notes(FIRST, SECOND));
        assertEquals(List.of("one; not two", "x", "copy", "copy;"), notes(FIRST, SECOND));
    }

    @Test
    void a_failing_script_changes_nothing() {
        notes(FIRST);
        StoreException e = assertThrows(StoreException.class, () -> notes(FIRST, BROKEN));
        assertTrue(e.getMessage().contains("absent"), e.getMessage());
        assertEquals(List.of("one; not two"), notes(FIRST));
    }

    @Test
    void a_newer_schema_is_refused_with_what_to_do() {
        notes(FIRST, SECOND);
        StoreException e = assertThrows(StoreException.class, () -> notes(FIRST));
        assertTrue(e.getMessage().contains("newer BotMaker (schema 2, this one knows up to 1); run that version"), e.getMessage());
        assertEquals(4, notes(FIRST, SECOND).size());
    }

    /// A stack trace was all that the operator saw.
    @Test
    void a_negative_schema_and_a_row_that_cannot_be_read_are_damage() {
        notes(FIRST);
        try (Database database = Database.open(temp.resolve("test.db"), List.of(FIRST))) {
            StoreException e = assertThrows(StoreException.class,
                    () -> database.read(tx -> tx.list("SELECT text FROM note", row -> Instant.parse(row.text("text")))));
            assertTrue(e.getMessage().contains("a row cannot be read") && e.getMessage().contains("restore a backup"), e.getMessage());
            database.write(tx -> {
                tx.script("PRAGMA user_version = -3");
                return true;
            });
        }
        StoreException e = assertThrows(StoreException.class, () -> notes(FIRST));
        assertTrue(e.getMessage().contains("restore a backup") && e.getMessage().contains("schema -3"), e.getMessage());
    }

    private List<String> notes(String... scripts) {
        try (Database database = Database.open(temp.resolve("test.db"), List.of(scripts))) {
            return database.read(tx -> tx.list("SELECT text FROM note ORDER BY rowid", row -> row.text("text")));
        }
    }
}
