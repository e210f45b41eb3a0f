package botmaker.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.error.Failure;
import botmaker.support.ChildJvm;
import botmaker.support.OrdinaryUser;
import botmaker.support.TinyDisk;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateFilesTest {
    private static final byte[] OLD = "old".getBytes(UTF_8);
    private static final byte[] NEW = "new".getBytes(UTF_8);

    @TempDir
    private Path temp;

    /// Creates one of each; run under several umasks.
    static final class Creator {
        public static void main(String[] arguments) throws IOException {
            Path parent = Path.of(arguments[0]);
            PrivateFiles.createDirectory(parent.resolve("closed"), 0700);
            PrivateFiles.createDirectory(parent.resolve("open"), 0755);
            PrivateFiles.createFile(parent.resolve("closed/file"), OLD, 0600);
            PrivateFiles.createFile(parent.resolve("open/file"), OLD, 0644);
            PrivateFiles.replace(parent.resolve("open/file"), NEW, 0640);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"000", "022", "077", "0777"})
    void modes_are_as_asked_under_any_umask(String umask) throws Exception {
        assertEquals("0:", ChildJvm.run(ChildJvm.commandAfter("umask " + umask, Creator.class, temp)));
        assertEquals("rwx------", mode("closed"));
        assertEquals("rwxr-xr-x", mode("open"));
        assertEquals("rw-------", mode("closed/file"));
        assertEquals("rw-r-----", mode("open/file"));
    }

    /// Without root's override a umask of 0777 leaves files that their own maker cannot open again.
    @Test
    void modes_are_as_asked_for_an_ordinary_user_too() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.in(temp)) {
            assertEquals("0:", user.run("umask 0777", Creator.class, user.home()));
            assertEquals("rwx------", mode(user.home().resolve("closed")));
            assertEquals("rw-------", mode(user.home().resolve("closed/file")));
        }
    }

    @Test
    void a_name_that_exists_is_never_written_to() throws IOException {
        Path file = temp.resolve("file");
        PrivateFiles.createFile(file, OLD, 0600);
        assertThrows(FileAlreadyExistsException.class, () -> PrivateFiles.createFile(file, NEW, 0600));
        assertThrows(FileAlreadyExistsException.class, () -> PrivateFiles.createDirectory(file, 0700));
        assertThrows(FileAlreadyExistsException.class, () -> PrivateFiles.ensureDirectory(file, 0700));
        assertEquals("old", Files.readString(file));

        Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("elsewhere"));
        assertThrows(FileAlreadyExistsException.class, () -> PrivateFiles.createFile(link, NEW, 0600));
        assertFalse(Files.exists(temp.resolve("elsewhere")));
    }

    @Test
    void ensuring_a_directory_leaves_an_existing_one_alone() throws IOException {
        Path dir = temp.resolve("dir");
        PrivateFiles.ensureDirectory(dir, 0750);
        PrivateFiles.ensureDirectory(dir, 0700);
        PrivateFiles.ensureDirectory(Files.createSymbolicLink(temp.resolve("link"), dir), 0700);
        assertEquals("rwxr-x---", mode("dir"));
    }

    @Test
    void replacing_puts_the_new_file_in_place_and_leaves_nothing_else() throws IOException {
        Path file = temp.resolve("file");
        PrivateFiles.replace(file, OLD, 0644);
        PrivateFiles.replace(file, NEW, 0600);
        assertEquals("new", Files.readString(file));
        assertEquals("rw-------", mode("file"));
        assertEquals(List.of(file), entries(temp));
    }

    @Test
    void replacing_a_link_replaces_the_link_itself() throws IOException {
        Path target = Files.writeString(temp.resolve("target"), "old");
        Path link = Files.createSymbolicLink(temp.resolve("link"), target);
        PrivateFiles.replace(link, NEW, 0600);
        assertEquals("old", Files.readString(target));
        assertEquals("new", Files.readString(link, UTF_8));
    }

    @Test
    void a_full_disk_leaves_the_old_file_and_no_part_of_the_new() throws Exception {
        Path disk = temp.resolve("disk");
        try (TinyDisk _ = TinyDisk.mount(disk, "size=64k")) {
            Path file = disk.resolve("file");
            PrivateFiles.createFile(file, OLD, 0600);
            IOException full = assertThrows(IOException.class, () -> PrivateFiles.replace(file, new byte[100_000], 0600));
            assertInstanceOf(Failure.DiskFull.class, IoFailures.translate(full, "cannot write"));
            assertThrows(IOException.class, () -> PrivateFiles.createFile(disk.resolve("other"), new byte[100_000], 0600));
            assertEquals("old", Files.readString(file));
            assertEquals(List.of(file), entries(disk));
            PrivateFiles.replace(file, NEW, 0600);
        }
    }

    /// No inode left is "no space" too, and comes from `open` rather than `write`.
    @Test
    void a_disk_without_inodes_is_full() throws Exception {
        Path disk = temp.resolve("disk");
        try (TinyDisk _ = TinyDisk.mount(disk, "nr_inodes=2")) {
            PrivateFiles.createFile(disk.resolve("one"), OLD, 0600);
            IOException full = assertThrows(IOException.class, () -> PrivateFiles.createFile(disk.resolve("two"), NEW, 0600));
            assertTrue(IoFailures.isDiskFull(full), full::toString);
            full = assertThrows(IOException.class, () -> PrivateFiles.createDirectory(disk.resolve("three"), 0700));
            assertTrue(IoFailures.isDiskFull(full), full::toString);
        }
    }

    @Test
    void a_link_is_given_away_itself_and_not_its_target() throws IOException {
        assumeTrue(PrivateFiles.isRoot(), "giving files away needs root");
        Path target = Files.writeString(temp.resolve("target"), "");
        Path link = Files.createSymbolicLink(temp.resolve("link"), target);
        PrivateFiles.chown(link, 1_900_000_001, 1_900_000_002);
        assertEquals(0, Files.getAttribute(target, "unix:uid"));
        assertEquals(1_900_000_001, Files.getAttribute(link, "unix:uid", NOFOLLOW_LINKS));
        assertEquals(1_900_000_002, Files.getAttribute(link, "unix:gid", NOFOLLOW_LINKS));
    }

    @Test
    void an_owner_that_is_right_already_needs_no_privilege() throws Exception {
        Path file = temp.resolve("file");
        PrivateFiles.createFile(file, OLD, 0600);
        PrivateFiles.chown(file, PrivateFiles.currentUid(), PrivateFiles.currentGid());
        assertEquals("0:" + PrivateFiles.currentUid(), ChildJvm.run("id", "-u"));
        assertEquals("0:" + PrivateFiles.currentGid(), ChildJvm.run("id", "-g"));
    }

    private String mode(String name) throws IOException {
        return mode(temp.resolve(name));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, NOFOLLOW_LINKS));
    }

    private static List<Path> entries(Path dir) throws IOException {
        try (Stream<Path> entries = Files.list(dir)) {
            return entries.toList();
        }
    }
}
