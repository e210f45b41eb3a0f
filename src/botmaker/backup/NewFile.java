package botmaker.backup;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/// A file that is to be, under a temporary name beside it and closed to others, until it is complete.
final class NewFile implements AutoCloseable {
    private final Path file;
    private final Path temporary;
    private final FileChannel channel;

    /// @throws IOException where the file exists already, or cannot be made
    NewFile(Path file) throws IOException {
        this.file = file.toAbsolutePath();
        refuseExisting();
        this.temporary = this.file.resolveSibling("." + this.file.getFileName() + "." + UUID.randomUUID());
        this.channel = FileChannel.open(temporary, Set.of(CREATE_NEW, WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    FileChannel channel() {
        return channel;
    }

    /// Gives the complete file its name, durably; another of that name is never replaced.
    void publish() throws IOException {
        channel.force(true);
        try {
            Files.createLink(file, temporary);
            Files.delete(temporary);
        } catch (FileAlreadyExistsException e) {
            throw exists();
        } catch (IOException | UnsupportedOperationException noHardLinks) { // FAT, some network disks
            refuseExisting();
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
        PrivateFiles.syncDirectory(file.getParent());
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }

    private void refuseExisting() throws IOException {
        if (Files.exists(file, NOFOLLOW_LINKS)) {
            throw exists();
        }
    }

    private IOException exists() {
        return new IOException(file + " exists already, and is never replaced. Name another file");
    }
}
