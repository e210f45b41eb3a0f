package botmaker.backup;

import botmaker.error.Failure;
import botmaker.file.PrivateFiles;
import botmaker.file.Tar;
import botmaker.store.DatabaseReader;
import botmaker.store.Remedy;
import botmaker.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Archives what bots spent, in one committed state, while the broker writes it.
///
/// @param database  the broker's file; absent where no bot made a call yet
/// @param temporary a free name, whose file is deleted again; it grows as large as the database
/// @param lines     receives why it is left out
record UsageCopy(Path database, Path temporary, Consumer<String> lines) {
    /// Its names in a backup, and in the data directory.
    static final String DIRECTORY = "broker";
    static final String FILE = DIRECTORY + "/usage.db";
    private static final int BUFFER = 256 << 10;

    /// Adds the database to an archive. One that cannot be read is left out: the bots are worth more.
    ///
    /// @return whether the operator has nothing left to do
    boolean write(Tar.Writer tar, long now) throws IOException {
        if (!Files.isRegularFile(database)) {
            return true;
        }
        try {
            PrivateFiles.createFile(temporary, new byte[0], 0600);
            try (DatabaseReader reader = DatabaseReader.open(database, Integer.MAX_VALUE, Remedy.BEGIN_ANEW)) {
                reader.copyTo(temporary);
            } catch (StoreException | Failure e) {
                lines.accept("what bots spent was left out, and their budgets will begin anew after a restore: " + e.getMessage());
                return false;
            }
            add(tar, now);
            return true;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private void add(Tar.Writer tar, long now) throws IOException {
        tar.add(Tar.Entry.directory(DIRECTORY, 0700, 0, 0, now), new byte[0]);
        tar.begin(Tar.Entry.file(FILE, 0600, 0, 0, Files.size(temporary), now));
        byte[] buffer = new byte[BUFFER];
        try (InputStream copy = Files.newInputStream(temporary)) {
            for (int count; (count = copy.read(buffer)) > 0; ) {
                tar.write(buffer, 0, count);
            }
        }
        tar.end();
    }
}
