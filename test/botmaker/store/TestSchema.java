package botmaker.store;

import java.nio.file.Path;
import java.util.List;

/// A little schema of the tests' own.
final class TestSchema {
    static final List<String> MIGRATIONS = List.of("""
            CREATE TABLE shelf (id INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE) STRICT;
            CREATE TABLE book (
              title TEXT NOT NULL, shelf INTEGER NOT NULL REFERENCES shelf, note TEXT, pages INTEGER, lent INTEGER NOT NULL DEFAULT 0,
              UNIQUE (shelf, title)) STRICT;
            """);

    private TestSchema() {
    }

    static Database open(Path directory) {
        return Database.open(directory.resolve("test.db"), MIGRATIONS);
    }

    static int addShelf(Database database, long id, String label) {
        return database.write(tx -> tx.update("INSERT INTO shelf VALUES (?, ?)", id, label));
    }

    static List<Long> shelves(Database database) {
        return database.read(tx -> tx.list("SELECT id FROM shelf ORDER BY id", row -> row.integer("id")));
    }
}
