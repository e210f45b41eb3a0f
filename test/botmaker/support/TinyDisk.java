package botmaker.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file system of its own that is soon full. Needs root.
public final class TinyDisk implements AutoCloseable {
    private final Path directory;

    private TinyDisk(Path directory) {
        this.directory = directory;
    }

    /// @param options of tmpfs(5): `size=64k`
    public static TinyDisk mount(Path directory, String options) throws IOException {
        assumeTrue(PrivateFiles.isRoot(), "mounting needs root");
        Files.createDirectory(directory);
        assertEquals("0:", ChildJvm.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString()));
        return new TinyDisk(directory);
    }

    @Override
    public void close() throws IOException {
        assertEquals("0:", ChildJvm.run("umount", "--lazy", directory.toString()));
    }
}
