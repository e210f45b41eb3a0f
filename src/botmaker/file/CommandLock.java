package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps a backup, which is a process of its own, from pausing a bot while the server runs a command in one. An engine that pauses a
/// container while a command starts in it answers neither, and cannot resume the container: the half-started command is frozen, and
/// the engine waits for it.
///
/// The lock is `<data>/commands.lock` (`fcntl(2)`): exclusive for the server, whose commands share it, and shared for backups, which may
/// not be able to write there.
public final class CommandLock {
    private static final String FILE = "commands.lock";
    private static final Duration PAUSE = Duration.ofMillis(20);

    /// The lock belongs to the process, and closing any descriptor of the file drops it: there is one instance for each file.
    private static final Map<Path, CommandLock> ALL = new ConcurrentHashMap<>();

    private final Path file;
    private final ReentrantLock counting = new ReentrantLock();
    private int commands; // guarded by counting
    private Optional<FileChannel> held = Optional.empty(); // guarded by counting; while commands run

    /// A lock that is held until it is closed.
    public interface Held extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    private CommandLock(Path file) {
        this.file = file;
    }

    /// Returns the lock of a data directory.
    public static CommandLock of(Path data) {
        return ALL.computeIfAbsent(data.toAbsolutePath().normalize().resolve(FILE), CommandLock::new);
    }

    /// Waits while a backup pauses a bot, which takes an instant; until the lock is closed, none is paused.
    public Held beginCommand() throws IOException {
        counting.lock();
        try {
            if (held.isEmpty()) {
                held = Optional.of(lock());
            }
            commands++;
            return this::endCommand;
        } finally {
            counting.unlock();
        }
    }

    private void endCommand() throws IOException {
        counting.lock();
        try {
            commands--;
            if (commands == 0) {
                held.orElseThrow().close();
                held = Optional.empty();
            }
        } finally {
            counting.unlock();
        }
    }

    private FileChannel lock() throws IOException {
        create();
        FileChannel channel = FileChannel.open(file, Set.of(READ, WRITE, NOFOLLOW_LINKS));
        try {
            channel.lock();
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void create() throws IOException {
        try {
            PrivateFiles.createFile(file, new byte[0], 0600);
        } catch (FileAlreadyExistsException usual) {
            // from an earlier command
        }
    }

    /// Waits while commands run, for a backup that is about to pause a bot.
    ///
    /// @return empty if commands still run after that time
    public Optional<Held> beginPause(Duration patience) throws IOException, InterruptedException {
        if (!Files.exists(file)) {
            return Optional.of(() -> { }); // the server has never run a command
        }
        FileChannel channel = FileChannel.open(file, Set.of(READ, NOFOLLOW_LINKS));
        boolean locked = false;
        try {
            long begun = System.nanoTime();
            do {
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
                locked = lock != null;
                if (!locked) {
                    Thread.sleep(PAUSE);
                }
            } while (!locked && System.nanoTime() - begun < patience.toNanos());
            return locked ? Optional.of(channel::close) : Optional.empty();
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }
}
