package botmaker.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A lock on a data directory, held until it is closed or the process ends: `<data>/lock` keeps a second server out, and
/// `<data>/backup.lock` tells the server that other processes are making backups.
///
/// Only a server creates the files. They stay; the kernel drops the locks (`fcntl(2)`, `F_SETLK`) after a crash. Links to the directory
/// are resolved first and lead to the same lock.
public final class DirectoryLock implements AutoCloseable {
    private static final String SERVER = "lock";
    private static final String BACKUP = "backup.lock";
    private static final Set<OpenOption> READING = Set.of(READ, NOFOLLOW_LINKS);
    private static final Set<OpenOption> WRITING = Set.of(READ, WRITE, NOFOLLOW_LINKS);

    /// The locks belong to the process, and closing any descriptor of the file drops them: a second attempt within this process must
    /// be refused before it opens the file. Hence this mutable static.
    private static final Set<Path> SERVED = ConcurrentHashMap.newKeySet();

    private final FileChannel file;
    private final Runnable released;

    private DirectoryLock(FileChannel file, Runnable released) {
        this.file = file;
        this.released = released;
    }

    /// Takes the server's lock of an existing directory, without waiting.
    ///
    /// @throws IOException if another server holds it, or the lock file cannot be written
    public static DirectoryLock acquire(Path dataDirectory) throws IOException {
        Path directory = dataDirectory.toRealPath();
        if (!SERVED.add(directory)) {
            throw inUse(directory, "this process");
        }
        boolean acquired = false;
        try {
            FileChannel file = lock(directory);
            acquired = true;
            return new DirectoryLock(file, () -> SERVED.remove(directory));
        } finally {
            if (!acquired) {
                SERVED.remove(directory);
            }
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        create(directory, SERVER);
        FileChannel file = open(directory, SERVER, WRITING);
        try {
            if (file.tryLock() == null) {
                throw inUse(directory, "process " + holder(file));
            }
            file.truncate(0);
            file.write(UTF_8.encode(Long.toString(ProcessHandle.current().pid())), 0);
            return file;
        } catch (IOException failed) {
            file.close();
            throw failed;
        }
    }

    private static String holder(FileChannel file) throws IOException {
        ByteBuffer written = ByteBuffer.allocate(20);
        file.read(written, 0);
        String pid = UTF_8.decode(written.flip()).toString();
        return pid.matches("[0-9]+") ? pid : "unknown";
    }

    private static IOException inUse(Path directory, String holder) {
        return new IOException("another BotMaker (" + holder + ") uses the data directory " + directory
                + "; stop it, or set data.dir to another directory");
    }

    /// Takes the lock that backups share; empty if no server ever used the directory. Writes nothing: the directory may be a read-only
    /// snapshot.
    public static Optional<DirectoryLock> forBackup(Path data) throws IOException {
        if (!Files.exists(data.resolve(BACKUP))) {
            return Optional.empty();
        }
        FileChannel file = open(data, BACKUP, READING);
        try {
            file.lock(0, Long.MAX_VALUE, true);
            return Optional.of(new DirectoryLock(file, () -> { }));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// Creates the file for [#forBackup] unless it exists.
    public static void prepareForBackups(Path data) throws IOException {
        create(data, BACKUP);
    }

    /// Returns whether a backup is running.
    public static boolean isBackupRunning(Path data) throws IOException {
        create(data, BACKUP);
        try (FileChannel file = open(data, BACKUP, WRITING); FileLock free = file.tryLock()) {
            return free == null;
        } catch (OverlappingFileLockException inThisProcess) {
            return true;
        }
    }

    private static void create(Path directory, String name) throws IOException {
        try {
            PrivateFiles.createFile(directory.resolve(name), new byte[0], 0600);
        } catch (FileAlreadyExistsException usual) {
            // from an earlier run; never deleted, since two servers could then each lock a file of that name
            requireFile(directory.resolve(name));
        }
    }

    private static FileChannel open(Path directory, String name, Set<OpenOption> options) throws IOException {
        requireFile(directory.resolve(name));
        return FileChannel.open(directory.resolve(name), options);
    }

    private static void requireFile(Path path) throws IOException {
        if (!Files.isRegularFile(path, NOFOLLOW_LINKS)) {
            throw new IOException(path + " is not a regular file; remove it");
        }
    }

    /// Releases the lock.
    @Override
    public void close() throws IOException {
        if (file.isOpen()) {
            try {
                file.close();
            } finally {
                released.run();
            }
        }
    }
}
