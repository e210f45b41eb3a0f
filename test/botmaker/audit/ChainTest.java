package botmaker.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.audit.Entry.Event;
import botmaker.store.Database;
import botmaker.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Issue 5, "Audit": append-only, and whoever changes it all the same is found out.
class ChainTest {
    private static final String WITHOUT_TRIGGERS =
            "DROP TRIGGER audit_is_not_changed; DROP TRIGGER audit_is_not_cut; DROP TRIGGER audit_is_appended_to; ";

    @TempDir
    Path temp;
    private Path file;

    @BeforeEach
    void three_records() {
        file = temp.resolve("botmaker.db");
        try (Database database = Database.open(file, List.of(AuditStore.SCHEMA))) {
            AuditStore store = new AuditStore(database);
            store.append(List.of(entry("one"), entry("two")));
            store.append(List.of(entry("three")));
            assertEquals(3, store.head().count());
            assertEquals(List.of("two", "one"), store.before(3, 9).stream().map(entry -> entry.event().action()).toList());
            assertEquals(List.of(3L), store.before(Long.MAX_VALUE, 1).stream().map(Entry::seq).toList());
        }
    }

    private static Entry entry(String action) {
        return new Entry(0, "2026-01-02T03:04:05Z", new Event("admin", "127.0.0.1", action, "0123456789abcdef", "a", "ok", "/b"), "");
    }

    /// The values were computed with the lines of Python in `web/docs/audit.md`.
    @Test
    void the_hash_is_what_the_documentation_says() {
        String first = Entry.hash("0".repeat(64), 1, "2026-01-02T03:04:05.678Z",
                new Event("admin", "127.0.0.1", "POST /api/bots/{id}/stop", "0123456789abcdef", "Zoë 🤖, 3:x", "ok", ""));
        assertEquals("cc2a453bdd7071afa49197259d160dfb135baa1c31475119de1aed7436cd0a29", first);
        assertEquals("2b10627fbcac3eb19d7ce3c9b8f76e14a5eafc328ce461b528cae84a50287204",
                Entry.hash(first, 2, "2026-01-02T03:04:06Z", Event.ofItself("botmaker-stopped", "", "", "")));
    }

    /// A text that moves from one field to the next is another record.
    @Test
    void fields_have_borders() {
        assertNotEquals(
                Entry.hash(Entry.START, 1, "t", new Event("ab", "c", "", "", "", "", "")),
                Entry.hash(Entry.START, 1, "t", new Event("a", "bc", "", "", "", "", "")));
    }

    @Test
    void an_untouched_chain_holds_and_knows_each_of_its_hashes() throws IOException {
        Verification found = Verification.of(file, 2, Optional.empty());
        assertTrue(found.holds());
        assertEquals(3, found.count());
        assertEquals(Optional.of(OptionalLong.of(3)), Verification.of(file, 2, Optional.of(found.head())).noted());
        assertTrue(Verification.of(file, 2, Optional.of(Entry.START)).holds(), "noted when there was nothing yet");
        assertFalse(Verification.of(file, 2, Optional.of("f".repeat(64))).holds());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "UPDATE audit SET outcome = 'denied' WHERE seq = 2",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT seq, at, user, source, action, bot, name, outcome, 'x', hash FROM audit WHERE seq = 2",
        "INSERT INTO audit SELECT 9, at, user, source, action, bot, name, outcome, detail, hash FROM audit WHERE seq = 2",
        "INSERT INTO audit SELECT NULL, at, user, source, action, bot, name, outcome, detail, hash FROM audit WHERE seq = 2",
        "UPDATE audit SET seq = 7 WHERE seq = 3"})
    void sqlite_itself_refuses_all_but_appending(String sql) throws IOException {
        try (Database database = Database.open(file, List.of(AuditStore.SCHEMA))) {
            StoreException refused = assertThrows(StoreException.class,
                    () -> database.write(tx -> tx.update(sql)));
            assertTrue(refused.getMessage().contains("append-only"), refused.getMessage());
        }
        assertEquals(3, Verification.of(file, 2, Optional.empty()).count());
        assertTrue(Verification.of(file, 2, Optional.empty()).holds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"at = '2026-01-02T03:04:06Z'", "user = 'x'", "source = '10.0.0.1'", "action = 'x'", "bot = ''", "name = 'b'",
        "outcome = 'ok '", "detail = '/b' || char(10)", "hash = upper(hash)", "seq = 9", "user = 'admin1', source = '27.0.0.1'"})
    void a_record_that_was_changed_behind_its_back_is_named(String change) throws IOException {
        tamper("UPDATE audit SET " + change + " WHERE action = 'two'");
        OptionalLong bad = Verification.of(file, 2, Optional.empty()).bad();
        assertTrue(bad.equals(OptionalLong.of(2)) || change.startsWith("seq") && bad.equals(OptionalLong.of(3)), bad::toString);
    }

    @Test
    void a_record_taken_out_or_put_in_is_noticed() throws IOException {
        tamper("DELETE FROM audit WHERE seq = 1");
        assertEquals(OptionalLong.of(2), Verification.of(file, 2, Optional.empty()).bad());
    }

    /// The chain itself looks sound: only who noted its head knows.
    @Test
    void a_cut_tail_is_noticed_by_a_noted_head() throws IOException {
        String head = Verification.of(file, 2, Optional.empty()).head();
        tamper("DELETE FROM audit WHERE seq = 3");
        assertTrue(Verification.of(file, 2, Optional.empty()).holds());
        assertFalse(Verification.of(file, 2, Optional.of(head)).holds());
    }

    @Test
    void there_must_be_a_chain_to_look_at() {
        assertThrows(IOException.class,
                () -> Verification.of(temp.resolve("absent.db"), 2, Optional.empty()));
    }

    private void tamper(String sql) throws IOException {
        Database.open(file, List.of(AuditStore.SCHEMA, WITHOUT_TRIGGERS + sql)).close();
    }
}
