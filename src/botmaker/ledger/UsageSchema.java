package botmaker.ledger;

import java.util.List;

/// The tables of `usage.db`.
///
/// A missing key or model is an empty text, because SQLite treats NULLs in a primary key as distinct.
final class UsageSchema {
    /// One script a version.
    static final List<String> MIGRATIONS = List.of("""
            CREATE TABLE calls (
                seq         INTEGER PRIMARY KEY,
                bot         TEXT    NOT NULL,
                key         TEXT    NOT NULL,
                provider    TEXT    NOT NULL,
                route       TEXT    NOT NULL,
                asked       TEXT    NOT NULL, -- the model in the request
                model       TEXT    NOT NULL, -- the model in the answer
                began       INTEGER NOT NULL, -- milliseconds since 1970
                day         TEXT    NOT NULL, -- that it is charged to
                first_ms    INTEGER,
                took_ms     INTEGER,
                status      INTEGER,
                ended       TEXT    NOT NULL CHECK (ended IN ('open', 'whole', 'broken', 'left', 'refused', 'lost')),
                input       INTEGER NOT NULL, -- tokens; of an open call, and the cost too, what was reserved for it
                cache_read  INTEGER NOT NULL,
                cache_write INTEGER NOT NULL,
                output      INTEGER NOT NULL,
                cost        INTEGER,          -- nanodollars; NULL where it is not known
                cost_by     TEXT    NOT NULL CHECK (cost_by IN ('vendor', 'price', 'estimated', 'unknown')),
                up          INTEGER NOT NULL, -- bytes of the request's body
                down        INTEGER NOT NULL  -- bytes of the answer's body
            ) STRICT;
            CREATE INDEX calls_of_bots ON calls (bot, seq);
            CREATE INDEX calls_by_age ON calls (began);
            CREATE INDEX open_calls ON calls (seq) WHERE ended = 'open';

            CREATE TABLE spend (
                bot         TEXT    NOT NULL,
                day         TEXT    NOT NULL,
                key         TEXT    NOT NULL,
                model       TEXT    NOT NULL,
                calls       INTEGER NOT NULL,
                input       INTEGER NOT NULL,
                cache_read  INTEGER NOT NULL,
                cache_write INTEGER NOT NULL,
                output      INTEGER NOT NULL,
                cost        INTEGER NOT NULL, -- nanodollars, of the calls whose cost is known
                estimated   INTEGER NOT NULL, -- nanodollars of it that are estimated
                unknown     INTEGER NOT NULL, -- calls whose cost is not known
                PRIMARY KEY (bot, day, key, model)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX spend_by_day ON spend (day);
            """, """
            CREATE TABLE reached (
                bot         TEXT    NOT NULL,
                day         TEXT    NOT NULL,
                host        TEXT    NOT NULL, -- empty: all hosts of that day beyond the most
                opened      INTEGER NOT NULL, -- connections
                up          INTEGER NOT NULL, -- bytes
                down        INTEGER NOT NULL, -- bytes
                PRIMARY KEY (bot, day, host)
            ) STRICT, WITHOUT ROWID;
            """);
    /// The version that brought the hosts.
    static final int REACHED = 2;

    private UsageSchema() {}
}
