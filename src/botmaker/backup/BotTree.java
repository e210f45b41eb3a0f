package botmaker.backup;

import botmaker.file.FileNames;
import botmaker.file.Modes;
import botmaker.file.TarEntry;
import botmaker.file.TarWriter;
import botmaker.file.Trees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Puts one bot's directory into an archive. Most of it was written by the bot and is taken for hostile: links are kept as
/// links, what is no file is left out, and no bot gets more than its share.
///
/// A file that changes in the meantime is kept with the size that it had at first.
final class BotTree implements Trees.Visitor {
    /// What one bot may put into a backup, as it is read: sparse files and hard links count in full.
    static final long MOST_BYTES = 64L << 30;
    /// Longer paths could not be made again below every data directory.
    private static final int LONGEST_PATH = 3000;
    /// The directory that is BotMaker's own, in which a bot's files are not its own.
    private static final Path CONFIG = Path.of("config");
    private static final int BUFFER = 256 << 10;

    private final TarWriter tar;
    private final Path top;
    private final Member bot;
    private final Report report;
    private final byte[] buffer = new byte[BUFFER];
    private long left = MOST_BYTES;

    /// @param top its path in the archive
    BotTree(TarWriter tar, Path top, Member bot, Report report) {
        this.tar = tar;
        this.top = top;
        this.bot = bot;
        this.report = report;
    }

    @Override
    public void enter(Path path, PosixFileAttributes attributes) throws IOException {
        byte[] name = FileNames.bytes(top.resolve(path));
        if (!isTooLong(path, name)) {
            tar.add(TarEntry.directory(name, Modes.number(attributes.permissions()), uid(path), gid(path), seconds(attributes)), new byte[0]);
        }
    }

    @Override
    public void leave(Path path, PosixFileAttributes attributes) {
        // a tar has no ends of directories
    }

    @Override
    public void file(Path path, PosixFileAttributes attributes, FileChannel content) throws IOException {
        byte[] name = FileNames.bytes(top.resolve(path));
        long size = content.size();
        if (isTooLong(path, name)) {
            return;
        }
        if (size > left) {
            report.file(path, "left out: it has %d bytes, and of one bot at most %d GiB are kept".formatted(size, MOST_BYTES >> 30));
            return;
        }
        left -= size;
        tar.begin(TarEntry.file(name, Modes.number(attributes.permissions()), uid(path), gid(path), size, seconds(attributes)));
        long missing = copy(content, size, path);
        if (missing > 0) {
            report.file(path, "has changed while it was read: its last %d bytes are zeros".formatted(missing));
        }
        tar.end();
    }

    /// @return how many bytes could not be read; there are zeros in their place
    private long copy(FileChannel content, long size, Path path) throws IOException {
        long at = 0;
        boolean readable = true;
        long missing = 0;
        while (at < size) {
            int wanted = (int) Math.min(buffer.length, size - at);
            int count = -1;
            if (readable) {
                try {
                    count = content.read(ByteBuffer.wrap(buffer, 0, wanted), at);
                } catch (FileSystemException e) {
                    throw e;
                } catch (IOException e) {
                    if (!content.isOpen()) {
                        throw e; // interrupted
                    }
                    report.file(path, "cannot be read to its end: " + e.getMessage());
                }
                readable = count > 0;
            }
            if (!readable) {
                Arrays.fill(buffer, 0, wanted, (byte) 0);
                count = wanted;
                missing += count;
            }
            tar.write(buffer, 0, count);
            at += count;
        }
        return missing;
    }

    @Override
    public void link(Path path, PosixFileAttributes attributes, Path target) throws IOException {
        byte[] name = FileNames.bytes(top.resolve(path));
        if (!isTooLong(path, name)) {
            tar.add(TarEntry.link(name, uid(path), gid(path), seconds(attributes), FileNames.bytes(target)), new byte[0]);
        }
    }

    @Override
    public void special(Path path) {
        report.file(path, "left out: it is a pipe, a socket or a device");
    }

    @Override
    public void failed(Path path, IOException why) {
        if (why instanceof NoSuchFileException) {
            report.file(path, "left out: it went while it was looked at");
        } else {
            String reason = why instanceof FileSystemException e && e.getReason() != null ? e.getReason() : why.toString();
            report.file(path, "left out, with what is in it: " + reason.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    private boolean isTooLong(Path path, byte[] name) {
        boolean tooLong = name.length > LONGEST_PATH;
        if (tooLong) {
            report.file(path, "left out: its path is longer than " + LONGEST_PATH + " bytes");
        }
        return tooLong;
    }

    /// The configuration and the directory of all are BotMaker's own; the rest is the bot's.
    private int uid(Path path) {
        return isBotMakers(path) ? 0 : bot.uid();
    }

    private int gid(Path path) {
        return isBotMakers(path) ? 0 : bot.gid();
    }

    private static boolean isBotMakers(Path path) {
        return path.toString().isEmpty() || path.startsWith(CONFIG);
    }

    private static long seconds(BasicFileAttributes attributes) {
        return Math.clamp(attributes.lastModifiedTime().to(TimeUnit.SECONDS), 0, 0x1_ffff_ffffL);
    }
}
