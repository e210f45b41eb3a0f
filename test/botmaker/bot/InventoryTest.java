package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import botmaker.bot.host.BotContainerSpec;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Image;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.Schema;
import botmaker.store.Database;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryTest {
    @TempDir
    private Path temp;

    private static BotRecord add(BotStore store) {
        store.installation();
        return store.add(BotId.random(), Rows.spec("it's"), Desired.STOPPED, "openclaw:x", Rows.CREATED, _ -> new Owner(7, 8))
                .with(Phase.READY, Rows.CREATED);
    }

    private List<Inventory.Entry> bots(Database database) {
        return database.read(Inventory::bots);
    }

    @Test
    void every_change_of_a_row_shows_and_nothing_else_does() {
        try (Database database = Database.open(temp.resolve("test.db"), Schema.MIGRATIONS)) {
            BotStore store = new BotStore(database);
            assertEquals(Map.of(), database.read(Inventory::labels));
            BotRecord row = store.update(add(store));
            Inventory.Entry before = bots(database).getFirst();
            assertEquals(row.id(), before.id());
            assertEquals(7, before.uid());
            assertEquals(8, before.gid());
            assertEquals(bots(database), bots(database));
            store.update(row.changed(row.spec(), Pending.NOTHING, Instant.EPOCH));
            assertNotEquals(before.row(), bots(database).getFirst().row());
            store.update(row);
            assertEquals(before.row(), bots(database).getFirst().row());

            Map<String, String> labels = database.read(Inventory::labels);
            assertEquals(BotContainerSpec.labels(store.installation()), labels);
            assertEquals(Optional.of(row.id()), Inventory.bot(Map.of(BotContainerSpec.BOT, row.id().value())));
            assertEquals(Optional.empty(), Inventory.bot(Map.of()));
        }
    }

    /// Before an upgrade, the backup may be made by the new version.
    @Test
    void a_database_of_every_older_schema_can_be_asked() {
        for (int version = 1; version <= Schema.MIGRATIONS.size(); version++) {
            try (Database database = Database.open(temp.resolve(version + ".db"), Schema.MIGRATIONS.subList(0, version))) {
                database.write(tx -> tx.update("""
                        INSERT INTO bots(id, name, name_key, phase, desired, uid, gid, image, ai_provider, ai_model, channel_type,
                                channel_settings, access_policy, access_allow, memory, cpus, pids, created_at, updated_at)
                        VALUES ('0123456789abcdef', 'it''s', 'a', 'ready', 'running', 1, 2, 'i', 'p', 'm', 'c', '{}', 'open', '[]',
                                1, 1, 1, '', '')"""));
                assertEquals("0123456789abcdef", bots(database).getFirst().id().value());
            }
        }
    }

    /// The same bot may run elsewhere: after a restore nothing may start one that was not asked for.
    @Test
    void after_a_restore_nothing_is_due_and_no_trial_goes_on() {
        try (Database database = Database.open(temp.resolve("test.db"), Schema.MIGRATIONS)) {
            BotStore store = new BotStore(database);
            BotRecord row = add(store);
            store.update(row.with(Desired.RUNNING, Instant.EPOCH)
                    .upgrading(new Image("new", Optional.of("sha256:1")), new Image("old", Optional.of("sha256:2")), Instant.EPOCH)
                    .changed(row.spec(), Pending.RECREATE, Instant.EPOCH));

            Inventory.settle(database, Optional.empty(), Optional.empty());

            BotRecord settled = store.all().getFirst();
            assertFalse(settled.rollout().powerActionPending());
            assertEquals(Pending.RESTART, settled.rollout().pending());
            assertEquals(Optional.empty(), settled.rollout().previous());
            assertEquals(Optional.empty(), settled.rollout().imageId());
            assertEquals("new", settled.image());
            assertEquals(Desired.RUNNING, settled.desired());
            assertEquals(Phase.READY, settled.phase());
            assertEquals(new Owner(7, 8), settled.owner());

            Inventory.settle(database, Optional.of(1000), Optional.of(1001));
            assertEquals(new Owner(1000, 1001), store.all().getFirst().owner());
        }
    }
}
