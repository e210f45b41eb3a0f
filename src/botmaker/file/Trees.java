package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import botmaker.error.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
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

/// Measures, walks and copies directories whose content may be hostile: follows no link, never waits, and refuses what is too deep or
/// too big.
public final class Trees {
    /// The deepest honest trees, such as `node_modules`, reach a third of this.
    private static final int DEEPEST = 100;
    /// The disk space that a copy leaves free, in bytes.
    private static final long RESERVE = 256L << 20;

    /// Visits a tree during [#walk], in the order in which its directories list it. Paths are relative to the top, which is the empty
    /// path. An exception ends the walk.
    public interface Visitor {
        /// Visits a directory before its entries.
        void enter(Path path, PosixFileAttributes attributes) throws IOException;

        /// Visits the same directory after its entries.
        void leave(Path path, PosixFileAttributes attributes) throws IOException;

        /// Visits a regular file.
        ///
        /// @param content from its beginning; closed by the walk
        void file(Path path, PosixFileAttributes attributes, FileChannel content) throws IOException;

        /// Visits a symbolic link.
        void link(Path path, PosixFileAttributes attributes, Path target) throws IOException;

        /// Visits a pipe, a socket or a device.
        void special(Path path) throws IOException;

        /// Visits an entry that cannot be read: deleted or replaced meanwhile, inaccessible, leased, or too deep.
        void failed(Path path, IOException why) throws IOException;
    }

    private Trees() {
    }

    /// Returns the total size of all files in a tree that may be changing. Stops after `mostEntries` and at a depth of 100 directories;
    /// the sum is then too small.
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

    /// Passes a tree, which may be changing, to a visitor. What cannot be read or is more than 100 directories deep is passed to
    /// [Visitor#failed].
    ///
    /// @param top a directory in one of BotMaker's own, not a link
    /// @throws InterruptedIOException if interrupted; the flag stays set
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

    /// Distinguishes failures of opening an entry, which concern the entry, from failures of the visitor, which end the walk.
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

    /// An opened entry that is ready to be visited.
    private interface Opened {
        /// Visits the entry and closes it.
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

    /// Copies a tree that nobody is changing, with its modes and times, durably except for the copy's own name. Everything in the copy
    /// belongs to the given owner. Links are copied as links, hard links as separate files; pipes, sockets and devices are left out.
    ///
    /// @param to a new name in one of BotMaker's own directories; a failure may leave a part of the copy there
    /// @throws Failure.DiskFull if it does not fit with space to spare
    /// @throws IOException      if it is more than 100 directories deep or cannot be copied
    public static void copy(Path from, Path to, int uid, int gid) throws IOException {
        long room = Files.getFileStore(PrivateFiles.parentOf(to)).getUsableSpace() - RESERVE;
        walk(from, new Copy(to, uid, gid, room));
    }

    /// Copies the tree that it visits.
    private static final class Copy implements Visitor {
        private final Path to;
        private final int uid;
        private final int gid;
        private long room;

        private Copy(Path to, int uid, int gid, long room) {
            this.to = to;
            this.uid = uid;
            this.gid = gid;
            this.room = room;
        }

        /// Keeps the copy closed to others until it is complete; the final mode is set at the end.
        @Override
        public void enter(Path path, PosixFileAttributes attributes) throws IOException {
            PrivateFiles.createDirectory(to.resolve(path), 0700);
        }

        @Override
        public void leave(Path path, PosixFileAttributes attributes) throws IOException {
            finish(to.resolve(path), attributes);
            PrivateFiles.syncDirectory(to.resolve(path));
        }

        /// Counts files in full and does not begin one that cannot fit: a bot can make sparse files of any size at no cost.
        @Override
        public void file(Path path, PosixFileAttributes attributes, FileChannel content) throws IOException {
            if (attributes.size() > room) {
                throw new Failure.DiskFull("There is not enough free disk space for a copy of the bot's state.");
            }
            Path copy = to.resolve(path);
            room -= attributes.size();
            try (FileChannel out = FileChannel.open(copy, Set.of(CREATE_NEW, WRITE), PrivateFiles.attribute(0600))) {
                long at = 0;
                long count;
                do {
                    count = content.transferTo(at, attributes.size() - at, out);
                    at += count;
                } while (count > 0);
                out.force(false);
            }
            finish(copy, attributes);
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
