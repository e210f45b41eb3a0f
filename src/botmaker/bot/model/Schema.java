package botmaker.bot.model;

import botmaker.audit.AuditStore;
import java.util.List;

/// The tables of this package, of the kept keys, of prices and of the audit log, as migrations. A released one is never edited, only followed by
/// another.
public final class Schema {
    /// The migration scripts, the oldest first.
    public static final List<String> MIGRATIONS = List.of("""
            CREATE TABLE installation (
                id        TEXT    NOT NULL,
                bots_made INTEGER NOT NULL DEFAULT 0
            ) STRICT;

            CREATE TABLE bots (
                id               TEXT    PRIMARY KEY,
                name             TEXT    NOT NULL,
                name_key         TEXT    NOT NULL UNIQUE,
                phase            TEXT    NOT NULL CHECK (phase IN ('creating', 'ready', 'deleting')),
                desired          TEXT    NOT NULL CHECK (desired IN ('running', 'stopped')),
                halted           TEXT,
                keep_state       INTEGER NOT NULL DEFAULT 0,
                uid              INTEGER NOT NULL,
                gid              INTEGER NOT NULL,
                image            TEXT    NOT NULL,
                ai_provider      TEXT    NOT NULL,
                ai_model         TEXT    NOT NULL,
                ai_base_url      TEXT,
                channel_type     TEXT    NOT NULL,
                channel_settings TEXT    NOT NULL,
                access_policy    TEXT    NOT NULL,
                access_allow     TEXT    NOT NULL,
                memory           INTEGER NOT NULL,
                cpus             INTEGER NOT NULL,
                pids             INTEGER NOT NULL,
                created_at       TEXT    NOT NULL,
                updated_at       TEXT    NOT NULL
            ) STRICT;
            """, """
            ALTER TABLE bots ADD COLUMN paired_owner TEXT;
            """, """
            ALTER TABLE bots ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE bots ADD COLUMN pending TEXT NOT NULL DEFAULT 'nothing'
                CHECK (pending IN ('nothing', 'reload', 'restart', 'recreate'));
            ALTER TABLE bots ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE bots ADD COLUMN image_id TEXT;
            ALTER TABLE bots ADD COLUMN previous_image TEXT;
            ALTER TABLE bots ADD COLUMN previous_image_id TEXT;
            """, """
            ALTER TABLE bots ADD COLUMN control_ui_port INTEGER;
            CREATE UNIQUE INDEX bots_control_ui_port ON bots(control_ui_port);
            """,
            AuditStore.SCHEMA, """
            ALTER TABLE bots ADD COLUMN desired_at TEXT NOT NULL DEFAULT '';
            UPDATE bots SET desired_at = updated_at;
            """, """
            CREATE TABLE keys (
                id           TEXT    PRIMARY KEY,
                provider     TEXT    NOT NULL,
                label        TEXT    NOT NULL,
                label_key    TEXT    NOT NULL UNIQUE,
                base_url     TEXT,
                was_in_a_bot INTEGER NOT NULL DEFAULT 0,
                created_at   TEXT    NOT NULL,
                replaced_at  TEXT    NOT NULL
            ) STRICT;
            ALTER TABLE bots ADD COLUMN reach TEXT NOT NULL DEFAULT 'legacy' CHECK (reach IN ('legacy', 'sealed', 'web', 'open'));
            ALTER TABLE bots ADD COLUMN ai_key TEXT REFERENCES keys(id);
            """, """
            ALTER TABLE bots ADD COLUMN budget TEXT NOT NULL DEFAULT '{}';
            ALTER TABLE bots ADD COLUMN ai_paused TEXT;
            ALTER TABLE bots ADD COLUMN web_hosts TEXT NOT NULL DEFAULT '[]';
            ALTER TABLE bots ADD COLUMN ai_also TEXT NOT NULL DEFAULT '[]';
            ALTER TABLE keys ADD COLUMN budget_month INTEGER;
            CREATE TABLE prices (
                provider    TEXT NOT NULL,
                model       TEXT NOT NULL,
                input       TEXT NOT NULL,
                output      TEXT NOT NULL,
                cache_read  TEXT,
                cache_write TEXT,
                PRIMARY KEY (provider, model)
            ) STRICT;
            """, """
            ALTER TABLE bots ADD COLUMN previous_reach TEXT CHECK (previous_reach IN ('legacy', 'sealed', 'web', 'open'));
            ALTER TABLE bots ADD COLUMN previous_key TEXT REFERENCES keys(id);
            """, """
            ALTER TABLE keys ADD COLUMN tested_at TEXT;
            ALTER TABLE keys ADD COLUMN works INTEGER; -- what that test said
            """);

    private Schema() { }
}
