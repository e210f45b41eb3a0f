package botmaker.bot;

import botmaker.bot.host.BotContainerSpec;
import botmaker.bot.model.BotId;
import botmaker.store.Database;
import botmaker.store.Transaction.Row;
import botmaker.store.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads the bots of a database of this schema or an older one, for backups, while no BotMaker in this process uses it.
public final class Inventory {
    private Inventory() {
    }

    /// One bot.
    ///
    /// @param row its whole record as a text
    public record Entry(BotId id, int uid, int gid, String row) { }

    /// Returns all bots.
    public static List<Entry> bots(Transaction tx) {
        String row = tx.list("SELECT name FROM pragma_table_info('bots') ORDER BY cid", column -> column.text("name")).stream()
                .map("quote(%s)"::formatted).collect(Collectors.joining(" || ',' || "));
        return tx.list("SELECT id, uid, gid, " + row + " AS whole FROM bots ORDER BY created_at, id", Inventory::entry);
    }

    private static Entry entry(Row row) {
        return new Entry(new BotId(row.text("id")), (int) row.integer("uid"), (int) row.integer("gid"), row.text("whole"));
    }

    /// Returns the labels of these bots' containers; none if no bot was ever created.
    public static Map<String, String> labels(Transaction tx) {
        return tx.one("SELECT id FROM installation", row -> row.text("id")).map(BotContainerSpec::labels).orElse(Map.of());
    }

    /// Returns the bot of a container with these labels.
    public static Optional<BotId> bot(Map<String, String> labels) {
        return BotId.of(labels.getOrDefault(BotContainerSpec.BOT, ""));
    }

    /// Returns how many bots a database has ever had; 0 for a new one.
    public static long botsMade(Transaction tx) {
        return tx.one("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'installation'", row -> row.integer("n")).orElse(0L) == 0
                ? 0 : tx.one("SELECT bots_made FROM installation", row -> row.integer("bots_made")).orElse(0L);
    }

    /// Adapts the records of a backup to the host on which they are restored, where the bots' containers may exist or not.
    ///
    /// A present container still has the old directories mounted, so it is restarted. A missing one is not created before somebody
    /// starts its bot: the same bot may run on the host of the backup. So no power action is pending, and no bot is on trial. The
    /// image has the same name on another host, but another digest.
    ///
    /// @param uid the new owner of the bots' files, if it changed
    ///
    /// @throws IllegalArgumentException if a bot has a user or group id that no bot can have
    public static void settle(Database database, Optional<Integer> uid, Optional<Integer> gid) {
        long odd = database.read(tx -> tx.one("""
                SELECT count(*) AS n FROM bots WHERE uid NOT BETWEEN 1 AND 2147483646 OR gid NOT BETWEEN 0 AND 2147483646""",
                row -> row.integer("n")).orElse(0L));
        if (odd > 0) {
            throw new IllegalArgumentException("a bot in its database has a user or group id that no bot can have");
        }
        database.write(tx -> tx.update("""
                UPDATE bots SET pending = 'restart', due = 0, image_id = NULL, previous_image = NULL, previous_image_id = NULL,
                       previous_reach = NULL, previous_key = NULL,
                       uid = coalesce(?, uid), gid = coalesce(?, gid)""", uid, gid));
    }
}
