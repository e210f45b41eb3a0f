package botmaker.logs;

import static botmaker.docker.LogFrame.Source.OUT;
import static botmaker.logs.Recording.CONTAINER;
import static botmaker.logs.Recording.EVENTS;
import static botmaker.logs.Recording.LOG;
import static botmaker.logs.Recording.STATE;
import static botmaker.logs.Recording.following;
import static botmaker.logs.Recording.frames;
import static botmaker.logs.Recording.live;
import static botmaker.logs.Recording.log;
import static botmaker.logs.Recording.silence;
import static botmaker.logs.Recording.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.docker.EngineStream;
import botmaker.docker.LogFrame;
import botmaker.http.TestServer;
import botmaker.logs.EventReader.Event;
import botmaker.support.LiveReply;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a log's reader sees when the engine fails.
@Timeout(60)
final class LogFailureTest {
    private static final String FEW = "/api/bots/b1/logs?tail=all";

    private RecordedEngine engine;
    private Engine client;
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        engine = RecordedEngine.start();
        engine.on(STATE, state("running", 1, 0)).on(EVENTS, silence());
        LoggedBots bots = new OneBot();
        client = new Engine(engine.socket());
        server = EventReader.serve(client, bots);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        engine.close();
    }

    @Test
    void a_follow_that_breaks_off_is_told_and_goes_on() throws Exception {
        LiveReply live = live(1, 3);
        engine.on(LOG, log(1, 2), log(1, 2), live, log(1, 4), log(4, 4), following(1, 5));
        try (EventReader reader = open(FEW)) {
            assertEquals(List.of("1", "2", "3"), names(reader.untilLine("3")));
            live.cut();
            List<Event> events = reader.untilLine("5");
            assertEquals(List.of("engine", "engine", "4", "5"), names(events));
            assertFalse(events.get(0).data().get("available").bool());
            assertTrue(events.get(0).data().get("detail").string().contains("broke off"), events::toString);
            assertTrue(events.get(1).data().get("available").bool());
        }
    }

    @Test
    void an_engine_that_goes_away_is_told_and_the_log_goes_on_when_it_is_back() throws Exception {
        engine.on(LOG, log(1, 2), log(1, 2), following(1, 2));
        try (EventReader reader = open(FEW)) {
            reader.untilLine("2");
            engine.goAway();
            assertFalse(reader.until("engine").getLast().data().get("available").bool());
            engine.on(LOG, log(1, 3), log(3, 3), following(1, 4));
            engine.comeBack();
            assertEquals(List.of("engine", "3", "4"), names(reader.untilLine("4")));
        }
    }

    /// The engine sends an error inside the log, as a frame of a third kind or without a time.
    @Test
    void garbage_in_the_log_is_told_and_the_log_goes_on() throws Exception {
        Reply garbage = Reply.chunked().then(Reply.frame(OUT, "Error grabbing logs: invalid character\n")).then(Reply.lastChunk());
        engine.on(LOG, log(1, 2), log(1, 2), garbage, log(1, 3), log(3, 3), following(1, 4));
        try (EventReader reader = open(FEW)) {
            assertEquals(List.of("1", "2", "engine", "engine", "3", "4"), names(reader.untilLine("4")));
        }
    }

    @Test
    void a_log_that_cannot_be_read_to_its_end_says_so_instead_of_complete() throws Exception {
        engine.on(LOG, frames(1, 2));
        try (EventReader reader = open(FEW + "&follow=false")) {
            List<Event> events = reader.until("end");
            assertEquals(List.of("1", "2", "end"), names(events));
            assertTrue(events.getLast().data().get("reason").string().contains("broke off"), events::toString);
        }
    }

    /// An answer that ended properly and too early looked like a log whose beginning was rotated away: all of it came again.
    @Test
    void an_answer_that_ends_before_the_position_is_asked_for_again() throws Exception {
        engine.on(LOG, log(1, 5));
        String third;
        try (EventReader reader = open(FEW + "&follow=false")) {
            third = reader.untilLine("3").getLast().id().orElseThrow();
        }
        engine.on(LOG, log(1, 2), log(1, 5), log(4, 5));
        try (EventReader reader = open(FEW + "&follow=false&after=" + third)) {
            assertEquals(List.of("4", "5", "end"), names(reader.until("end")));
        }
    }

    /// The engine's follow goes on with a newer file, or its position is gone before the follow begins.
    @Test
    void a_position_that_is_lost_while_following_is_a_gap() throws Exception {
        LiveReply live = live(1, 2);
        engine.on(LOG, log(1, 2), log(1, 2), live, log(5, 6), log(5, 6), log(5, 6), log(5, 6), following(5, 7));
        try (EventReader reader = open(FEW)) {
            reader.untilLine("2");
            live.cut();
            List<Event> events = reader.untilLine("7");
            assertEquals(List.of("engine", "engine", "gap", "5", "6", "7"), names(events));
        }
    }

    @Test
    void the_hundred_and_first_reader_is_told_why_he_must_wait() throws Exception {
        engine.on(LOG, log(1, 2), following(1, 2));
        List<EventReader> readers = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                readers.add(open(FEW));
            }
            HttpResponse<String> refused = server.get(FEW);
            assertEquals(503, refused.statusCode());
            assertTrue(refused.body().contains("100 logs"), refused.body());
            assertEquals(List.of("10"), refused.headers().allValues("Retry-After"));
        } finally {
            readers.forEach(EventReader::close);
        }
    }

    /// The lines before a crash could not be read while a hundred people looked at logs.
    @Test
    void a_hundred_readers_leave_room_for_a_read_of_our_own() throws Exception {
        engine.on(LOG, log(1, 2), following(1, 2));
        List<EventReader> readers = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                readers.add(open(FEW));
            }
            while (engine.requests().stream().filter(request -> request.line().equals(LOG)).count() < 100) {
                Thread.sleep(50);
            }
            try (EngineStream<LogFrame> own = client.logs(client.inspect(CONTAINER), OptionalInt.of(10), false)) {
                assertTrue(own.next().isPresent());
            }
        } finally {
            readers.forEach(EventReader::close);
        }
    }

    @Test
    void a_refusal_of_the_engine_is_a_problem_document() throws Exception {
        engine.on(STATE, Reply.error(500, "disk on fire"));
        HttpResponse<String> answer = server.get(FEW);
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("disk on fire"), answer.body());
    }

    private EventReader open(String path) throws IOException {
        return new EventReader(server, path, "");
    }

    private static List<String> names(List<Event> events) {
        return events.stream().map(event -> event.isLine() ? event.text() : event.name()).toList();
    }
}
