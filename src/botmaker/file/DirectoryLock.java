package botmaker.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Keeps a second server out of a data directory: locks `<data>/lock` until it is closed or the process ends.
///
/// The file stays; the kernel drops the lock (`fcntl(2)`, `F_SETLK`) after a crash. Links to the directory are resolved first and lead
/// to the same lock.
public final class DirectoryLock implements AutoCloseable {
    /// The locks belong to the process, and closing any descriptor of the file drops them: a second attempt within this process must
    /// be refused before it opens the file. Hence this mutable static.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel file;

    private DirectoryLock(Path directory, FileChannel file) {
        this.directory = directory;
        this.file = file;
    }

    /// Takes the lock of an existing directory, without waiting.
    ///
    /// @throws IOException if another server holds it, or the lock file cannot be written
    public static DirectoryLock acquire(Path dataDirectory) throws IOException {
        Path directory = dataDirectory.toRealPath();
        if (!HELD.add(directory)) {
            throw inUse(directory, "this process");
        }
        boolean acquired = false;
        try {
            DirectoryLock lock = lock(directory);
            acquired = true;
            return lock;
        } finally {
            if (!acquired) {
                HELD.remove(directory);
            }
        }
    }

    private static DirectoryLock lock(Path directory) throws IOException {
        Path path = directory.resolve("lock");
        createUnlessThere(path);
        if (!Files.isRegularFile(path, NOFOLLOW_LINKS)) {
            throw new IOException(path + " is not a regular file; remove it and start BotMaker again");
        }
        FileChannel file = FileChannel.open(path, Set.of(READ, WRITE, NOFOLLOW_LINKS));
        try {
            if (file.tryLock() == null) {
                throw inUse(directory, "process " + holder(file));
            }
            file.truncate(0);
            file.write(UTF_8.encode(Long.toString(ProcessHandle.current().pid())), 0);
            return new DirectoryLock(directory, file);
        } catch (IOException failed) {
            file.close();
            throw failed;
        }
    }

    /// Releases the lock.
    @Override
    public void close() throws IOException {
        if (file.isOpen()) {
            try {
                file.close();
            } finally {
                HELD.remove(directory);
            }
        }
    }

    private static void createUnlessThere(Path path) throws IOException {
        try {
            PrivateFiles.createFile(path, new byte[0], 0600);
        } catch (FileAlreadyExistsException usual) {
            // from an earlier run; never deleted, since two servers could then each lock a file of that name
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
}
