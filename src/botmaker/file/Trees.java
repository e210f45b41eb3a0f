package botmaker.file;

import botmaker.error.Failure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Iterator;

/// Measures and copies directories whose content was written by someone hostile: no link is followed, and what is too deep
/// or too big is refused instead of endured.
public final class Trees {
    /// An honest tree, `node_modules` included, is a third of this deep.
    private static final int DEEPEST = 100;
    /// What a copy leaves free on the disk for everybody else, in bytes.
    private static final long RESERVE = 256L << 20;

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

    /// Shows a tree to a visitor. It may be changing meanwhile: what is met is shown as it was found, and what cannot be looked
    /// at, or lies more than 100 directories deep, is [TreeVisitor#failed].
    ///
    /// @param top lies in one of BotMaker's own directories, so that it is a directory and no link
    /// @throws InterruptedIOException when interrupted; the flag stays set
    public static void walk(Path top, TreeVisitor visitor) throws IOException {
        try (HostileDirectory directory = HostileDirectory.open(top)) {
            walk(directory, top, Path.of(""), visitor, DEEPEST);
        }
    }

    private static void walk(HostileDirectory directory, Path top, Path path, TreeVisitor visitor, int depth) throws IOException {
        PosixFileAttributes self = directory.attributes();
        visitor.enter(path, self);
        Iterator<Path> names = directory.names().iterator();
        while (true) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while looking at files");
            }
            Path name;
            try {
                if (!names.hasNext()) {
                    break;
                }
                name = names.next();
            } catch (DirectoryIteratorException e) {
                visitor.failed(path, e.getCause());
                break;
            }
            entry(directory, top, path.resolve(name), visitor, depth);
        }
        visitor.leave(path, self);
    }

    /// What fails in opening an entry is the entry's; what fails in the visitor goes through.
    private static void entry(HostileDirectory in, Path top, Path path, TreeVisitor visitor, int depth) throws IOException {
        Path name = path.getFileName();
        HostileDirectory inner = null;
        SeekableByteChannel content = null;
        try {
            PosixFileAttributes attributes;
            Path target = null;
            try {
                attributes = in.attributes(name);
                if (attributes.isDirectory()) {
                    if (depth == 0) {
                        throw new FileSystemException(path.toString(), null, "more than " + DEEPEST + " directories deep");
                    }
                    inner = in.enter(name);
                } else if (attributes.isRegularFile()) {
                    content = in.openToRead(name);
                } else if (attributes.isSymbolicLink()) {
                    target = in.readLink(name, top.resolve(path));
                }
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                visitor.failed(path, e);
                return;
            }
            if (inner != null) {
                walk(inner, top, path, visitor, depth - 1);
            } else if (content != null) {
                visitor.file(path, attributes, content);
            } else if (target != null) {
                visitor.link(path, attributes, target);
            } else {
                visitor.special(path);
            }
        } finally {
            if (inner != null) {
                inner.close();
            }
            if (content != null) {
                content.close();
            }
        }
    }

    /// Copies a tree that nobody writes in meanwhile, with its modes and times, durably but for the copy's own name.
    /// Everything in the copy belongs to the given owner. Links are copied as links; pipes, sockets and devices are left out; hard links become separate files.
    ///
    /// @param to a new name in one of BotMaker's own directories; on failure a part of the copy may be left there
    /// @throws Failure.DiskFull where it does not fit with room to spare
    /// @throws IOException      where it is more than 100 directories deep, or holds what cannot be copied
    public static void copy(Path from, Path to, int uid, int gid) throws IOException {
        long room = Files.getFileStore(PrivateFiles.parentOf(to)).getUsableSpace() - RESERVE;
        walk(from, new TreeCopy(to, uid, gid, room));
    }
}
