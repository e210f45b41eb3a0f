package botmaker.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.error.Failure;
import botmaker.support.ChildJvm;
import botmaker.support.TinyDisk;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TreesTest {
    private static final int UID = 1_900_000_007;

    @TempDir
    private Path temp;
    private Path state;
    private Path copy;

    @BeforeEach
    void makeDirectories() throws IOException {
        state = Files.createDirectory(temp.resolve("state"));
        copy = temp.resolve("copy");
        Files.writeString(Files.createDirectory(temp.resolve("outside")).resolve("file"), "precious");
    }

    @Test
    void a_copy_has_content_modes_times_and_the_bots_owner() throws Exception {
        assumeTrue(PrivateFiles.isRoot());
        Path file = Files.writeString(Files.createDirectories(state.resolve("a/b")).resolve("file"), "text");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-x--x--x"));
        FileTime time = FileTime.from(Instant.parse("2020-01-02T03:04:05Z"));
        Files.setLastModifiedTime(file, time);
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));

        Trees.copy(state, copy, UID, UID);

        Path copied = copy.resolve("a/b/file");
        assertEquals("text", Files.readString(copied));
        assertEquals("r-x--x--x", PosixFilePermissions.toString(Files.getPosixFilePermissions(copied)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
        assertEquals(time, Files.getLastModifiedTime(copied));
        for (Path path : new Path[] {copy, copy.resolve("a"), copied}) {
            assertEquals(UID, Files.getAttribute(path, "unix:uid"));
            assertEquals(UID, Files.getAttribute(path, "unix:gid"));
        }
    }

    @Test
    void links_stay_links_and_pipes_are_left_out() throws Exception {
        Files.createSymbolicLink(state.resolve("out"), Path.of("../outside"));
        Files.createSymbolicLink(state.resolve("dangling"), Path.of("nowhere"));
        Files.createLink(state.resolve("hard"), temp.resolve("outside/file"));
        assertEquals("0:", ChildJvm.run("mkfifo", state.resolve("pipe").toString()));

        Trees.copy(state, copy, PrivateFiles.currentUid(), PrivateFiles.currentGid());

        assertEquals(Path.of("../outside"), Files.readSymbolicLink(copy.resolve("out")));
        assertTrue(Files.isSymbolicLink(copy.resolve("dangling")));
        assertFalse(Files.exists(copy.resolve("pipe"), LinkOption.NOFOLLOW_LINKS));
        Files.writeString(copy.resolve("hard"), "another");
        assertEquals("precious", Files.readString(temp.resolve("outside/file")));
    }

    @Test
    void a_size_follows_no_link_and_waits_at_no_pipe() throws Exception {
        Files.write(Files.createDirectories(state.resolve("a/b")).resolve("file"), new byte[1000]);
        Files.write(state.resolve("other"), new byte[200]);
        Files.createSymbolicLink(state.resolve("out"), Path.of("../outside"));
        Files.createSymbolicLink(state.resolve("loop"), Path.of("."));
        assertEquals("0:", ChildJvm.run("mkfifo", state.resolve("pipe").toString()));

        assertEquals(1200, Trees.size(state, 1000));
        assertTrue(Trees.size(state, 2) <= 1200);
    }

    @Test
    void what_is_too_deep_is_refused_and_measured_as_far_as_it_goes() throws Exception {
        Path deep = state;
        for (int level = 0; level < 150; level++) {
            deep = Files.createDirectory(deep.resolve("d"));
        }
        Files.write(deep.resolve("file"), new byte[10]);
        Files.write(state.resolve("file"), new byte[10]);

        assertEquals(10, Trees.size(state, 100_000));
        assertThrows(FileSystemException.class, () -> Trees.copy(state, copy, PrivateFiles.currentUid(), PrivateFiles.currentGid()));
    }

    /// A file of a terabyte that takes no room at all would fill the disk when it is copied.
    @Test
    void a_copy_that_does_not_fit_is_not_made() throws Exception {
        try (TinyDisk _ = TinyDisk.mount(temp.resolve("disk"), "size=300m")) {
            Path inside = Files.createDirectory(temp.resolve("disk/state"));
            Files.write(inside.resolve("big"), new byte[60 << 20]);
            assertThrows(Failure.DiskFull.class, () -> Trees.copy(inside, temp.resolve("disk/copy"),
                    PrivateFiles.currentUid(), PrivateFiles.currentGid()));
        }
    }

    @Test
    void a_sparse_file_that_would_not_fit_is_refused_before_anything_of_it_is_written() throws Exception {
        try (var file = java.nio.channels.FileChannel.open(state.resolve("sparse"),
                java.nio.file.StandardOpenOption.CREATE_NEW, java.nio.file.StandardOpenOption.WRITE)) {
            file.write(java.nio.ByteBuffer.wrap(new byte[1]), 4L << 40);
        }
        assertThrows(Failure.DiskFull.class, () -> Trees.copy(state, copy, PrivateFiles.currentUid(), PrivateFiles.currentGid()));
        assertTrue(Files.notExists(copy.resolve("sparse")), "it was begun");
    }
}
