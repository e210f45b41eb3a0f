package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.UUID;

/// Deletes a directory whose content was written by someone hostile.
///
/// The tree is flattened, not descended: each directory found inside another is moved up, under a random name, into
/// the directory that is to go, and emptied from there.
///
/// ```
/// top/a/b/c/…   →   top/<random>/c/…   →   top/<random'>/…      (a deleted, then b, then c)
/// ```
///
/// So nothing is ever more than two levels away: no recursion, three open directories and short paths at any depth.
/// Everything happens relative to open directories and without following links, so that swapping a directory for
/// a link in the middle leads nowhere; and what has been moved up is out of reach of one who can write only below.
final class TreeDeletion {
    private static final Set<PosixFilePermission> ACCESS = Set.of(OWNER_READ, OWNER_WRITE, OWNER_EXECUTE);

    private final SecureDirectoryStream<Path> parent;
    private final Path top;
    private boolean progress;

    private TreeDeletion(SecureDirectoryStream<Path> parent, Path top) {
        this.parent = parent;
        this.top = top;
    }

    static void delete(Path dir) throws IOException {
        Path home = PrivateFiles.parentOf(dir);
        try (SecureDirectoryStream<Path> parent = open(home)) {
            new TreeDeletion(parent, dir.getFileName()).run();
        } catch (NoSuchFileException gone) {
            return;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        PrivateFiles.syncDirectory(home);
    }

    /// Opens a directory that is trusted. The caller closes it.
    static SecureDirectoryStream<Path> open(Path directory) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("the file system of " + directory + " cannot be used without following links");
    }

    private void run() throws IOException {
        if (!isDirectory(parent, top)) {
            parent.deleteFile(top);
            return;
        }
        grantAccess(parent, top);
        while (pass()) {
            if (!progress) {
                throw new DirectoryNotEmptyException(top.toString());
            }
        }
        parent.deleteDirectory(top);
    }

    /// Deletes what lies in the top directory, and moves there what lay one level deeper.
    ///
    /// @return whether it found anything, so that another pass is needed
    private boolean pass() throws IOException {
        boolean found = false;
        progress = false;
        try (SecureDirectoryStream<Path> directory = parent.newDirectoryStream(top, NOFOLLOW_LINKS)) {
            for (Path path : directory) {
                found = true;
                Path entry = path.getFileName();
                try {
                    if (isDirectory(directory, entry)) {
                        empty(directory, entry);
                        directory.deleteDirectory(entry);
                    } else {
                        directory.deleteFile(entry);
                    }
                    progress = true;
                } catch (NoSuchFileException goneMeanwhile) {
                    progress = true;
                } catch (DirectoryNotEmptyException again) {
                    // some file systems skip entries when others are deleted during the listing
                }
            }
        }
        return found;
    }

    private void empty(SecureDirectoryStream<Path> above, Path name) throws IOException {
        grantAccess(above, name);
        try (SecureDirectoryStream<Path> directory = above.newDirectoryStream(name, NOFOLLOW_LINKS)) {
            for (Path path : directory) {
                stopWhenInterrupted();
                Path entry = path.getFileName();
                if (isDirectory(directory, entry)) {
                    grantAccess(directory, entry); // a move changes its `..`, which needs write permission on it
                    directory.move(entry, above, Path.of(UUID.randomUUID().toString()));
                } else {
                    directory.deleteFile(entry);
                }
                progress = true;
            }
        }
    }

    private static boolean isDirectory(SecureDirectoryStream<Path> in, Path name) throws IOException {
        return in.getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS).readAttributes().isDirectory();
    }

    /// An ordinary user must first be let into its own directories; root usually need not, and it does no harm.
    private static void grantAccess(SecureDirectoryStream<Path> in, Path name) throws IOException {
        PosixFileAttributeView view = in.getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS);
        if (!view.readAttributes().permissions().containsAll(ACCESS)) {
            Modes.set(in, name, ACCESS);
        }
    }

    private static void stopWhenInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while deleting");
        }
    }
}
