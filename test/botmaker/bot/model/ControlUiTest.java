package botmaker.bot.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.bot.Rows;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotSpec.ControlUi;
import botmaker.bot.model.BotStore.PortRange;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import botmaker.store.Database;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlUiTest {
    /// Unlikely to be listened on by others.
    private static final PortRange TWO = new PortRange(28_417, 28_418);

    @TempDir
    Path directory;

    private Database database;
    private BotStore store;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(directory.resolve("botmaker.db"), Schema.MIGRATIONS);
        store = new BotStore(database, TWO);
        store.installation();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private BotRecord add(String name, ControlUi controlUi) {
        return store.add(BotId.random(), Rows.spec(name).with(controlUi), Desired.STOPPED, "openclaw:x", Rows.CREATED, n -> new Owner(n, n));
    }

    private BotRecord switched(BotRecord row, ControlUi controlUi) {
        return store.update(row.changed(row.spec().with(controlUi), Pending.RECREATE, Rows.CREATED));
    }

    @Test
    void a_bot_that_wants_a_port_gets_the_lowest_that_no_bot_has() {
        BotRecord none = add("none", ControlUi.OFF);
        BotRecord first = add("first", ControlUi.WANTED);
        BotRecord second = switched(none, ControlUi.WANTED);

        assertEquals(ControlUi.at(28_417), first.spec().controlUi());
        assertEquals(ControlUi.at(28_418), second.spec().controlUi());
        assertEquals(Set.of(first, second), Set.copyOf(store.all()));
    }

    @Test
    void a_port_is_kept_through_other_changes_and_given_back_when_switched_off() {
        BotRecord first = add("first", ControlUi.WANTED);
        assertEquals(first, store.update(first));

        assertEquals(ControlUi.OFF, switched(first, ControlUi.OFF).spec().controlUi());
        assertEquals(ControlUi.at(28_417), add("other", ControlUi.WANTED).spec().controlUi());
    }

    @Test
    void where_no_port_is_free_nothing_is_written() {
        add("first", ControlUi.WANTED);
        add("second", ControlUi.WANTED);
        BotRecord third = add("third", ControlUi.OFF);
        List<BotRecord> before = store.all();

        assertThrows(Failure.Conflict.class, () -> switched(third, ControlUi.WANTED));
        assertThrows(Failure.Conflict.class, () -> add("fourth", ControlUi.WANTED));
        assertEquals(before, store.all());
    }

    @Test
    void a_port_that_a_program_listens_on_is_left_to_it() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PortRange taken = new PortRange(other.getLocalPort(), other.getLocalPort());
            assertEquals(OptionalInt.empty(), taken.free(PortRange::isIdle));
        }
    }

    /// Up to 900 ports were probed inside the write transaction, and everything else that writes waited for that.
    @Test
    void ports_are_probed_while_others_write() {
        AtomicInteger probed = new AtomicInteger();
        BotStore probing = new BotStore(database, TWO, _ -> {
            Thread other = Thread.ofVirtual().start(() -> add("written meanwhile " + probed.incrementAndGet(), ControlUi.OFF));
            try {
                return other.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        BotRecord row = probing.add(BotId.random(), Rows.spec("a").with(ControlUi.WANTED), Desired.STOPPED, "x", Rows.CREATED, n -> new Owner(n, n));

        assertEquals(ControlUi.at(28_417), row.spec().controlUi());
        assertEquals(1, probed.get());
        assertEquals(2, store.all().size());
    }

    @Test
    void a_port_that_another_bot_takes_while_one_is_chosen_is_left_to_it() {
        AtomicInteger probed = new AtomicInteger();
        BotStore probing = new BotStore(database, TWO, _ -> {
            if (probed.getAndIncrement() == 0) {
                add("faster", ControlUi.WANTED);
            }
            return true;
        });

        BotRecord row = probing.add(BotId.random(), Rows.spec("a").with(ControlUi.WANTED), Desired.STOPPED, "x", Rows.CREATED, n -> new Owner(n, n));

        assertEquals(ControlUi.at(28_418), row.spec().controlUi());
    }

    @Test
    void a_request_switches_it_on_and_off_and_a_patch_of_something_else_leaves_it() {
        NewBot made = NewBot.from(JsonValue.parse("""
                {"name": "a", "controlUi": true, "ai": {"provider": "anthropic", "model": "claude-sonnet-5", "apiKey": "sk-ant-api03-canary"},
                 "reach": "legacy", "channel": {"type": "webchat"}}"""), new Limits(2L << 30, 1000, 512), KeptKeys.NONE);
        assertEquals(ControlUi.WANTED, made.spec().controlUi());

        BotSpec on = made.spec().with(ControlUi.at(19_105));
        assertEquals(ControlUi.at(19_105), patched(on, made, "{\"name\": \"b\"}"));
        assertEquals(ControlUi.at(19_105), patched(on, made, "{\"controlUi\": true}"));
        assertEquals(ControlUi.OFF, patched(on, made, "{\"controlUi\": false}"));
        assertEquals(ControlUi.OFF, patched(on, made, "{\"controlUi\": null}"));
        assertEquals(ControlUi.WANTED, patched(on.with(ControlUi.OFF), made, "{\"controlUi\": true}"));
        assertEquals("/controlUi", assertThrows(Failure.Invalid.class, () -> patched(on, made, "{\"controlUi\": 19106}"))
                .errors().getFirst().field());
    }

    private static ControlUi patched(BotSpec spec, NewBot made, String patch) {
        return new NewBot(spec, made.secrets()).changed(JsonValue.parse(patch), new Limits(2L << 30, 1000, 512), KeptKeys.NONE).spec().controlUi();
    }
}
