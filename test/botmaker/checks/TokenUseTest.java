package botmaker.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.bot.Rows;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSecretStore;
import botmaker.bot.model.Schema;
import botmaker.bot.view.BotRegistry;
import botmaker.file.PrivateFiles;
import botmaker.key.KeyStore;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import botmaker.store.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenUseTest {
    private static final Channel TELEGRAM = Catalog.channel("telegram").orElseThrow();
    private static final Channel DISCORD = Catalog.channel("discord").orElseThrow();
    private static final BotRecord BOT = Rows.ready(Desired.RUNNING);

    @TempDir
    Path data;

    private final BotRegistry registry = new BotRegistry(Clock.systemUTC(), System::nanoTime, () -> false);
    private Database database;
    private CheckRoutes tokens;

    @BeforeEach
    void aBotOnTelegram() throws IOException {
        SecretStore secrets = new SecretStore(data.resolve("secrets"));
        secrets.create(BOT.id().value(), Map.of(
                new SecretName("channel-token"), Secret.of("one"), new SecretName("ai-api-key"), Secret.of("key")),
                PrivateFiles.currentUid(), PrivateFiles.currentGid());
        registry.add(BOT, Map.of());
        database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS);
        SecretStore values = new SecretStore(data.resolve("keys"));
        tokens = new CheckRoutes(registry, new BotSecretStore(secrets, values), new KeyStore(database, values, Clock.systemUTC()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void a_bot_with_the_same_token_is_named() {
        assertEquals(List.of("a"), tokens.usedBy(TELEGRAM, List.of(Secret.of("other"), Secret.of("one")), Optional.empty()));
    }

    @Test
    void a_bot_that_does_not_see_its_token_is_named_by_the_token_and_not_by_its_placeholder() throws IOException {
        new SecretStore(data.resolve("keys")).create(BotSecretStore.holder(BOT.id()), Map.of(new SecretName("channel-token"), Secret.of("real")),
                PrivateFiles.currentUid(), PrivateFiles.currentGid());
        assertEquals(List.of("a"), tokens.usedBy(TELEGRAM, List.of(Secret.of("real")), Optional.empty()));
        assertEquals(List.of(), tokens.usedBy(TELEGRAM, List.of(Secret.of("one")), Optional.empty()));
    }

    @Test
    void another_token_another_channel_and_another_kind_of_secret_do_not_count() {
        assertEquals(List.of(), tokens.usedBy(TELEGRAM, List.of(Secret.of("two"), Secret.of("key")), Optional.empty()));
        assertEquals(List.of(), tokens.usedBy(DISCORD, List.of(Secret.of("one")), Optional.empty()));
    }

    /// One bot's broken entry made every check of a token fail.
    @Test
    void secrets_that_cannot_be_read_are_passed_over() throws IOException {
        BotId id = BotId.random();
        registry.add(new BotRecord(id, BOT.spec(), BOT.phase(), BOT.desired(), BOT.desiredAt(), BOT.quarantine(), false, BOT.owner(), BOT.image(),
                BOT.pairedOwner(), BOT.rollout(), BOT.createdAt(), BOT.updatedAt()), Map.of());
        Files.writeString(data.resolve("secrets").resolve(id.value()), "no directory");

        assertEquals(List.of("a"), tokens.usedBy(TELEGRAM, List.of(Secret.of("one")), Optional.empty()));
    }

    @Test
    void a_bot_does_not_stand_in_its_own_way() {
        assertEquals(List.of(), tokens.usedBy(TELEGRAM, List.of(Secret.of("one")), Optional.of(BOT.id())));
    }
}
