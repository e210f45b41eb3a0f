package botmaker.bot.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Rows;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Image;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord.Rollout;
import botmaker.bot.model.BotSpec.ControlUi;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.policy.Budget;
import botmaker.policy.Reach;
import botmaker.store.Database;
import botmaker.store.StoreException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BotStoreTest {
    @TempDir
    Path directory;

    private Database database;
    private BotStore store;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("botmaker.db"), Schema.MIGRATIONS);
        store = new BotStore(database);
        store.installation();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private BotRecord add(String name) {
        return store.add(BotId.random(), Rows.spec(name), Desired.RUNNING, "openclaw:x", Rows.CREATED, n -> new Owner(1000 + n, 2000 + n));
    }

    @Test
    void a_bot_comes_back_as_it_was_written() {
        BotRecord row = add("Küche \"2\"\\");

        assertEquals(List.of(row), store.all());
        assertEquals(Phase.CREATING, row.phase());
    }

    @Test
    void what_may_change_is_written() {
        BotRecord row = add("a");
        Instant later = Rows.CREATED.plusSeconds(5);
        BotRecord changed = row.with(Phase.READY, later).with(Desired.STOPPED, later).quarantined("crash loop", later)
                .pairedOwner(Optional.of("telegram:12"), later);

        store.update(changed);
        assertEquals(List.of(changed), store.all());

        store.update(changed.deleting(true, later));
        assertEquals(List.of(changed.deleting(true, later)), store.all());
    }

    @Test
    void every_part_of_a_bot_that_may_be_edited_is_written() {
        BotRecord row = add("a");
        Instant later = Rows.CREATED.plusSeconds(5);
        BotSpec spec = new BotSpec(new BotName("Küche"), new AiSettings("anthropic", "claude", Optional.empty()),
                new ChannelSettings("telegram", Map.of()), new Access(Access.Policy.OPEN, List.of()), new Limits(3L << 30, 2300, 600),
                ControlUi.at(19_111), Reach.WEB, Optional.of("k1"), new BrokerRules(
                new Budget(Optional.of(5 * Budget.DOLLAR), Optional.of(1L), Optional.of(7L), Budget.OnCap.REFUSE), Optional.of("Küche \"zu\""),
                List.of("example.com", "*.example.org"), List.of("m/2")));
        BotRecord changed = row.changed(spec, Pending.RECREATE, later);
        assertThrows(StoreException.class, () -> store.update(changed), "there is no such key");
        database.write(tx -> tx.update("INSERT INTO keys(id, provider, label, label_key, created_at, replaced_at) "
                + "VALUES ('k1', 'anthropic', 'Team', 'team', '', '')"));

        store.update(changed);
        assertEquals(List.of(changed), store.all());
        assertEquals(1, changed.rollout().revision());

        BotRecord trial = changed.settled().upgrading(new Image("openclaw:y", Optional.of("sha256:1")),
                new Image("openclaw:x", Optional.of("sha256:0")), later);
        store.update(trial);
        assertEquals(List.of(trial), store.all());

        BotRecord back = trial.rolledBack(trial.rollout().previous().orElseThrow(), later);
        store.update(back);
        assertEquals(List.of(back), store.all());
        assertEquals("openclaw:x", back.image());
        assertEquals(Pending.RECREATE, back.rollout().pending());
    }

    @Test
    void bots_of_an_earlier_schema_are_read_as_never_changed() {
        database.close();
        Path file = directory.resolve("old.db");
        try (Database old = Database.open(file, Schema.MIGRATIONS.subList(0, 1))) {
            old.write(tx -> tx.update("""
                    INSERT INTO bots(id, name, name_key, phase, desired, uid, gid, image, ai_provider, ai_model, channel_type,
                        channel_settings, access_policy, access_allow, memory, cpus, pids, created_at, updated_at)
                    VALUES ('0123456789abcdef', 'a', 'a', 'ready', 'running', 7, 8, 'openclaw:x', 'anthropic', 'm', 'webchat',
                        '{}', 'open', '[]', 2147483648, 1500, 512, '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')"""));
        }
        database = Database.open(file, Schema.MIGRATIONS);

        BotRecord row = new BotStore(database).all().getFirst();
        assertEquals(Rollout.NONE, row.rollout());
        assertEquals(ControlUi.OFF, row.spec().controlUi());
        assertEquals(Reach.LEGACY, row.spec().reach());
        assertEquals(BrokerRules.NONE, row.spec().rules());
        assertEquals(new Owner(7, 8), row.owner());
        assertEquals(Instant.parse("2026-01-02T00:00:00Z"), row.desiredAt());
    }

    /// A new database over living bots gave the next bot a user id that a running one had.
    @Test
    void user_ids_that_are_known_to_be_in_use_are_skipped() {
        store.skipTo(40);
        assertEquals(1040, add("a").owner().uid());
        store.skipTo(5);
        assertEquals(1041, add("b").owner().uid());
    }

    @Test
    void a_name_that_is_taken_cannot_be_given_to_another_bot() {
        add("Support");
        BotRecord other = add("other");

        Failure.Conflict taken = assertThrows(Failure.Conflict.class,
                () -> store.update(other.changed(Rows.spec("SUPPORT"), Pending.NOTHING, Rows.CREATED)));
        assertEquals(List.of(new FieldError("/name", taken.getMessage())), taken.errors());
        assertTrue(store.all().contains(other));
    }

    @Test
    void the_greater_work_includes_the_less() {
        assertEquals(Pending.RECREATE, Pending.RELOAD.and(Pending.RECREATE));
        assertEquals(Pending.RESTART, Pending.RESTART.and(Pending.NOTHING));
    }

    @Test
    void a_removed_bot_is_gone_and_its_name_is_free() {
        store.remove(add("a").id());

        assertEquals(List.of(), store.all());
        add("A");
    }

    @Test
    void a_name_is_taken_whatever_its_case() {
        add("Support");

        assertThrows(Failure.Conflict.class, () -> add("sUPPORT"));
        assertEquals(1, store.all().size());
    }

    @Test
    void no_user_id_is_ever_used_twice() {
        BotRecord first = add("a");
        store.remove(first.id());
        BotRecord second = add("a");

        assertEquals(new Owner(1000, 2000), first.owner());
        assertEquals(new Owner(1001, 2001), second.owner());
    }

    @Test
    void the_installation_keeps_its_id() {
        String id = store.installation();
        database.close();
        database = Database.open(directory.resolve("botmaker.db"), Schema.MIGRATIONS);

        assertEquals(id, new BotStore(database).installation());
    }
}
