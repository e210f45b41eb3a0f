package botmaker.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.Tar;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Archives that no backup of BotMaker's has inside, though whoever made them knew the passphrase.
class UnpackingTest {
    @TempDir
    private Path temp;
    private Path root;

    @BeforeEach
    void make() throws IOException {
        root = Files.createDirectory(temp.resolve("root"));
    }

    private static Tar.Entry file(String name) {
        return Tar.Entry.file(name, 0600, 0, 0, 4, 0);
    }

    private static Tar.Entry directory(String name) {
        return Tar.Entry.directory(name, 0700, 0, 0, 0);
    }

    private static Tar.Entry link(String name, String target) {
        return new Tar.Entry(name, Tar.Kind.LINK, 0777, 0, 0, 0, 0, target);
    }

    private void unpack(Tar.Entry... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Tar.Writer tar = new Tar.Writer(bytes);
        for (Tar.Entry entry : entries) {
            tar.add(entry, new byte[(int) entry.size()]);
        }
        tar.finish();
        new Unpacking(root, false).unpack(new Tar.Reader(new ByteArrayInputStream(bytes.toByteArray())));
    }

    private void assertRefused(Tar.Entry... entries) throws IOException {
        assertThrows(IOException.class, () -> unpack(entries));
        try (Stream<Path> outside = Files.list(temp)) {
            assertEquals(List.of(root), outside.toList());
        }
    }

    @Test
    void a_plain_one_is_unpacked() throws IOException {
        unpack(file("manifest.json"), file("botmaker.db"), directory("bots"), directory("bots/a"), directory("bots/a/state"),
                link("bots/a/state/l", "../.."), file("bots/a/f"), directory("secrets"), directory("secrets/a"), file("secrets/a/s"),
                directory("broker"), file("broker/usage.db"));
        assertTrue(Files.isRegularFile(root.resolve("bots/a/f")));
        assertTrue(Files.isRegularFile(root.resolve("secrets/a/s")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "bots/../x", "bots/../../x", "/tmp/x", "bots//x", "bots/./x", "", ".", "..", "bots/", "other",
        "lock", "bots/missing/x", "botmaker.db/x"})
    void a_name_that_leads_elsewhere_is_refused(String name) throws IOException {
        assertRefused(file("manifest.json"), file("botmaker.db"), directory("bots"), file(name));
        Files.delete(root.resolve("botmaker.db"));
        Files.delete(root.resolve("bots"));
        assertRefused(file("manifest.json"), file("botmaker.db"), directory("bots"), directory(name));
    }

    @Test
    void nothing_is_made_through_a_link() throws IOException {
        assertRefused(file("manifest.json"), file("botmaker.db"), directory("bots"), link("bots/up", temp.toString()), file("bots/up/x"));
    }

    @Test
    void a_link_does_not_become_the_directory_of_what_follows() throws IOException {
        assertRefused(file("manifest.json"), link("bots", temp.toString()), file("bots/x"));
    }

    /// A bot's state that is a link would be mounted into its container, wherever it leads, and deleted with the bot.
    @ParameterizedTest
    @ValueSource(strings = {"admin-password", "bots/a", "bots/b/state", "secrets/s", "secrets/o/n", "secrets/o/d/n"})
    void what_is_botmakers_own_is_no_link(String name) throws IOException {
        List<Tar.Entry> entries = new ArrayList<>(List.of(file("manifest.json"), file("botmaker.db")));
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            entries.add(directory(name.substring(0, slash)));
        }
        entries.add(link(name, temp.toString()));
        assertRefused(entries.toArray(Tar.Entry[]::new));
    }

    @Test
    void nothing_is_made_twice() throws IOException {
        assertRefused(file("manifest.json"), file("botmaker.db"), directory("bots"), link("bots/x", temp.resolve("new").toString()),
                file("bots/x"));
    }

    @Test
    void without_manifest_or_database_it_is_none() throws IOException {
        assertRefused(file("botmaker.db"));
        assertRefused(file("manifest.json"));
        assertRefused();
    }

    /// A backup with a file in the place of the secrets, or a directory in that of the database, was restored as if all were
    /// well, and BotMaker could not start from it.
    @ParameterizedTest
    @CsvSource({"secrets,file", "bots,file", "botmaker.db,directory", "admin-password,directory", "secrets/a,file", "secrets/a/b,directory",
        "bots/a,file", "bots/a/state,file", "bots/a/config,file", "broker,file", "broker/usage.db,directory", "broker/ca.key,file",
        "broker/control,directory"})
    void an_entry_of_the_wrong_kind_is_refused(String name, String kind) throws IOException {
        List<Tar.Entry> entries = new ArrayList<>(List.of(file("manifest.json")));
        for (String usual : List.of("botmaker.db", "bots", "bots/a", "secrets", "secrets/a", "broker")) {
            if (name.equals(usual) || usual.startsWith(name + "/")) {
                continue;
            }
            entries.add(usual.endsWith("db") ? file(usual) : directory(usual));
            if (name.startsWith(usual + "/") && !name.substring(usual.length() + 1).contains("/")) {
                entries.add(kind.equals("file") ? file(name) : directory(name));
            }
        }
        if (!name.contains("/")) {
            entries.add(kind.equals("file") ? file(name) : directory(name));
        }
        IOException refused = assertThrows(IOException.class, () -> unpack(entries.toArray(Tar.Entry[]::new)));
        assertTrue(refused.getMessage().contains("wrong kind"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"secrets", "bots", "botmaker.db"})
    void an_archive_without_one_of_its_parts_is_refused(String missing) throws IOException {
        List<Tar.Entry> entries = new ArrayList<>(List.of(file("manifest.json"), file("botmaker.db"), directory("secrets"), directory("bots")));
        entries.removeIf(entry -> entry.name().equals(missing));
        IOException refused = assertThrows(IOException.class, () -> unpack(entries.toArray(Tar.Entry[]::new)));
        assertTrue(refused.getMessage().contains("no " + missing), refused.getMessage());
    }

    /// The user id 4294967295 became -1, with which `chown` leaves the owner as it is, and 2^40 became 0, which is root.
    @ParameterizedTest
    @ValueSource(longs = {4_294_967_295L, 1L << 40, 1L << 31, (1L << 32) + 1})
    void a_user_id_that_no_user_has_is_refused(long id) throws IOException {
        for (int field : new int[] {108, 116}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            Tar.Writer tar = new Tar.Writer(bytes);
            tar.add(file("manifest.json"), new byte[4]);
            tar.finish();
            byte[] archive = bytes.toByteArray();
            Arrays.fill(archive, field, field + 8, (byte) 0);
            ByteBuffer.wrap(archive).putLong(field, id);
            archive[field] = (byte) 0x80;
            Arrays.fill(archive, 148, 156, (byte) ' ');
            int sum = 0;
            for (int i = 0; i < 512; i++) {
                sum += archive[i] & 0xff;
            }
            System.arraycopy("%06o\0 ".formatted(sum).getBytes(UTF_8), 0, archive, 148, 8);
            IOException refused = assertThrows(IOException.class, () -> new Tar.Reader(new ByteArrayInputStream(archive)).next());
            assertTrue(refused.getMessage().contains("id"), refused.getMessage());
        }
    }
}
