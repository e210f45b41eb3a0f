package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.error.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Set;

/// Measures and copies directories whose content was written by someone hostile: no link is followed, and what is too deep
/// or too big is refused instead of endured.
public final class Trees {
    /// An honest tree, `node_modules` included, is a third of this deep.
    private static final int DEEPEST = 100;
    /// What a copy leaves free on the disk for everybody else, in bytes.
    private static final long RESERVE = 256L << 20;
    private static final int BUFFER = 256 << 10;

    private Trees() {
    }

    /// The bytes of all files in a tree that may be changing meanwhile. The walk ends after so many entries, and does not go
    /// deeper than 100 directories: then it is the least that it can be.
    public static long size(Path top, int mostEntries) throws IOException {
        int[] left = {mostEntries};
        try (HostileDirectory directory = HostileDirectory.open(top)) {
            return size(directory, left, DEEPEST);
        }
    }

    private static long size(HostileDirectory directory, int[] left, int depth) throws IOException {
        long bytes = 0;
        try {
            for (Path name : directory.names()) {
                if (left[0]-- <= 0) {
                    break;
                }
                try {
                    BasicFileAttributes entry = directory.attributes(name);
                    if (entry.isRegularFile()) {
                        bytes += entry.size();
                    } else if (entry.isDirectory() && depth > 0) {
                        try (HostileDirectory inner = directory.enter(name)) {
                            bytes += size(inner, left, depth - 1);
                        }
                    }
                } catch (FileSystemException goneOrClosedMeanwhile) {
                    // counts nothing
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return bytes;
    }

    /// Copies a tree that nobody writes in meanwhile, with its modes and times, durably but for the copy's own name.
    /// Everything in the copy belongs to the given owner. Links are copied as links; pipes, sockets and devices are left out; hard links become separate files.
    ///
    /// @param to a new name in one of BotMaker's own directories; on failure a part of the copy may be left there
    /// @throws Failure.DiskFull where it does not fit with room to spare
    /// @throws IOException      where it is more than 100 directories deep, or holds what cannot be copied
    public static void copy(Path from, Path to, int uid, int gid) throws IOException {
        long room = Files.getFileStore(PrivateFiles.parentOf(to)).getUsableSpace() - RESERVE;
        try (HostileDirectory directory = HostileDirectory.open(from)) {
            new Copy(uid, gid, room).directory(directory, from, to, DEEPEST);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static final class Copy {
        private final int uid;
        private final int gid;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        private long room;

        private Copy(int uid, int gid, long room) {
            this.uid = uid;
            this.gid = gid;
            this.room = room;
        }

        /// The copy is closed to all but BotMaker while it is made, and gets its own mode at the end.
        private void directory(HostileDirectory source, Path from, Path to, int depth) throws IOException {
            if (depth < 0) {
                throw new FileSystemException(from.toString(), null, "more than " + DEEPEST + " directories deep");
            }
            PosixFileAttributes self = source.stream().getFileAttributeView(PosixFileAttributeView.class).readAttributes();
            PrivateFiles.createDirectory(to, 0700);
            for (Path name : source.names()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while copying");
                }
                entry(source, name, from.resolve(name), to.resolve(name), depth);
            }
            finish(to, self);
            PrivateFiles.syncDirectory(to);
        }

        private void entry(HostileDirectory source, Path name, Path from, Path to, int depth) throws IOException {
            BasicFileAttributes entry = source.attributes(name);
            if (entry.isDirectory()) {
                try (HostileDirectory inner = source.enter(name)) {
                    directory(inner, from, to, depth - 1);
                }
            } else if (entry.isRegularFile()) {
                PosixFileAttributes attributes = source.stream()
                        .getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS).readAttributes();
                file(source, name, to);
                finish(to, attributes);
            } else if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(to, Files.readSymbolicLink(from));
                PrivateFiles.chown(to, uid, gid);
            }
        }

        private void file(HostileDirectory source, Path name, Path to) throws IOException {
            try (SeekableByteChannel in = source.stream().newByteChannel(name,
                            Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS));
                    FileChannel out = FileChannel.open(to,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), Modes.attribute(0600))) {
                while (in.read(buffer.clear()) > 0) {
                    buffer.flip();
                    room -= buffer.remaining();
                    if (room < 0) {
                        throw new Failure.DiskFull("There is not enough room on the disk for a copy of the bot's state.");
                    }
                    while (buffer.hasRemaining()) {
                        out.write(buffer);
                    }
                }
                out.force(false);
            }
        }

        private void finish(Path to, PosixFileAttributes like) throws IOException {
            PrivateFiles.chown(to, uid, gid);
            Files.getFileAttributeView(to, BasicFileAttributeView.class, NOFOLLOW_LINKS)
                    .setTimes(like.lastModifiedTime(), like.lastAccessTime(), null);
            Files.setPosixFilePermissions(to, like.permissions());
        }
    }
}
