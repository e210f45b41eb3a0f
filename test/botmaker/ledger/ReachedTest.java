package botmaker.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.dialect.Usage.Tokens;
import botmaker.error.Failure;
import botmaker.ledger.PastCall.By;
import botmaker.ledger.PastCall.Ended;
import botmaker.ledger.Reached.BotDay;
import botmaker.ledger.Reached.Traffic;
import botmaker.policy.Policy;
import botmaker.store.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which hosts bots reached, from the count to the dashboard's reading.
class ReachedTest {
    /// Already the first of December in Berlin.
    private static final Instant NOW = Instant.parse("2026-11-30T23:30:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDate TODAY = LocalDate.parse("2026-12-01");

    @TempDir
    private Path directory;
    private Instant now = NOW;

    private Path file() {
        return directory.resolve(UsageReader.FILE);
    }

    private Ledger ledger() {
        Ledger ledger = Ledger.open(file(), () -> now);
        ledger.follow(new Policy(List.of(), BERLIN, List.of(), Map.of()));
        return ledger;
    }

    private List<HostUse> hosts(String bot, int days) {
        try (UsageReader reader = new UsageReader(file(), () -> now, BERLIN)) {
            return reader.hosts(bot, days);
        }
    }

    @Test
    void connections_and_bytes_are_summed_by_bot_host_and_day() {
        for (int run = 0; run < 2; run++) { // a broker goes on with what the one before has written
            try (Ledger ledger = ledger()) {
                ledger.reached().opened("a", "example.com");
                ledger.reached().passed("a", "example.com", 10, 0);
                ledger.reached().passed("a", "example.com", 0, 300);
                ledger.reached().opened("a", "large.example");
                ledger.reached().passed("a", "large.example", 0, 5_000_000_000L);
                ledger.reached().opened("b", "example.com");
            }
        }
        assertEquals(List.of(new HostUse(TODAY, Optional.of("large.example"), 2, 0, 10_000_000_000L),
                new HostUse(TODAY, Optional.of("example.com"), 2, 20, 600)), hosts("a", 1));
        assertEquals(List.of(new HostUse(TODAY, Optional.of("example.com"), 2, 0, 0)), hosts("b", 1));
        now = NOW.plus(Duration.ofDays(1));
        assertEquals(List.of(), hosts("a", 1));
        assertEquals(2, hosts("a", 2).size());
    }

    /// A bot with many names would have filled memory and disk.
    @Test
    void the_hosts_beyond_the_most_of_a_day_are_counted_together() {
        for (int run = 0; run < 3; run++) {
            try (Ledger ledger = ledger()) {
                for (int i = 0; i < 1000; i++) {
                    ledger.reached().opened("a", "h" + (run * 1000 + i) + ".test");
                    ledger.reached().passed("a", "h" + (run * 1000 + i) + ".test", 1, 2);
                }
                ledger.reached().opened("b", "one.test");
            }
        }
        List<HostUse> uses = hosts("a", 1);
        assertTrue(uses.size() <= Reached.MOST_HOSTS + 1, "rows: " + uses.size());
        assertEquals(Optional.empty(), uses.getLast().host(), "all others come last, though they are the most");
        assertTrue(uses.getLast().opened() >= 3000 - Reached.MOST_HOSTS);
        assertEquals(3000, uses.stream().mapToLong(HostUse::opened).sum());
        assertEquals(6000, uses.stream().mapToLong(HostUse::down).sum());
        assertEquals(List.of(new HostUse(TODAY, Optional.of("one.test"), 3, 0, 0)), hosts("b", 1));
    }

    @Test
    void what_could_not_be_written_is_still_there() {
        Reached reached = new Reached(InstantSource.fixed(NOW));
        reached.opened("a", "example.com");
        var taken = reached.take();
        assertTrue(reached.isEmpty());
        reached.passed("a", "example.com", 3, 4);
        reached.putBack(taken);
        assertEquals(Map.of(new BotDay("a", LocalDate.parse("2026-11-30")), Map.of("example.com", new Traffic(1, 3, 4))), new HashMap<>(reached.take()));
    }

    @Test
    void what_bots_reach_while_the_disk_fails_is_written_when_it_works_again() throws Exception {
        Path broken = Files.createDirectory(file()); // no file can be opened there
        Reached reached = new Reached(() -> now);
        reached.follow(BERLIN);
        CallRow call = new CallRow("a", "k1", "anthropic", "POST /v1/messages", true, "m", NOW.toEpochMilli(), TODAY, Optional.empty(), Optional.empty(),
                Optional.empty(), Ended.OPEN, List.of(new CallRow.Share("m", Tokens.NONE, Optional.of(0L))), By.PRICE, 0, 0);
        try (UsageWriter writer = new UsageWriter(file(), () -> now, _ -> { }, reached)) {
            writer.start();
            reached.opened("a", "example.com");
            assertThrows(Failure.Unavailable.class, () -> writer.write(new UsageWriter.Entry(), call));
            reached.passed("a", "example.com", 3, 4);
            assertThrows(Failure.Unavailable.class, () -> writer.write(new UsageWriter.Entry(), call));
            Files.delete(broken);
            writer.write(new UsageWriter.Entry(), call);
        }
        assertEquals(List.of(new HostUse(TODAY, Optional.of("example.com"), 1, 3, 4)), hosts("a", 1));
    }

    @Test
    void it_is_forgotten_after_ninety_days() {
        try (Ledger ledger = ledger()) {
            ledger.reached().opened("a", "example.com");
        }
        assertEquals(1, hosts("a", 1).size());
        now = NOW.plus(Duration.ofDays(93));
        try (Ledger ledger = ledger()) {
            ledger.reached().opened("a", "later.example");
        }
        now = NOW;
        assertEquals(List.of("later.example"), hosts("a", 1).stream().flatMap(it -> it.host().stream()).toList());
    }

    /// The dashboard is upgraded first, and reads the file of a broker that still runs.
    @Test
    void a_file_from_before_has_no_hosts() {
        Database.open(file(), UsageSchema.MIGRATIONS.subList(0, 1)).close();
        assertEquals(List.of(), hosts("a", 30));
    }
}
