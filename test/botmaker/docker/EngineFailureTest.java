package botmaker.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure;
import botmaker.support.LiveReply;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the client makes of an engine that is old, odd, broken, slow, frozen or away.
@Timeout(30)
final class EngineFailureTest {
    private static final String LIST = "GET /containers/json";
    private static final String STOP = "POST /containers/c1/stop";
    private static final String LOGS = "GET /containers/c1/logs";
    private static final String INSPECT = "GET /containers/c1/json";

    private final RecordedEngine recorded = RecordedEngine.start();
    private final Engine engine = new Engine(recorded.socket());

    @AfterEach
    void end() throws IOException {
        recorded.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\u0016\u0003\u0001\u0002",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 20\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n[]",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n[]",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[}",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"})
    void garbage_is_an_engine_that_cannot_be_understood(String wire) {
        recorded.on(LIST, Reply.raw(wire));
        assertTrue(down(this::list).getMessage().contains("cannot be parsed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n"})
    void a_truncated_answer_is_never_taken_for_a_whole_one(String wire) {
        recorded.on(LIST, Reply.raw(wire));
        assertTrue(down(this::list).getMessage().contains("broke off its answer"));
    }

    @Test
    void a_huge_header_is_refused() {
        recorded.on(LIST, Reply.raw("HTTP/1.1 200 OK\r\nA: " + "x".repeat(1 << 20) + "\r\n\r\n[]"));
        assertTrue(down(this::list).getMessage().contains("larger than"));
    }

    @Test
    void an_endless_answer_is_refused_at_a_limit() {
        byte[] spaces = " ".repeat(1 << 20).getBytes(UTF_8);
        recorded.on(LIST, out -> {
            Reply.chunked().writeTo(out);
            while (true) {
                Reply.chunk(spaces).writeTo(out);
            }
        });
        assertTrue(down(this::list).getMessage().contains("larger than"));
    }

    @Test
    void an_endless_error_message_is_refused_at_a_limit() {
        recorded.on(LIST, Reply.error(500, "x".repeat(1 << 20)));
        assertTrue(down(this::list).getMessage().contains("larger than"));
    }

    @Test
    void an_error_of_the_engine_keeps_its_status_and_words() {
        recorded.on(LIST, Reply.error(500, "disk on fire"));
        EngineException e = assertThrows(EngineException.class, this::list);
        assertEquals(500, e.status());
        assertEquals("disk on fire", e.getMessage());
    }

    @Test
    void an_error_that_is_no_json_keeps_its_text() {
        recorded.on(LIST, Reply.raw("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\n\r\nproxy"));
        EngineException e = assertThrows(EngineException.class, this::list);
        assertEquals("proxy", e.getMessage());
    }

    @Test
    void already_started_and_already_stopped_are_fine() {
        recorded.on("POST /containers/c1/start", Reply.raw("HTTP/1.1 304 Not Modified\r\n\r\n"))
                .on(STOP, Reply.raw("HTTP/1.1 304 Not Modified\r\n\r\n"));
        assertDoesNotThrow(() -> engine.start("c1"));
        assertDoesNotThrow(() -> engine.stop("c1", Duration.ofSeconds(1)));
    }

    @Test
    void a_removal_that_somebody_else_began_is_waited_for() {
        recorded.on("DELETE /containers/c1", Reply.error(409, "removal of container c1 is already in progress"))
                .on(INSPECT, container("running", false), container("removing", false), Reply.error(404, "No such container"));
        assertDoesNotThrow(() -> engine.remove("c1", true));
        assertEquals(4, recorded.requests().size());
    }

    @Test
    void a_container_that_cannot_be_removed_is_said() {
        recorded.on("DELETE /containers/c1", Reply.error(409, "stop it first"));
        assertTrue(assertThrows(EngineException.class, () -> engine.remove("c1", false)).conflict());
    }

    @Test
    void a_network_that_somebody_else_is_making_is_waited_for() {
        recorded.on("GET /networks", Reply.json(200, "[" + network("n0", "bots-of-others", 0) + "]"), Reply.json(200, "[]"),
                        Reply.json(200, "[" + network("n2", "bots", 2) + "," + network("n1", "bots", 1) + "]"))
                .on("POST /networks/create", Reply.error(403, "networks have same bridge name"));
        assertEquals("n1", engine.networks().ensure("bots", Map.of()).id());
    }

    @Test
    void a_network_that_cannot_be_made_is_said_at_once() {
        recorded.on("GET /networks", Reply.json(200, "[]"))
                .on("POST /networks/create", Reply.error(500, "no such driver"));
        assertThrows(EngineException.class, () -> engine.networks().ensure("bots", Map.of()));
        assertEquals(2, recorded.requests().size());
    }

    private static String network(String id, String name, int second) {
        return """
                {"Id":"%s","Name":"%s","Created":"2026-01-02T03:04:0%dZ","Internal":false,"Labels":null,
                 "Options":{"com.docker.network.bridge.enable_icc":"false"},"IPAM":{"Config":null}}
                """.formatted(id, name, second);
    }

    // frozen and slow

    @Test
    void a_frozen_engine_is_noticed_within_two_seconds() {
        engine.ping();
        recorded.freeze();
        Failure.EngineDown down = inTwoSeconds(this::list);
        assertTrue(down.getMessage().contains("does not answer any more"), down.getMessage());
        recorded.thaw();
        recorded.on(LIST, Reply.json(200, "[]"));
        assertEquals(List.of(), engine.list(Map.of()));
    }

    @Test
    void an_engine_that_was_frozen_from_the_start_is_noticed_within_two_seconds() {
        recorded.freeze();
        inTwoSeconds(this::list);
        inTwoSeconds(engine::ping);
    }

    @Test
    void an_engine_that_freezes_in_the_middle_of_a_stop_is_noticed_within_two_seconds() {
        recorded.on(STOP, out -> {
            recorded.freeze();
            Reply.stall().writeTo(out);
        });
        inTwoSeconds(() -> engine.stop("c1", Duration.ofSeconds(30)));
    }

    @Test
    void an_answer_that_stops_in_its_middle_is_noticed_within_two_seconds_when_the_engine_froze() {
        recorded.on(LIST, Reply.chunked().then(Reply.chunk("[")).then(out -> recorded.freeze()).then(Reply.stall()));
        inTwoSeconds(this::list);
    }

    @Test
    void a_slow_stop_of_a_live_engine_is_waited_for() {
        recorded.on(STOP, Reply.noContent().after(Duration.ofMillis(2600)));
        long start = System.nanoTime();
        engine.stop("c1", Duration.ofSeconds(30));
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() >= 2600);
    }

    @Test
    void a_call_that_never_ends_meets_its_deadline_although_the_engine_lives() {
        recorded.on("POST /containers/c1/exec", Reply.json(201, "{\"Id\":\"e1\"}")).on("POST /exec/e1/start", Reply.stall());
        Failure.EngineDown down = down(() -> engine.exec("c1", List.of("sleep"), Duration.ofSeconds(1)));
        assertTrue(down.getMessage().contains("within 1 s"), down.getMessage());
    }

    @Test
    void a_command_that_goes_on_without_output_meets_the_deadline() {
        recorded.on("POST /containers/c1/exec", Reply.json(201, "{\"Id\":\"e1\"}"))
                .on("POST /exec/e1/start", Reply.raw("HTTP/1.1 200 OK\r\n\r\n"))
                .on("GET /exec/e1/json", Reply.json(200, "{\"Running\":true,\"ExitCode\":null}"));
        assertEquals(Optional.empty(), engine.exec("c1", List.of("daemon"), Duration.ofMillis(300)));
    }

    /// It was told as an engine that is away.
    @Test
    void a_command_that_hangs_is_told_from_an_engine_that_does() {
        recorded.on("POST /containers/c1/exec", Reply.json(201, "{\"Id\":\"e1\"}"))
                .on("POST /exec/e1/start", Reply.chunked().then(Reply.frame(LogFrame.Source.OUT, "beginning")).then(Reply.stall()));
        assertEquals(Optional.empty(), engine.exec("c1", List.of("hang"), Duration.ofSeconds(1)));
        recorded.on("POST /exec/e1/start", Reply.chunked().then(_ -> recorded.freeze()).then(Reply.stall()));
        inTwoSeconds(() -> engine.exec("c1", List.of("hang"), Duration.ofSeconds(30)));
    }

    @Test
    void a_network_that_is_in_use_is_a_conflict() {
        recorded.on("DELETE /networks/n1", Reply.error(403, "network bots has active endpoints"));
        EngineException e = assertThrows(EngineException.class, () -> engine.networks().remove("n1"));
        assertTrue(e.conflict());
        assertEquals("network bots has active endpoints", e.getMessage());
    }

    @Test
    void an_interrupt_ends_a_call_and_leaves_the_flag() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        recorded.on(LIST, out -> {
            asked.countDown();
            Reply.stall().writeTo(out);
        });
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            thrown.set(assertThrows(Failure.EngineDown.class, this::list));
            flag.set(Thread.currentThread().isInterrupted());
        });
        asked.await();
        caller.interrupt();
        caller.join();
        assertInstanceOf(Failure.EngineDown.class, thrown.get());
        assertTrue(flag.get());
    }

    /// Two missed pings broke off a pull that went on all the while, on a host with much to do.
    @Test
    void progress_on_the_stream_proves_that_the_engine_lives() {
        missPings();
        Reply pull = Reply.chunked();
        for (int i = 0; i < 10; i++) {
            pull = pull.then(Reply.chunk("{\"status\":\"Downloading\"}\n").after(Duration.ofMillis(400)));
        }
        recorded.on("POST /images/create", pull.then(Reply.lastChunk()));
        AtomicInteger steps = new AtomicInteger();
        engine.images().pull("openclaw", _ -> steps.incrementAndGet());
        assertEquals(10, steps.get());
    }

    /// A step of a build may print nothing for a while.
    @Test
    void a_build_may_be_silent_for_longer_than_two_missed_pings() {
        missPings();
        recorded.on("POST /build", Reply.chunked().then(Reply.chunk("{\"stream\":\"Step 1/1\"}\n"))
                .then(Reply.chunk("{\"stream\":\"done\"}\n").after(Duration.ofSeconds(5))).then(Reply.lastChunk()));
        AtomicInteger steps = new AtomicInteger();
        engine.images().build(new ByteArrayInputStream(new byte[1 << 20]), Map.of(), "t", _ -> steps.incrementAndGet());
        assertEquals(2, steps.get());
    }

    /// A stop has no stream of its own: what the engine sends on another connection proves the same.
    @Test
    void what_the_engine_sends_on_any_connection_proves_that_it_lives() {
        missPings();
        LiveReply live = new LiveReply();
        recorded.on("GET /events", live).on(STOP, Reply.noContent().after(Duration.ofSeconds(4)));
        Thread talker = Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    live.line("{\"Action\":\"kill\",\"Actor\":{\"ID\":\"c1\",\"Attributes\":{}}}");
                    Thread.sleep(200);
                }
            } catch (InterruptedException _) {
                // the test is over
            }
        });
        try (EngineStream<Engine.Event> events = engine.events(Map.of())) {
            Thread reader = Thread.ofVirtual().start(() -> {
                while (events.next().isPresent()) {
                    // keeps reading
                }
            });
            assertDoesNotThrow(() -> engine.stop("c1", Duration.ofSeconds(30)));
            reader.interrupt();
        } finally {
            talker.interrupt();
        }
    }

    private void missPings() {
        engine.ping();
        recorded.on("GET /_ping", Reply.stall());
    }

    // large and odd

    /// The list was cut at 8 MiB, about 5,800 containers, and then all bots were unknown for good.
    @Test
    void a_list_may_be_longer_than_any_other_answer() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 6_000; i++) {
            all.append(i == 0 ? "[" : ",\n ").append("{\"Id\":\"c").append(i)
                    .append("\",\"State\":\"running\",\"Labels\":{\"a\":\"n, [{]}\\\"").append(i).append("x".repeat(2_000)).append("\"}}");
        }
        recorded.on(LIST, Reply.json(200, all.append("]\n").toString()));
        List<Container.Summary> list = engine.list(Map.of());
        assertEquals(6_000, list.size());
        assertEquals("n, [{]}\"5999" + "x".repeat(2_000), list.getLast().labels().get("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[", "[{}", "[{\"Id\":\"c\"},]", "[,{\"Id\":\"c\"}]", "[{\"Id\":\"c\"}{\"Id\":\"d\"}]",
            "[{\"Id\":\"c\"}]]", "[{\"Id\":\"c\"}] x", "[{\"Id\":\"c\"]", "[{}]", "[1]", "[\"Id\"]", "[null]"})
    void a_list_is_read_as_strictly_as_any_answer(String body) {
        recorded.on(LIST, Reply.json(200, body));
        assertTrue(down(this::list).getMessage().contains("cannot be parsed"));
    }

    /// One state that the engine had and BotMaker's enumeration lacked made every look at every bot fail.
    @Test
    void what_is_new_about_one_container_costs_no_other() {
        recorded.on(LIST, Reply.json(200, "[{\"Id\":\"c1\",\"State\":\"hibernating\"},{\"Id\":\"c2\",\"State\":\"running\"}]"));
        assertEquals(List.of(Container.State.UNKNOWN, Container.State.RUNNING),
                engine.list(Map.of()).stream().map(Container.Summary::state).toList());
        recorded.on(INSPECT, container("hibernating", false));
        assertEquals(Container.State.UNKNOWN, engine.inspect("c1").state());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"Id\":\"c1\"}", "{\"Id\":\"c1\",\"State\":\"running\",\"Config\":{\"Labels\":{\"a\":\"b\"}}}",
            "{\"Id\":\"c1\",\"Name\":7,\"State\":{\"Status\":\"running\"},\"Config\":{\"Labels\":{\"a\":\"b\"}}}"})
    void a_container_that_cannot_be_parsed_is_unknown(String json) {
        recorded.on(INSPECT, Reply.json(200, json));
        Container container = engine.inspect("c1");
        assertEquals("c1", container.id());
        assertEquals(Container.State.UNKNOWN, container.state());
        assertTrue(container.error().contains("cannot be parsed"), container.error());
    }

    /// One network of somebody else that Java could not parse made every look at every bot fail.
    @ParameterizedTest
    @ValueSource(strings = {"{\"Id\":7}", "{}", "7", "{\"Id\":\"n9\",\"Name\":\"x\",\"Created\":\"yesterday\"}",
            "{\"Id\":\"n9\",\"Name\":\"x\",\"Created\":\"2026-01-02T03:04:05Z\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10.1.2.3.4/99\"}]}}"})
    void a_network_that_cannot_be_parsed_hides_no_other(String odd) {
        recorded.on("GET /networks", Reply.json(200, "[" + odd + "," + network("n1", "bots", 1) + "]"));
        assertEquals("n1", engine.networks().named("bots").orElseThrow().id());
    }

    // away

    @Test
    void an_absent_engine_is_said_at_once_and_found_when_it_comes() throws Exception {
        recorded.on(LIST, Reply.json(200, "[]"));
        engine.list(Map.of());
        recorded.goAway();
        assertTrue(down(this::list).getMessage().contains("cannot be reached"));
        recorded.comeBack();
        assertEquals(List.of(), engine.list(Map.of()));
    }

    /// Docker could not be stopped while BotMaker ran: each retry made systemd start it again.
    @Test
    void an_engine_that_somebody_stopped_is_not_started_again_by_trying(@TempDir Path directory) throws Exception {
        AtomicReference<String> service = new AtomicReference<>("active");
        Client.SocketActivation activation = new Client.SocketActivation(directory, recorded.socket(), service::get);
        Engine watched = new Engine(recorded.socket(), activation);
        service.set("inactive");
        watched.ping(); // what is wanted at the start may start it
        recorded.on(LIST, Reply.json(200, "[]"));
        watched.list(Map.of());

        for (String stopped : List.of("deactivating", "inactive", "failed")) {
            service.set("active");
            assertDoesNotThrow(() -> watched.list(Map.of()));
            recorded.on("GET /events", Reply.chunked().then(Reply.lastChunk()));
            watched.events(Map.of()).close(); // it ended the stream
            service.set(stopped);
            int before = recorded.requests().size();
            assertTrue(down(() -> watched.list(Map.of())).getMessage().contains("systemctl start docker"));
            assertTrue(down(watched::ping).getMessage().contains("systemctl start docker"));
            assertEquals(before, recorded.requests().size());
        }
        service.set("active");
        assertDoesNotThrow(() -> watched.list(Map.of()));

        recorded.goAway();
        down(() -> watched.list(Map.of()));
        service.set("inactive");
        recorded.comeBack();
        assertTrue(down(() -> watched.list(Map.of())).getMessage().contains("systemctl start docker"));
        assertEquals(List.of(), engine.list(Map.of()), "an engine elsewhere, or without systemd, is asked as ever");
    }

    // versions

    @ParameterizedTest
    @CsvSource({"12,41,1.41", "24,44,1.44", "24,47,1.47", "44,55,1.47"})
    void the_newest_common_version_is_spoken(int oldest, int newest, String spoken) {
        recorded.speaking(oldest, newest).on(LIST, Reply.json(200, "[]"));
        engine.list(Map.of());
        assertEquals(spoken, recorded.requests().getFirst().version());
    }

    @ParameterizedTest
    @CsvSource({"12,24,1.24", "12,40,1.40", "50,55,1.50"})
    void without_a_common_version_it_says_which_are_needed(int oldest, int newest, String named) {
        recorded.speaking(oldest, newest);
        String message = down(this::list).getMessage();
        assertTrue(message.contains(named) && message.contains("1.41"), message);
    }

    @Test
    void an_engine_upgraded_under_us_is_asked_again() {
        recorded.on(LIST, Reply.json(200, "[]"));
        engine.list(Map.of());
        recorded.speaking(44, 55);
        engine.list(Map.of());
        recorded.speaking(12, 41);
        engine.list(Map.of());
        // a version that is refused is tried once, then the right one
        assertEquals(List.of("1.41", "1.41", "1.47", "1.47", "1.41"), recorded.requests().stream().map(RecordedEngine.Request::version).toList());
    }

    @Test
    void a_newer_version_is_used_as_soon_as_an_answer_names_it() {
        recorded.on(LIST, Reply.raw("HTTP/1.1 200 OK\r\nApi-Version: 1.44\r\nContent-Length: 2\r\n\r\n[]"));
        engine.list(Map.of());
        recorded.speaking(24, 44);
        engine.list(Map.of());
        engine.list(Map.of());
        assertEquals(List.of("1.41", "1.44", "1.44"), recorded.requests().stream().map(RecordedEngine.Request::version).toList());
    }

    @Test
    void what_is_no_engine_is_said() {
        recorded.on("GET /_ping", Reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"));
        assertTrue(down(this::list).getMessage().contains("is not a Docker Engine"));
    }

    private void list() {
        engine.list(Map.of());
    }

    private static Failure.EngineDown down(Executable call) {
        return assertThrows(Failure.EngineDown.class, call);
    }

    private static Failure.EngineDown inTwoSeconds(Executable call) {
        long start = System.nanoTime();
        Failure.EngineDown down = down(call);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        // 2 s is the promise, 10 s the end of the call itself; between them is room for a machine that has other things to do
        assertTrue(taken.compareTo(Duration.ofSeconds(8)) < 0, taken + ": " + down.getMessage());
        return down;
    }

    private static Reply container(String state, boolean terminal) {
        return Reply.json(200, """
                {"Id":"c1","Name":"/botmaker-1","Image":"sha256:00","Created":"2026-01-02T03:04:05Z","RestartCount":0,
                 "State":{"Status":"%s","ExitCode":0,"OOMKilled":false,"Error":"","StartedAt":"0001-01-01T00:00:00Z",
                          "FinishedAt":"0001-01-01T00:00:00Z"},
                 "Config":{"Image":"openclaw:1","Labels":{},"Tty":%s},"NetworkSettings":{"Networks":{}}}
                """.formatted(state, terminal));
    }
}
