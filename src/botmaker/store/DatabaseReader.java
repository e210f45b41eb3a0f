package botmaker.store;

import botmaker.file.IoFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a database that another process may be writing, one committed state at a time, including the write-ahead log.
///
/// Neither creates nor migrates it.
public final class DatabaseReader implements AutoCloseable {
    private final Session session;
    private final SqliteErrors errors;
    private final int newest;

    /// A state of the database.
    ///
    /// @param file  the bytes of a database file of that state
    /// @param found the result of the query on the same state
    public record Snapshot<T>(byte[] file, T found) { }

    private DatabaseReader(Session session, SqliteErrors errors, int newest) {
        this.session = session;
        this.errors = errors;
        this.newest = newest;
    }

    /// @param newest the newest known schema
    /// @throws IOException if the file does not exist
    public static DatabaseReader open(Path file, int newest) throws IOException {
        return open(file, newest, Remedy.RESTORE);
    }

    /// @param newest the newest known schema
    /// @param remedy what to do if it is damaged
    /// @throws IOException if the file does not exist
    public static DatabaseReader open(Path file, int newest, Remedy remedy) throws IOException {
        Path absolute = file.toAbsolutePath();
        if (!Files.isRegularFile(absolute)) {
            throw new IOException("the database " + absolute + " does not exist; check data.dir");
        }
        try {
            NativeLibrary.use(absolute.getParent());
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot read the database");
        }
        SqliteErrors errors = new SqliteErrors(absolute, remedy);
        return new DatabaseReader(Session.reader(absolute, errors), errors, newest);
    }

    /// Returns its schema's number, known or not.
    public int version() {
        return session.transact(Database::version);
    }

    /// Queries one state of the database.
    public <T> T read(Transaction.Query<T> query) {
        return session.transact(tx -> {
            int version = Database.version(tx);
            if (version > newest) {
                throw errors.newer(version, newest);
            }
            return query.run(tx);
        });
    }

    /// Queries one state of the database and copies that state to memory.
    ///
    /// @throws StoreException if it is damaged
    public <T> Snapshot<T> snapshot(Transaction.Query<T> query) {
        return read(tx -> {
            Database.quickCheck(tx, errors);
            return new Snapshot<>(tx.serialize(), query.run(tx));
        });
    }

    /// Copies one state of the database, of any schema, without free pages, to a file that is absent or empty. Unlike [#snapshot], this
    /// needs no memory of that size.
    ///
    /// @throws StoreException if the database is damaged or the copy cannot be written
    public void copyTo(Path copy) {
        session.copyTo(copy);
    }

    @Override
    public void close() {
        session.close();
    }
}
