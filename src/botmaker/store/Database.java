package botmaker.store;

import static java.util.concurrent.TimeUnit.SECONDS;

import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/// One SQLite file in WAL mode with `synchronous=FULL`: what a [#write] has returned from survives a power cut.
///
/// SQLite holds the carrier of a virtual thread while it works. So all writes run on one platform thread, in the order
/// in which they came, while their callers park; and at most [#READERS] reads, which take microseconds and do not wait
/// for the writer, run at a time on their callers' threads.
///
/// Nothing else in this process may open the file: closing it would drop SQLite's locks (`fcntl(2)`).
public final class Database implements AutoCloseable {
    private static final int READERS = 2;
    private static final long PATIENCE_SECONDS = 2;

    private final Path file;
    private final Session writing;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("database-writer").daemon().factory());
    private final Queue<Session> idleReaders = new ConcurrentLinkedQueue<>();
    private final Semaphore readers = new Semaphore(READERS);

    /// What to do within one transaction. It must not begin another.
    @FunctionalInterface
    public interface Query<T> {
        /// @return the result; whatever it throws rolls the transaction back and reaches the caller
        T run(Transaction tx);
    }

    private Database(Path file, Session writing) {
        this.file = file;
        this.writing = writing;
    }

    /// Opens the file, or creates it (0600) in a directory that exists, and brings its schema up to date.
    ///
    /// @param migrations SQL scripts: number n (from 1) leads from `PRAGMA user_version` n-1 to n
    /// @throws StoreException when it is damaged, of a newer version, locked or not accessible, with what to do
    public static Database open(Path file, List<String> migrations) {
        Path absolute = file.toAbsolutePath();
        boolean crashed = prepare(absolute);
        Session session = Session.writer(absolute);
        SqliteErrors errors = new SqliteErrors(absolute);
        try {
            if (crashed) {
                session.transact(tx -> quickCheck(tx, errors));
            }
            new Migrations(migrations, errors).apply(session);
        } catch (Failure.Unavailable locked) {
            session.abandon(locked);
            throw errors.locked(locked);
        } catch (RuntimeException | Error e) {
            session.abandon(e);
            throw e;
        }
        return new Database(absolute, session);
    }

    /// Runs `work` on one committed state of the data, on this thread.
    public <T> T read(Query<T> work) {
        Session.refuseNesting();
        readers.acquireUninterruptibly();
        return readWithPermit(work);
    }

    /// Runs `work` on the writing thread, and returns when it is committed and on the disk.
    ///
    /// The wait is not interruptible, so that the outcome is never unknown: a flag set meanwhile stays set. What fails,
    /// the commit on a failing disk included, has changed nothing, and comes to nothing after a crash, too.
    ///
    /// @throws Failure.DiskFull when there is no room; nothing has changed
    /// @throws Failure.Unavailable when another program holds the database, or this one is closed
    /// @throws StoreException when a constraint is broken or SQLite fails
    public <T> T write(Query<T> work) {
        Session.refuseNesting();
        try {
            return CompletableFuture.supplyAsync(() -> writing.transact(work), writer).join();
        } catch (RejectedExecutionException e) {
            throw closed();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error error -> throw error;
                default -> throw e;
            }
        }
    }

    /// Whether a read succeeds within two seconds, but for a disk that hangs.
    public boolean answers() {
        try {
            return readers.tryAcquire(PATIENCE_SECONDS, SECONDS)
                    && readWithPermit(tx -> tx.one("PRAGMA schema_version", row -> row.integer("schema_version"))).isPresent();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /// Ends what was begun and closes the file. What hangs for two seconds is left to the end of the process: that
    /// loses nothing that was acknowledged.
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (writer.awaitTermination(PATIENCE_SECONDS, SECONDS) && readers.tryAcquire(READERS, PATIENCE_SECONDS, SECONDS)) {
                idleReaders.forEach(Session::close);
                writing.close(); // the last one: it empties the write-ahead log into the file
                readers.release(READERS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T readWithPermit(Query<T> work) {
        try {
            if (writer.isShutdown()) {
                throw closed();
            }
            Session session = Optional.ofNullable(idleReaders.poll()).orElseGet(() -> Session.reader(file));
            try {
                return session.transact(work);
            } finally {
                idleReaders.add(session);
            }
        } finally {
            readers.release();
        }
    }

    /// @return whether the last user of the file did not close it: then its write-ahead log is still there
    private static boolean prepare(Path file) {
        try {
            NativeLibrary.provide(file.getParent());
            PrivateFiles.createFile(file, new byte[0], 0600); // SQLite would make it 0644, and its -wal and -shm alike
            PrivateFiles.syncDirectory(file.getParent());
            return false;
        } catch (FileAlreadyExistsException usual) {
            if (Files.isRegularFile(file) && !Files.isWritable(file)) { // SQLite would open it, and refuse every write
                throw new SqliteErrors(file).notWritable();
            }
            return Files.exists(file.resolveSibling(file.getFileName() + "-wal"));
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot create the database");
        }
    }

    /// A crash harms nothing where the disk keeps its promises; this finds out whether it did.
    static boolean quickCheck(Transaction tx, SqliteErrors errors) {
        String verdict = tx.one("PRAGMA quick_check(1)", row -> row.text("quick_check")).orElse("no answer");
        if (!verdict.equals("ok")) {
            throw errors.damaged(verdict);
        }
        return true;
    }

    private static Failure closed() {
        return new Failure.Unavailable("BotMaker is shutting down", Duration.ofSeconds(PATIENCE_SECONDS));
    }
}
