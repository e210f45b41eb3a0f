package botmaker.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.audit.Entry.Event;
import botmaker.error.Failure;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.http.TestServer;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Issue 5, "Audit": every change, sign-in failure and secret replacement, with who and how it went.
@Timeout(120)
class RequestAuditTest {
    private static final String ID = "0123456789abcdef";
    private static final String CANARY = "canary-0123456789";
    /// Makes writing fail while it holds a row.
    private static final String BREAKABLE = """
            CREATE TABLE broken (x INTEGER);
            CREATE TRIGGER breaks BEFORE INSERT ON audit WHEN EXISTS (SELECT * FROM broken)
                BEGIN SELECT RAISE(ABORT, 'the test broke it'); END;
            """;

    @TempDir
    Path temp;
    private Database database;
    private Audit audit;
    private TestServer server;
    private boolean stopped;
    private final Map<String, String> names = new ConcurrentHashMap<>();

    @BeforeEach
    void start() throws Exception {
        database = Database.open(temp.resolve("botmaker.db"), List.of(AuditStore.SCHEMA, BREAKABLE));
        audit = new Audit(database, Clock.systemUTC(), Duration.ofHours(1));
        List<Route> routes = new ArrayList<>(audit.routes());
        routes.add(Route.post("/api/bots", _ -> {
            names.put(ID, "made");
            return Response.created("/api/bots/" + ID, Json.object().build());
        }));
        routes.add(Route.get("/api/bots", _ -> Response.ok(Json.object().build())));
        routes.add(Route.patch("/api/bots/{id}", _ -> {
            names.put(ID, "renamed");
            return Response.ok(Json.object().build());
        }));
        routes.add(Route.put("/api/bots/{id}/secrets/{name}", _ -> Response.ok(Json.object().build())));
        routes.add(Route.delete("/api/bots/{id}", _ -> {
            names.remove(ID);
            return Response.noContent();
        }).reading("keep", "other"));
        routes.add(Route.post("/api/bots/{id}/start", _ -> {
            throw new Failure.EngineDown(CANARY, null);
        }));
        routes.add(Route.post("/api/bots/{id}/stop", _ -> {
            throw new IllegalStateException(CANARY);
        }));
        server = TestServer.start(new RequestAudit(audit, id -> Optional.ofNullable(names.get(id))), routes.toArray(Route[]::new));
    }

    @AfterEach
    void stop() throws IOException {
        if (!stopped) {
            stopped = true;
            server.close();
            audit.close();
            database.close();
        }
    }

    /// The records as `action bot name outcome detail`, the oldest first.
    private List<String> records() {
        List<Entry> entries = new AuditStore(database).before(Long.MAX_VALUE, 500);
        return entries.reversed().stream().map(entry -> String.join("|", entry.event().action(), entry.event().bot(),
                entry.event().name(), entry.event().outcome(), entry.event().detail())).toList();
    }

    @Test
    void every_change_is_recorded_with_its_bot_and_the_names_of_what_was_changed_but_no_value() throws Exception {
        server.get("/api/bots");
        server.post("/api/bots", "{\"name\": \"made\", \"ai\": {\"apiKey\": \"%s\"}, \"start\": true}".formatted(CANARY));
        server.send("PATCH", "/api/bots/" + ID, "{\"name\": \"renamed\", \"access\": {\"allow\": [\"%s\"]}}".formatted(CANARY));
        server.send("PUT", "/api/bots/" + ID + "/secrets/ai-api-key", "{\"value\": \"%s\"}".formatted(CANARY));
        server.send("DELETE", "/api/bots/" + ID + "?keep=state&other=" + CANARY, "");

        assertEquals(List.of("sign-in|||ok|",
                "POST /api/bots|" + ID + "|made|ok|/name /ai/apiKey /start=true",
                "PATCH /api/bots/{id}|" + ID + "|made|ok|/name /access/allow",
                "PUT /api/bots/{id}/secrets/{name}|" + ID + "|renamed|ok|name=ai-api-key /value",
                "DELETE /api/bots/{id}|" + ID + "|renamed|ok|keep=state"), records());
        Entry first = new AuditStore(database).before(2, 1).getFirst();
        assertEquals("admin", first.event().user());
        assertEquals("127.0.0.1", first.event().source());
    }

    @Test
    void a_failed_change_is_recorded_with_its_kind_and_nothing_that_a_stranger_could_have_made_up() throws Exception {
        names.put(ID, "known");
        assertEquals(503, server.post("/api/bots/" + ID + "/start", "").statusCode());
        assertEquals(500, server.post("/api/bots/" + ID + "/stop", "").statusCode());
        assertEquals(503, server.post("/api/bots/" + CANARY + "/start", "").statusCode());
        assertEquals(404, server.post("/api/nothing", "").statusCode());
        assertEquals(422, server.send("DELETE", "/api/bots/" + ID + "?" + CANARY + "=state", "").statusCode());

        assertEquals(List.of("sign-in|||ok|",
                "POST /api/bots/{id}/start|" + ID + "|known|engine-down|",
                "POST /api/bots/{id}/stop|" + ID + "|known|internal-error|",
                "POST /api/bots/{id}/start|||engine-down|",
                "DELETE /api/bots/{id}|" + ID + "|known|invalid|"), records());
    }

    @Test
    void a_flood_of_wrong_passwords_is_two_records_and_a_request_without_any_is_none() throws Exception {
        for (int i = 0; i < 40; i++) {
            assertEquals(401, server.get("/api/bots", "Authorization", "Basic d3Jvbmc6d3Jvbmc=").statusCode());
            assertEquals(401, server.get("/api/bots", "Authorization", "").statusCode());
        }
        assertEquals(List.of("sign-in|||unauthenticated|"), records().stream().distinct().toList());
        audit.close();

        List<String> records = records();
        assertEquals(1, records.stream().filter(it -> it.equals("sign-in|||refused|79 more within 60 minutes")).count(), records::toString);
        assertEquals(2, records.size(), records::toString);
    }

    @Test
    void another_sites_try_with_our_credentials_is_recorded() throws Exception {
        assertEquals(403, server.post("/api/bots", "{}", "Sec-Fetch-Site", "cross-site").statusCode());
        assertEquals(403, server.post("/api/bots", "{}", "Sec-Fetch-Site", "same-site").statusCode());

        assertEquals(List.of("request-from-another-site|||denied|"), records());
    }

    /// Else somebody with a network of addresses could fill the disk.
    @Test
    void of_many_sources_only_the_sum_is_told() throws IOException {
        List<Event> told = new ArrayList<>();
        try (Refusals refusals = new Refusals(Duration.ofHours(1), told::add)) {
            for (int i = 0; i < 10_000; i++) {
                refusals.refused("sign-in", "10.0." + i / 250 + "." + i % 250, "unauthenticated");
                refusals.refused("sign-in", "10.0." + i / 250 + "." + i % 250, "unauthenticated");
            }
        }
        assertEquals(18, told.size());
        assertEquals(1, told.stream().filter(event -> event.detail().startsWith("19983 more")).count(), told::toString);
    }

    @Test
    void what_was_counted_is_told_when_the_window_ends() throws Exception {
        List<Event> told = Collections.synchronizedList(new ArrayList<>());
        try (Refusals refusals = new Refusals(Duration.ofMillis(50), told::add)) {
            refusals.refused("sign-in", "10.0.0.1", "unauthenticated");
            refusals.refused("sign-in", "10.0.0.1", "unauthenticated");
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (told.size() < 2 && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
            assertTrue(told.size() >= 2, told::toString);
        }
    }

    @Test
    void while_changes_cannot_be_recorded_only_deletions_go_on_and_nothing_is_forgotten() throws Exception {
        server.get("/api/bots");
        database.write(tx -> tx.update("INSERT INTO broken VALUES (1)"));
        assertEquals(201, server.post("/api/bots", "{}").statusCode(), "it is done, so it is answered so");
        assertEquals(503, server.send("PATCH", "/api/bots/" + ID, "{}").statusCode());
        assertEquals("made", names.get(ID), "it was refused before it was done");
        assertEquals(200, server.get("/api/bots").statusCode());
        assertEquals(204, server.send("DELETE", "/api/bots/" + ID, "").statusCode(), "room can be made");
        assertEquals(1, records().size());

        database.write(tx -> tx.update("DELETE FROM broken"));
        assertEquals(200, server.send("PATCH", "/api/bots/" + ID, "{}").statusCode());
        assertEquals(List.of("sign-in", "POST /api/bots", "DELETE /api/bots/{id}", "PATCH /api/bots/{id}"),
                records().stream().map(record -> record.substring(0, record.indexOf('|'))).toList());
        assertTrue(Verification.of(released(), 2, Optional.empty()).holds());
    }

    /// This process must not open the file beside its own [Database].
    private Path released() throws IOException {
        stop();
        return temp.resolve("botmaker.db");
    }

    /// Of equal records, of the same millisecond, some were lost.
    @Test
    void requests_at_the_same_time_each_get_their_record() throws Exception {
        names.put(ID, "many");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                threads.submit(() -> server.send("PATCH", "/api/bots/" + ID, "{}").statusCode());
            }
        }
        assertEquals(40, records().stream().filter(record -> record.startsWith("PATCH")).count());
        assertTrue(Verification.of(released(), 2, Optional.empty()).holds());
    }

    @Test
    void the_newest_come_first_and_older_ones_are_asked_for() throws Exception {
        for (int i = 0; i < 5; i++) {
            server.send("PATCH", "/api/bots/" + ID, "{}");
        }
        JsonValue newest = JsonValue.parse(server.get("/api/audit?limit=2").body());
        assertEquals(6, newest.get("count").integer());
        assertEquals(newest.get("head").string(), newest.get("records").get(0).get("hash").string());
        assertEquals(List.of(6L, 5L), seqs(newest));
        assertEquals(List.of(4L, 3L, 2L, 1L), seqs(JsonValue.parse(server.get("/api/audit?before=5").body())));
        for (String wrong : List.of("before=0", "before=x", "limit=0", "limit=501", "limit=-1", "bevore=5", "before=99999999999999999999")) {
            assertEquals(422, server.get("/api/audit?" + wrong).statusCode(), wrong);
        }
    }

    private static List<Long> seqs(JsonValue page) {
        return page.get("records").elements().stream().map(record -> record.get("seq").integer()).toList();
    }

    /// It waited for its last record for as long as the disk hung, and the service manager killed the whole.
    @Test
    void the_end_does_not_wait_for_a_disk_that_hangs() throws Exception {
        CountDownLatch disk = new CountDownLatch(1);
        Thread hanging = Thread.ofVirtual().start(() -> database.write(_ -> {
            await(disk);
            return true;
        }));
        try {
            assertTimeoutPreemptively(Duration.ofSeconds(60), audit::close);
            assertTrue(hanging.isAlive());
        } finally {
            disk.countDown();
            hanging.join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void texts_are_one_line_of_some_length() throws Exception {
        audit.byItself("x", "", "a\nb\u001b[31m\ud800", "y".repeat(9000));

        Entry entry = new AuditStore(database).before(Long.MAX_VALUE, 1).getFirst();
        assertEquals("a b [31m\ufffd", entry.event().name());
        assertEquals(500, entry.event().detail().length());
        assertFalse(entry.hash().isEmpty());
    }
}
