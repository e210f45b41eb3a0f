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

/// One SQLite file in WAL mode with `synchronous=FULL`: once [#write] has returned, a change survives a power cut.
///
/// SQLite pins the carrier of a virtual thread while it works. All writes therefore run on one platform thread, in order, while their
/// callers park. At most [#READERS] reads, which take microseconds and do not wait for the writer, run at a time on their callers'
/// threads.
///
/// Nothing else in this process may open the file: closing it would drop SQLite's locks (`fcntl(2)`).
public final class Database implements AutoCloseable {
    private static final int READERS = 2;
    private static final long PATIENCE_SECONDS = 2;

    private final Path file;
    private final SqliteErrors errors;
    private final Session writing;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("database-writer").daemon().factory());
    private final Queue<Session> idleReaders = new ConcurrentLinkedQueue<>();
    private final Semaphore readers = new Semaphore(READERS);

    private Database(Path file, SqliteErrors errors, Session writing) {
        this.file = file;
        this.errors = errors;
        this.writing = writing;
    }

    /// Opens the file, or creates it (0600) in an existing directory, and migrates its schema.
    ///
    /// @param migrations SQL scripts: number n (from 1) migrates from `PRAGMA user_version` n-1 to n
    /// @throws StoreException if it is damaged, of a newer version, locked or inaccessible; the message says what to do
    public static Database open(Path file, List<String> migrations) {
        return open(file, migrations, Remedy.RESTORE);
    }

    /// Does the same, with another remedy in its message about a damaged file.
    ///
    /// @param remedy what to do if it is damaged
    public static Database open(Path file, List<String> migrations, Remedy remedy) {
        Path absolute = file.toAbsolutePath();
        SqliteErrors errors = new SqliteErrors(absolute, remedy);
        boolean crashed = prepare(absolute, errors);
        Session session = Session.writer(absolute, errors);
        try {
            if (crashed) {
                session.transact(tx -> quickCheck(tx, errors));
            }
            while (session.transact(tx -> migrate(tx, migrations, errors))) {
                // one more
            }
        } catch (Failure.Unavailable locked) {
            session.abandon(locked);
            throw errors.locked(locked);
        } catch (RuntimeException | Error e) {
            session.abandon(e);
            throw e;
        }
        return new Database(absolute, errors, session);
    }

    /// Runs `work` on one committed state of the data, on this thread.
    public <T> T read(Transaction.Query<T> work) {
        Session.refuseNesting();
        readers.acquireUninterruptibly();
        return readWithPermit(work);
    }

    /// Runs `work` on the writing thread, and returns when it is committed and on disk.
    ///
    /// The wait is not interruptible, so that the outcome is always known; an interrupt flag stays set. A failure, including that of the
    /// commit on a failing disk, has changed nothing, even after a crash.
    ///
    /// @throws Failure.DiskFull if the disk is full; nothing has changed
    /// @throws Failure.Unavailable if another program locks the database, or this one is closed
    /// @throws StoreException if a constraint is violated or SQLite fails
    public <T> T write(Transaction.Query<T> work) {
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

    /// Returns whether a read succeeds; waits at most two seconds for its turn.
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

    /// Completes pending work and closes the file. Work that hangs for two seconds is abandoned; nothing acknowledged is lost.
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

    private <T> T readWithPermit(Transaction.Query<T> work) {
        try {
            if (writer.isShutdown()) {
                throw closed();
            }
            Session session = Optional.ofNullable(idleReaders.poll()).orElseGet(() -> Session.reader(file, errors));
            try {
                return session.transact(work);
            } finally {
                idleReaders.add(session);
            }
        } finally {
            readers.release();
        }
    }

    /// @return whether the file was not closed properly, so that its write-ahead log still exists
    private static boolean prepare(Path file, SqliteErrors errors) {
        try {
            NativeLibrary.provide(file.getParent());
            PrivateFiles.createFile(file, new byte[0], 0600); // SQLite would make it 0644, and its -wal and -shm alike
            PrivateFiles.syncDirectory(file.getParent());
            return false;
        } catch (FileAlreadyExistsException usual) {
            if (Files.isRegularFile(file) && !Files.isWritable(file)) { // SQLite would open it, and refuse every write
                throw errors.notWritable();
            }
            return Files.exists(file.resolveSibling(file.getFileName() + "-wal"));
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot create the database");
        }
    }

    /// Migrates the schema by one version, in one transaction: a failing script changes nothing.
    ///
    /// @return whether a script was applied
    private static boolean migrate(Transaction tx, List<String> scripts, SqliteErrors errors) {
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

    /// Checks whether the disk kept its promises at a crash.
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
