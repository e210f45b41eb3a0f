package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
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
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/// A pinned directory that a hostile process may be changing. Operations stay in the directory, follow no link, and never wait for a
/// pipe or a lease (`fcntl(2)`, `F_SETLEASE`).
///
/// Names are resolved below `/proc/self/fd/<n>`, which leads to the pinned directory even after it was moved or replaced. Exceptions
/// name the path by which the directory was opened.
public final class HostileDirectory implements AutoCloseable {
    private static final Set<PosixFilePermission> ACCESS = PrivateFiles.permissions(0700);

    private final Descriptor self;
    private final Path place;

    private HostileDirectory(Descriptor self, Path place) {
        this.self = self;
        this.place = place;
    }

    /// An operation on an entry; its argument leads to the entry itself.
    private interface Work<T> {
        T apply(Path entry) throws IOException;
    }

    /// Pins a directory that is not a link and whose parent is BotMaker's own. The caller closes it.
    public static HostileDirectory open(Path directory) throws IOException {
        return new HostileDirectory(Descriptor.pinDirectory(directory), directory);
    }

    /// Pins a directory in this one. The caller closes it.
    ///
    /// @throws NoSuchFileException   if it does not exist
    /// @throws NotDirectoryException if it is anything else, including a link to a directory
    public HostileDirectory enter(Path name) throws IOException {
        return on(name, entry -> new HostileDirectory(Descriptor.pinDirectory(entry), place.resolve(name)));
    }

    /// Returns the attributes of an entry, without following a link.
    ///
    /// @throws NoSuchFileException if it does not exist
    public PosixFileAttributes attributes(Path name) throws IOException {
        return on(name, entry -> Files.readAttributes(entry, PosixFileAttributes.class, NOFOLLOW_LINKS));
    }

    /// Returns the attributes of this directory.
    PosixFileAttributes attributes() throws IOException {
        return on(Path.of(""), directory -> Files.readAttributes(directory, PosixFileAttributes.class));
    }

    /// Lists the entries; [Path#getFileName] is an entry's name. The caller closes the list; its iterator throws
    /// [DirectoryIteratorException].
    DirectoryStream<Path> entries() throws IOException {
        return on(Path.of(""), Files::newDirectoryStream);
    }

    /// Reads a regular file, up to one byte more than `most`; empty if it does not exist.
    ///
    /// @throws IOException if it is not a regular file, or a process holds a lease on it
    public Optional<byte[]> read(Path name, int most) throws IOException {
        try (InputStream file = Channels.newInputStream(openToRead(name))) {
            return Optional.of(file.readNBytes(most + 1));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /// Opens a regular file for reading. The caller closes it.
    ///
    /// Java can open files only in a way that may wait. It opens the file again while a descriptor that was opened without waiting
    /// keeps leases away.
    ///
    /// @throws IOException if it is not a regular file, or a process holds a lease on it
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

    /// Returns the target of a link.
    Path readLink(Path name) throws IOException {
        return on(name, Files::readSymbolicLink);
    }

    /// Moves a file from one of BotMaker's own directories here, durably, as `rename(2)` does: replaces a file, link or pipe of that
    /// name, and fails for a directory.
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

    /// Gives the owner every permission for this directory, which an ordinary user needs to empty and move it.
    void grantAccess() throws IOException {
        on(Path.of(""), directory -> Files.getPosixFilePermissions(directory).containsAll(ACCESS)
                ? directory : Files.setPosixFilePermissions(directory, ACCESS));
    }

    /// Connects a channel to the Unix domain socket of a user's process. Sends nothing, and follows no link.
    ///
    /// @param channel unconnected; connected to a stranger after an exception, so that it must be closed
    /// @throws IOException if there is no such socket, or the process that listens there is another user's
    public void connect(SocketChannel channel, Path name, int uid) throws IOException {
        on(name, entry -> {
            try (Descriptor pinned = Descriptor.pin(entry)) {
                Object owner = Files.getAttribute(pinned.path(), "unix:uid");
                channel.connect(UnixDomainSocketAddress.of(pinned.path()));
                UserPrincipal listener = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
                if (!Integer.valueOf(uid).equals(owner) || !Files.getOwner(pinned.path()).equals(listener)) {
                    throw new FileSystemException(name.toString(), null, "is not a socket of user " + uid);
                }
                return channel;
            }
        });
    }

    private <T> T on(Path name, Work<T> work) throws IOException {
        try {
            return work.apply(self.path().resolve(name));
        } catch (FileSystemException e) {
            throw named(e, place.resolve(name).toString());
        }
    }

    /// Returns the same exception with the path that its reader knows.
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
