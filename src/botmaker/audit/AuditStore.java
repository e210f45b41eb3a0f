package botmaker.audit;

import botmaker.audit.Entry.Event;
import botmaker.store.Database;
import botmaker.store.Transaction.Row;
import botmaker.store.Transaction;
import java.util.List;
import java.util.function.BiFunction;

/// The table of records. Triggers refuse to change, remove or insert records. Whoever may write the file can drop the triggers;
/// the chain of hashes then reveals the change.
public final class AuditStore {
    /// Creates the table, as a migration.
    public static final String SCHEMA = """
            CREATE TABLE audit (
                seq     INTEGER PRIMARY KEY,
                at      TEXT    NOT NULL,
                user    TEXT    NOT NULL,
                source  TEXT    NOT NULL,
                action  TEXT    NOT NULL,
                bot     TEXT    NOT NULL,
                name    TEXT    NOT NULL,
                outcome TEXT    NOT NULL,
                detail  TEXT    NOT NULL,
                hash    TEXT    NOT NULL
            ) STRICT;
            CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
                BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
            CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit
                BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
            CREATE TRIGGER audit_is_appended_to BEFORE INSERT ON audit
                WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
                BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
            """;

    private static final int STEP = 500;

    /// The end of the chain.
    ///
    /// @param count the number of records
    record Head(long count, String hash) { }

    private final Database database;

    AuditStore(Database database) {
        this.database = database;
    }

    /// Appends records durably, all or none. Their numbers and hashes are set here.
    void append(List<Entry> entries) {
        database.write(tx -> {
            Head head = head(tx);
            for (Entry entry : entries) {
                long seq = head.count() + 1;
                Event event = entry.event();
                String hash = Entry.hash(head.hash(), seq, entry.at(), event);
                tx.update("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", seq, entry.at(), event.user(), event.source(),
                        event.action(), event.bot(), event.name(), event.outcome(), event.detail(), hash);
                head = new Head(seq, hash);
            }
            return head;
        });
    }

    Head head() {
        return database.read(AuditStore::head);
    }

    /// Returns the newest records before a number, the newest first.
    List<Entry> before(long seq, int most) {
        return database.read(tx -> tx.list("SELECT * FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?", AuditStore::entry, seq, most));
    }

    /// Combines all records into one result, the oldest first, in steps that need little memory.
    static <T> T fold(Transaction tx, T start, BiFunction<T, Entry, T> combine) {
        T result = start;
        long after = Long.MIN_VALUE;
        while (true) {
            List<Entry> step = tx.list("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", AuditStore::entry, after, STEP);
            if (step.isEmpty()) {
                return result;
            }
            for (Entry entry : step) {
                result = combine.apply(result, entry);
            }
            after = step.getLast().seq();
        }
    }

    private static Head head(Transaction tx) {
        return tx.one("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", row -> new Head(row.integer("seq"), row.text("hash")))
                .orElse(new Head(0, Entry.START));
    }

    private static Entry entry(Row row) {
        return new Entry(row.integer("seq"), row.text("at"), new Event(row.text("user"), row.text("source"), row.text("action"),
                row.text("bot"), row.text("name"), row.text("outcome"), row.text("detail")), row.text("hash"));
    }
}
