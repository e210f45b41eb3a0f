package botmaker.bot.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Rows;
import botmaker.bot.host.BotFiles;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSecretStore;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.BrokerRules;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.NewBot;
import botmaker.bot.model.PriceBook;
import botmaker.bot.view.BotRegistry;
import botmaker.file.PrivateFiles;
import botmaker.openclaw.AiOrigin;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Policy;
import botmaker.policy.Price;
import botmaker.policy.Rates;
import botmaker.policy.Reach;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyWriterTest {
    private static final String BOT = "0123456789abcdef";

    @TempDir
    Path data;
    private Path file;
    private SecretStore secrets;
    private BotSecretStore sets;
    private BotRegistry registry;
    private final AtomicInteger told = new AtomicInteger();

    @BeforeEach
    void prepare() throws IOException {
        file = Files.createDirectory(data.resolve("broker")).resolve("policy.json");
        secrets = new SecretStore(data.resolve("secrets"));
        secrets.create(BOT, Map.of(NewBot.AI_API_KEY, Secret.of("botmaker-placeholder")), PrivateFiles.currentUid(), PrivateFiles.currentGid());
        sets = new BotSecretStore(secrets, new SecretStore(data.resolve("keys")));
        registry = new BotRegistry(Clock.systemUTC(), System::nanoTime, () -> false);
    }

    private PolicyWriter writer() {
        return new PolicyWriter(file, told::incrementAndGet, ZoneId.of("Asia/Tokyo"), KeptKeys.NONE, PriceBook.NONE, registry, sets,
                new BotFiles(data.resolve("bots"), data.resolve("kept")));
    }

    private static BotRecord bot(Phase phase, Reach reach, Optional<String> key) {
        BotRecord legacy = Rows.in(phase, Desired.RUNNING);
        BotSpec spec = legacy.spec();
        return legacy.with(new BotSpec(spec.name(), spec.ai(), spec.channel(), spec.access(), spec.limits(), spec.controlUi(), reach, key,
                BrokerRules.NONE));
    }

    @Test
    void a_brokered_bot_may_reach_its_ai_with_its_placeholder_and_model() throws Exception {
        registry.load(List.of(bot(Phase.READY, Reach.SEALED, Optional.of("k1"))));
        PolicyWriter writer = writer();
        writer.write();

        BotPolicy bot = Policy.read(file).bots().getFirst();
        assertEquals(BOT, bot.id());
        assertEquals(data.resolve("bots").resolve(BOT).resolve("link"), bot.links());
        assertEquals(List.of(new Origin("m0", "model.botmaker.internal", 80, false, URI.create("http://10.0.0.1/v1"), "openai-compatible",
                Optional.of(new Origin.Credential(Optional.of("k1"), "botmaker-placeholder")), List.of("m/1"))), bot.origins());
        assertTrue(writer.isNeeded());
        assertEquals(1, told.get());
        writer.write();
        assertEquals(1, told.get(), "the same policy is told twice");
    }

    @Test
    void a_bot_without_a_key_has_a_placeholder_that_stands_for_none() throws Exception {
        registry.load(List.of(bot(Phase.READY, Reach.SEALED, Optional.empty())));
        writer().write();
        assertEquals(Optional.of(new Origin.Credential(Optional.empty(), AiOrigin.NO_KEY)),
                Policy.read(file).bots().getFirst().origins().getFirst().credential());
    }

    @Test
    void limits_prices_and_the_pause_are_told() throws Exception {
        Price price = new Price("anthropic", "m", new Rates(1, 2, Optional.of(3L), Optional.empty()));
        Budget budget = new Budget(Optional.of(5L), Optional.empty(), Optional.of(7L), Budget.OnCap.REFUSE);
        BotRecord bot = bot(Phase.READY, Reach.WEB, Optional.of("k1"));
        registry.load(List.of(bot.with(new BrokerRules(budget, Optional.of("Back soon."), List.of("example.com"), List.of("model:m2")), Rows.CREATED)));
        new PolicyWriter(file, told::incrementAndGet, ZoneId.of("Asia/Tokyo"), new LimitedKey(), new PriceBook() {
            @Override
            public List<Price> own() {
                return List.of(price);
            }

            @Override
            public boolean isKnown(String provider, String model) {
                return true;
            }
        }, registry, sets, new BotFiles(data.resolve("bots"), data.resolve("kept"))).write();

        Policy policy = Policy.read(file);
        assertEquals(ZoneId.of("Asia/Tokyo"), policy.zone());
        assertEquals(List.of(price), policy.prices());
        assertEquals(Map.of("k1", Budget.DOLLAR), policy.keyMonths());
        BotPolicy told = policy.bots().getFirst();
        assertEquals(budget, told.budget());
        assertEquals(Optional.of("Back soon."), told.paused());
        assertEquals(List.of("example.com"), told.webHosts());
        assertEquals(List.of("model:m2"), told.also());
    }

    @Test
    void a_bot_may_reach_its_channel_with_the_placeholder_of_what_is_held_for_it() throws Exception {
        BotRecord bot = bot(Phase.READY, Reach.SEALED, Optional.of("k1"));
        SecretName token = new SecretName("channel-token");
        secrets.replace(BOT, token, Secret.of("12:placeholder"), PrivateFiles.currentUid(), PrivateFiles.currentGid());
        registry.load(List.of(bot));
        writer().write();
        assertEquals(1, Policy.read(file).bots().getFirst().origins().size(), "a token in the bot's own file is told to the broker");

        new SecretStore(data.resolve("keys")).create(BotSecretStore.holder(bot.id()), Map.of(token, Secret.of("12:real")),
                PrivateFiles.currentUid(), PrivateFiles.currentGid());
        writer().write();
        assertEquals(new Origin("out", "10.0.0.1", 1, false, URI.create("http://10.0.0.1:1"), "telegram",
                List.of(new Origin.Credential(Optional.of(BOT + "-channel"), "channel-token", "12:placeholder")), List.of()),
                Policy.read(file).bots().getFirst().origins().getLast());
        assertFalse(Files.readString(file).contains("12:real"));
    }

    @Test
    void legacy_bots_leave_no_trace() {
        registry.load(List.of(Rows.ready(Desired.RUNNING)));
        PolicyWriter writer = writer();
        writer.write();
        assertFalse(Files.exists(file));
        assertFalse(writer.isNeeded());
    }

    @Test
    void a_bot_that_is_being_deleted_and_what_an_earlier_run_left_may_reach_nothing() throws Exception {
        registry.load(List.of(bot(Phase.READY, Reach.SEALED, Optional.of("k1"))));
        writer().write();
        registry.load(List.of(bot(Phase.DELETING, Reach.SEALED, Optional.of("k1"))));
        PolicyWriter next = writer();
        next.write();
        assertEquals(List.of(), Policy.read(file).bots());
        assertFalse(next.isNeeded());
    }

    @Test
    void a_damaged_policy_is_replaced() throws Exception {
        Files.writeString(file, "{");
        registry.load(List.of());
        writer().write();
        assertEquals(Policy.EMPTY, Policy.read(file));
    }

    @Test
    void a_bot_whose_placeholder_is_gone_may_reach_nothing() throws Exception {
        secrets.delete(BOT);
        registry.load(List.of(bot(Phase.READY, Reach.SEALED, Optional.of("k1"))));
        writer().write();
        assertEquals(List.of(), Policy.read(file).bots().getFirst().origins());
    }
}
