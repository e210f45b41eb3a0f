package botmaker.logs;

import static botmaker.docker.LogFrame.Source.OUT;
import static botmaker.logs.Recording.EVENTS;
import static botmaker.logs.Recording.LOG;
import static botmaker.logs.Recording.STATE;
import static botmaker.logs.Recording.death;
import static botmaker.logs.Recording.following;
import static botmaker.logs.Recording.frames;
import static botmaker.logs.Recording.live;
import static botmaker.logs.Recording.log;
import static botmaker.logs.Recording.silence;
import static botmaker.logs.Recording.state;
import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.docker.Engine;
import botmaker.json.JsonValue.JsonObject;
import botmaker.support.LiveReply;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a follower makes of a recorded engine's answers. Each time that it has read to the end it asks for as many of the last frames,
/// to see whether they begin with the same one.
@Timeout(30)
final class FollowerTest {
    private final RecordedEngine engine = RecordedEngine.start();
    private final Collector collected = new Collector();
    private Thread thread = new Thread();

    @BeforeEach
    void running() {
        engine.on(STATE, state("running", 1, 0)).on(EVENTS, silence());
    }

    @AfterEach
    void stop() throws Exception {
        thread.interrupt();
        thread.join();
        engine.close();
    }

    /// The engine had rotated the log under a follow whose reader slept, and the lines between were missing without a word.
    @Test
    void a_follow_that_was_blocked_for_over_a_second_is_resumed_from_the_position() throws Exception {
        collected.sleepAt = "3";
        engine.on(LOG, log(1, 2), log(1, 2), live(1, 4), log(1, 6), log(4, 6), following(1, 7));
        follow();
        assertEquals(List.of("1", "2", "3", "4", "5", "6", "7"), collected.take(7));
    }

    /// Engine 20.10 repeated three lines, or 149, when it rotated the log of a busy container; their ids were wrong as well.
    @Test
    void lines_that_a_follow_repeats_are_not_passed_on() throws Exception {
        LiveReply live = live(1, 5);
        live.frame(OUT, Recording.text(4));
        live.frame(OUT, Recording.text(5));
        live.frame(OUT, Recording.text(6));
        engine.on(LOG, log(1, 2), log(1, 2), live, log(1, 7), log(6, 7), following(1, 8));
        follow();
        assertEquals(List.of("1", "2", "3", "4", "5", "6", "7", "8"), collected.take(8));
    }

    /// When 300,000 lines came in three seconds the engine went from one file to the newest and left out those between.
    @Test
    void lines_that_a_follow_leaves_out_are_fetched() throws Exception {
        LiveReply live = live(1, 2);
        Reply whole = frames(1, 2);
        List<String> expected = new ArrayList<>(List.of("1", "2"));
        for (int i = 0; i < 80; i++) {
            String text = "x".repeat(1_000) + i;
            expected.add(text);
            live.frame(OUT, burst(i, text));
            whole = whole.then(Reply.frame(OUT, burst(i, text)));
        }
        live.frame(OUT, burst(500, "after"));
        whole = whole.then(Reply.frame(OUT, burst(250, "between"))).then(Reply.frame(OUT, burst(500, "after")));
        expected.addAll(List.of("between", "after"));
        engine.on(LOG, log(1, 2), log(1, 2), live, whole.then(Reply.lastChunk()));
        follow();
        assertEquals(expected, collected.take(expected.size()));
    }

    /// A line of its own millisecond, well after [Recording]'s first ones.
    private static String burst(int milli, String text) {
        return Timestamp.text(Timestamp.nanos(Instant.parse("2026-01-01T00:01:00Z")) + milli * 1_000_000L) + " " + text + "\n";
    }

    /// A follow's end may come before the last lines; they belong before the death.
    @Test
    void the_last_lines_come_before_the_death() throws Exception {
        LiveReply live = live(1, 3);
        engine.on(LOG, log(1, 2), log(1, 2), live, log(1, 5), log(4, 5));
        follow();
        collected.take(3);
        engine.on(STATE, state("exited", 1, 3));
        live.end();
        assertEquals(List.of("4", "5", "died 3"), collected.take(3));
    }

    /// The engine restarted the container after it was looked at and before its log was opened: the new run's lines came without
    /// a word, and the death was told at the next one.
    @Test
    void a_restart_that_is_noticed_late_comes_before_the_lines_of_the_new_run() throws Exception {
        LiveReply live = live(1, 2);
        engine.on(LOG, log(1, 2), log(1, 2), live, log(1, 3), log(1, 3), log(3, 3), following(1, 4));
        followQuietly();
        engine.on(STATE, state("running", 1, 0), state("running", 5, 0));
        engine.on(EVENTS, remembered(9), silence());
        live.end();
        assertEquals(List.of("died 9", "started", "3", "4"), collected.take(4));
    }

    /// A death that was seen but not told yet came after the lines of the next run.
    @Test
    void a_start_right_after_a_death_leaves_the_death_before_it() throws Exception {
        LiveReply live = live(1, 2);
        engine.on(LOG, log(1, 2), log(1, 2), live, log(1, 3), log(1, 3), log(3, 3), following(1, 4));
        followQuietly();
        engine.on(STATE, state("exited", 1, 9), state("running", 5, 0));
        live.end();
        assertEquals(List.of("died 9", "started", "3", "4"), collected.take(4));
    }

    /// Lines that had been read waited for the engine to answer what is asked before a follow.
    @Test
    void what_was_read_is_shown_before_the_engine_is_asked_on() throws Exception {
        engine.on(LOG, log(1, 2), Reply.stall());
        follow();
        collected.take(2);
        while (logsAsked() < 2) {
            Thread.sleep(10);
        }
        assertEquals(2, collected.shown);
    }

    private long logsAsked() {
        return engine.requests().stream().filter(request -> request.line().equals(LOG)).count();
    }

    @Test
    void a_container_that_is_down_costs_no_reading_until_it_starts() throws Exception {
        engine.on(STATE, state("exited", 1, 0)).on(LOG, log(1, 2), log(1, 2), log(1, 3), log(3, 3), following(1, 4));
        follow();
        assertEquals(List.of("1", "2"), collected.take(2));
        Thread.sleep(500);
        assertEquals(2, logsAsked());
        engine.on(STATE, state("running", 5, 0));
        assertEquals(List.of("started", "3", "4"), collected.take(3));
    }

    /// A container between `docker rm` and its end refuses to be read, which is no fault of the engine.
    @Test
    void a_refusal_while_the_container_is_removed_is_not_told() throws Exception {
        engine.on(LOG, Reply.error(409, "marked for removal"), Reply.error(404, "no such container"), log(1, 2), log(1, 2), following(1, 3));
        follow();
        assertEquals(List.of("1", "2", "3"), collected.take(3));
    }

    /// What the engine remembers of a death.
    private static Reply remembered(int exitCode) {
        return Reply.chunked().then(Reply.chunk(death(exitCode, 5) + "\n")).then(Reply.stall());
    }

    /// Follows until the two lines of the first reading have come and the engine is not asked any more.
    private void followQuietly() throws InterruptedException {
        follow();
        collected.take(2);
        int requests;
        do {
            requests = engine.requests().size();
            Thread.sleep(200);
        } while (engine.requests().size() > requests);
    }

    private void follow() {
                LogRequest<Position> all = new LogRequest<>(Optional.empty(), OptionalInt.empty(), Optional.empty(), true);
        Follower follower = new Follower(new Engine(engine.socket()), new OneBot(), "b1", all, collected, Optional.empty());
        thread = Thread.ofVirtual().start(() -> {
            try {
                collected.all.add("end " + follower.run());
            } catch (IOException | RuntimeException e) {
                collected.all.add(e.toString());
            } catch (InterruptedException _) {
                // the test is over
            }
        });
    }

    private static final class Collector implements Follower.Sink {
        private final BlockingQueue<String> all = new LinkedBlockingQueue<>();
        private volatile String sleepAt = "";
        private volatile int lines;
        private volatile int shown;

        @Override
        public void line(Line line, Position after) throws InterruptedException {
            lines++;
            all.add(line.text());
            if (line.text().equals(sleepAt)) {
                Thread.sleep(1_100);
            }
        }

        @Override
        public void event(String name, JsonObject data) {
            all.add(data.find("exitCode").map(code -> name + " " + code.integer()).orElse(name));
        }

        @Override
        public void at(Position position) {}

        @Override
        public void flush() {
            shown = lines;
        }

        private List<String> take(int count) throws InterruptedException {
            return Stream.generate(() -> {
                try {
                    return all.take();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }).limit(count).toList();
        }
    }
}
