package botmaker.store;

import static botmaker.store.TestSchema.addShelf;
import static botmaker.store.TestSchema.shelves;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure;
import botmaker.store.Transaction.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {
    @TempDir
    private Path temp;
    private Database database;

    private record Book(String title, Optional<String> note, Optional<Long> pages, boolean lent) {
        static Book of(Row row) {
            return new Book(row.text("title"), row.optionalText("note"), row.optionalInteger("pages"), row.flag("lent"));
        }
    }

    @BeforeEach
    void open() {
        database = TestSchema.open(temp);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void values_come_back_as_they_were() {
        addShelf(database, Long.MAX_VALUE, "größer 🤖 ' ; -- \u0000 end");
        List<Book> books = List.of(
                new Book("full", Optional.of("noted"), Optional.of(-1L), true),
                new Book("empty", Optional.empty(), Optional.empty(), false));
        for (Book book : books) {
            int inserted = database.write(tx -> tx.update(
                    "INSERT INTO book (title, shelf, note, pages, lent) VALUES (?, ?, ?, ?, ?)",
                    book.title(), Long.MAX_VALUE, book.note(), book.pages(), book.lent()));
            assertEquals(1, inserted);
        }
        assertEquals(books, database.read(tx -> tx.list("SELECT * FROM book ORDER BY rowid", Book::of)));
        assertEquals(Optional.of("größer 🤖 ' ; -- \u0000 end"), database.read(tx -> tx.one(
                "SELECT label FROM shelf WHERE id = ?", row -> row.text("label"), Long.MAX_VALUE)));
    }

    @Test
    void a_row_is_asked_for_what_it_has() {
        addShelf(database, 1, "a");
        addShelf(database, 2, "b");
        assertEquals(Optional.empty(), database.read(tx -> tx.one("SELECT id FROM shelf WHERE id = 3", row -> row.integer("id"))));
        assertStoreException("2 rows", tx -> tx.one("SELECT id FROM shelf", row -> row.integer("id")));
        assertStoreException("nothing", tx -> tx.list("SELECT id FROM shelf", row -> row.text("nothing")));
        assertStoreException("x is NULL", tx -> tx.list("SELECT NULL AS x", row -> row.text("x")));
        assertStoreException("x is NULL", tx -> tx.list("SELECT NULL AS x", row -> row.integer("x")));
    }

    @Test
    void arguments_must_fit() {
        assertThrows(IllegalArgumentException.class, () -> database.write(tx -> tx.update("INSERT INTO shelf VALUES (?, ?)", 1)));
        assertThrows(IllegalArgumentException.class, () -> database.write(tx -> tx.update("DELETE FROM shelf", 1)));
        assertThrows(IllegalArgumentException.class, () -> database.write(tx -> tx.update("DELETE FROM shelf WHERE id = ?", 1.5)));
    }

    @Test
    void an_exception_rolls_back_and_passes_through() {
        Failure.Conflict thrown = new Failure.Conflict("taken");
        assertSame(thrown, assertThrows(Failure.Conflict.class, () -> database.write(tx -> {
            tx.update("INSERT INTO shelf VALUES (1, 'a')");
            throw thrown;
        })));
        StackOverflowError error = new StackOverflowError();
        assertSame(error, assertThrows(StackOverflowError.class, () -> database.write(tx -> {
            tx.update("INSERT INTO shelf VALUES (2, 'b')");
            throw error;
        })));
        assertEquals(List.of(), shelves(database));
        addShelf(database, 3, "c");
        assertEquals(List.of(3L), shelves(database));
    }

    @Test
    void a_broken_constraint_is_named() {
        addShelf(database, 1, "a");
        assertEquals(Optional.of("shelf.label"), constraint("INSERT INTO shelf VALUES (2, 'a')"));
        assertEquals(Optional.of("shelf.id"), constraint("INSERT INTO shelf VALUES (1, 'b')"));
        database.write(tx -> tx.update("INSERT INTO book (title, shelf) VALUES ('t', 1)"));
        assertEquals(Optional.of("book.shelf, book.title"), constraint("INSERT INTO book (title, shelf) VALUES ('t', 1)"));
        assertEquals(Optional.empty(), constraint("INSERT INTO shelf VALUES (2, NULL)"));
    }

    @Test
    void foreign_keys_are_enforced() {
        assertEquals(Optional.empty(), constraint("INSERT INTO book (title, shelf) VALUES ('t', 99)"));
        assertEquals(List.of(), database.read(tx -> tx.list("SELECT title FROM book", row -> row.text("title"))));
    }

    @Test
    void an_exception_never_holds_a_bound_value() {
        addShelf(database, 1, "canary");
        StoreException e = assertThrows(StoreException.class, () -> addShelf(database, 2, "canary"));
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            assertFalse(cause.toString().contains("canary"), cause.toString());
        }
    }

    @Test
    void a_reader_cannot_write() {
        assertThrows(StoreException.class, () -> database.read(tx -> tx.update("INSERT INTO shelf VALUES (1, 'a')")));
    }

    /// A read sees one state from its first statement to its last, and does not hold up a write meanwhile.
    @Test
    void a_read_is_a_snapshot() throws Exception {
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            int before = database.read(tx -> {
                int count = tx.list("SELECT id FROM shelf", row -> row.integer("id")).size();
                await(other.submit(() -> addShelf(database, 1, "a")));
                return count + tx.list("SELECT id FROM shelf", row -> row.integer("id")).size();
            });
            assertEquals(0, before);
            assertEquals(List.of(1L), shelves(database));
        }
    }

    @Test
    void transactions_do_not_nest_and_do_not_outlive_their_call() {
        assertThrows(IllegalStateException.class, () -> database.write(tx -> addShelf(database, 1, "a")));
        assertThrows(IllegalStateException.class, () -> database.write(tx -> shelves(database)));
        assertThrows(IllegalStateException.class, () -> database.read(tx -> shelves(database)));
        assertThrows(IllegalStateException.class, () -> database.read(tx -> addShelf(database, 1, "a")));
        AtomicReference<Transaction> escaped = new AtomicReference<>();
        database.read(tx -> {
            escaped.set(tx);
            return 0;
        });
        assertThrows(IllegalStateException.class, () -> escaped.get().update("DELETE FROM shelf"));
    }

    @Test
    void of_many_that_want_the_same_name_one_wins() throws Exception {
        int winners = 0;
        Set<String> losers = new HashSet<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> tries = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int id = i;
                tries.add(clients.submit(() -> addShelf(database, id, "wanted")));
            }
            for (Future<Integer> attempt : tries) {
                try {
                    winners += attempt.get();
                } catch (ExecutionException e) {
                    losers.add(((StoreException) e.getCause()).constraint().orElseThrow());
                }
            }
        }
        assertEquals(1, winners);
        assertEquals(Set.of("shelf.label"), losers);
        assertEquals(1, shelves(database).size());
    }

    /// The caller must never be left not knowing; and the interrupt must not get lost.
    @Test
    void an_interrupted_caller_still_learns_the_outcome() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<String> outcome = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            int changed = database.write(tx -> {
                begun.countDown();
                uninterruptibly(goOn);
                return tx.update("INSERT INTO shelf VALUES (1, 'a')");
            });
            outcome.set(changed + " " + Thread.currentThread().isInterrupted());
        });
        begun.await();
        caller.interrupt();
        goOn.countDown();
        caller.join();
        assertEquals("1 true", outcome.get());
        assertEquals(List.of(1L), shelves(database));
    }

    @Test
    void all_files_are_closed_to_others() throws IOException {
        addShelf(database, 1, "a");
        Set<String> modes = new HashSet<>();
        Set<String> names = new HashSet<>();
        try (Stream<Path> files = Files.list(temp)) {
            for (Path file : files.toList()) {
                names.add(file.getFileName().toString());
                modes.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
        }
        assertTrue(names.containsAll(Set.of("test.db", "test.db-wal", "test.db-shm")), names::toString);
        assertEquals(Set.of("rw-------"), modes);
    }

    @Test
    void closing_leaves_one_whole_file() throws IOException {
        addShelf(database, 1, "a");
        database.close();
        assertTrue(Files.notExists(temp.resolve("test.db-wal")));
        assertFalse(database.answers());
        assertThrows(Failure.Unavailable.class, () -> shelves(database));
        assertThrows(Failure.Unavailable.class, () -> addShelf(database, 2, "b"));
        database.close();
        try (Database again = TestSchema.open(temp)) {
            assertEquals(List.of(1L), shelves(again));
            assertTrue(again.answers());
        }
    }

    /// sqlite-jdbc takes what follows a `?` for settings, and `%` and `#` mean something in a URI.
    @ParameterizedTest
    @ValueSource(strings = {"what?cache=shared", "100%25", "a#b", "mode=memory", "spa ce;'\"\\", "ü"})
    void any_directory_name_will_do(String name) throws IOException {
        Path directory = Files.createDirectory(temp.resolve(name));
        try (Database odd = TestSchema.open(directory)) {
            addShelf(odd, 1, "a");
        }
        assertTrue(Files.size(directory.resolve("test.db")) > 0);
        try (Database odd = TestSchema.open(directory)) {
            assertEquals(List.of(1L), shelves(odd));
        }
    }

    private Optional<String> constraint(String sql) {
        return assertThrows(StoreException.class, () -> database.write(tx -> tx.update(sql))).constraint();
    }

    private void assertStoreException(String part, Transaction.Query<?> query) {
        StoreException e = assertThrows(StoreException.class, () -> database.read(query));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private static void await(Future<?> future) {
        try {
            future.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
