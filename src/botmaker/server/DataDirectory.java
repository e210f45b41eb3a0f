package botmaker.server;

import botmaker.bot.Inventory;
import botmaker.bot.model.BotId;
import botmaker.error.Failure;
import botmaker.file.PrivateFiles;
import botmaker.store.DatabaseReader;
import botmaker.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Creates and checks the data directory and those in it, which belong to BotMaker's user and are closed to others.
public final class DataDirectory {
    private static final Set<PosixFilePermission> OWNERS =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;

    private DataDirectory() {
    }

    /// Creates a directory, or checks an existing one.
    ///
    /// @throws IOException that says what to do
    public static void ensure(Path directory) throws IOException {
        try {
            PrivateFiles.ensureDirectory(directory, 0700);
        } catch (NoSuchFileException e) {
            throw new IOException("the parent directory of " + directory + " does not exist. Create it, or set data.dir", e);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(directory + " is not a directory. Move it away, or set data.dir", e);
        } catch (AccessDeniedException e) {
            throw new IOException("BotMaker's user may not create " + directory + ". Set data.dir to a directory that it may write to", e);
        }
        require(directory);
    }

    /// Checks an existing directory.
    ///
    /// @throws IOException that says what to do
    public static void require(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("the directory " + directory + " does not exist. Set data.dir, or name the settings with --config");
        }
        int owner = (int) Files.getAttribute(directory, "unix:uid");
        int self = PrivateFiles.currentUid();
        if (owner != self) {
            throw new IOException(("%s belongs to the user with the id %d, and this is %d. Run BotMaker as that user, or give the directory "
                    + "away with: chown %d %s").formatted(directory, owner, self, self, directory));
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory);
        if (!mode.containsAll(OWNERS)) {
            throw new IOException("its owner may not use " + directory + ". Allow it with: chmod 700 " + directory);
        }
        if (!OWNERS.containsAll(mode)) {
            throw new IOException("others may enter " + directory + ". Close it with: chmod 700 " + directory);
        }
    }

    /// Refuses a database that is older than the bots' files: new, emptied, or an earlier copy. BotMaker would lose sight of running
    /// bots, offer to delete their files, and give their user ids to others.
    ///
    /// A bot's row is written before its files and deleted after them, and each bot has secrets: a bot with secrets and files but
    /// without a row is never what a crash leaves.
    ///
    /// @throws IOException that says what to do
    public static void requireDatabase(Path data) throws IOException {
        Path database = data.resolve("botmaker.db");
        Optional<Known> known = known(database);
        if (known.isEmpty()) {
            return; // opening the database says what is wrong with it
        }
        String putBack = "put back botmaker.db together with botmaker.db-wal, or restore a backup to another data directory";
        Set<String> secrets = names(data.resolve("secrets"));
        Set<String> files = names(data.resolve("bots"));
        if (known.get().botsMade() == 0 && !(secrets.isEmpty() && files.isEmpty())) {
            throw new IOException(("%s holds files of bots, but the database %s knows of none: it was deleted, emptied, or copied "
                    + "without its -wal file; %s; to begin anew, move %s away")
                    .formatted(data.resolve(files.isEmpty() ? "secrets" : "bots"), database, putBack, data));
        }
        secrets.retainAll(files);
        secrets.removeIf(name -> BotId.of(name).isEmpty() || known.get().ids().contains(name));
        if (!secrets.isEmpty()) {
            throw new IOException(("the database %s is older than the files beside it: it does not know the bots %s; it was copied without "
                    + "its -wal file, or is an earlier copy; %s; to go on without these bots, stop their containers and move their "
                    + "directories out of %s and %s").formatted(database, String.join(", ", secrets), putBack, data.resolve("bots"),
                    data.resolve("secrets")));
        }
    }

    /// @param botsMade how many bots the database has ever had
    /// @param ids      of those that it has now
    private record Known(long botsMade, Set<String> ids) { }

    private static Optional<Known> known(Path database) throws IOException {
        if (!Files.exists(database) || Files.size(database) == 0) {
            return Optional.of(new Known(0, Set.of()));
        }
        try (DatabaseReader reader = DatabaseReader.open(database, Integer.MAX_VALUE)) {
            return Optional.of(reader.read(tx -> {
                long made = Inventory.botsMade(tx);
                return new Known(made, made == 0 ? Set.of()
                        : Inventory.bots(tx).stream().map(bot -> bot.id().value()).collect(Collectors.toSet()));
            }));
        } catch (StoreException | Failure e) {
            return Optional.empty();
        }
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).filter(name -> !name.startsWith("."))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (NoSuchFileException absent) {
            return new TreeSet<>();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// Checks that only this user and root can replace the data directory.
    ///
    /// @param directory the data directory, or its nearest existing parent
    /// @throws IOException that says what to do
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
                throw new IOException(("%s is above the data directory and belongs to the user with the id %d, who can replace what is in "
                        + "it. Set data.dir to a place of your own").formatted(above, owner));
            }
            if ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
                throw new IOException("others may replace what is in " + above + ", which is above the data directory. Close it with: "
                        + "chmod go-w " + above);
            }
        }
    }
}
