package botmaker.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;

/// Runs transactions on one connection, used by one thread at a time and replaced when its state is uncertain.
final class Session implements AutoCloseable {
    /// While set, this thread is inside a transaction.
    private static final ScopedValue<Session> CURRENT = ScopedValue.newInstance();

    private final String url;
    private final Properties settings;
    private final String begin;
    private final SqliteErrors errors;
    private Connection connection; // null while there is none

    private Session(Path file, SQLiteConfig config, String begin, SqliteErrors errors) {
        this.url = JDBC.PREFIX + file.toUri(); // percent-encoded: a plain path may not hold a `?`
        this.settings = config.toProperties();
        this.begin = begin;
        this.errors = errors;
    }

    /// Returns a session for the writing thread, which takes the write lock at once; a commit is on disk when it returns.
    static Session writer(Path file, SqliteErrors errors) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setTempStore(TempStore.MEMORY);
        config.setBusyTimeout(2_000);
        return new Session(file, config, "BEGIN IMMEDIATE", errors);
    }

    /// Returns a session that only reads. In WAL mode it sees one committed state and never waits for the writer.
    static Session reader(Path file, SqliteErrors errors) {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setTempStore(TempStore.MEMORY);
        config.setBusyTimeout(200); // it holds a carrier thread meanwhile
        return new Session(file, config, "BEGIN", errors);
    }

    /// @throws IllegalStateException if this thread is inside a transaction and would wait for itself
    static void refuseNesting() {
        if (CURRENT.isBound()) {
            throw new IllegalStateException("a transaction within a transaction");
        }
    }

    /// Writes one committed state of the database to an absent or empty file, while others write to the database.
    void copyTo(Path copy) {
        try {
            connect();
            try (PreparedStatement statement = connection.prepareStatement("VACUUM INTO ?")) {
                statement.setString(1, copy.toUri().toString());
                statement.executeUpdate();
            }
        } catch (SQLException e) {
            abandon(e);
            throw errors.translate(e);
        }
    }

    /// Runs `work` and commits. Whatever it throws rolls back and passes through.
    <T> T transact(Transaction.Query<T> work) {
        try {
            connect();
            execute(begin);
            T result;
            Transaction transaction = new Transaction(connection, errors);
            try {
                result = ScopedValue.where(CURRENT, this).call(() -> work.run(transaction));
            } catch (RuntimeException | Error e) {
                if (!rolledBack(e)) {
                    abandon(e);
                }
                throw e;
            } finally {
                transaction.end();
            }
            commit();
            return result;
        } catch (SQLException e) {
            if (SqliteErrors.isReadOnly(e)) {
                // Where SQLite may not open its log for writing once, this connection only reads from then on.
                abandon(e);
            }
            throw errors.translate(e);
        }
    }

    private void connect() throws SQLException {
        if (connection == null) {
            connection = JDBC.createConnection(url, settings);
        }
    }

    @Override
    public void close() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            throw errors.translate(e);
        } finally {
            connection = null;
        }
    }

    /// Closes after a failure, to which a failure of closing is added.
    void abandon(Throwable reason) {
        try {
            close();
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private void commit() throws SQLException {
        try {
            execute("COMMIT");
        } catch (SQLException e) {
            boolean sound = rolledBack(e);
            bury(e);
            if (!sound) {
                abandon(e);
            }
            throw e;
        }
    }

    /// Overwrites a transaction whose `fsync` failed. It is complete in the write-ahead log, where the recovery after a crash would find it
    /// and bring back a change that was reported as failed. The next transaction on the connection overwrites it; this one changes
    /// nothing.
    private void bury(SQLException reason) {
        try {
            execute("PRAGMA user_version = " + schemaVersion());
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }

    private int schemaVersion() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("PRAGMA user_version")) {
            version.next();
            return version.getInt(1);
        }
    }

    /// Rolls back; if that fails, the caller abandons the connection, which rolls back as well: SQLite itself rolls back after some
    /// errors and then refuses to do it again.
    private boolean rolledBack(Throwable reason) {
        try {
            execute("ROLLBACK");
            return true;
        } catch (SQLException e) {
            reason.addSuppressed(e);
            return false;
        }
    }
}
