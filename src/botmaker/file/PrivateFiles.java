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
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.UUID;

/// Creates, replaces and deletes files so that nobody else can read or divert them at any moment.
///
/// Modes are the numbers of `chmod(2)`, 0600, and hold whatever the umask is: a file is created with its final
/// mode, and where the umask took bits away they are put back, so that it is never wider than asked.
/// The directory in which a file is created, renamed or replaced must be one that only BotMaker can write;
/// only [#deleteTree] and [#chown] may be pointed at what others could have prepared.
public final class PrivateFiles {
    private PrivateFiles() {
    }

    /// Creates one directory. That the name exists already, whatever it is, is an error.
    public static void createDirectory(Path dir, int mode) throws IOException {
        Files.createDirectory(dir, Modes.attribute(mode));
        restoreMode(dir, mode);
    }

    /// Creates a directory unless there is one (or a link to one), which then keeps its mode.
    public static void ensureDirectory(Path dir, int mode) throws IOException {
        try {
            createDirectory(dir, mode);
        } catch (FileAlreadyExistsException exists) {
            if (!Files.isDirectory(dir)) {
                throw exists;
            }
        }
    }

    /// Creates a file with its content, durable but for its name: [#syncDirectory] makes that durable too.
    /// That the name exists already is an error; nothing is left when it fails.
    public static void createFile(Path file, byte[] content, int mode) throws IOException {
        createFile(file, content, mode, currentUid(), currentGid());
    }

    /// As above, given to another owner before the content is written.
    public static void createFile(Path file, byte[] content, int mode, int uid, int gid) throws IOException {
        try (FileChannel out = FileChannel.open(file, Set.of(CREATE_NEW, WRITE), Modes.attribute(mode))) {
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

    /// Puts a new file in the place of `file`, which readers see either as it was or as it is now.
    /// A crash may leave a temporary file `.<name>.<random>` beside it, never half of a file under the name.
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

    /// Renames within one file system, durably, as `rename(2)`: a file at `to` is replaced, an empty directory too.
    public static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, ATOMIC_MOVE);
        Path left = parentOf(from);
        Path entered = parentOf(to);
        syncDirectory(entered);
        if (!left.equals(entered)) {
            syncDirectory(left);
        }
    }

    /// Makes the names in a directory, and its owner and mode, durable.
    public static void syncDirectory(Path dir) throws IOException {
        try (FileChannel directory = FileChannel.open(dir, READ)) {
            directory.force(true);
        }
    }

    /// Gives a file, directory or link away, itself and never what a link leads to. Owner and group that are right
    /// already are left alone, so that an ordinary user may name itself.
    public static void chown(Path path, int uid, int gid) throws IOException {
        if ((int) Files.getAttribute(path, "unix:uid", NOFOLLOW_LINKS) != uid) {
            Files.setAttribute(path, "unix:uid", uid, NOFOLLOW_LINKS);
        }
        if ((int) Files.getAttribute(path, "unix:gid", NOFOLLOW_LINKS) != gid) {
            Files.setAttribute(path, "unix:gid", gid, NOFOLLOW_LINKS);
        }
    }

    /// Deletes a directory and all in it, durably; a link or file of that name is unlinked, absence is fine.
    /// What is in the directory may be hostile: no link is followed, and neither depth, names nor modes matter.
    /// Its parent must be BotMaker's own. It may be repeated after a failure or a crash.
    ///
    /// @throws java.io.InterruptedIOException when the thread is interrupted; the flag stays set
    public static void deleteTree(Path dir) throws IOException {
        TreeDeletion.delete(dir.toAbsolutePath());
    }

    /// Whether this process may give files to other users.
    public static boolean isRoot() throws IOException {
        return currentUid() == 0;
    }

    /// The effective user id of this process.
    public static int currentUid() throws IOException {
        return effectiveId("Uid:");
    }

    /// The effective group id of this process.
    public static int currentGid() throws IOException {
        return effectiveId("Gid:");
    }

    /// See `proc_pid_status(5)`: real, effective, saved set, file system.
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

    /// Puts back the bits that the umask took.
    private static void restoreMode(Path path, int mode) throws IOException {
        Set<PosixFilePermission> wanted = Modes.permissions(mode);
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
}
