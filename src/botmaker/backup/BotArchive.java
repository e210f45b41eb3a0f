package botmaker.backup;

import botmaker.backup.BackupSource.BackupBot;
import botmaker.backup.BackupSource.PausedBot;
import botmaker.file.FileNames;
import botmaker.file.PrivateFiles;
import botmaker.file.Tar;
import botmaker.file.Trees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Archives one bot's directory. The bot wrote most of it and is considered hostile: links are archived as links, special files are
/// left out, and bytes and time are limited.
///
/// A file that changes meanwhile is archived with its initial size.
final class BotArchive implements Trees.Visitor {
    /// The most bytes of one bot; sparse files and hard links count in full.
    static final long MOST_BYTES = 64L << 30;
    /// Longer paths could not be restored below every data directory.
    private static final int LONGEST_PATH = 3000;
    /// The directories whose files belong to BotMaker, not to the bot.
    private static final Path CONFIG = Path.of("config");
    private static final Path LINK = Path.of("link");
    /// The socket of a bot that has no network.
    private static final Path GATEWAY = Path.of("state", ".link", "in");
    private static final int BUFFER = 256 << 10;
    /// A bot with a million pipes must not flood the terminal.
    private static final int MOST_LINES = 20;

    private final Tar.Writer tar;
    private final Path top;
    private final BackupBot bot;
    private final Consumer<String> lines;
    private final long deadline;
    private final byte[] buffer = new byte[BUFFER];
    private long left = MOST_BYTES;
    private int filesNamed;
    private boolean well = true;

    /// Signals that the time for this bot is over.
    private static final class OutOfTime extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /// @param top   the bot's path in the archive
    /// @param lines receives messages about files that are not backed up as they were
    /// @param limit how long the bot may be kept paused
    BotArchive(Tar.Writer tar, Path top, BackupBot bot, Consumer<String> lines, Duration limit) {
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
            paused.resume().get().ifPresent(this::mustAct);
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
        add(entry(Tar.Kind.DIRECTORY, path, attributes, 0, ""), path);
    }

    @Override
    public void leave(Path path, PosixFileAttributes attributes) {
        // a tar does not mark where a directory ends
    }

    @Override
    public void link(Path path, PosixFileAttributes attributes, Path target) throws IOException {
        add(entry(Tar.Kind.LINK, path, attributes, 0, FileNames.raw(target)), path);
    }

    private void add(Tar.Entry entry, Path path) throws IOException {
        if (!isTooLong(entry, path)) {
            tar.add(entry, new byte[0]);
        }
    }

    @Override
    public void file(Path path, PosixFileAttributes attributes, FileChannel content) throws IOException {
        checkTime();
        long size = content.size();
        Tar.Entry entry = entry(Tar.Kind.FILE, path, attributes, size, "");
        if (isTooLong(entry, path)) {
            return;
        }
        if (size > left) {
            say(path, "left out: it has %d bytes, and a backup holds at most %d GiB of one bot".formatted(size, MOST_BYTES >> 30));
            return;
        }
        left -= size;
        tar.begin(entry);
        long missing = copy(content, size, path);
        if (missing > 0) {
            say(path, "changed while it was read: its last %d bytes are zeros".formatted(missing));
        }
        tar.end();
    }

    /// Copies a file, with zeros in place of what cannot be read.
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
    public void special(Path path) {
        if (!path.startsWith(LINK) && !path.equals(GATEWAY)) { // those are made anew
            say(path, "left out: it is a pipe, a socket or a device");
        }
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

    private boolean isTooLong(Tar.Entry entry, Path path) {
        boolean tooLong = entry.name().length() > LONGEST_PATH;
        if (tooLong) {
            say(path, "left out: its path is longer than " + LONGEST_PATH + " bytes");
        }
        return tooLong;
    }

    /// Returns an entry of BotMaker for the configuration and the bot's directory itself, and of the bot for all else.
    private Tar.Entry entry(Tar.Kind kind, Path path, PosixFileAttributes attributes, long size, String target) {
        boolean own = path.toString().isEmpty() || path.startsWith(CONFIG) || path.startsWith(LINK);
        long seconds = Math.clamp(attributes.lastModifiedTime().to(TimeUnit.SECONDS), 0, 0x1_ffff_ffffL);
        return new Tar.Entry(FileNames.raw(top.resolve(path)), kind, PrivateFiles.mode(attributes.permissions()),
                own ? 0 : bot.uid(), own ? 0 : bot.gid(), size, seconds, target);
    }
}
