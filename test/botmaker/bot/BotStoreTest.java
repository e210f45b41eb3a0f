package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.bot.BotRow.Desired;
import botmaker.bot.BotRow.Owner;
import botmaker.bot.BotRow.Phase;
import botmaker.error.Failure;
import botmaker.store.Database;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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

    private BotRow add(String name) {
        return store.add(BotId.random(), Rows.spec(name), Desired.RUNNING, "openclaw:x", Rows.CREATED, n -> new Owner(1000 + n, 2000 + n));
    }

    @Test
    void a_bot_comes_back_as_it_was_written() {
        BotRow row = add("Küche \"2\"\\");

        assertEquals(List.of(row), store.all());
        assertEquals(Phase.CREATING, row.phase());
    }

    @Test
    void what_may_change_is_written() {
        BotRow row = add("a");
        Instant later = Rows.CREATED.plusSeconds(5);
        BotRow changed = row.with(Phase.READY, later).with(Desired.STOPPED, later).halted("crash loop", later)
                .pairedOwner(Optional.of("telegram:12"), later);

        store.update(changed);
        assertEquals(List.of(changed), store.all());

        store.update(changed.deleting(true, later));
        assertEquals(List.of(changed.deleting(true, later)), store.all());
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
        BotRow first = add("a");
        store.remove(first.id());
        BotRow second = add("a");

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
