package botmaker.file;

import botmaker.error.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/// Room on the disk that is kept for the one thing that must work when there is no other: deleting.
///
/// To delete, something must be written first, which says that it is to be. So a file is kept that is given up then.
/// It holds noise, which no file system can compress or leave out.
public final class Reserve {
    private static final System.Logger LOG = System.getLogger(Reserve.class.getName());
    private static final int SIZE = 4 << 20;

    private final Path file;

    /// @param file need not be there yet
    public Reserve(Path file) {
        this.file = file;
    }

    /// Does what frees room; where the disk is full, once more after the reserve is given up. It must be harmless when
    /// repeated.
    ///
    /// @throws Failure.DiskFull where the reserve did not help or was used up before
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

    /// Makes sure that the reserve is there, unless it would take what others need.
    public synchronized void keep() {
        try {
            if (Files.exists(file) && Files.size(file) == SIZE) {
                return;
            }
            Files.deleteIfExists(file);
            if (Files.getFileStore(file.getParent()).getUsableSpace() >= 3L * SIZE) {
                write();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the reserve cannot be made now", e);
        }
    }

    private void write() throws IOException {
        byte[] noise = new byte[SIZE];
        new Random().nextBytes(noise);
        PrivateFiles.createFile(file, new byte[0], 0600);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(noise);
            while (rest.hasRemaining()) {
                out.write(rest);
            }
        }
    }

    private synchronized boolean giveUp() {
        try {
            boolean given = Files.deleteIfExists(file);
            if (given) {
                LOG.log(System.Logger.Level.WARNING, "the disk is full: its reserve is given up, so that what is deleted can go");
            }
            return given;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the reserve cannot be given up", e);
            return false;
        }
    }
}
