package botmaker.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.support.ChildJvm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Archives by what `tar` makes of them, and by what comes back; and names by what the kernel makes of them.
class TarTest {
    @TempDir
    private Path temp;

    private static String name(int length) {
        return "d/".repeat(length / 2).concat("x".repeat(1 + length % 2)).substring(0, length);
    }

    private static byte[] archive(Tar.Entry... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Tar.Writer tar = new Tar.Writer(bytes);
        for (Tar.Entry entry : entries) {
            tar.add(entry, new byte[(int) entry.size()]);
        }
        tar.finish();
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 98, 99, 100, 101, 255, 511, 512, 513, 3000})
    void entries_come_back_whatever_the_length_of_their_names(int length) throws IOException {
        List<Tar.Entry> entries = List.of(
                Tar.Entry.directory(name(length), 0700, 1_900_000_001, 1_900_000_002, 0x1_ffff_ffffL),
                new Tar.Entry(name(length), Tar.Kind.LINK, 0777, 0, 0, 0, 1, name(length)),
                Tar.Entry.file(name(length), 0644, 7, 8, length, 2));
        Tar.Reader tar = new Tar.Reader(new ByteArrayInputStream(archive(entries.toArray(Tar.Entry[]::new))));
        for (Tar.Entry entry : entries) {
            assertEquals(Optional.of(entry), tar.next());
        }
        byte[] content = new byte[length + 1];
        assertEquals(length, tar.read(content));
        assertEquals(-1, tar.read(content));
        assertEquals(Optional.empty(), tar.next());
    }

    @Test
    void the_size_of_a_file_has_no_bound() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long size = 9_000_000_000_000L;
        new Tar.Writer(bytes).begin(Tar.Entry.file(name(1), 0600, 0, 0, size, 0));
        assertEquals(size, new Tar.Reader(new ByteArrayInputStream(bytes.toByteArray())).next().orElseThrow().size());
    }

    @Test
    void tar_reads_them() throws IOException {
        byte[] archive = archive(
                Tar.Entry.directory("d", 0750, 0, 0, 1),
                Tar.Entry.file("d/" + "n".repeat(200), 0640, 1_900_000_001, 5, 513, 1_000_000_000),
                new Tar.Entry("d/l", Tar.Kind.LINK, 0777, 0, 0, 0, 1, "/t" + "u".repeat(150)));
        Path file = Files.write(temp.resolve("a.tar"), archive);

        String listing = ChildJvm.run("tar", "--numeric-owner", "--utc", "--full-time", "-tvf", file.toString());

        assertTrue(listing.startsWith("0:"), listing);
        assertTrue(listing.contains("-rw-r----- 1900000001/5"), listing);
        assertTrue(listing.contains("513 2001-09-09 01:46:40 d/" + "n".repeat(200)), listing);
        assertTrue(listing.contains("d/l -> /t" + "u".repeat(150)), listing);
        assertEquals(3, listing.lines().count(), listing);
    }

    @Test
    void what_is_cut_off_or_damaged_is_refused() throws IOException {
        byte[] archive = archive(Tar.Entry.file(name(150), 0600, 0, 0, 700, 0));
        for (int length = 0; length < archive.length; length += 64) {
            byte[] cut = Arrays.copyOf(archive, length);
            assertThrows(IOException.class, () -> readAll(cut), "cut at " + length);
        }
        byte[] damaged = archive.clone();
        damaged[3]++;
        assertThrows(IOException.class, () -> readAll(damaged));
        assertThrows(IOException.class, () -> readAll("x".repeat(2000).getBytes(UTF_8)));
    }

    private static void readAll(byte[] archive) throws IOException {
        Tar.Reader tar = new Tar.Reader(new ByteArrayInputStream(archive));
        while (tar.next().isPresent()) {
            while (tar.read(new byte[100]) > 0) {
                // on
            }
        }
    }

    @Test
    void names_are_bytes() throws IOException {
        for (String name : List.of("plain", "a+b", "*", "%2F", "ü", "\u00ff\u00fe\u0080", "a b%20c", "new\nline", "?#%", "\\", "-rf", "a;b", "\u0001")) {
            Path made = Files.createFile(Files.createTempDirectory(temp, "names").resolve(FileNames.path(name)));
            try (var entries = Files.newDirectoryStream(made.getParent())) {
                assertEquals(name, FileNames.raw(entries.iterator().next().getFileName()));
            }
        }
    }

    @Test
    void where_links_lead_is_bytes_too() throws IOException {
        for (String target : List.of("../up", "/absolute", "..", ".", "/", "a/../b", "/../x", "\u00ff/\u0080")) {
            Path link = Files.createSymbolicLink(Files.createTempDirectory(temp, "links").resolve("l"), FileNames.path(target));
            assertEquals(target, FileNames.raw(Files.readSymbolicLink(link)));
        }
    }

    @Test
    void a_name_is_shown_on_one_line_and_not_too_long() {
        assertEquals("a?b?[0m", FileNames.printable(Path.of("a\nb\u001b[0m")));
        assertEquals(201, FileNames.printable(Path.of("x".repeat(255))).length());
    }
}
