package botmaker.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.ledger.PastCall.By;
import botmaker.ledger.PastCall.Ended;
import botmaker.store.Database;
import botmaker.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageReaderTest {
    /// Already the first of December in Berlin.
    private static final Instant NOW = Instant.parse("2026-11-30T23:30:00Z");

    @TempDir
    Path directory;
    private UsageReader reader;

    private UsageReader reader() {
        reader = new UsageReader(directory.resolve(UsageReader.FILE), InstantSource.fixed(NOW), ZoneId.of("Europe/Berlin"));
        return reader;
    }

    @AfterEach
    void close() {
        reader.close();
    }

    private Database database() {
        return Database.open(directory.resolve(UsageReader.FILE), UsageSchema.MIGRATIONS);
    }

    private static void spend(Database database, String bot, String day, String key, String model, long cost, long unknown) {
        database.write(tx -> tx.update("INSERT INTO spend VALUES (?, ?, ?, ?, 1, 2, 3, 4, 5, ?, 7, ?)", bot, day, key, model, cost, unknown));
    }

    @Test
    void where_nothing_was_written_nothing_was_used() throws IOException {
        assertEquals(List.of(), reader().days(30));
        assertEquals(List.of(), reader.calls("a", 10, Optional.empty()));
        assertEquals(Map.of(), reader.bots());
        Files.createFile(directory.resolve(UsageReader.FILE));
        assertEquals(Map.of(), reader.keys());
    }

    @Test
    void what_is_written_meanwhile_is_read() throws IOException {
        assertEquals(List.of(), reader().days(1));
        try (Database database = database()) {
            assertEquals(List.of(), reader.days(1));
            spend(database, "a", "2026-12-01", "k", "m", 6, 0);
            assertEquals(List.of(new DayUse("a", LocalDate.of(2026, 12, 1), "m", 1, 2, 3, 4, 5, 6, 7, 0)), reader.days(1));
        }
        Files.move(directory.resolve(UsageReader.FILE), directory.resolve("away"));
        assertEquals(List.of(), reader.days(1));
        try (Database database = database()) {
            spend(database, "b", "2026-12-01", "k", "m", 6, 0);
            assertEquals("b", reader.days(1).getFirst().bot());
        }
    }

    @Test
    void days_are_summed_over_keys_and_the_newest_is_first() {
        try (Database database = database()) {
            spend(database, "a", "2026-11-30", "k", "m", 10, 0);
            spend(database, "a", "2026-12-01", "k", "m", 1, 0);
            spend(database, "a", "2026-12-01", "k2", "m", 2, 1);
            spend(database, "a", "2026-12-01", "k", "n", 3, 0);
            spend(database, "b", "2026-12-01", "k", "m", 4, 0);
            assertEquals(List.of("m 2026-12-01 2 3 1", "n 2026-12-01 1 3 0", "m 2026-11-30 1 10 0"), reader().days("a", 2).stream()
                    .map(it -> it.model() + " " + it.day() + " " + it.calls() + " " + it.cost() + " " + it.unknown()).toList());
            assertEquals(List.of("a", "a", "b"), reader.days(1).stream().map(DayUse::bot).toList());
        }
    }

    /// It is the first of December where budgets are renewed, though November elsewhere.
    @Test
    void today_and_this_month_are_those_of_the_time_zone() {
        try (Database database = database()) {
            spend(database, "a", "2026-11-30", "k", "m", 1000, 5);
            spend(database, "a", "2026-12-01", "k", "m", 10, 1);
            spend(database, "a", "2026-12-31", "k", "m", 100, 1); // the clock went back
            spend(database, "b", "2026-12-01", "", "m", 3, 0);
            assertEquals(Map.of("a", new Spent(10, 110, 14, 2), "b", new Spent(3, 3, 14, 0)), reader().bots());
            spend(database, "a", "2026-10-15", "old", "m", 7, 0);
            assertEquals(Map.of("k", new KeyUse(110, LocalDate.of(2026, 12, 31)), "old", new KeyUse(0, LocalDate.of(2026, 10, 15))), reader.keys());
        }
    }

    /// It is asked every two seconds, and sums are kept for good: after two years of 50 bots it took 50 ms.
    @Test
    void what_keys_have_spent_in_this_month_takes_no_longer_after_years() {
        try (Database database = database()) {
            database.write(tx -> tx.update("""
                    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
                    INSERT INTO spend SELECT 'bot' || (i % 100), date('2024-01-01', (i / 100) || ' days'), 'k', 'm', 1, 2, 3, 4, 5, 6, 7, 0 FROM n
                    """));
            spend(database, "a", "2026-12-01", "k", "m", 10, 0);
            spend(database, "a", "2026-12-01", "", "m", 3, 0);
            spend(database, "b", "2026-12-02", "k", "m", 1, 0);
            assertEquals(Map.of("k", 11L), reader().keyMonths());
            long all = quickest(reader::keys);
            long month = quickest(reader::keyMonths);
            assertTrue(month < all / 4, month + " ns of " + all);
        }
    }

    private static long quickest(Runnable read) {
        return LongStream.range(0, 5).map(_ -> {
            long start = System.nanoTime();
            read.run();
            return System.nanoTime() - start;
        }).min().orElseThrow();
    }

    @Test
    void calls_are_read_in_pages() {
        try (Database database = database()) {
            for (int seq = 1; seq <= 5; seq++) {
                int number = seq;
                database.write(tx -> tx.update("""
                        INSERT INTO calls VALUES (?, ?, 'k', 'openai', 'POST /v1/responses', 'm', '', 1000, '1970-01-01', NULL, 20, 200,
                            'left', 1, 2, 3, 4, NULL, 'unknown', 5, 6)
                        """, number, number == 3 ? "b" : "a"));
            }
            List<PastCall> newest = reader().calls("a", 2, Optional.empty());
            assertEquals(new PastCall(5, Optional.of("k"), "openai", "POST /v1/responses", "m", "", Instant.ofEpochSecond(1), Optional.empty(),
                    Optional.of(20L), Optional.of(200L), Ended.LEFT, 1, 2, 3, 4, Optional.empty(), By.UNKNOWN, 5, 6), newest.getFirst());
            assertEquals(List.of(2L, 1L), reader.calls("a", 5, Optional.of(newest.getLast().seq())).stream().map(PastCall::seq).toList());
        }
    }

    @Test
    void a_damaged_file_is_told() throws IOException {
        Files.writeString(directory.resolve(UsageReader.FILE), "no database".repeat(1000));
        String told = assertThrows(StoreException.class, () -> reader().bots()).getMessage();
        assertTrue(told.contains("is damaged") && told.contains("move this file and those beside it"), told);
        assertFalse(told.contains("restore"), "a backup cannot be restored beside the other files: " + told);
    }
}
