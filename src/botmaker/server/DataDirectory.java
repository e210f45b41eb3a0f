package botmaker.server;

import botmaker.bot.Inventory;
import botmaker.error.Failure;
import botmaker.file.PrivateFiles;
import botmaker.store.DatabaseReader;
import botmaker.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/// The data directory and those in it: they belong to the user that BotMaker runs as, and nobody else may enter them.
public final class DataDirectory {
    private static final Set<PosixFilePermission> OWNERS =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;

    private DataDirectory() {
    }

    /// Makes a directory, or makes sure of one that is there.
    ///
    /// @throws IOException with what to do
    public static void ensure(Path directory) throws IOException {
        try {
            PrivateFiles.ensureDirectory(directory, 0700);
        } catch (NoSuchFileException e) {
            throw new IOException("the directory that is to hold " + directory + " does not exist. Make it, or set data.dir", e);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(directory + " is no directory. Move it away, or set data.dir", e);
        } catch (AccessDeniedException e) {
            throw new IOException("this user may not make " + directory + ". Set data.dir to a directory that it may write to", e);
        }
        require(directory);
    }

    /// Makes sure of a directory.
    ///
    /// @throws IOException with what to do
    public static void require(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no directory " + directory + ". Set data.dir, or name the settings with --config");
        }
        int owner = (int) Files.getAttribute(directory, "unix:uid");
        int self = PrivateFiles.currentUid();
        if (owner != self) {
            throw new IOException("%s belongs to the user with the id %d, and this is %d. Run BotMaker as that user, or give the directory away with: chown %d %s"
                    .formatted(directory, owner, self, self, directory));
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory);
        if (!mode.containsAll(OWNERS)) {
            throw new IOException("its owner may not use " + directory + ". Allow it with: chmod 700 " + directory);
        }
        if (!OWNERS.containsAll(mode)) {
            throw new IOException("others may enter " + directory + ". Close it with: chmod 700 " + directory);
        }
    }

    /// Refuses a database that knows of no bot beside files of bots: a new installation over running bots would lose sight of
    /// them, and give their user ids to others.
    ///
    /// @throws IOException with what to do
    public static void requireDatabase(Path data) throws IOException {
        Path database = data.resolve("botmaker.db");
        for (String name : List.of("bots", "secrets")) {
            if (holdsAnything(data.resolve(name)) && botsMade(database) == 0) {
                throw new IOException(("%s holds files of bots, but the database %s knows of none: it was deleted, emptied, or copied "
                        + "without its -wal file; put back botmaker.db together with botmaker.db-wal, or restore a backup to another "
                        + "data directory; to begin anew, move %s away").formatted(data.resolve(name), database, data));
            }
        }
    }

    private static boolean holdsAnything(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, entry -> !entry.getFileName().toString().startsWith("."))) {
            return entries.iterator().hasNext();
        } catch (NoSuchFileException absent) {
            return false;
        }
    }

    private static long botsMade(Path database) throws IOException {
        if (!Files.exists(database) || Files.size(database) == 0) {
            return 0;
        }
        try (DatabaseReader reader = DatabaseReader.open(database, Integer.MAX_VALUE)) {
            return reader.read(Inventory::botsMade);
        } catch (StoreException | Failure e) {
            return 1; // opening the database says what is wrong with it
        }
    }

    /// Makes sure that nobody but this user and root can put another directory in the place of the data directory.
    ///
    /// @param directory that one, or the nearest one above it that exists
    /// @throws IOException with what to do
    public static void requireClosedFrom(Path directory) throws IOException {
        requireClosed(directory.toRealPath());
        requireClosed(directory.toAbsolutePath()); // and the links that lead there
    }

    private static void requireClosed(Path directory) throws IOException {
        int self = PrivateFiles.currentUid();
        for (Path above = directory; above != null; above = above.getParent()) {
            int owner = (int) Files.getAttribute(above, "unix:uid");
            int mode = (int) Files.getAttribute(above, "unix:mode");
            if (owner != self && owner != 0) {
                throw new IOException("%s is above the data directory and belongs to the user with the id %d, who can replace what is in it. Set data.dir to a place of your own"
                        .formatted(above, owner));
            }
            if ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
                throw new IOException("others may replace what is in " + above + ", which is above the data directory. Close it with: chmod go-w " + above);
            }
        }
    }
}
