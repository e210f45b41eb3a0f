package botmaker.backup;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import botmaker.file.Modes;
import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/// A file under a temporary name beside it, closed to others, until it is complete.
final class NewFile implements AutoCloseable {
    private final Path file;
    private final Path temporary;
    private final FileChannel channel;
    private boolean published;

    /// @throws IOException where the file exists, or cannot be created
    NewFile(Path file) throws IOException {
        this.file = file.toAbsolutePath();
        refuseExisting(file);
        this.temporary = this.file.resolveSibling("." + this.file.getFileName() + "." + UUID.randomUUID());
        this.channel = FileChannel.open(temporary, Set.of(CREATE_NEW, WRITE), Modes.attribute(0600));
    }

    FileChannel channel() {
        return channel;
    }

    /// Gives the complete file its name, durably. An existing file of that name is never replaced.
    ///
    /// @param lines learns of a temporary name that cannot be removed
    void publish(Consumer<String> lines) throws IOException {
        channel.force(true);
        try {
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException | UnsupportedOperationException noHardLinks) { // FAT, some network disks
            refuseExisting(file);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
        published = true;
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            lines.accept("the backup is complete, and has a second name that cannot be removed: " + temporary);
        }
        PrivateFiles.syncDirectory(file.getParent());
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (!published) {
            Files.deleteIfExists(temporary);
        }
    }

    static void refuseExisting(Path file) throws IOException {
        if (Files.exists(file, NOFOLLOW_LINKS)) {
            throw exists(file);
        }
    }

    private static IOException exists(Path file) {
        return new IOException(file + " exists already, and is never replaced; name another file");
    }
}
