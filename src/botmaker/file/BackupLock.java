package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Signals to the server of a data directory that another process is making a backup of it.
///
/// The server creates the file; a backup only locks it. The lock ends with the process that holds it.
public final class BackupLock implements AutoCloseable {
    private final FileChannel channel;

    private BackupLock(FileChannel channel) {
        this.channel = channel;
    }

    private static Path file(Path data) {
        return data.resolve("backup.lock");
    }

    /// Creates the file if it is missing.
    public static void prepare(Path data) throws IOException {
        requireFile(data);
        if (!Files.exists(file(data))) {
            PrivateFiles.createFile(file(data), new byte[0], 0600);
        }
    }

    private static void requireFile(Path data) throws IOException {
        if (Files.exists(file(data), NOFOLLOW_LINKS) && !Files.isRegularFile(file(data), NOFOLLOW_LINKS)) {
            throw new IOException(file(data) + " is not a regular file; remove it");
        }
    }

    /// Takes the lock, which several backups share, until it is closed; empty if no server ever used the directory.
    public static Optional<BackupLock> take(Path data) throws IOException {
        if (!Files.exists(file(data))) {
            return Optional.empty();
        }
        requireFile(data);
        FileChannel channel = FileChannel.open(file(data), READ);
        try {
            channel.lock(0, Long.MAX_VALUE, true);
            return Optional.of(new BackupLock(channel));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// Returns whether a backup holds the lock.
    public static boolean isHeld(Path data) throws IOException {
        requireFile(data);
        try (FileChannel channel = FileChannel.open(file(data), READ, WRITE, CREATE); FileLock free = channel.tryLock()) {
            return free == null;
        } catch (OverlappingFileLockException inThisProcess) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
