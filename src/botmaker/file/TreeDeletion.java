package botmaker.file;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.UUID;

/// Deletes a directory whose content may be hostile.
///
/// The tree is flattened, not descended: each directory inside another is moved up under a random name, into the directory to
/// delete, and emptied there.
///
/// ```
/// top/a/b/c/…   →   top/<random>/c/…   →   top/<random'>/…      (a deleted, then b, then c)
/// ```
///
/// Any depth needs no recursion, three open directories and short paths. Everything happens relative to pinned directories and without
/// following links, so that replacing a directory by a link achieves nothing; a process that can write only below cannot reach what
/// was moved up.
public final class TreeDeletion {
    private final HostileDirectory parent;
    private final Path top;
    private boolean progress;

    private TreeDeletion(HostileDirectory parent, Path top) {
        this.parent = parent;
        this.top = top;
    }

    /// Deletes a directory and all in it, durably. A link or file of that name is unlinked, and absence is no error.
    ///
    /// @param directory its parent must be BotMaker's own; what is inside may be hostile. The call may be repeated after a crash
    /// @throws InterruptedIOException if the thread is interrupted; the flag stays set
    public static void delete(Path directory) throws IOException {
        Path dir = directory.toAbsolutePath();
        Path home = PrivateFiles.parentOf(dir);
        try (HostileDirectory parent = HostileDirectory.open(home)) {
            new TreeDeletion(parent, dir.getFileName()).run();
        } catch (NoSuchFileException gone) {
            return;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        PrivateFiles.syncDirectory(home);
    }

    private void run() throws IOException {
        if (parent.attributes(top).isDirectory()) {
            while (pass()) {
                if (!progress) {
                    throw new DirectoryNotEmptyException(top.toString());
                }
            }
        }
        parent.delete(top);
    }

    /// Deletes the entries of the top directory, and moves the directories of the next level there.
    ///
    /// @return whether it found anything, so that another pass is needed
    private boolean pass() throws IOException {
        boolean found = false;
        progress = false;
        try (HostileDirectory directory = enter(parent, top); DirectoryStream<Path> entries = directory.entries()) {
            for (Path path : entries) {
                found = true;
                Path entry = path.getFileName();
                try {
                    if (directory.attributes(entry).isDirectory()) {
                        empty(directory, entry);
                    }
                    directory.delete(entry);
                    progress = true;
                } catch (NoSuchFileException goneMeanwhile) {
                    progress = true;
                } catch (DirectoryNotEmptyException | NotDirectoryException again) {
                    // some file systems skip entries that are deleted during the listing; or it was just replaced
                }
            }
        }
        return found;
    }

    private void empty(HostileDirectory above, Path name) throws IOException {
        try (HostileDirectory directory = enter(above, name); DirectoryStream<Path> entries = directory.entries()) {
            for (Path path : entries) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while deleting");
                }
                Path entry = path.getFileName();
                if (directory.attributes(entry).isDirectory()) {
                    enter(directory, entry).close(); // a move changes its `..`, which needs write permission on it
                    directory.move(entry, above, Path.of(UUID.randomUUID().toString()));
                } else {
                    directory.delete(entry);
                }
                progress = true;
            }
        }
    }

    /// Enters a directory; grants access first, which an ordinary user may need for its own directories.
    private static HostileDirectory enter(HostileDirectory above, Path name) throws IOException {
        HostileDirectory directory = above.enter(name);
        try {
            directory.grantAccess();
            return directory;
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }
}
