package botmaker.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.support.ChildJvm;
import botmaker.support.TinyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A library is loaded once per JVM, so each case has one of its own.
class NativeLibraryTest {
    @TempDir
    private Path temp;
    private Path tmpdir;

    /// Opens a database and says so.
    static final class Opener {
        public static void main(String[] arguments) {
            try (Database _ = TestSchema.open(Path.of(arguments[0]))) {
                System.out.println("opened");
            } catch (StoreException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /// Reads a database, and says which library that was done with.
    static final class Reader {
        public static void main(String[] arguments) throws IOException {
            try (DatabaseReader reader = DatabaseReader.open(Path.of(arguments[0]).resolve("test.db"), TestSchema.MIGRATIONS.size())) {
                reader.version();
            }
            try (Stream<String> mapped = Files.lines(Path.of("/proc/self/maps"))) {
                System.out.println(mapped.filter(line -> line.contains("sqlitejdbc")).findFirst().orElseThrow().replaceFirst("[^/]*", ""));
            }
        }
    }

    @BeforeEach
    void makeDirectory() throws IOException {
        tmpdir = temp.resolve("tmp");
    }

    @Test
    void a_temporary_directory_that_is_noexec_does_not_matter() throws Exception {
        try (TinyDisk _ = TinyDisk.mount(tmpdir, "noexec")) {
            assertEquals("0:opened", open(temp));
        }
    }

    @Test
    void a_copy_of_another_version_or_half_of_one_is_replaced() throws IOException {
        Files.createDirectory(tmpdir);
        Path library = temp.resolve("libsqlitejdbc.so");
        Files.writeString(library, "old");
        assertEquals("0:opened", open(temp));
        assertTrue(Files.size(library) > 500_000);
        Object inode = Files.getAttribute(library, "unix:ino");
        assertEquals("0:opened", open(temp));
        assertEquals(inode, Files.getAttribute(library, "unix:ino"), "written again without need");
    }

    /// One with the right length and the right checksum was loaded: a data directory may come from elsewhere.
    @Test
    void a_forged_copy_is_replaced() throws IOException {
        Files.createDirectory(tmpdir);
        Path library = temp.resolve("libsqlitejdbc.so");
        assertEquals("0:opened", open(temp));
        byte[] sound = Files.readAllBytes(library);
        byte[] forged = sound.clone();
        long generator = 1 | 0xEDB88320L << 1; // of CRC-32: what differs by it has the same checksum
        for (int i = 0; i < 5; i++) {
            forged[sound.length / 2 + i] ^= (byte) (generator >> 8 * i);
        }
        assertEquals(crc(sound), crc(forged));
        Files.write(library, forged);

        assertEquals("0:opened", open(temp));

        assertArrayEquals(sound, Files.readAllBytes(library));
    }

    /// It could become another after it was looked at.
    @Test
    void whoever_only_reads_uses_none_from_where_others_may_write() throws IOException {
        Files.createDirectory(tmpdir);
        assertEquals("0:opened", open(temp));
        Path library = temp.resolve("libsqlitejdbc.so");
        assertEquals("0:" + library, read());
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwx---"));
        assertTrue(read().startsWith("0:" + tmpdir), read());
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    @Test
    void a_link_or_a_pipe_in_its_place_is_replaced() throws IOException {
        Files.createDirectory(tmpdir);
        Path library = temp.resolve("libsqlitejdbc.so");
        Files.createSymbolicLink(library, Path.of("/dev/zero"));
        assertEquals("0:opened", open(temp));
        assertTrue(Files.isRegularFile(library, NOFOLLOW_LINKS));
        Files.delete(library);
        assertEquals("0:", ChildJvm.run("mkfifo", library.toString()));
        assertEquals("0:opened", open(temp));
        assertTrue(Files.isRegularFile(library, NOFOLLOW_LINKS));
    }

    @Test
    void a_data_directory_that_is_noexec_is_made_up_for_by_the_temporary_one() throws Exception {
        Files.createDirectory(tmpdir);
        Path data = temp.resolve("data");
        try (TinyDisk _ = TinyDisk.mount(data, "noexec")) {
            assertTrue(open(data).endsWith("opened"));
        }
    }

    @Test
    void where_both_are_noexec_the_message_tells_what_to_do() throws Exception {
        Path data = temp.resolve("data");
        try (TinyDisk _ = TinyDisk.mount(data, "noexec"); TinyDisk _ = TinyDisk.mount(tmpdir, "noexec")) {
            String answer = open(data);
            assertTrue(answer.contains("name another directory with -Dorg.sqlite.tmpdir="), answer);
        }
    }

    private String read() throws IOException {
        List<String> command = ChildJvm.command(Reader.class, temp);
        command.add(1, "-Djava.io.tmpdir=" + tmpdir);
        return ChildJvm.run(command);
    }

    private String open(Path data) throws IOException {
        List<String> command = ChildJvm.command(Opener.class, data);
        command.add(1, "-Djava.io.tmpdir=" + tmpdir);
        return ChildJvm.run(command);
    }
}
