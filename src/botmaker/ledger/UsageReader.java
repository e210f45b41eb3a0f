package botmaker.ledger;

import botmaker.file.IoFailures;
import botmaker.ledger.PastCall.By;
import botmaker.ledger.PastCall.Ended;
import botmaker.store.DatabaseReader;
import botmaker.store.Remedy;
import botmaker.store.StoreException;
import botmaker.store.Transaction.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Reads what bots used, also while the broker writes it. Where it has written nothing yet, nothing was used.
///
/// Every method throws a [StoreException] if the file is damaged or cannot be read.
public final class UsageReader implements AutoCloseable {
    /// The name of the file in the broker's directory.
    public static final String FILE = "usage.db";

    private final Path file;
    private final InstantSource clock;
    private final ZoneId zone;
    private Optional<Open> open = Optional.empty(); // guarded by this

    /// @param key which file it is, though another may have taken its name
    private record Open(Object key, DatabaseReader reader) {}

    /// @param file  the broker's; need not exist
    /// @param zone  in which days and months begin, that of the policy
    public UsageReader(Path file, InstantSource clock, ZoneId zone) {
        this.file = file;
        this.clock = clock;
        this.zone = zone;
    }

    /// Returns what all bots used, the newest day first.
    ///
    /// @param days how many, with today
    public List<DayUse> days(int days) {
        return daysOf("", days);
    }

    /// Returns what a bot used, the newest day first.
    ///
    /// @param days how many, with today
    public List<DayUse> days(String bot, int days) {
        return daysOf(bot, days);
    }

    private List<DayUse> daysOf(String bot, int days) {
        return rows("""
                SELECT bot, day, model, sum(calls) AS calls, sum(input) AS input, sum(cache_read) AS cache_read,
                    sum(cache_write) AS cache_write, sum(output) AS output, sum(cost) AS cost, sum(estimated) AS estimated,
                    sum(unknown) AS unknown
                FROM spend WHERE (bot = ? OR ? = '') AND day >= ? GROUP BY bot, day, model ORDER BY day DESC, bot, model
                """, UsageReader::dayUse, bot, bot, today().minusDays(days - 1L).toString());
    }

    /// Returns a bot's calls, the newest first.
    ///
    /// @param limit  the most
    /// @param before only those with a smaller number; empty for the newest of all
    public List<PastCall> calls(String bot, int limit, Optional<Long> before) {
        return rows("SELECT * FROM calls WHERE bot = ? AND seq < ? ORDER BY seq DESC LIMIT ?", UsageReader::call,
                bot, before.orElse(Long.MAX_VALUE), limit);
    }

    /// Returns which hosts a bot reached through the broker, apart from its AI and its channel: the newest day first, and of a day the most
    /// bytes first.
    ///
    /// @param days how many, with today
    public List<HostUse> hosts(String bot, int days) {
        return rows(UsageSchema.REACHED, "SELECT * FROM reached WHERE bot = ? AND day >= ? ORDER BY day DESC, host = '', up + down DESC, host",
                row -> new HostUse(LocalDate.parse(row.text("day")), Optional.of(row.text("host")).filter(it -> !it.equals(Reached.OTHERS)),
                        row.integer("opened"), row.integer("up"), row.integer("down")),
                bot, today().minusDays(days - 1L).toString());
    }

    /// Returns what each bot has spent today and in this month, by its id; one that is absent has spent nothing.
    public Map<String, Spent> bots() {
        LocalDate today = today();
        return rows("""
                SELECT bot, sum(iif(day = ?, cost, 0)) AS today, sum(cost) AS month,
                    sum(iif(day = ?, input + cache_read + cache_write + output, 0)) AS tokens, sum(unknown) AS unknown
                FROM spend WHERE day BETWEEN ? AND ? GROUP BY bot
                """, row -> Map.entry(row.text("bot"),
                        new Spent(row.integer("today"), row.integer("month"), row.integer("tokens"), row.integer("unknown"))),
                today.toString(), today.toString(), first(today), last(today))
                .stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /// Returns what all bots together have spent with each key in this month, in nanodollars, by its id.
    public Map<String, Long> keyMonths() {
        LocalDate today = today();
        return rows("SELECT key, sum(cost) AS month FROM spend WHERE key <> '' AND day BETWEEN ? AND ? GROUP BY key",
                row -> Map.entry(row.text("key"), row.integer("month")), first(today), last(today))
                .stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /// Returns how all bots together have used each key, by its id; one that is absent was never used. Reads the sums of all days: not for what
    /// is asked all the time.
    public Map<String, KeyUse> keys() {
        LocalDate today = today();
        return rows("SELECT key, sum(iif(day BETWEEN ? AND ?, cost, 0)) AS month, max(day) AS day FROM spend WHERE key <> '' GROUP BY key",
                row -> Map.entry(row.text("key"), new KeyUse(row.integer("month"), LocalDate.parse(row.text("day")))), first(today), last(today))
                .stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /// Returns the day that it is, where budgets are renewed.
    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    private static String first(LocalDate day) {
        return day.withDayOfMonth(1).toString();
    }

    private static String last(LocalDate day) {
        return day.withDayOfMonth(day.lengthOfMonth()).toString();
    }

    private <T> List<T> rows(String sql, Function<Row, T> mapper, Object... arguments) {
        return rows(1, sql, mapper, arguments);
    }

    /// @param since the version that brought the table; a broker that is older than this dashboard has not made it yet
    private synchronized <T> List<T> rows(int since, String sql, Function<Row, T> mapper, Object... arguments) {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            if (open.filter(it -> it.key().equals(key)).isEmpty()) {
                close();
                open = Optional.of(new Open(key, DatabaseReader.open(file, UsageSchema.MIGRATIONS.size(), Remedy.BEGIN_ANEW)));
            }
            DatabaseReader reader = open.orElseThrow().reader();
            return reader.version() < since ? List.of() : reader.read(tx -> tx.list(sql, mapper, arguments));
        } catch (NoSuchFileException absent) {
            close();
            return List.of();
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot read what bots used");
        }
    }

    @Override
    public synchronized void close() {
        open.ifPresent(it -> it.reader().close());
        open = Optional.empty();
    }

    private static DayUse dayUse(Row row) {
        return new DayUse(row.text("bot"), LocalDate.parse(row.text("day")), row.text("model"), row.integer("calls"), row.integer("input"),
                row.integer("cache_read"), row.integer("cache_write"), row.integer("output"), row.integer("cost"), row.integer("estimated"),
                row.integer("unknown"));
    }

    private static PastCall call(Row row) {
        return new PastCall(row.integer("seq"), Optional.of(row.text("key")).filter(it -> !it.isEmpty()), row.text("provider"),
                row.text("route"), row.text("asked"), row.text("model"), Instant.ofEpochMilli(row.integer("began")),
                row.optionalInteger("first_ms"), row.optionalInteger("took_ms"), row.optionalInteger("status"),
                Ended.valueOf(row.text("ended").toUpperCase(Locale.ROOT)), row.integer("input"), row.integer("cache_read"),
                row.integer("cache_write"), row.integer("output"), row.optionalInteger("cost"),
                By.valueOf(row.text("cost_by").toUpperCase(Locale.ROOT)), row.integer("up"), row.integer("down"));
    }
}
