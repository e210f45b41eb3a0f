package botmaker.store;

import java.util.List;

/// Migrates the schema: script n leads from `user_version` n-1 to n, each in one transaction.
final class Migrations {
    private final List<String> scripts;
    private final SqliteErrors errors;

    Migrations(List<String> scripts, SqliteErrors errors) {
        this.scripts = List.copyOf(scripts);
        this.errors = errors;
    }

    /// @throws StoreException if a newer version wrote the file, or a script fails, which changes nothing
    void apply(Session session) {
        while (session.transact(this::step)) {
            // one more
        }
    }

    /// @return whether a script was applied
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
