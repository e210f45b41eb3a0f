package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import botmaker.error.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Set;

/// Measures and copies directories whose content was written by someone hostile: follows no link, waits for nobody, and refuses
/// what is too deep or too big.
public final class Trees {
    /// An honest tree, `node_modules` included, is a third of this deep.
    private static final int DEEPEST = 100;
    /// What a copy leaves free on the disk for everybody else, in bytes.
    private static final long RESERVE = 256L << 20;

    /// Sees a tree during [#walk], in the order in which its directories list it. Paths are relative to the tree's top, which
    /// is the empty path. An exception ends the walk.
    public interface Visitor {
        /// Sees a directory, before what is in it.
        void enter(Path path, PosixFileAttributes attributes) throws IOException;

        /// Sees the same directory, after what is in it.
        void leave(Path path, PosixFileAttributes attributes) throws IOException;

        /// Sees a regular file.
        ///
        /// @param content from its beginning; closed by the walk
        void file(Path path, PosixFileAttributes attributes, FileChannel content) throws IOException;

        /// Sees a symbolic link.
        void link(Path path, PosixFileAttributes attributes, Path target) throws IOException;

        /// Sees a pipe, a socket or a device.
        void special(Path path) throws IOException;

        /// Learns of an entry that cannot be read: deleted meanwhile, closed, leased, too deep, or swapped for something else.
        void failed(Path path, IOException why) throws IOException;
    }

    private Trees() {
    }

    /// Adds up the bytes of all files in a tree that may be changing meanwhile. The walk ends after `mostEntries`, and goes no
    /// deeper than 100 directories; the sum is then too small.
    public static long size(Path top, int mostEntries) throws IOException {
        int[] left = {mostEntries};
        try (HostileDirectory directory = HostileDirectory.open(top)) {
            return size(directory, left, DEEPEST);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static long size(HostileDirectory directory, int[] left, int depth) throws IOException {
        long bytes = 0;
        try (DirectoryStream<Path> entries = directory.entries()) {
            for (Path entry : entries) {
                stopWhenInterrupted();
                if (left[0]-- <= 0) {
                    break;
                }
                Path name = entry.getFileName();
                try {
                    BasicFileAttributes attributes = directory.attributes(name);
                    if (attributes.isRegularFile()) {
                        bytes += attributes.size();
                    } else if (attributes.isDirectory() && depth > 0) {
                        try (HostileDirectory inner = directory.enter(name)) {
                            bytes += size(inner, left, depth - 1);
                        }
                    }
                } catch (FileSystemException goneOrClosedMeanwhile) {
                    // counts nothing
                }
            }
        }
        return bytes;
    }

    /// Shows a tree to a visitor. It may be changing meanwhile: what is found is shown as it was then, and what cannot be
    /// read, or lies more than 100 directories deep, is [Visitor#failed].
    ///
    /// @param top lies in one of BotMaker's own directories, and is no link
    /// @throws InterruptedIOException when interrupted; the flag stays set
    public static void walk(Path top, Visitor visitor) throws IOException {
        try (HostileDirectory directory = HostileDirectory.open(top); DirectoryStream<Path> entries = directory.entries()) {
            walk(directory, entries, Path.of(""), visitor, DEEPEST);
        }
    }

    private static void walk(HostileDirectory directory, DirectoryStream<Path> entries, Path path, Visitor visitor, int depth)
            throws IOException {
        PosixFileAttributes self = directory.attributes();
        visitor.enter(path, self);
        try {
            for (Path entry : entries) {
                stopWhenInterrupted();
                entry(directory, path.resolve(entry.getFileName()), visitor, depth);
            }
        } catch (DirectoryIteratorException e) {
            visitor.failed(path, e.getCause());
        }
        visitor.leave(path, self);
    }

    /// Separates what fails in opening an entry, which is the entry's failure, from what fails in the visitor, which is the walk's.
    private static void entry(HostileDirectory in, Path path, Visitor visitor, int depth) throws IOException {
        Opened opened;
        try {
            opened = open(in, path, visitor, depth);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            visitor.failed(path, e);
            return;
        }
        opened.show();
    }

    /// An entry that was opened and is ready to be shown.
    private interface Opened {
        /// Shows the entry, and closes it.
        void show() throws IOException;
    }

    private static Opened open(HostileDirectory in, Path path, Visitor visitor, int depth) throws IOException {
        Path name = path.getFileName();
        PosixFileAttributes attributes = in.attributes(name);
        if (attributes.isDirectory()) {
            return openDirectory(in, path, visitor, depth);
        }
        if (attributes.isRegularFile()) {
            FileChannel content = in.openToRead(name);
            return () -> {
                try (content) {
                    visitor.file(path, attributes, content);
                }
            };
        }
        if (attributes.isSymbolicLink()) {
            Path target = in.readLink(name);
            return () -> visitor.link(path, attributes, target);
        }
        return () -> visitor.special(path);
    }

    private static Opened openDirectory(HostileDirectory in, Path path, Visitor visitor, int depth) throws IOException {
        if (depth == 0) {
            throw new FileSystemException(path.toString(), null, "more than " + DEEPEST + " directories deep");
        }
        HostileDirectory inner = in.enter(path.getFileName());
        DirectoryStream<Path> entries;
        try {
            entries = inner.entries();
        } catch (IOException | RuntimeException e) {
            inner.close();
            throw e;
        }
        return () -> {
            try (inner; entries) {
                walk(inner, entries, path, visitor, depth - 1);
            }
        };
    }

    private static void stopWhenInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while reading files");
        }
    }

    /// Copies a tree in which nobody writes meanwhile, with its modes and times, durably but for the copy's own name.
    /// Everything in the copy belongs to the given owner. Links are copied as links; pipes, sockets and devices are left out;
    /// hard links become separate files.
    ///
    /// @param to a new name in one of BotMaker's own directories; on failure a part of the copy may be left there
    /// @throws Failure.DiskFull where it does not fit with room to spare
    /// @throws IOException      where it is more than 100 directories deep, or holds what cannot be copied
    public static void copy(Path from, Path to, int uid, int gid) throws IOException {
        long room = Files.getFileStore(PrivateFiles.parentOf(to)).getUsableSpace() - RESERVE;
        walk(from, new Copy(to, uid, gid, room));
    }

    /// Makes a copy of the tree that it sees.
    private static final class Copy implements Visitor {
        private final Path to;
        private final int uid;
        private final int gid;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
        private long room;

        private Copy(Path to, int uid, int gid, long room) {
            this.to = to;
            this.uid = uid;
            this.gid = gid;
            this.room = room;
        }

        /// Keeps the copy closed to all but BotMaker while it is made; its own mode comes at the end.
        @Override
        public void enter(Path path, PosixFileAttributes attributes) throws IOException {
            PrivateFiles.createDirectory(to.resolve(path), 0700);
        }

        @Override
        public void leave(Path path, PosixFileAttributes attributes) throws IOException {
            finish(to.resolve(path), attributes);
            PrivateFiles.syncDirectory(to.resolve(path));
        }

        /// Counts a file in full, and does not begin one that cannot fit: a bot can make a sparse file of any size for nothing.
        @Override
        public void file(Path path, PosixFileAttributes attributes, FileChannel content) throws IOException {
            if (attributes.size() > room) {
                throw full();
            }
            Path copy = to.resolve(path);
            try (FileChannel out = FileChannel.open(copy, Set.of(CREATE_NEW, WRITE), Modes.attribute(0600))) {
                while (content.read(buffer.clear()) > 0) {
                    buffer.flip();
                    room -= buffer.remaining();
                    if (room < 0) {
                        throw full();
                    }
                    while (buffer.hasRemaining()) {
                        out.write(buffer);
                    }
                }
                out.force(false);
            }
            finish(copy, attributes);
        }

        private static Failure full() {
            return new Failure.DiskFull("There is not enough free disk space for a copy of the bot's state.");
        }

        @Override
        public void link(Path path, PosixFileAttributes attributes, Path target) throws IOException {
            Files.createSymbolicLink(to.resolve(path), target);
            PrivateFiles.chown(to.resolve(path), uid, gid);
        }

        @Override
        public void special(Path path) {
            // left out
        }

        @Override
        public void failed(Path path, IOException why) throws IOException {
            throw why;
        }

        private void finish(Path copy, PosixFileAttributes like) throws IOException {
            PrivateFiles.chown(copy, uid, gid);
            Files.getFileAttributeView(copy, BasicFileAttributeView.class, NOFOLLOW_LINKS)
                    .setTimes(like.lastModifiedTime(), like.lastAccessTime(), null);
            Files.setPosixFilePermissions(copy, like.permissions());
        }
    }
}
