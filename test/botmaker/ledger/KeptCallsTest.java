package botmaker.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.dialect.Refused;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Bots that ask in a loop. Each call took a row for 90 days: 1.5 GB a bot, at 60 calls a minute.
@Timeout(120)
class KeptCallsTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final BotPolicy BOT = Calls.bot("a", Budget.NONE);
    private static final long MOST_BYTES = 8 << 20;

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve(UsageReader.FILE);
    }

    private static void count(Ledger ledger) throws Refused, InterruptedException {
        try (CallMeter meter = Calls.asked("anthropic", "/v1/messages/count_tokens", "{\"model\":\"claude-sonnet-5\"}").begin(ledger, BOT)) {
            Calls.answer(meter, "{\"input_tokens\":5}");
            meter.whole();
        }
    }

    private static void spend(Ledger ledger) throws Refused, InterruptedException {
        try (CallMeter meter = Calls.sonnet(300).begin(ledger, BOT)) {
            Calls.answer(meter, Calls.sonnetAnswer(20, 300));
            meter.whole();
        }
    }

    private static void refused(Ledger ledger) throws Refused, InterruptedException {
        try (CallMeter meter = Calls.sonnet(300).begin(ledger, BOT)) {
            meter.answered(400);
        }
    }

    private List<PastCall> calls(String bot) {
        try (UsageReader reader = new UsageReader(file(), CLOCK, ZoneOffset.UTC)) {
            return reader.calls(bot, Integer.MAX_VALUE, Optional.empty());
        }
    }

    @Test
    void calls_that_cost_nothing_are_bounded_and_push_out_none_that_cost() throws Exception {
        try (Ledger ledger = Ledger.open(file(), CLOCK)) {
            ledger.follow(Calls.policy());
            for (int i = 0; i < 50; i++) {
                spend(ledger);
            }
            for (int i = 0; i < CallHistory.MOST_EMPTY; i++) {
                count(ledger);
                refused(ledger);
            }
        }
        List<PastCall> calls = calls("a");
        long empty = calls.stream().filter(it -> it.input() + it.output() == 0).count();
        assertEquals(CallHistory.MOST_EMPTY, empty);
        assertEquals(50, calls.stream().filter(it -> it.output() == 300).count());
        try (UsageReader reader = new UsageReader(file(), CLOCK, ZoneOffset.UTC)) {
            assertEquals(50L + CallHistory.MOST_EMPTY, reader.days("a", 2).stream().mapToLong(DayUse::calls).sum(), "the sums of the day stay");
        }
    }

    /// A file that was filled before: it is trimmed bit by bit while the bot goes on, so that no call waits for long.
    @Test
    void calls_that_cost_are_bounded_too_also_in_a_file_that_is_full_of_them() throws Exception {
        int before = CallHistory.MOST + 4_500;
        try (Database database = Database.open(file(), UsageSchema.MIGRATIONS)) {
            fill(database, "a", before);
            fill(database, "b", 300);
        }
        try (Ledger ledger = Ledger.open(file(), CLOCK)) {
            ledger.follow(Calls.policy());
            for (int i = 0; i < 600; i++) {
                spend(ledger);
            }
        }
        List<PastCall> calls = calls("a");
        assertTrue(calls.size() >= CallHistory.MOST && calls.size() < CallHistory.MOST + CallHistory.EVERY, calls.size() + " calls");
        assertEquals(600, calls.stream().filter(it -> it.output() == 300).count(), "the latest are there");
        assertEquals(300, calls("b").size(), "those of another bot");
        assertTrue(size() < MOST_BYTES, size() + " bytes");
    }

    /// Without its row, a call that is under way would be free if the broker were killed then.
    @Test
    void the_row_of_a_call_that_is_under_way_stays() {
        try (Database database = Database.open(file(), UsageSchema.MIGRATIONS)) {
            fill(database, "a", 5);
            database.write(tx -> tx.update("UPDATE calls SET ended = 'open' WHERE seq = 1"));
            database.write(tx -> {
                UsageStore.deleteBeyond(tx, "a", 2, 10);
                return 0;
            });
        }
        assertEquals(List.of(5L, 4L, 1L), calls("a").stream().map(PastCall::seq).toList());
    }

    private long size() throws IOException {
        return Files.size(file());
    }

    private static void fill(Database database, String bot, int count) {
        database.write(tx -> tx.update("""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                INSERT INTO calls SELECT (SELECT coalesce(max(seq), 0) FROM calls) + i, ?, '3f6c1a52-8a0e-4c0f-9d0a-5b7f5a1c2e10', 'anthropic',
                    'POST /v1/messages', 'claude-sonnet-5', 'claude-sonnet-5-20260915', ?, '2026-11-30', 900, 4000, 200, 'whole', 5000, 4000, 300,
                    400, 12345678, 'price', 50000, 9000 FROM n
                """, count, bot, CLOCK.millis()));
    }
}
