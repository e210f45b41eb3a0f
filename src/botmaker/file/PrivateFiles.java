package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/// Creates and replaces files so that no other user can read or divert them at any moment.
///
/// Modes are the numbers of `chmod(2)`, such as 0600, and hold under any umask: a file is created with its final mode, and bits that
/// the umask took are restored, so that it is never more permissive.
/// Only BotMaker may be able to write to the directory in which a file is created, renamed or replaced;
/// only [#chown] may be pointed at what others could have prepared.
public final class PrivateFiles {
    private PrivateFiles() {
    }

    /// Creates a directory; fails if the name exists.
    public static void createDirectory(Path dir, int mode) throws IOException {
        Files.createDirectory(dir, attribute(mode));
        restoreMode(dir, mode);
    }

    /// Creates a directory unless it, or a link to a directory, exists; that keeps its mode.
    public static void ensureDirectory(Path dir, int mode) throws IOException {
        try {
            createDirectory(dir, mode);
        } catch (FileAlreadyExistsException exists) {
            if (!Files.isDirectory(dir)) {
                throw exists;
            }
        }
    }

    /// Creates a file with its content durably, except for its name: [#syncDirectory] makes that durable, too.
    /// Fails if the name exists. Leaves nothing behind on failure.
    public static void createFile(Path file, byte[] content, int mode) throws IOException {
        createFile(file, content, mode, currentUid(), currentGid());
    }

    /// Creates a file as above, with another owner, who is set before the content is written.
    public static void createFile(Path file, byte[] content, int mode, int uid, int gid) throws IOException {
        try (FileChannel out = FileChannel.open(file, Set.of(CREATE_NEW, WRITE), attribute(mode))) {
            try {
                restoreMode(file, mode);
                chown(file, uid, gid);
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            } catch (IOException failed) {
                deleteAfter(failed, file);
                throw named(failed, file);
            }
        }
    }

    /// Returns an exception that has the path of the file: those of channels have only the system's text.
    static IOException named(IOException failed, Path file) {
        if (failed instanceof FileSystemException || failed instanceof ClosedByInterruptException) {
            return failed;
        }
        IOException named = new FileSystemException(file.toString(), null, failed.getMessage());
        named.initCause(failed);
        for (Throwable suppressed : failed.getSuppressed()) {
            named.addSuppressed(suppressed);
        }
        return named;
    }

    /// Replaces a file atomically: readers see the old or the new content.
    /// A crash may leave a temporary file `.<name>.<random>` beside it.
    public static void replace(Path file, byte[] content, int mode) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        createFile(temporary, content, mode);
        try {
            rename(temporary, file);
        } catch (IOException failed) {
            deleteAfter(failed, temporary);
            throw failed;
        }
    }

    /// Renames within one file system, durably, as `rename(2)` does: replaces a file or an empty directory at `to`.
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, ATOMIC_MOVE);
        Path left = parentOf(from);
        Path entered = parentOf(to);
        syncDirectory(entered);
        if (!left.equals(entered)) {
            syncDirectory(left);
        }
    }

    /// Makes a directory's entries, owner and mode durable.
    public static void syncDirectory(Path dir) throws IOException {
        try (FileChannel directory = FileChannel.open(dir, READ)) {
            directory.force(true);
        }
    }

    /// Changes the owner of a file, directory or link, never of a link's target. Leaves a matching owner and group alone, so that an
    /// ordinary user may name itself.
    public static void chown(Path path, int uid, int gid) throws IOException {
        if ((int) Files.getAttribute(path, "unix:uid", NOFOLLOW_LINKS) != uid) {
            Files.setAttribute(path, "unix:uid", uid, NOFOLLOW_LINKS);
        }
        if ((int) Files.getAttribute(path, "unix:gid", NOFOLLOW_LINKS) != gid) {
            Files.setAttribute(path, "unix:gid", gid, NOFOLLOW_LINKS);
        }
    }

    /// Returns whether this process may give files to other users.
    public static boolean isRoot() throws IOException {
        return currentUid() == 0;
    }

    /// Returns the effective user id of this process.
    public static int currentUid() throws IOException {
        return effectiveId("Uid:");
    }

    /// Returns the effective group id of this process.
    public static int currentGid() throws IOException {
        return effectiveId("Gid:");
    }

    /// Reads the second id of a line of `proc_pid_status(5)`: real, effective, saved set, file system.
    private static int effectiveId(String key) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith(key)) {
                return Integer.parseUnsignedInt(line.split("\\s+", -1)[2]);
            }
        }
        throw new IOException("/proc/self/status has no line " + key);
    }

    static Path parentOf(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("the root directory has no parent");
        }
        return parent;
    }

    /// Restores the bits that the umask took.
    private static void restoreMode(Path path, int mode) throws IOException {
        Set<PosixFilePermission> wanted = permissions(mode);
        if (!Files.getPosixFilePermissions(path, NOFOLLOW_LINKS).equals(wanted)) {
            Files.setPosixFilePermissions(path, wanted);
        }
    }

    private static void deleteAfter(IOException failed, Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            failed.addSuppressed(e);
        }
    }

    /// Returns the permissions that a number of `chmod(2)` stands for, such as 0700.
    public static Set<PosixFilePermission> permissions(int mode) {
        if ((mode & ~0777) != 0) {
            throw new IllegalArgumentException("not permission bits: 0" + Integer.toOctalString(mode));
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((mode & 0400 >> permission.ordinal()) != 0) { // declared in the order of rwxrwxrwx
                permissions.add(permission);
            }
        }
        return permissions;
    }

    /// Returns the number of `chmod(2)` for permissions.
    public static int mode(Set<PosixFilePermission> permissions) {
        return permissions.stream().mapToInt(permission -> 0400 >> permission.ordinal()).sum();
    }

    /// Returns the attribute with which a file is created.
    public static FileAttribute<?> attribute(int mode) {
        return PosixFilePermissions.asFileAttribute(permissions(mode));
    }
}
