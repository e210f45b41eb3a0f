package botmaker.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.audit.Audit;
import botmaker.bot.Rows;
import botmaker.bot.Workshop;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.Schema;
import botmaker.json.JsonValue;
import botmaker.store.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What operators are told of a broker that is away, and of what it refused.
@Tag("docker")
class BrokerWatchTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir
    private Path data;
    private Instant now = NOON;
    private JsonValue state = JsonValue.parse("{\"needed\": false, \"running\": false}");

    private Optional<String> unreadable = Optional.empty();

    private interface Scene {
        void play(BrokerWatch watch, Workshop shop, Database database);
    }

    private void play(Scene scene) throws Exception {
        Files.createDirectory(data.resolve("shop"));
        try (Workshop shop = Workshop.withoutEngine(data.resolve("shop"));
                Database database = Database.open(data.resolve("audit.db"), Schema.MIGRATIONS);
                Audit audit = new Audit(database, Clock.systemUTC())) {
            shop.bots.registry().load(List.of(Rows.ready(Desired.RUNNING)));
            InstantSource time = () -> now;
            scene.play(new BrokerWatch(() -> state, () -> unreadable, shop.bots, audit, time.withZone(ZoneOffset.UTC)), shop, database);
        }
    }

    private static List<String> recorded(Database database) {
        return database.read(tx -> tx.list("SELECT action, detail FROM audit ORDER BY seq", row -> (row.text("action") + " " + row.text("detail")).strip()));
    }

    private void look(BrokerWatch watch, int second, String told) {
        now = NOON.plusSeconds(second);
        state = JsonValue.parse(told);
        watch.look();
    }

    @Test
    void a_broker_that_stays_away_is_told_of_with_the_time_until_it_is_back() throws Exception {
        String away = "{\"needed\": true, \"running\": false}";
        play((watch, shop, database) -> {
            look(watch, 0, away);
            look(watch, 4, away);
            assertEquals(List.of(), shop.bots.warnings(), "it may just be starting");
            look(watch, 8, away);
            Warning warning = shop.bots.warnings().getFirst();
            assertEquals("2026-11-29T12:00:00Z", warning.toJson().get("since").string());
            assertEquals("broker", warning.kind());
            look(watch, 20, away);
            assertEquals(1, shop.bots.warnings().size());
            look(watch, 65, "{\"needed\": true, \"running\": true, \"bots\": []}");
            assertEquals(List.of(), shop.bots.warnings());
            assertEquals(List.of("broker-lost", "broker-back away for 65 s"), recorded(database));
        });
    }

    @Test
    void a_broker_that_runs_is_not_away_whatever_the_last_look_saw() throws Exception {
        play((watch, _, _) -> {
            look(watch, 0, "{\"needed\": true, \"running\": false}");
            assertEquals("2026-11-29T12:00:00Z", watch.state().get("awaySince").string());
            state = JsonValue.parse("{\"needed\": true, \"running\": true}");
            assertEquals("{\"needed\":true,\"running\":true}", watch.state().toString());
        });
    }

    /// A broker that was killed was back before anybody missed it, and nothing told of it.
    @Test
    void a_broker_that_was_started_again_between_two_looks_is_recorded() throws Exception {
        String running = "{\"needed\": true, \"running\": true, \"startedAt\": \"2026-11-29T11:00:0%dZ\", \"bots\": []}";
        play((watch, _, database) -> {
            look(watch, 0, running.formatted(1));
            look(watch, 2, running.formatted(1));
            look(watch, 4, "{\"needed\": true, \"running\": false}");
            look(watch, 6, running.formatted(2));
            look(watch, 8, running.formatted(3));
            look(watch, 10, running.formatted(3));
            look(watch, 12, "{\"needed\": true, \"running\": false}");
            look(watch, 20, "{\"needed\": true, \"running\": false}");
            look(watch, 22, running.formatted(4));
            look(watch, 24, "{\"needed\": false, \"running\": false}");
            look(watch, 26, running.formatted(5));
            assertEquals(List.of("broker-restarted it had run since 2026-11-29T11:00:01Z, and runs again since 2026-11-29T11:00:02Z",
                    "broker-restarted it had run since 2026-11-29T11:00:02Z, and runs again since 2026-11-29T11:00:03Z",
                    "broker-lost", "broker-back away for 10 s"), recorded(database));
        });
    }

    @Test
    void spending_that_cannot_be_recorded_or_read_is_told_until_it_can() throws Exception {
        play((watch, shop, _) -> {
            look(watch, 0, "{\"needed\": true, \"running\": true, \"usageProblem\": \"what bots spend cannot be recorded: move it away\"}");
            look(watch, 2, state.toString());
            JsonValue told = shop.bots.warnings().getFirst().toJson();
            assertEquals("usage", told.get("kind").string());
            assertEquals("spending", told.get("help").string());
            assertEquals(NOON.toString(), told.get("since").string());
            assertTrue(told.get("detail").string().endsWith("What bots spend cannot be recorded: move it away"), told.toString());
            unreadable = Optional.of("what bots have spent cannot be read: move it away");
            look(watch, 4, "{\"needed\": true, \"running\": true}");
            assertTrue(shop.bots.warnings().getFirst().detail().contains("cannot be read"), shop.bots.warnings().toString());
            unreadable = Optional.empty();
            look(watch, 6, "{\"needed\": true, \"running\": true}");
            assertEquals(List.of(), shop.bots.warnings());
        });
    }

    @Test
    void reports_of_budgets_are_not_shown() throws Exception {
        play((watch, _, _) -> {
            state = JsonValue.parse("{\"needed\": true, \"running\": true, \"budgetEvents\": [{\"cap\": 10000000}]}");
            assertEquals("{\"needed\":true,\"running\":true}", watch.state().toString());
        });
    }

    @Test
    void a_broker_that_nobody_needs_is_not_missed() throws Exception {
        play((watch, shop, database) -> {
            look(watch, 0, "{\"needed\": false, \"running\": false}");
            look(watch, 60, "{\"needed\": false, \"running\": false}");
            assertEquals(List.of(), shop.bots.warnings());
            assertEquals(List.of(), recorded(database));
        });
    }

    private static String refused(String kind, String lastAt) {
        return """
                {"needed": true, "running": true, "bots": [{"id": "%s", "refused": [{"kind": "%s", "words": "No.", "count": 1, "lastAt": "%s"}]},
                 {"id": "ffffffffffffffff", "refused": [{"kind": "key", "words": "Of a bot that is gone.", "count": 1, "lastAt": "%3$s"}]}]}"""
                .formatted(Rows.ready(Desired.RUNNING).id(), kind, lastAt);
    }

    @Test
    void refusals_are_recorded_one_of_a_kind_in_ten_minutes() throws Exception {
        play((watch, _, database) -> {
            look(watch, 0, refused("credential", "2026-11-29T11:59:59Z"));
            look(watch, 60, refused("credential", "2026-11-29T12:00:50Z"));
            look(watch, 70, refused("model", "2026-11-29T12:01:05Z"));
            look(watch, 601, refused("credential", "2026-11-29T12:10:00Z"));
            look(watch, 1800, refused("credential", "2026-11-29T12:10:00Z"));
            assertEquals(List.of("foreign-credential-refused credential at 2026-11-29T11:59:59Z: No.", "call-refused model at 2026-11-29T12:01:05Z: No.",
                    "foreign-credential-refused credential at 2026-11-29T12:10:00Z: No."), recorded(database));
        });
    }

    /// One host hid all others, the one of a cloud's secrets too.
    @Test
    void each_refused_host_is_recorded_and_twenty_at_most_in_ten_minutes() throws Exception {
        String host = "{\"kind\": \"host\", \"words\": \"It may not reach 10.0.0.%d:443.\", \"count\": 1, \"lastAt\": \"2026-11-29T11:59:59Z\"}";
        String hosts = IntStream.range(0, 40).mapToObj(host::formatted).collect(Collectors.joining(", "));
        play((watch, _, database) -> {
            String told = "{\"needed\": true, \"running\": true, \"bots\": [{\"id\": \"%s\", \"refused\": [%s]}]}"
                    .formatted(Rows.ready(Desired.RUNNING).id(), hosts);
            look(watch, 0, told);
            look(watch, 2, told);
            assertEquals(20, recorded(database).size());
            assertEquals("call-refused host at 2026-11-29T11:59:59Z: It may not reach 10.0.0.1:443.", recorded(database).get(1));
            look(watch, 700, told);
            look(watch, 1400, told);
            assertEquals(40, Set.copyOf(recorded(database)).size());
            look(watch, 3 * 86_400, told);
            assertEquals(40, recorded(database).size());
        });
    }

    @Test
    void a_refusal_that_was_recorded_before_a_restart_is_not_recorded_again() throws Exception {
        play((watch, shop, database) -> {
            look(watch, 0, refused("key", "2026-11-29T11:59:59Z"));
            try (Audit audit = new Audit(database, Clock.systemUTC())) {
                BrokerWatch next = new BrokerWatch(() -> state, Optional::empty, shop.bots, audit, Clock.fixed(NOON.plusSeconds(90), ZoneOffset.UTC));
                next.look();
            }
            assertEquals(1, recorded(database).stream().filter(it -> it.startsWith("key-refused-by-provider")).count());
        });
    }
}
