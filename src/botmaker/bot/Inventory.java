package botmaker.bot;

import botmaker.bot.host.BotContainerSpec;
import botmaker.bot.model.BotId;
import botmaker.store.Database;
import botmaker.store.Row;
import botmaker.store.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The bots in a database that nobody serves from in this process, of this version's schema or an older one: for backups.
public final class Inventory {
    private Inventory() {
    }

    /// One bot.
    ///
    /// @param row all that is written of it, as a text
    public record Entry(BotId id, int uid, int gid, String row) { }

    /// All bots.
    public static List<Entry> bots(Transaction tx) {
        String row = tx.list("SELECT name FROM pragma_table_info('bots') ORDER BY cid", column -> column.text("name")).stream()
                .map("quote(%s)"::formatted).collect(Collectors.joining(" || ',' || "));
        return tx.list("SELECT id, uid, gid, " + row + " AS whole FROM bots ORDER BY created_at, id", Inventory::entry);
    }

    private static Entry entry(Row row) {
        return new Entry(new BotId(row.text("id")), (int) row.integer("uid"), (int) row.integer("gid"), row.text("whole"));
    }

    /// The labels by which the containers of these bots are found; none where no bot was ever made.
    public static Map<String, String> labels(Transaction tx) {
        return tx.one("SELECT id FROM installation", row -> row.text("id")).map(BotContainerSpec::labels).orElse(Map.of());
    }

    /// The bot that a container with these labels is made for.
    public static Optional<BotId> bot(Map<String, String> labels) {
        return BotId.of(labels.getOrDefault(BotContainerSpec.BOT, ""));
    }

    /// Returns how many bots a database has ever had; 0 for a new one.
    public static long botsMade(Transaction tx) {
        return tx.one("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'installation'", row -> row.integer("n")).orElse(0L) == 0
                ? 0 : tx.one("SELECT bots_made FROM installation", row -> row.integer("bots_made")).orElse(0L);
    }

    /// Makes the rows of a backup fit for the host on which they are restored, where the bots' containers may be or not.
    ///
    /// A container that is there has still the old directories mounted, so it is restarted. One that is missing is not made
    /// before somebody starts its bot: the same bot may run on the host that the backup is from. So nothing is due, and no
    /// trial goes on. The image has the same name on another host, but another digest.
    ///
    /// @param uid who owns the bots' files now, where that is not who owned them before
    ///
    /// @throws IllegalArgumentException where a bot has a user or group id that no bot can have
    public static void settle(Database database, Optional<Integer> uid, Optional<Integer> gid) {
        long odd = database.read(tx -> tx.one("""
                SELECT count(*) AS n FROM bots WHERE uid NOT BETWEEN 1 AND 2147483646 OR gid NOT BETWEEN 0 AND 2147483646""",
                row -> row.integer("n")).orElse(0L));
        if (odd > 0) {
            throw new IllegalArgumentException("a bot in its database has a user or group id that no bot can have");
        }
        database.write(tx -> tx.update("""
                UPDATE bots SET pending = 'restart', due = 0, image_id = NULL, previous_image = NULL, previous_image_id = NULL,
                       uid = coalesce(?, uid), gid = coalesce(?, gid)""", uid, gid));
    }
}
