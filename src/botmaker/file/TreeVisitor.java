package botmaker.file;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;

/// Is shown a tree by [Trees#walk], in the order in which its directories have it. Paths are relative to the tree's top, which is
/// the empty path. What it throws ends the walk.
public interface TreeVisitor {
    /// A directory, before what is in it.
    void enter(Path path, PosixFileAttributes attributes) throws IOException;

    /// The same directory, after that.
    void leave(Path path, PosixFileAttributes attributes) throws IOException;

    /// A regular file.
    ///
    /// @param content from its beginning; closed by the walk
    void file(Path path, PosixFileAttributes attributes, SeekableByteChannel content) throws IOException;

    /// A symbolic link.
    void link(Path path, PosixFileAttributes attributes, Path target) throws IOException;

    /// A pipe, a socket or a device.
    void special(Path path) throws IOException;

    /// What could not be looked at: gone meanwhile, closed, too deep, or swapped for something else.
    void failed(Path path, IOException why) throws IOException;
}
