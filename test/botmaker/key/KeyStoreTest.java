package botmaker.key;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotName;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Schema;
import botmaker.error.Failure;
import botmaker.file.PrivateFiles;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import botmaker.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreTest {
    private static final BotName TEAM = new BotName("Team");
    private static final Secret VALUE = Secret.of("sk-ant-one");

    @TempDir
    Path directory;
    private Database database;
    private SecretStore values;
    private KeyStore keys;

    @BeforeEach
    void open() throws IOException {
        database = Database.open(directory.resolve("botmaker.db"), Schema.MIGRATIONS);
        values = new SecretStore(directory.resolve("keys"));
        keys = new KeyStore(database, values, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void a_key_is_kept_with_its_value_in_a_file_of_its_own() throws IOException {
        Key key = keys.add(TEAM, "anthropic", Optional.empty(), VALUE, false);
        assertEquals(List.of(key), keys.all());
        assertEquals(Optional.of(key), keys.key(key.id()));
        assertEquals(VALUE, keys.value(key.id()));
        Path file = directory.resolve("keys").resolve(key.id()).resolve("value");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertFalse(new String(Files.readAllBytes(directory.resolve("botmaker.db")), ISO_8859_1)
                .contains("sk-ant-one"));
    }

    @Test
    void a_damaged_value_hinders_neither_another_key_nor_its_own_replacement() throws IOException {
        Key damaged = keys.add(TEAM, "anthropic", Optional.empty(), VALUE, false);
        Files.write(directory.resolve("keys").resolve(damaged.id()).resolve("value"), new byte[] {(byte) 0xff});
        assertEquals(Optional.empty(), keys.withValue("anthropic", Optional.empty(), VALUE));
        assertTrue(keys.isReplaceableBy(damaged.id(), VALUE));
        assertEquals(VALUE, keys.value(keys.replace(damaged.id(), VALUE).id()));
    }

    @Test
    void a_label_is_taken_whatever_its_case_and_leaves_no_value_behind() {
        keys.add(TEAM, "anthropic", Optional.empty(), VALUE, false);
        assertThrows(Failure.Conflict.class, () -> keys.add(new BotName("TEAM"), "openai", Optional.empty(), VALUE, false));
        assertEquals(1, values.owners().size());
        Key other = keys.add(new BotName("Other"), "openai", Optional.empty(), VALUE, false);
        assertThrows(Failure.Conflict.class, () -> keys.change(other.id(), TEAM, Optional.empty()));
        assertEquals("Third", keys.change(other.id(), new BotName("Third"), Optional.of(7L)).label().value());
        assertEquals(Map.of(other.id(), 7L), keys.months());
    }

    @Test
    void a_replaced_key_was_in_no_bot() {
        Key key = keys.add(TEAM, "anthropic", Optional.empty(), VALUE, true);
        assertTrue(key.wasInBot());
        Key replaced = keys.replace(key.id(), Secret.of("sk-ant-two"));
        assertFalse(replaced.wasInBot());
        assertEquals(Secret.of("sk-ant-two"), keys.value(key.id()));
        assertEquals(key.createdAt(), replaced.createdAt());
    }

    /// A legacy bot had the value of a kept key in a file of its own. When it gave it up, the kept key was not marked.
    @Test
    void a_key_that_a_bot_gives_up_is_marked_also_where_it_is_kept_already() {
        Key key = keys.add(TEAM, "anthropic", Optional.empty(), VALUE, false);
        assertEquals(new KeptKeys.Kept(key.id(), false), keys.keep(new BotName("Bot"), "anthropic", Optional.empty(), VALUE, false));
        assertFalse(keys.require(key.id()).wasInBot());
        assertEquals(key.id(), keys.keep(new BotName("Bot"), "anthropic", Optional.empty(), VALUE, true).id());
        assertTrue(keys.require(key.id()).wasInBot());
    }

    @Test
    void a_deleted_key_is_gone_with_its_value() {
        Key key = keys.add(TEAM, "anthropic", Optional.empty(), VALUE, false);
        keys.delete(key.id());
        assertEquals(Optional.empty(), keys.key(key.id()));
        assertEquals(Set.of(), values.owners());
        assertThrows(Failure.NotFound.class, () -> keys.delete(key.id()));
        assertThrows(Failure.NotFound.class, () -> keys.replace(key.id(), VALUE));
        assertThrows(Failure.NotFound.class, () -> keys.change(key.id(), TEAM, Optional.empty()));
    }

    @Test
    void a_key_is_forgotten_with_its_value() {
        KeptKeys.Kept kept = keys.keep(new BotName("Bot"), "anthropic", Optional.empty(), VALUE, false);
        assertTrue(kept.isNew());
        keys.forget(kept.id());
        assertEquals(Optional.empty(), keys.key(kept.id()));
        assertEquals(Set.of(), values.owners());
        keys.forget(kept.id());
    }

    @Test
    void a_value_without_a_record_is_removed_and_all_others_stay() throws Exception {
        Key key = keys.add(TEAM, "anthropic", Optional.empty(), VALUE, false);
        Key cut = keys.add(new BotName("Cut off"), "anthropic", Optional.empty(), VALUE, false);
        database.write(tx -> tx.update("DELETE FROM keys WHERE id = ?", cut.id()));
        values.create("0123456789abcdef-channel", Map.of(new SecretName("channel-token"), VALUE), PrivateFiles.currentUid(),
                PrivateFiles.currentGid());
        keys.deleteLeftovers();
        assertEquals(Set.of(key.id(), "0123456789abcdef-channel"), values.owners());
    }

    @Test
    void a_missing_file_is_told_with_what_to_do() {
        Key key = keys.add(TEAM, "anthropic", Optional.empty(), VALUE, false);
        values.delete(key.id());
        Failure missing = assertThrows(Failure.Conflict.class, () -> keys.value(key.id()));
        assertTrue(missing.getMessage().contains(key.id()) && missing.getMessage().contains("Replace the key"), missing.getMessage());
        keys.replace(key.id(), Secret.of("sk-ant-two"));
        assertEquals(Secret.of("sk-ant-two"), keys.value(key.id()));
    }
}
