package botmaker.ledger;

import botmaker.store.Database;
import java.nio.file.Path;

/// The broker's file, written by a test.
public final class UsageFile implements AutoCloseable {
    private final Database database;
    private long seq;

    public UsageFile(Path file) {
        this.database = Database.open(file, UsageSchema.MIGRATIONS);
    }

    /// Adds what a bot used on a day: one call for each of `unknown` and one whose cost is known, of 1,000 tokens in all.
    public UsageFile spent(String bot, String day, String key, String model, long cost, long estimated, long unknown) {
        database.write(tx -> tx.update("INSERT INTO spend VALUES (?, ?, ?, ?, ?, 100, 700, 50, 150, ?, ?, ?)", bot, day, key, model,
                unknown + (cost > 0 ? 1 : 0), cost, estimated, unknown));
        return this;
    }

    /// Adds a call that ended.
    ///
    /// @param took in milliseconds
    /// @param cost in nanodollars; below zero if it is not known
    public UsageFile call(String bot, long took, String ended, long cost, String costBy) {
        seq++;
        database.write(tx -> tx.update("""
                INSERT INTO calls VALUES (?, ?, 'k1', 'anthropic', 'POST /v1/messages', 'claude-sonnet-5', 'claude-sonnet-5', 1000, '1970-01-01',
                    10, ?, 200, ?, 1, 2, 3, 4, nullif(max(?, -1), -1), ?, 500, 600)
                """, seq, bot, took, ended, cost, costBy));
        return this;
    }

    /// Adds a complete call that used no tokens, such as for the list of models.
    public UsageFile list(String bot, long took) {
        call(bot, took, "whole", 0, "price");
        database.write(tx -> tx.update("UPDATE calls SET input = 0, cache_read = 0, cache_write = 0, output = 0 WHERE seq = ?", seq));
        return this;
    }

    /// Adds what a bot exchanged with a host; an empty name stands for all others.
    public UsageFile reached(String bot, String day, String host, long opened, long up, long down) {
        database.write(tx -> tx.update("INSERT INTO reached VALUES (?, ?, ?, ?, ?, ?)", bot, day, host, opened, up, down));
        return this;
    }

    @Override
    public void close() {
        database.close();
    }
}
