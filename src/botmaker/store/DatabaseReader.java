package botmaker.store;

import botmaker.file.IoFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A database that another process may be writing: only read here, one committed state at a time, write-ahead log included.
///
/// It is neither made nor brought up to date.
public final class DatabaseReader implements AutoCloseable {
    private final Session session;
    private final SqliteErrors errors;
    private final int newest;

    /// A state of the database.
    ///
    /// @param file  what a database file of that state is made of
    /// @param found what was asked of that same state
    public record Snapshot<T>(byte[] file, T found) { }

    private DatabaseReader(Session session, SqliteErrors errors, int newest) {
        this.session = session;
        this.errors = errors;
        this.newest = newest;
    }

    /// @param newest the newest schema that is understood
    /// @throws IOException where there is no such file
    public static DatabaseReader open(Path file, int newest) throws IOException {
        Path absolute = file.toAbsolutePath();
        if (!Files.isRegularFile(absolute)) {
            throw new IOException("there is no database " + absolute);
        }
        try {
            NativeLibrary.use(absolute.getParent());
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot read the database");
        }
        return new DatabaseReader(Session.reader(absolute), new SqliteErrors(absolute), newest);
    }

    /// Which schema it has, be it understood or not.
    public int version() {
        return session.transact(Migrations::version);
    }

    /// Asks one state of the database.
    public <T> T read(Database.Query<T> query) {
        return session.transact(tx -> {
            int version = Migrations.version(tx);
            if (version > newest) {
                throw errors.newer(version, newest);
            }
            return query.run(tx);
        });
    }

    /// Asks one state of the database, and takes a copy of it, which is in memory.
    ///
    /// @throws StoreException where it is damaged: what cannot be trusted is not worth keeping
    public <T> Snapshot<T> snapshot(Database.Query<T> query) {
        return read(tx -> {
            Database.quickCheck(tx, errors);
            return new Snapshot<>(tx.serialize(), query.run(tx));
        });
    }

    @Override
    public void close() {
        session.close();
    }
}
