package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// An open directory in which somebody hostile works at the same moment: what is done here stays in it, follows no link
/// and does not wait for anybody.
///
/// Everything is relative to the open directory (`openat(2)` and its relatives), so that it may be moved or replaced
/// meanwhile. Two traps are left, since Java offers neither `O_DIRECTORY` nor `O_NONBLOCK`: a pipe in the place of a
/// directory or file, at whose opening or reading one would wait for ever. [#enter] and [#read] say how they go around it.
public final class HostileDirectory implements AutoCloseable {
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
    public BasicFileAttributes attributes(Path name) throws IOException {
        return directory.getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS).readAttributes();
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

    SecureDirectoryStream<Path> stream() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
