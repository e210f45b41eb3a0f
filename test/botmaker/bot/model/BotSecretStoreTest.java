package botmaker.bot.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Rows;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.file.PrivateFiles;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a bot reads and what is held for it, which change together.
class BotSecretStoreTest {
    private static final SecretName TOKEN = new SecretName("channel-token");
    private static final SecretName GATEWAY = new SecretName("gateway-token");
    private static final BotSecrets OPEN = new BotSecrets(Map.of(TOKEN, Secret.of("real"), GATEWAY, Secret.of("g")));
    private static final BotSecrets HELD = new BotSecrets(Map.of(TOKEN, Secret.of("placeholder"), GATEWAY, Secret.of("g")),
            Map.of(TOKEN, Secret.of("real")));
    private static final BotSecrets NEXT = new BotSecrets(HELD.files(), Map.of(TOKEN, Secret.of("next")));

    @TempDir
    Path data;
    private SecretStore keys;
    private BotSecretStore store;
    private BotRecord row;

    @BeforeEach
    void open() throws IOException {
        keys = new SecretStore(data.resolve("keys"));
        store = new BotSecretStore(new SecretStore(data.resolve("secrets")), keys);
        row = Rows.ready(Desired.RUNNING);
    }

    private Owner self() throws IOException {
        return new Owner(PrivateFiles.currentUid(), PrivateFiles.currentGid());
    }

    private BotRecord next() {
        return row.changed(row.spec(), Pending.NOTHING, Rows.CREATED);
    }

    @Test
    void what_is_held_is_no_file_of_the_bot() throws Exception {
        store.create(row.id(), HELD, self());
        assertEquals(HELD, store.all(row.id()));
        assertEquals(Map.of(TOKEN, Secret.of("placeholder"), GATEWAY, Secret.of("g")), store.files().all(row.id().value()));
        assertEquals(Optional.of(Secret.of("placeholder")), store.placeholder(row, TOKEN));
        assertEquals(Optional.of(Secret.of("real")), store.real(row.id(), TOKEN));
        assertEquals(Optional.empty(), store.placeholder(row, GATEWAY));
        store.delete(row.id());
        store.delete(row.id());
        assertEquals(Set.of(), keys.owners());
        assertEquals(Set.of(), store.files().owners());
    }

    @Test
    void a_change_puts_both_in_place_together_or_neither() throws Exception {
        store.create(row.id(), HELD, self());
        store.stage(next(), NEXT);
        assertTrue(store.hasStaged(row));
        assertEquals(HELD, store.all(row.id()));
        store.commit(row); // the change was not recorded
        assertEquals(HELD, store.all(row.id()));
        assertFalse(store.hasStaged(row));

        store.stage(next(), NEXT);
        store.commit(next());
        store.commit(next());
        assertEquals(NEXT, store.all(row.id()));
        assertFalse(store.hasStaged(next()));
        assertEquals(Set.of(BotSecretStore.holder(row.id())), keys.owners());
    }

    @Test
    void a_bot_gives_its_token_away_and_gets_it_back() throws Exception {
        store.create(row.id(), OPEN, self());
        assertEquals(Set.of(), keys.owners());
        store.stage(next(), HELD);
        store.commit(next());
        assertEquals(HELD, store.all(row.id()));
        row = next();
        store.stage(next(), OPEN);
        store.commit(next());
        assertEquals(OPEN, store.all(row.id()));
        assertEquals(Optional.empty(), store.placeholder(row, TOKEN));
    }

    @Test
    void what_is_staged_is_discarded_with_all_else() throws Exception {
        store.create(row.id(), HELD, self());
        store.stage(next(), NEXT);
        store.discard(row.id());
        assertFalse(store.hasStaged(row));
        store.stage(next(), NEXT);
        store.delete(row.id());
        assertEquals(Set.of(), keys.owners());
    }
}
