package botmaker.ledger;

import botmaker.dialect.Usage.Tokens;
import botmaker.ledger.CallRow.Share;
import botmaker.ledger.PastCall.By;
import botmaker.ledger.PastCall.Ended;
import botmaker.ledger.Reached.BotDay;
import botmaker.ledger.Reached.Traffic;
import botmaker.ledger.Sums.Amount;
import botmaker.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The statements that write `usage.db`.
final class UsageStore {
    /// How long calls and hosts are kept one by one; sums by day are kept for good.
    static final Duration KEPT = Duration.ofDays(90);
    /// How many days of sums are loaded: this month and the one before, should the clock go back.
    static final int LOADED_DAYS = 62;
    /// The most models by which the sums of a bot, a day and a key are kept apart; what others used is added to the model that was asked.
    static final int MOST_MODELS = 50;
    private static final String ROW = "INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private UsageStore() {}

    /// A day's sum of a bot and a key.
    record DaySum(String bot, String key, LocalDate day, Amount amount) {}

    static long lastSeq(Transaction tx) {
        return tx.one("SELECT coalesce(max(seq), 0) AS last FROM calls", row -> row.integer("last")).orElseThrow();
    }

    /// Writes a call as it is now.
    static void put(Transaction tx, long seq, CallRow call) {
        Tokens tokens = call.tokens();
        tx.update(ROW, seq, call.bot(), call.key(), call.provider(), call.route(), call.asked(), call.shares().getFirst().model(), call.began(),
                call.day().toString(), call.firstMs(), call.tookMs(), call.status(), call.ended().id(), tokens.input(), tokens.cacheRead(),
                tokens.cacheWrite() + tokens.cacheWriteHour(), tokens.output(), call.cost(), call.costBy().id(), call.up(), call.down());
    }

    /// Adds a call to the sums of its day.
    static void charge(Transaction tx, CallRow call) {
        long calls = 1;
        for (Share share : call.free() ? List.<Share>of() : call.shares()) {
            Tokens tokens = share.tokens();
            String model = model(tx, call, share);
            long cost = share.cost().orElse(0L);
            tx.update("""
                    INSERT INTO spend VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, input = input + excluded.input,
                        cache_read = cache_read + excluded.cache_read, cache_write = cache_write + excluded.cache_write,
                        output = output + excluded.output, cost = cost + excluded.cost, estimated = estimated + excluded.estimated,
                        unknown = unknown + excluded.unknown
                    """, call.bot(), call.day().toString(), call.key(), model, calls, tokens.input(), tokens.cacheRead(),
                    tokens.cacheWrite() + tokens.cacheWriteHour(), tokens.output(), cost, call.costBy() == By.ESTIMATED ? cost : 0L,
                    share.cost().isPresent() ? 0L : calls);
            calls = 0;
        }
    }

    /// Returns the model that a share is summed under. A server may name another one in each answer, and sums are kept for good.
    private static String model(Transaction tx, CallRow call, Share share) {
        if (share.model().isEmpty() || share.model().equals(call.asked())) {
            return call.asked();
        }
        Set<String> known = new HashSet<>(tx.list("SELECT model FROM spend WHERE bot = ? AND day = ? AND key = ?", row -> row.text("model"),
                call.bot(), call.day().toString(), call.key()));
        return known.size() < MOST_MODELS || known.contains(share.model()) ? share.model() : call.asked();
    }

    /// Charges the calls that nobody saw the end of with what was reserved for them.
    ///
    /// @return how many there were
    static int chargeLost(Transaction tx) {
        List<Lost> lost = tx.list("SELECT * FROM calls WHERE ended = 'open' ORDER BY seq", row -> {
            Tokens tokens = new Tokens(row.integer("input"), row.integer("cache_read"), row.integer("cache_write"), 0, row.integer("output"));
            By by = By.valueOf(row.text("cost_by").toUpperCase(Locale.ROOT));
            return new Lost(row.integer("seq"), new CallRow(row.text("bot"), row.text("key"), row.text("provider"), row.text("route"), false,
                    row.text("asked"), row.integer("began"), LocalDate.parse(row.text("day")), row.optionalInteger("first_ms"),
                    row.optionalInteger("took_ms"), row.optionalInteger("status"), Ended.LOST,
                    List.of(new Share(row.text("model"), tokens, row.optionalInteger("cost"))), by, row.integer("up"), row.integer("down")));
        });
        lost.forEach(it -> {
            put(tx, it.seq(), it.call());
            charge(tx, it.call());
        });
        return lost.size();
    }

    private record Lost(long seq, CallRow call) {}

    /// Adds what bots exchanged with hosts to what is known of those days.
    static void add(Transaction tx, Map<BotDay, Map<String, Traffic>> reached) {
        reached.forEach((day, hosts) -> {
            Set<String> known = new HashSet<>(tx.list("SELECT host FROM reached WHERE bot = ? AND day = ?", row -> row.text("host"),
                    day.bot(), day.day().toString()));
            hosts.forEach((host, traffic) -> {
                String name = known.contains(host) || known.size() < Reached.MOST_HOSTS ? host : Reached.OTHERS;
                known.add(name);
                tx.update("""
                        INSERT INTO reached VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET opened = opened + excluded.opened, up = up + excluded.up, down = down + excluded.down
                        """, day.bot(), day.day().toString(), name, traffic.opened(), traffic.up(), traffic.down());
            });
        });
    }

    static void delete(Transaction tx, long seq) {
        tx.update("DELETE FROM calls WHERE seq = ?", seq);
    }

    /// Deletes some of a bot's calls beyond its latest, the newest of them first, and none that is under way.
    static void deleteBeyond(Transaction tx, String bot, int latest, int some) {
        tx.update("DELETE FROM calls WHERE ended <> 'open' AND seq IN (SELECT seq FROM calls WHERE bot = ? ORDER BY seq DESC LIMIT ? OFFSET ?)",
                bot, some, latest);
    }

    static void forgetOld(Transaction tx, Instant now) {
        Instant oldest = now.minus(KEPT);
        tx.update("DELETE FROM calls WHERE began < ?", oldest.toEpochMilli());
        tx.update("DELETE FROM reached WHERE day < ?", LocalDate.ofInstant(oldest, ZoneOffset.UTC).toString());
    }

    /// Returns the sums of the last days that anything was spent on, or that have passed.
    static List<DaySum> recent(Transaction tx, LocalDate today) {
        String last = tx.one("SELECT coalesce(max(day), ?) AS last FROM spend", row -> row.text("last"), today.toString()).orElseThrow();
        LocalDate newest = LocalDate.parse(last);
        LocalDate since = (newest.isBefore(today) ? newest : today).minusDays(LOADED_DAYS);
        return tx.list("""
                SELECT bot, key, day, sum(cost) AS cost, sum(input + cache_read + cache_write + output) AS tokens
                FROM spend WHERE day >= ? GROUP BY bot, key, day
                """, row -> new DaySum(row.text("bot"), row.text("key"), LocalDate.parse(row.text("day")),
                new Amount(row.integer("cost"), row.integer("tokens"))), since.toString());
    }
}
