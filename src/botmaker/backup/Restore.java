package botmaker.backup;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.file.PrivateFiles;
import botmaker.file.Tar;
import botmaker.file.TreeDeletion;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/// Restores a data directory from a backup: decrypts, verifies and writes everything to a temporary directory beside it, which is
/// renamed at the end. The result is complete or absent.
public final class Restore {
    private static final int BUFFER = 64 << 10;

    private final Path data;
    private final Settling settling;
    private final Consumer<String> lines;

    /// Adapts the unpacked data to this host before it is put in place.
    @FunctionalInterface
    public interface Settling {
        void settle(Path unpacked, Origin origin) throws IOException;
    }

    /// The origin of a backup.
    ///
    /// @param botmaker  the version that made the backup
    /// @param createdAt when it was made
    /// @param bots      the number of bots
    public record Origin(String botmaker, String createdAt, long bots) { }

    /// @param lines receives messages for the operator
    public Restore(Path data, Settling settling, Consumer<String> lines) {
        this.data = data;
        this.settling = settling;
        this.lines = lines;
    }

    /// Refuses a data directory that is not empty, before the passphrase is asked for.
    ///
    /// @throws IOException with what to do
    public void requireRoom() throws IOException {
        if (!Files.exists(data, NOFOLLOW_LINKS)) {
            if (!Files.isDirectory(data.getParent())) {
                throw new IOException("the parent directory of " + data + " does not exist; create it, or set data.dir");
            }
            return;
        }
        if (!Files.isDirectory(data, NOFOLLOW_LINKS)) {
            throw new IOException(data + " is not a directory; move it away, or set data.dir");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(data)) {
            if (entries.iterator().hasNext()) {
                throw new IOException(data + " is not empty, and restore never replaces a data directory; stop BotMaker and move the "
                        + "directory away, or set data.dir to another");
            }
        }
    }

    /// Restores a backup.
    ///
    /// @throws IOException if that fails or this thread is interrupted; nothing has changed then
    public Origin from(Path file, char[] passphrase) throws IOException {
        requireRoom();
        tellLeftovers();
        Path temporary = data.resolveSibling(prefix() + UUID.randomUUID());
        try (InputStream in = new BufferedInputStream(Channels.newInputStream(
                FileChannel.open(file, StandardOpenOption.READ)), BUFFER)) {
            Seal seal = Seal.read(in, passphrase);
            PrivateFiles.createDirectory(temporary, 0700);
            Origin origin = unpack(new Seal.Input(in, seal), temporary);
            settling.settle(temporary, origin);
            PrivateFiles.syncDirectory(temporary);
            putInPlace(temporary);
            return origin;
        } finally {
            boolean interrupted = Thread.interrupted(); // or it would not be deleted
            TreeDeletion.delete(temporary);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Origin unpack(InputStream sealed, Path into) throws IOException {
        InputStream plain = new BufferedInputStream(new GZIPInputStream(sealed, BUFFER), BUFFER);
        Origin origin = origin(new Unpacking(into, PrivateFiles.isRoot()).unpack(new Tar.Reader(plain)));
        plain.transferTo(OutputStream.nullOutputStream());
        sealed.transferTo(OutputStream.nullOutputStream()); // verifies the end, too
        return origin;
    }

    private static Origin origin(byte[] manifest) throws IOException {
        try {
            JsonValue json = JsonValue.parse(manifest);
            long format = json.get("format").integer();
            if (format != Backup.FORMAT) {
                throw new IOException("another version of BotMaker made the backup (" + json.get("botmaker").string() + "); use that one");
            }
            return new Origin(json.get("botmaker").string(), json.get("createdAt").string(), json.get("bots").integer());
        } catch (JsonException e) {
            throw new IOException("the backup cannot be used: its manifest is invalid", e);
        }
    }

    /// Replaces an empty data directory, as `rename(2)` does.
    private void putInPlace(Path temporary) throws IOException {
        try {
            PrivateFiles.rename(temporary, data);
        } catch (FileSystemException e) {
            throw new IOException("cannot put " + data + " in its place (" + e.getReason() + "); if it is a mount point, set "
                    + "data.dir to a directory below it", e);
        }
    }

    private void tellLeftovers() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(data.getParent(),
                entry -> entry.getFileName().toString().startsWith(prefix()))) {
            left.forEach(path -> lines.accept("an earlier restore was killed, or is still running, and its secrets are in " + path
                    + "; remove it when that has ended: rm -r " + path));
        }
    }

    private String prefix() {
        return "." + data.getFileName() + ".restore-";
    }
}
