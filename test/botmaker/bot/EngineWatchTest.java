package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotId;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.Subscription;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.LiveReply;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is asked of an engine and when, and how long what it said counts, by a clock of the test's own.
class EngineWatchTest {
    @TempDir
    Path data;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000); // a monotonic clock may be anywhere, and overflow
    private volatile String broken = "none"; // the thread that fails by a fault of our own
    private final LiveReply events = new LiveReply();
    private RecordedEngine engine;
    private Workshop shop;

    @BeforeEach
    void begin() throws Exception {
        engine = RecordedEngine.start()
                .on("GET /events", events)
                .on("GET /containers/json", Reply.json(200, "[]"))
                .on("GET /networks", Reply.json(200, "[]"))
                .on("GET /images/absent:1/json", Reply.error(404, "No such image: absent:1"))
                .on("GET /images/sha256:0/json", Reply.error(404, "No such image: sha256:0"));
        shop = Workshop.on(engine.socket(), data, this::nanoTime);
        shop.bots.look(); // one at a time: the first is over
    }

    @AfterEach
    void end() throws Exception {
        shop.crash();
        engine.close();
    }

    /// A health check every 30 s is three events: a hundred bots cost 600 calls of the engine in that time.
    @Test
    void only_what_happens_to_a_container_leads_to_a_look() {
        BotId checked = BotId.random();
        for (String action : List.of("exec_create: sh -c true", "exec_start: sh -c true", "exec_die")) {
            event(action, checked);
        }
        for (String action : List.of("die", "start", "health_status: unhealthy", "rename", "update", "destroy")) {
            BotId bot = BotId.random();
            event(action, bot);
            Workshop.await("it is looked at for " + action, () -> looks(bot) == 1);
        }
        assertEquals(0, looks(checked));
    }

    /// With some hundred bots on a slow engine all were unknown, and BotMaker degraded, for a part of every half a minute.
    @Test
    void a_look_that_takes_long_is_no_doubt_while_it_gets_on() {
        List<Optional<String>> problems = new CopyOnWriteArrayList<>();
        script(10, out -> {
            if (problems.size() < 10) { // what comes then are orphans, which are asked for once more
                now.addAndGet(Duration.ofSeconds(20).toNanos());
                problems.add(shop.bots.engineProblem());
            }
            stopped().writeTo(out);
        });

        shop.bots.registry().requestResync(); // so that it is looked at once more by the thread that pings

        Workshop.await("all are looked at", () -> problems.size() >= 10);
        assertEquals(Set.of(Optional.empty()), new HashSet<>(problems));
    }

    @Test
    void a_quiet_engine_is_believed_while_it_answers_pings() {
        Optional<Instant> before = shop.bots.registry().engine().observedAt();
        now.addAndGet(Duration.ofSeconds(36).toNanos());
        Workshop.await("it answered one", () -> shop.bots.engineProblem().isEmpty());
        assertEquals(before, shop.bots.registry().engine().observedAt(), "it was looked at instead");
    }

    /// A look that hung let dashboards show for ever what had been true once.
    @Test
    void a_look_that_hangs_makes_doubtful_what_is_known_and_that_is_told() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        script(1, out -> {
            if (told.getCount() > 0) {
                now.addAndGet(Duration.ofSeconds(36).toNanos());
                told.await();
            }
            stopped().writeTo(out);
        });
        try (Subscription changes = shop.bots.registry().subscribe()) {
            shop.bots.registry().requestResync();

            assertTrue(changes.take(Duration.ofSeconds(30)).engine());
            assertEquals("The Docker Engine last answered more than 35 s ago.", shop.bots.engineProblem().orElseThrow());
            told.countDown();
            assertTrue(changes.take(Duration.ofSeconds(30)).engine());
            assertEquals(Optional.empty(), shop.bots.engineProblem());
        }
    }

    /// Bots were shown as they had been once, for as long as every look failed by a fault of BotMaker's own.
    @Test
    void looks_that_fail_by_a_fault_of_our_own_make_doubtful_what_is_known_until_one_succeeds() {
        script(1, stopped());
        broken = "engine-pinger";
        shop.bots.registry().requestResync();
        Workshop.await("it is doubtful", () -> shop.bots.engineProblem().isPresent());
        assertEquals("BotMaker could not parse the Docker Engine's response; see BotMaker's log.", shop.bots.engineProblem().orElseThrow());
        broken = "none";
        Workshop.await("it is not any more", () -> shop.bots.engineProblem().isEmpty());
    }

    /// One unexpected exception ended the thread that follows the engine's events, and what happened to bots was not seen any more.
    @Test
    void a_fault_of_our_own_while_events_are_followed_ends_nothing() {
        broken = "engine-follower";
        events.end();
        Workshop.await("it is doubtful", () -> shop.bots.engineProblem().isPresent());
        assertEquals("BotMaker could not parse the Docker Engine's response; see BotMaker's log.", shop.bots.engineProblem().orElseThrow());
        broken = "none";
        Workshop.await("it is not any more", () -> shop.bots.engineProblem().isEmpty());
        BotId bot = BotId.random();
        Workshop.await("events are followed again", () -> {
            event("start", bot); // again and again: the feeds that were closed meanwhile take some
            return looks(bot) > 0;
        });
    }

    /// A dashboard that asked in the moment of doubt showed it until something else changed.
    @Test
    void that_a_doubt_is_over_is_told_also_where_it_was_short() throws Exception {
        BotRegistry registry = new BotRegistry(Clock.systemUTC(), now::get, () -> false);
        registry.engineLooked();
        try (Subscription changes = registry.subscribe()) {
            now.addAndGet(Duration.ofSeconds(36).toNanos());
            assertTrue(registry.engine().problem().isPresent());
            registry.engineAnswered();
            registry.publishAge();
            assertTrue(changes.take(Duration.ofSeconds(1)).engine());
            registry.publishAge();
            assertFalse(changes.take(Duration.ofMillis(1)).engine());
        }
    }

    private long nanoTime() {
        if (Thread.currentThread().getName().equals(broken)) {
            throw new IllegalStateException("a fault of our own");
        }
        return now.get();
    }

    private Map<String, String> labels(BotId id) {
        Map<String, String> labels = new HashMap<>(shop.labels());
        labels.put("botmaker.managed", "true");
        labels.put("botmaker.bot-id", id.value());
        return labels;
    }

    private static JsonValue json(Map<String, String> texts) {
        ObjectBuilder object = Json.object();
        texts.forEach(object::put);
        return object.build();
    }

    private void event(String action, BotId id) {
        events.line(Json.object().put("Type", "container").put("Action", action)
                .put("Actor", Json.object().put("ID", "c").put("Attributes", json(labels(id))).build())
                .put("timeNano", 1_700_000_000_000_000_009L).build().toString());
    }

    private long looks(BotId id) {
        return engine.requests().stream().filter(request -> request.path().equals("/containers/json")
                && request.query().contains(id.value())).count();
    }

    /// From now on there are so many containers, of which each inspection is answered like this.
    private void script(int containers, Reply inspection) {
        engine.on("GET /containers/c/json", inspection)
                .on("GET /containers/json", Reply.json(200, Json.array(IntStream.range(0, containers).mapToObj(_ -> Json.object()
                        .put("Id", "c").put("ImageID", "sha256:0").put("Labels", json(labels(BotId.random())))
                        .put("State", "exited").build()).toList()).toString()));
    }

    private static Reply stopped() {
        return Reply.json(200, """
                {"Id": "c", "Name": "/c", "Image": "sha256:0", "Created": "2026-01-02T03:04:05Z", "RestartCount": 0,
                 "Config": {}, "NetworkSettings": {},
                 "State": {"Status": "exited", "StartedAt": "2026-01-02T03:04:05Z", "FinishedAt": "2026-01-02T03:04:06Z"}}""");
    }
}
