package botmaker.store;

import java.util.List;

/// Brings the schema up to date: script n leads from `user_version` n-1 to n, each in one transaction.
final class Migrations {
    private final List<String> scripts;
    private final SqliteErrors errors;

    Migrations(List<String> scripts, SqliteErrors errors) {
        this.scripts = List.copyOf(scripts);
        this.errors = errors;
    }

    /// @throws StoreException when the file was written by a newer version, or a script fails (and changed nothing)
    void apply(Session session) {
        while (session.transact(this::step)) {
            // one more
        }
    }

    /// @return whether there was a step to take
    private boolean step(Transaction tx) {
        int version = version(tx);
        if (version < 0) {
            throw errors.damaged("schema " + version);
        }
        if (version > scripts.size()) {
            throw errors.newer(version, scripts.size());
        }
        if (version == scripts.size()) {
            return false;
        }
        tx.script(scripts.get(version));
        tx.script("PRAGMA user_version = " + (version + 1));
        return true;
    }

    static int version(Transaction tx) {
        return tx.one("PRAGMA user_version", row -> row.integer("user_version")).orElseThrow().intValue();
    }
}
