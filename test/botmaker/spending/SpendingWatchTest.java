package botmaker.spending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.audit.Audit;
import botmaker.bot.Rows;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.BrokerRules;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Schema;
import botmaker.bot.view.BotRegistry;
import botmaker.json.JsonValue;
import botmaker.ledger.UsageFile;
import botmaker.policy.Budget;
import botmaker.policy.Reach;
import botmaker.store.Database;
import botmaker.support.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the broker tells of a budget, in the audit log and on the bot. It has 5 USD a day, of which 4.99 are spent.
class SpendingWatchTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);
    private static final String BOT = "0123456789abcdef";

    @TempDir
    Path data;
    private Database database;
    private Audit audit;
    private BotRegistry registry;
    private String broker = "{}";

    @BeforeEach
    void open() {
        database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS);
        audit = new Audit(database, CLOCK);
        registry = new BotRegistry(CLOCK, System::nanoTime, () -> false);
        registry.load(List.of(bot(5)));
        try (UsageFile file = new UsageFile(data.resolve("usage.db"))) {
            file.spent(BOT, "2026-11-29", "k1", "m", 5 * Budget.DOLLAR - 10_000_000, 0, 0);
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static BotRecord bot(long dollars) {
        BotRecord legacy = Rows.ready(Desired.RUNNING);
        BotSpec spec = legacy.spec();
        Budget budget = new Budget(Optional.of(dollars * Budget.DOLLAR), Optional.empty(), Optional.empty(), Budget.OnCap.ANSWER);
        return legacy.with(new BotSpec(spec.name(), spec.ai(), spec.channel(), spec.access(), spec.limits(), spec.controlUi(), Reach.WEB, Optional.empty(),
                new BrokerRules(budget, Optional.empty(), List.of(), List.of())));
    }

    private void look() {
        try (Usage usage = new Usage(data.resolve("usage.db"), CLOCK, ZoneOffset.UTC);
                SpendingWatch watch = new SpendingWatch(usage, KeptKeys.NONE, registry, audit, () -> JsonValue.parse(broker))) {
            watch.look();
            watch.look();
        }
    }

    private void tell(String... events) {
        broker = "{\"budgetEvents\": [" + String.join(", ", events).replace('\'', '"') + "]}";
    }

    private static String event(String bot, String event, long cap) {
        return "{'seq': 1, 'bot': '%s', 'key': '', 'limit': 'day', 'event': '%s', 'cap': %d, 'spent': 1, 'from': '2026-11-29'}"
                .formatted(bot, event, cap * Budget.DOLLAR);
    }

    private List<String> audited() {
        return database.read(tx -> tx.list("SELECT action, bot, detail FROM audit ORDER BY seq",
                row -> row.text("action") + " " + row.text("bot") + " " + row.text("detail")));
    }

    private Optional<String> usedUp() {
        return spent("usedUp");
    }

    private Optional<String> spent(String name) {
        return JsonValue.parse(registry.bots().getFirst().json()).get("spent").textAt(name);
    }

    /// What is left is too little for another call, which only the broker knows.
    @Test
    void a_limit_is_used_up_when_the_broker_says_so_until_it_is_raised() {
        look();
        assertEquals(Optional.empty(), usedUp());
        tell(event(BOT, "nearly-used-up", 5), event(BOT, "used-up", 5), event(BOT, "of-a-later-version", 5));
        look();
        assertEquals(Optional.of("day"), usedUp());
        registry.update(bot(6));
        assertEquals(Optional.empty(), usedUp(), "at once");
        look();
        assertEquals(Optional.empty(), usedUp());
    }

    /// A limit of which hardly anything was spent was "used up" everywhere.
    @Test
    void a_limit_that_is_too_small_for_the_next_answer_is_not_used_up() {
        tell(event(BOT, "too-small", 5));
        look();
        assertEquals(Optional.empty(), usedUp());
        assertEquals(Optional.of("day"), spent("tooSmall"));
        assertEquals(List.of("budget-too-small " + BOT + " 5 USD a day, on 2026-11-29"), audited());
        assertTrue(registry.history(new BotId(BOT)).getFirst().toString().contains("AI budget too small for the next answer: 5 USD a day"));
        tell(event(BOT, "too-small", 5), event(BOT, "used-up", 5));
        look();
        assertEquals(Optional.of("day"), usedUp());
        assertEquals(Optional.empty(), spent("tooSmall"));
    }

    @Test
    void each_event_is_in_the_audit_log_once_whoever_is_restarted() {
        tell(event(BOT, "nearly-used-up", 5));
        look();
        tell(event(BOT, "nearly-used-up", 5), event(BOT, "used-up", 5), event("fedcba9876543210", "used-up", 5));
        look();
        look();
        assertEquals(List.of("budget-nearly-used-up " + BOT + " 5 USD a day, on 2026-11-29", "budget-used-up " + BOT + " 5 USD a day, on 2026-11-29"),
                audited());
    }

    @Test
    void a_broker_that_is_away_hides_nothing_that_is_known() {
        look();
        assertEquals("4.99", JsonValue.parse(registry.bots().getFirst().json()).get("spent").get("today").toString());
        assertEquals(List.of(), audited());
    }

    /// It filled the log with a line every two seconds.
    @Test
    void a_file_that_cannot_be_read_is_logged_once_until_it_could_be_read_in_between() throws Exception {
        try (Usage usage = new Usage(data.resolve("usage.db"), CLOCK, ZoneOffset.UTC); Journal journal = new Journal();
                SpendingWatch watch = new SpendingWatch(usage, KeptKeys.NONE, registry, audit, () -> JsonValue.parse(broker))) {
            for (int time = 1; time <= 2; time++) {
                Files.writeString(data.resolve("usage.db"), "no database".repeat(1000));
                watch.lookOrSay();
                watch.lookOrSay();
                assertEquals(time, journal.records().size(), journal.records().toString());
                assertTrue(journal.records().getLast().contains("what bots have spent cannot be read"));
                assertFalse(journal.records().getLast().contains("\tat "), "a stack trace tells an operator nothing: " + journal.records());
                assertTrue(usage.problem().orElseThrow().contains("move this file"), usage.problem().toString());
                Files.delete(data.resolve("usage.db"));
                watch.lookOrSay();
                assertEquals(Optional.empty(), usage.problem());
            }
        }
    }
}
