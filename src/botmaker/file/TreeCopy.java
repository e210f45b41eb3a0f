package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.error.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Set;

/// Makes a copy of the tree that it is shown; see [Trees#copy].
final class TreeCopy implements TreeVisitor {
    private static final int BUFFER = 256 << 10;

    private final Path to;
    private final int uid;
    private final int gid;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private long room;

    TreeCopy(Path to, int uid, int gid, long room) {
        this.to = to;
        this.uid = uid;
        this.gid = gid;
        this.room = room;
    }

    /// The copy is closed to all but BotMaker while it is made, and gets its own mode at the end.
    @Override
    public void enter(Path path, PosixFileAttributes attributes) throws IOException {
        PrivateFiles.createDirectory(to.resolve(path), 0700);
    }

    @Override
    public void leave(Path path, PosixFileAttributes attributes) throws IOException {
        finish(to.resolve(path), attributes);
        PrivateFiles.syncDirectory(to.resolve(path));
    }

    /// A file counts in full, and one that cannot fit is not begun: of a sparse one the bot may have made any size for nothing.
    @Override
    public void file(Path path, PosixFileAttributes attributes, SeekableByteChannel content) throws IOException {
        if (attributes.size() > room) {
            throw full();
        }
        Path copy = to.resolve(path);
        try (FileChannel out = FileChannel.open(copy,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), Modes.attribute(0600))) {
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
        return new Failure.DiskFull("There is not enough room on the disk for a copy of the bot's state.");
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
