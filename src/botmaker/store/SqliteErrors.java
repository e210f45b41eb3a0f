package botmaker.store;

import botmaker.error.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sqlite.NativeLibraryNotFoundException;
import org.sqlite.SQLiteErrorCode;

/// Translates SQLite's result codes (sqlite.org/rescode.html) for the operator of this database file.
final class SqliteErrors {
    private static final String CHECK = "check that the user of BotMaker owns it and may write it, the files beside it and "
            + "its directory, and that its file system is writable";
    private static final Pattern UNIQUE = Pattern.compile("UNIQUE constraint failed: ([^)]+)");
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final long NO_ROOM = 64 * 1024;

    private final Path file;
    private final Remedy remedy;

    SqliteErrors(Path file, Remedy remedy) {
        this.file = file;
        this.remedy = remedy;
    }

    /// Returns whether only this connection may be unable to write.
    static boolean isReadOnly(SQLException e) {
        return code(e) == SQLiteErrorCode.SQLITE_READONLY;
    }

    /// Returns the primary code, without the bits of the extended one.
    private static SQLiteErrorCode code(SQLException e) {
        return SQLiteErrorCode.getErrorCode(e.getErrorCode() & 0xff);
    }

    /// Returns the exception for the caller to throw.
    RuntimeException translate(SQLException e) {
        if (e.getCause() instanceof NativeLibraryNotFoundException) {
            return failed("needs SQLite's native library, which could not be loaded: if the data directory and "
                    + System.getProperty("java.io.tmpdir") + " are mounted noexec, name another directory with "
                    + "-Dorg.sqlite.tmpdir=", e);
        }
        return switch (code(e)) {
            case SQLITE_FULL -> diskFull(e);
            case SQLITE_IOERR -> hasRoom() ? failed("cannot be read or written; check the disk and the kernel's log", e) : diskFull(e);
            case SQLITE_BUSY, SQLITE_LOCKED -> new Failure.Unavailable("the database is in use by another program; try again", RETRY);
            case SQLITE_READONLY -> failed("cannot be written: it, its directory or its file system is read-only", e);
            case SQLITE_CANTOPEN -> failed("cannot be opened; " + CHECK, e);
            case SQLITE_CORRUPT, SQLITE_NOTADB -> new StoreException(damage(e.getMessage()), e);
            case SQLITE_CONSTRAINT -> new StoreException(e.getMessage(), e, unique(e));
            default -> failed("failed", e);
        };
    }

    StoreException damaged(String finding) {
        return new StoreException(damage(finding));
    }

    /// Reports a row that no version of BotMaker has written.
    StoreException unreadable(RuntimeException cause) {
        return new StoreException(damage("a row cannot be read: " + cause.getMessage()), cause);
    }

    StoreException newer(int version, int known) {
        return new StoreException("the database " + file + " was written by a newer BotMaker (schema " + version
                + ", this one knows up to " + known + "); run that version, or restore the backup made before the upgrade");
    }

    StoreException notWritable() {
        return new StoreException("the database " + file + " cannot be written; " + CHECK);
    }

    /// Reports a locked database at the start, which nobody retries.
    StoreException locked(Exception cause) {
        return new StoreException("the database " + file + " is locked by another program, which `fuser -v " + file
                + "` shows; stop that program, then start BotMaker again", cause);
    }

    private StoreException failed(String predicate, SQLException e) {
        String cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
        return new StoreException("the database " + file + " " + predicate + " (" + e.getMessage() + cause + ")", e);
    }

    private String damage(String finding) {
        return "the database " + file + " is damaged; " + remedy.words(file) + " (" + finding + ")";
    }

    private static Failure diskFull(SQLException e) {
        return new Failure.DiskFull("the disk of the database is full; free some space and try again", e);
    }

    /// SQLite reports an I/O error if the disk is too full for its shared-memory file, or a quota is exhausted.
    private boolean hasRoom() {
        try {
            return Files.getFileStore(file).getUsableSpace() >= NO_ROOM;
        } catch (IOException unknown) {
            return true;
        }
    }

    private static Optional<String> unique(SQLException e) {
        Matcher matcher = UNIQUE.matcher(String.valueOf(e.getMessage()));
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
