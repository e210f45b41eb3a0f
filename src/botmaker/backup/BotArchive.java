package botmaker.backup;

import botmaker.backup.BackupSource.BackupBot;
import botmaker.backup.BackupSource.PausedBot;
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
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Puts one bot's directory into an archive. The bot wrote most of it and counts as hostile: links are kept as links, what is
/// not a file is left out, and no bot gets more than its share of bytes and time.
///
/// A file that changes meanwhile is kept with the size that it had at first.
final class BotArchive implements Trees.Visitor {
    /// What one bot may put into a backup, as it is read: sparse files and hard links count in full.
    static final long MOST_BYTES = 64L << 30;
    /// Longer paths could not be made again below every data directory.
    private static final int LONGEST_PATH = 3000;
    /// The directory that is BotMaker's own, in which a bot's files are not its own.
    private static final Path CONFIG = Path.of("config");
    private static final int BUFFER = 256 << 10;
    /// A bot with a million pipes must not flood the terminal.
    private static final int MOST_LINES = 20;

    private final TarWriter tar;
    private final Path top;
    private final BackupBot bot;
    private final Consumer<String> lines;
    private final long deadline;
    private final byte[] buffer = new byte[BUFFER];
    private long left = MOST_BYTES;
    private int filesNamed;
    private boolean well = true;

    /// The time for this bot is over.
    private static final class OutOfTime extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /// @param top   the bot's path in the archive
    /// @param lines takes what the backup does not hold as it was
    /// @param limit how long the bot may be kept paused
    BotArchive(TarWriter tar, Path top, BackupBot bot, Consumer<String> lines, Duration limit) {
        this.tar = tar;
        this.top = top;
        this.bot = bot;
        this.lines = lines;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /// Archives the bot's directory, while the bot is paused.
    ///
    /// @return whether the operator has nothing left to do
    boolean write(Path directory, BackupSource source) throws IOException {
        PausedBot paused = source.pause(bot);
        try {
            paused.problem().ifPresent(this::say);
            Trees.walk(directory, this);
        } catch (NoSuchFileException e) {
            say("has no files: it is being created, or was deleted meanwhile");
        } catch (OutOfTime e) {
            mustAct("reading its files took too long, so that the rest was left out; stop the bot, look at its files, and back up again");
        } finally {
            paused.resume().ifPresent(this::mustAct);
        }
        if (filesNamed > MOST_LINES) {
            say("and " + (filesNamed - MOST_LINES) + " more like these");
        }
        return well;
    }

    private void say(String what) {
        lines.accept("bot " + bot.id() + ": " + what);
    }

    private void say(Path path, String what) {
        if (filesNamed++ < MOST_LINES) {
            say(FileNames.printable(path) + ": " + what);
        }
    }

    private void mustAct(String what) {
        say(what);
        well = false;
    }

    private boolean isOutOfTime() {
        return System.nanoTime() - deadline > 0;
    }

    private void checkTime() throws OutOfTime {
        if (isOutOfTime()) {
            throw new OutOfTime();
        }
    }

    @Override
    public void enter(Path path, PosixFileAttributes attributes) throws IOException {
        checkTime();
        byte[] name = FileNames.bytes(top.resolve(path));
        if (!isTooLong(path, name)) {
            tar.add(TarEntry.directory(name, Modes.number(attributes.permissions()), uid(path), gid(path), seconds(attributes)), new byte[0]);
        }
    }

    @Override
    public void leave(Path path, PosixFileAttributes attributes) {
        // a tar does not mark where a directory ends
    }

    @Override
    public void file(Path path, PosixFileAttributes attributes, FileChannel content) throws IOException {
        checkTime();
        byte[] name = FileNames.bytes(top.resolve(path));
        long size = content.size();
        if (isTooLong(path, name)) {
            return;
        }
        if (size > left) {
            say(path, "left out: it has %d bytes, and a backup holds at most %d GiB of one bot".formatted(size, MOST_BYTES >> 30));
            return;
        }
        left -= size;
        tar.begin(TarEntry.file(name, Modes.number(attributes.permissions()), uid(path), gid(path), size, seconds(attributes)));
        long missing = copy(content, size, path);
        if (missing > 0) {
            say(path, "changed while it was read: its last %d bytes are zeros".formatted(missing));
        }
        tar.end();
    }

    /// Copies a file, with zeros in the place of what cannot be read.
    ///
    /// @return how many bytes are missing
    private long copy(FileChannel content, long size, Path path) throws IOException {
        long at = 0;
        boolean readable = true;
        long missing = 0;
        while (at < size) {
            int wanted = (int) Math.min(buffer.length, size - at);
            int count = -1;
            readable &= !isOutOfTime();
            if (readable) {
                try {
                    count = content.read(ByteBuffer.wrap(buffer, 0, wanted), at);
                } catch (FileSystemException e) {
                    throw e;
                } catch (IOException e) {
                    if (!content.isOpen()) {
                        throw e; // interrupted
                    }
                    say(path, "cannot be read to its end: " + e.getMessage());
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
        say(path, "left out: it is a pipe, a socket or a device");
    }

    @Override
    public void failed(Path path, IOException why) {
        if (why instanceof NoSuchFileException) {
            say(path, "left out: it was deleted meanwhile");
        } else {
            String reason = why instanceof FileSystemException e && e.getReason() != null ? e.getReason() : why.toString();
            say(path, "left out, with what is in it: " + reason.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    private boolean isTooLong(Path path, byte[] name) {
        boolean tooLong = name.length > LONGEST_PATH;
        if (tooLong) {
            say(path, "left out: its path is longer than " + LONGEST_PATH + " bytes");
        }
        return tooLong;
    }

    private int uid(Path path) {
        return isBotMakers(path) ? 0 : bot.uid();
    }

    private int gid(Path path) {
        return isBotMakers(path) ? 0 : bot.gid();
    }

    /// Tells whether a path is BotMaker's own, as the configuration and the bot's directory itself are.
    private static boolean isBotMakers(Path path) {
        return path.toString().isEmpty() || path.startsWith(CONFIG);
    }

    private static long seconds(BasicFileAttributes attributes) {
        return Math.clamp(attributes.lastModifiedTime().to(TimeUnit.SECONDS), 0, 0x1_ffff_ffffL);
    }
}
