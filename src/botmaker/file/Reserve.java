package botmaker.file;

import botmaker.error.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// Reserves disk space for deletions, which must work on a full disk.
///
/// A deletion first writes that it has begun. A file is kept for that and given up on a full disk. It holds random bytes, which no
/// file system can compress or omit.
public final class Reserve {
    private static final System.Logger LOG = System.getLogger(Reserve.class.getName());
    private static final int SIZE = 4 << 20;

    private final Path file;

    /// @param file need not exist yet
    public Reserve(Path file) {
        this.file = file;
    }

    /// Runs work that frees space, and repeats it after giving up the reserve if the disk is full. The work must be idempotent.
    ///
    /// @throws Failure.DiskFull if the reserve did not help or was already used up
    public void freeing(Runnable work) {
        try {
            work.run();
        } catch (Failure.DiskFull e) {
            if (!giveUp()) {
                throw e;
            }
            work.run();
        }
        keep();
    }

    /// Creates the reserve if it is missing and the disk has enough space.
    public synchronized void keep() {
        try {
            if (Files.exists(file) && Files.size(file) == SIZE) {
                return;
            }
            Files.deleteIfExists(file);
            if (Files.getFileStore(file.getParent()).getUsableSpace() >= 3L * SIZE) {
                byte[] noise = new byte[SIZE];
                new Random().nextBytes(noise);
                PrivateFiles.createFile(file, noise, 0600);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the disk reserve cannot be created now", e);
        }
    }

    private synchronized boolean giveUp() {
        try {
            boolean given = Files.deleteIfExists(file);
            if (given) {
                LOG.log(System.Logger.Level.WARNING, "the disk is full: its reserve was given up, so that deletions work");
            }
            return given;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the disk reserve cannot be given up", e);
            return false;
        }
    }
}
