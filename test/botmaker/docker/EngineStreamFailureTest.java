package botmaker.docker;

import static botmaker.docker.LogFrame.Source.ERR;
import static botmaker.docker.LogFrame.Source.OUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure;
import botmaker.support.LiveReply;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the client makes of logs, events and progress that are cut, silent, closed or garbage.
@Timeout(30)
final class EngineStreamFailureTest {
    private static final String LOGS = "GET /containers/c1/logs";

    private final RecordedEngine recorded = RecordedEngine.start().on("GET /containers/c1/json", Reply.json(200, """
            {"Id":"c1","Name":"/botmaker-1","Image":"sha256:00","Created":"2026-01-02T03:04:05Z","RestartCount":0,
             "State":{"Status":"running","ExitCode":0,"OOMKilled":false,"Error":"","StartedAt":"2026-01-02T03:04:06Z",
                      "FinishedAt":"0001-01-01T00:00:00Z"},
             "Config":{"Image":"openclaw:1","Labels":{},"Tty":false},"NetworkSettings":{"Networks":{}}}
            """));
    private final Engine engine = new Engine(recorded.socket());

    @AfterEach
    void end() throws IOException {
        recorded.close();
    }

    @Test
    void frames_come_whole_however_the_chunks_are_cut() {
        recorded.on(LOGS, Reply.chunked()
                .then(Reply.chunk("\1\0\0")).then(Reply.chunk("\0\0\0\0\5he").after(Duration.ofMillis(50)))
                .then(Reply.chunk("llo").after(Duration.ofMillis(50)))
                .then(Reply.frame(ERR, "oops\n")).then(Reply.frame(OUT, "x".repeat(200_000))).then(Reply.lastChunk()));
        try (EngineStream<LogFrame> logs = log(false)) {
            assertEquals("hello", text(logs.next()));
            assertEquals(ERR, logs.next().orElseThrow().source());
            assertEquals(200_000, logs.next().orElseThrow().payload().length);
            assertEquals(Optional.empty(), logs.next());
            assertEquals(Optional.empty(), logs.next());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\4\0\0\0\0\0\0\1x", "\1\1\0\0\0\0\0\1x", "\1\0\0\0\177\0\0\0x", "plain text, no frame at all\n"})
    void insane_frames_are_garbage(String bytes) {
        recorded.on(LOGS, Reply.chunked().then(Reply.chunk(bytes)).then(Reply.stall()));
        try (EngineStream<LogFrame> logs = log(true)) {
            assertTrue(down(logs::next).getMessage().contains("cannot be parsed"));
        }
    }

    @Test
    void an_error_inside_the_stream_is_the_engines_word() {
        recorded.on(LOGS, Reply.chunked().then(Reply.chunk("\3\0\0\0\0\0\0\4gone")).then(Reply.lastChunk()));
        try (EngineStream<LogFrame> logs = log(false)) {
            assertEquals("gone", assertThrows(EngineException.class, logs::next).getMessage());
        }
    }

    @Test
    void a_log_that_is_cut_is_no_log_that_ended() {
        LiveReply live = new LiveReply();
        recorded.on(LOGS, live);
        try (EngineStream<LogFrame> logs = log(true)) {
            live.frame(OUT, "one\n");
            assertEquals("one\n", text(logs.next()));
            live.cut();
            down(logs::next);
        }
    }

    @Test
    void ready_tells_when_the_next_frame_is_here_in_full() {
        LiveReply live = new LiveReply();
        recorded.on(LOGS, live);
        try (EngineStream<LogFrame> logs = log(true)) {
            assertFalse(logs.ready());
            live.frame(OUT, "one\n");
            assertEquals("one\n", text(logs.next()));
            assertFalse(logs.ready());
            live.end();
            assertEquals(Optional.empty(), logs.next());
            assertTrue(logs.ready());
        }
    }

    @Test
    void closing_a_log_from_another_thread_ends_a_waiting_reader() throws Exception {
        recorded.on(LOGS, new LiveReply());
        EngineStream<LogFrame> logs = log(true);
        CompletableFuture<Optional<LogFrame>> reader = CompletableFuture.supplyAsync(logs::next);
        Thread.sleep(100);
        logs.close();
        assertEquals(Optional.empty(), reader.get(5, TimeUnit.SECONDS));
        assertEquals(Optional.empty(), logs.next());
        assertTrue(logs.ready());
    }

    @Test
    void a_log_that_ends_by_itself_is_watched() {
        recorded.on(LOGS, Reply.chunked().then(Reply.stall()));
        try (EngineStream<LogFrame> logs = log(false)) {
            recorded.freeze();
            down(logs::next);
        }
    }

    @Test
    void a_follow_may_be_silent_for_longer_than_any_deadline() {
        LiveReply live = new LiveReply();
        recorded.on(LOGS, live);
        try (EngineStream<LogFrame> logs = log(true)) {
            recorded.freeze();
            CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS).execute(() -> live.frame(OUT, "late\n"));
            assertEquals("late\n", text(logs.next()));
        }
    }

    @Test
    void only_so_many_logs_are_open_and_a_closed_one_makes_room() {
        recorded.on(LOGS, Reply.chunked().then(Reply.stall()));
        List<EngineStream<LogFrame>> open = new ArrayList<>();
        try {
            for (int i = 0; i < Engine.MAX_LOG_STREAMS; i++) {
                open.add(log(true));
            }
            assertThrows(Failure.Unavailable.class, () -> log(false));
            open.getFirst().close();
            open.getFirst().close();
            open.add(log(true));
            assertThrows(Failure.Unavailable.class, () -> log(false));
        } finally {
            open.forEach(EngineStream::close);
        }
    }

    @Test
    void a_log_that_cannot_be_opened_takes_no_room() {
        recorded.on(LOGS, Reply.error(500, "no"));
        for (int i = 0; i <= Engine.MAX_LOG_STREAMS; i++) {
            assertThrows(EngineException.class, () -> log(false));
        }
    }

    @Test
    void events_are_read_line_by_line_and_asked_for_without_a_gap() {
        LiveReply live = new LiveReply();
        recorded.on("GET /events", live);
        try (EngineStream<Engine.Event> feed = engine.events(Map.of("a", "b"), Instant.ofEpochSecond(5))) {
            live.line("{\"Type\":\"container\",\"Action\":\"die\",\"Actor\":{\"ID\":\"c1\",\"Attributes\":{\"exitCode\":\"78\"}},"
                    + "\"time\":1700000000}");
            Engine.Event event = feed.next().orElseThrow();
            assertEquals(new Engine.Event("die", "c1", Map.of("exitCode", "78")), event);
            live.line("{\"Type\":");
            assertTrue(down(feed::next).getMessage().contains("cannot be parsed"));
        }
        assertTrue(recorded.requests().getFirst().query().startsWith("since=5.000000000&filters="));
    }

    @Test
    void closing_the_feed_ends_a_waiting_reader() throws Exception {
        recorded.on("GET /events", new LiveReply());
        EngineStream<Engine.Event> feed = engine.events(Map.of());
        CompletableFuture<Optional<Engine.Event>> reader = CompletableFuture.supplyAsync(feed::next);
        Thread.sleep(100);
        feed.close();
        assertEquals(Optional.empty(), reader.get(5, TimeUnit.SECONDS));
    }

    @Test
    void a_failing_step_of_a_pull_is_the_engines_word() {
        recorded.on("POST /images/create", Reply.chunked()
                .then(Reply.chunk("{\"status\":\"Downloading\",\"id\":\"l1\",\"progressDetail\":{\"current\":3,\"total\":9}}\r\n"))
                .then(Reply.chunk("{\"errorDetail\":{\"message\":\"no space\"},\"error\":\"no space\"}\r\n")).then(Reply.lastChunk()));
        List<Images.Progress> steps = new ArrayList<>();
        EngineException e = assertThrows(EngineException.class, () -> engine.images().pull("openclaw", steps::add));
        assertEquals("no space", e.getMessage());
        assertEquals(List.of(new Images.Progress("Downloading", Optional.of("l1"), 3, 9)), steps);
    }

    @Test
    void a_refusal_in_the_middle_of_an_upload_is_heard() {
        engine.ping();
        recorded.on("POST /build", Reply.json(200, "{\"stream\":\"never\"}"));
        recorded.speaking(44, 55);
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> down(() ->
                engine.images().build(new ByteArrayInputStream(new byte[1 << 20]), Map.of(), "t", _ -> {})));
    }

    private EngineStream<LogFrame> log(boolean follow) {
        return engine.logs(engine.inspect("c1"), OptionalInt.empty(), follow);
    }

    private static Failure.EngineDown down(Executable call) {
        return assertThrows(Failure.EngineDown.class, call);
    }

    private static String text(Optional<LogFrame> frame) {
        return new String(frame.orElseThrow().payload(), UTF_8);
    }
}
