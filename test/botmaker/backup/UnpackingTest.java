package botmaker.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.TarEntry;
import botmaker.file.TarReader;
import botmaker.file.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

    private static TarEntry file(String name) {
        return TarEntry.file(name.getBytes(UTF_8), 0600, 0, 0, 4, 0);
    }

    private static TarEntry directory(String name) {
        return TarEntry.directory(name.getBytes(UTF_8), 0700, 0, 0, 0);
    }

    private static TarEntry link(String name, String target) {
        return TarEntry.link(name.getBytes(UTF_8), 0, 0, 0, target.getBytes(UTF_8));
    }

    private void unpack(TarEntry... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter tar = new TarWriter(bytes);
        for (TarEntry entry : entries) {
            tar.add(entry, new byte[(int) entry.size()]);
        }
        tar.finish();
        new Unpacking(root, false).unpack(new TarReader(new ByteArrayInputStream(bytes.toByteArray())));
    }

    private void assertRefused(TarEntry... entries) throws IOException {
        assertThrows(IOException.class, () -> unpack(entries));
        try (Stream<Path> outside = Files.list(temp)) {
            assertEquals(List.of(root), outside.toList());
        }
    }

    @Test
    void a_plain_one_is_unpacked() throws IOException {
        unpack(file("manifest.json"), file("botmaker.db"), directory("bots"), directory("bots/a"), directory("bots/a/state"),
                link("bots/a/state/l", "../.."), file("bots/a/f"), directory("secrets"), file("secrets/s"));
        assertTrue(Files.isRegularFile(root.resolve("bots/a/f")));
        assertTrue(Files.isRegularFile(root.resolve("secrets/s")));
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
        List<TarEntry> entries = new ArrayList<>(List.of(file("manifest.json"), file("botmaker.db")));
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            entries.add(directory(name.substring(0, slash)));
        }
        entries.add(link(name, temp.toString()));
        assertRefused(entries.toArray(TarEntry[]::new));
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
}
