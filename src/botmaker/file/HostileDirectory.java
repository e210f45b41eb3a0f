package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/// A pinned directory in which somebody hostile works at the same time. What is done here stays in the directory, follows no
/// link, and waits for nobody: not at a pipe, and not for a lease (`fcntl(2)`, `F_SETLEASE`).
///
/// Every name is resolved below `/proc/self/fd/<n>`, which leads to the pinned directory even after it was moved or replaced.
/// Exceptions name the path by which the directory was reached.
public final class HostileDirectory implements AutoCloseable {
    private static final Set<PosixFilePermission> ACCESS = Modes.permissions(0700);

    private final Descriptor self;
    private final Path place;

    private HostileDirectory(Descriptor self, Path place) {
        this.self = self;
        this.place = place;
    }

    /// What is done to an entry; its argument leads to the entry itself.
    private interface Work<T> {
        T apply(Path entry) throws IOException;
    }

    /// Pins a directory that lies in one of BotMaker's own, and is no link. The caller closes it.
    public static HostileDirectory open(Path directory) throws IOException {
        return new HostileDirectory(Descriptor.pinDirectory(directory), directory);
    }

    /// Pins a directory in this one. The caller closes it.
    ///
    /// @throws NoSuchFileException   where nothing has that name
    /// @throws NotDirectoryException where the name is that of something else, a link to a directory included
    public HostileDirectory enter(Path name) throws IOException {
        return on(name, entry -> new HostileDirectory(Descriptor.pinDirectory(entry), place.resolve(name)));
    }

    /// Returns what an entry is, itself and not what a link leads to.
    ///
    /// @throws NoSuchFileException where nothing has that name
    public PosixFileAttributes attributes(Path name) throws IOException {
        return on(name, entry -> Files.readAttributes(entry, PosixFileAttributes.class, NOFOLLOW_LINKS));
    }

    /// Returns what this directory itself is.
    PosixFileAttributes attributes() throws IOException {
        return on(Path.of(""), directory -> Files.readAttributes(directory, PosixFileAttributes.class));
    }

    /// Lists the entries, of which [Path#getFileName] is the name. The caller closes the list; its iterator throws
    /// [DirectoryIteratorException].
    DirectoryStream<Path> entries() throws IOException {
        return on(Path.of(""), Files::newDirectoryStream);
    }

    /// Reads a regular file, up to one byte more than `most`; empty where nothing has that name.
    ///
    /// @throws IOException where it is no regular file, or a process holds a lease on it
    public Optional<byte[]> read(Path name, int most) throws IOException {
        try (InputStream file = Channels.newInputStream(openToRead(name))) {
            return Optional.of(file.readNBytes(most + 1));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /// Opens a regular file for reading. The caller closes it.
    ///
    /// Java can only open files in a way that may wait. It opens the file once more, while a descriptor that was opened
    /// without waiting keeps it from becoming one at which that would happen.
    ///
    /// @throws IOException where it is no regular file, or a process holds a lease on it
    FileChannel openToRead(Path name) throws IOException {
        return on(name, entry -> {
            try (Descriptor pinned = Descriptor.pin(entry)) {
                if (!Files.isRegularFile(pinned.path())) {
                    throw new FileSystemException(name.toString(), null, "is not a regular file");
                }
                try (Descriptor opened = pinned.read()) {
                    return FileChannel.open(opened.path(), READ);
                }
            }
        });
    }

    /// Returns where a link leads.
    Path readLink(Path name) throws IOException {
        return on(name, Files::readSymbolicLink);
    }

    /// Moves something that was prepared in one of BotMaker's own directories here, durably, as `rename(2)` does: a file, link
    /// or pipe of that name is replaced; a directory is an error.
    public void put(Path prepared, Path name) throws IOException {
        on(name, entry -> Files.move(prepared, entry, ATOMIC_MOVE));
        PrivateFiles.syncDirectory(self.path());
    }

    /// Moves an entry to another directory, as `rename(2)` does.
    void move(Path name, HostileDirectory to, Path newName) throws IOException {
        on(name, entry -> Files.move(entry, to.self.path().resolve(newName), ATOMIC_MOVE));
    }

    /// Deletes an entry: a file, a link, or an empty directory.
    void delete(Path name) throws IOException {
        on(name, entry -> {
            Files.delete(entry);
            return entry;
        });
    }

    /// Gives the owner every permission for this directory. An ordinary user needs them to empty and to move it.
    void grantAccess() throws IOException {
        on(Path.of(""), directory -> Files.getPosixFilePermissions(directory).containsAll(ACCESS)
                ? directory : Files.setPosixFilePermissions(directory, ACCESS));
    }

    private <T> T on(Path name, Work<T> work) throws IOException {
        try {
            return work.apply(self.path().resolve(name));
        } catch (FileSystemException e) {
            throw named(e, place.resolve(name).toString());
        }
    }

    /// Returns the same exception with a path that its reader knows.
    private static FileSystemException named(FileSystemException e, String path) {
        FileSystemException named = switch (e) {
            case NoSuchFileException _ -> new NoSuchFileException(path);
            case NotDirectoryException _ -> new NotDirectoryException(path);
            case AccessDeniedException _ -> new AccessDeniedException(path);
            case DirectoryNotEmptyException _ -> new DirectoryNotEmptyException(path);
            default -> new FileSystemException(path, null, e.getReason());
        };
        named.initCause(e);
        return named;
    }

    @Override
    public void close() {
        self.close();
    }
}
