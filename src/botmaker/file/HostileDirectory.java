package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// An open directory in which somebody hostile works at the same moment: what is done here stays in it, follows no link
/// and does not wait for anybody.
///
/// Everything is relative to the open directory (`openat(2)` and its relatives), so that it may be moved or replaced
/// meanwhile. Two traps are left, since Java offers neither `O_DIRECTORY` nor `O_NONBLOCK`: a pipe in the place of a
/// directory or file, at whose opening or reading one would wait for ever. [#enter] and [#read] say how they go around it.
public final class HostileDirectory implements AutoCloseable {
    private static final Duration OPENING = Duration.ofSeconds(10);

    private final SecureDirectoryStream<Path> directory;

    private HostileDirectory(SecureDirectoryStream<Path> directory) {
        this.directory = directory;
    }

    /// Opens a directory that lies in one of BotMaker's own, so that it is a directory and no link. The caller closes it.
    public static HostileDirectory open(Path directory) throws IOException {
        return new HostileDirectory(TreeDeletion.open(directory));
    }

    /// Opens a directory in this one. The caller closes it.
    ///
    /// `name/.` can be opened only where `name` is a directory, or a link to one; which of the two it was is told by
    /// comparing what was opened with what is there.
    ///
    /// @throws NoSuchFileException   where there is nothing of that name
    /// @throws NotDirectoryException where there is something else, a link to a directory included
    public HostileDirectory enter(Path name) throws IOException {
        if (!attributes(name).isDirectory()) {
            throw new NotDirectoryException(name.toString());
        }
        SecureDirectoryStream<Path> opened = directory.newDirectoryStream(name.resolve("."), NOFOLLOW_LINKS);
        try {
            Object key = opened.getFileAttributeView(BasicFileAttributeView.class).readAttributes().fileKey();
            BasicFileAttributes now = attributes(name);
            if (!now.isDirectory() || !Objects.equals(now.fileKey(), key)) {
                throw new NotDirectoryException(name.toString());
            }
            return new HostileDirectory(opened);
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /// What an entry is, itself and not what a link leads to.
    ///
    /// @throws NoSuchFileException where there is nothing of that name
    public PosixFileAttributes attributes(Path name) throws IOException {
        return directory.getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS).readAttributes();
    }

    /// The names in this directory; to be asked for once.
    Iterable<Path> names() {
        return () -> {
            var paths = directory.iterator();
            return new Iterator<Path>() {
                @Override
                public boolean hasNext() {
                    return paths.hasNext();
                }

                @Override
                public Path next() {
                    return paths.next().getFileName();
                }
            };
        };
    }

    /// The bytes of a regular file, cut off after `most` and one; empty where there is nothing of that name.
    ///
    /// The file is opened for writing, too, since a pipe then opens without a partner, and read at positions, which a
    /// pipe refuses. Nothing is written.
    ///
    /// @throws IOException where it is no regular file
    public Optional<byte[]> read(Path name, int most) throws IOException {
        try (SeekableByteChannel channel = openFile(name)) {
            FileChannel file = (FileChannel) channel;
            ByteBuffer bytes = ByteBuffer.allocate(most + 1);
            while (bytes.hasRemaining() && file.read(bytes, bytes.position()) > 0) {
                // more
            }
            return Optional.of(Arrays.copyOf(bytes.array(), bytes.position()));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /// Opens a regular file for reading only, also one that may not be written or is being executed. The caller closes it.
    ///
    /// That may meet a pipe that was put in its place a moment ago, and wait there for ever: so it is waited for on a thread
    /// that can be left behind.
    SeekableByteChannel openToRead(Path name) throws IOException {
        SeekableByteChannel opened = openWithoutWaiting(name);
        try {
            ((FileChannel) opened).read(ByteBuffer.allocate(1), 0); // which a pipe refuses
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private SeekableByteChannel openWithoutWaiting(Path name) throws IOException {
        try {
            return openFile(name);
        } catch (NoSuchFileException gone) {
            throw gone;
        } catch (FileSystemException readOnly) {
            if (!attributes(name).isRegularFile()) {
                throw readOnly;
            }
        }
        return openForReading(name, OPENING);
    }

    /// Whoever waits in the opening holds a lock of its stream, which could never be closed then: so it has one of its own.
    SeekableByteChannel openForReading(Path name, Duration patience) throws IOException {
        SecureDirectoryStream<Path> same = directory.newDirectoryStream(Path.of("."), NOFOLLOW_LINKS);
        FutureTask<SeekableByteChannel> opening = new FutureTask<>(() -> {
            try (same) {
                return same.newByteChannel(name, Set.of(READ, NOFOLLOW_LINKS));
            }
        });
        Thread.ofPlatform().daemon().name("open").start(opening);
        try {
            return opening.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new FileSystemException(name.toString(), null, "cannot be opened without waiting");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while opening a file");
        }
    }

    /// Where a link leads.
    ///
    /// Java reads links by their whole path, on which a directory may have been swapped for a link meanwhile. So it is made
    /// sure, before and after, that the path still leads to the entry of this directory.
    ///
    /// @param path of the entry
    Path readLink(Path name, Path path) throws IOException {
        requireSame(name, path);
        Path target = Files.readSymbolicLink(path);
        requireSame(name, path);
        return target;
    }

    private void requireSame(Path name, Path path) throws IOException {
        BasicFileAttributes byPath = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
        BasicFileAttributes here = attributes(name);
        if (!here.isSymbolicLink() || !Objects.equals(here.fileKey(), byPath.fileKey())) {
            throw new FileSystemException(name.toString(), null, "was swapped for something else");
        }
    }

    private SeekableByteChannel openFile(Path name) throws IOException {
        if (!attributes(name).isRegularFile()) {
            throw new IOException(name + " is no regular file");
        }
        return directory.newByteChannel(name, Set.of(READ, WRITE, NOFOLLOW_LINKS));
    }

    /// Moves something that was prepared in one of BotMaker's own directories here, durably, as `rename(2)`: a file of
    /// that name, a link or a pipe is replaced; a directory there is an error.
    public void put(Path prepared, Path name) throws IOException {
        try (SecureDirectoryStream<Path> from = TreeDeletion.open(PrivateFiles.parentOf(prepared))) {
            from.move(prepared.getFileName(), directory, name);
        }
        try (SeekableByteChannel self = directory.newByteChannel(Path.of("."), Set.of(READ))) {
            ((FileChannel) self).force(true);
        }
    }

    /// What this directory itself is.
    PosixFileAttributes attributes() throws IOException {
        return directory.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
