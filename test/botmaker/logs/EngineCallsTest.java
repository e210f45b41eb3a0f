package botmaker.logs;

import static botmaker.docker.LogFrame.Source.OUT;
import static botmaker.logs.Recording.LOG;
import static botmaker.logs.Recording.STATE;
import static botmaker.logs.Recording.live;
import static botmaker.logs.Recording.log;
import static botmaker.logs.Recording.silence;
import static botmaker.logs.Recording.state;
import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.docker.Engine;
import botmaker.http.TestServer;
import botmaker.support.LiveReply;
import botmaker.support.RecordedEngine;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What it costs the engine to open a log.
@Timeout(30)
final class EngineCallsTest {
    /// Opening a short log asked for it six times and inspected the container ten times.
    @ParameterizedTest
    @ValueSource(strings = {"", "?tail=all", "?tail=10"})
    void a_short_log_is_opened_three_times_and_its_container_inspected_twice(String query) throws Exception {
        try (RecordedEngine engine = RecordedEngine.start()) {
            LiveReply live = live(1, 5);
            engine.on(STATE, state("running", 1, 0)).on(Recording.EVENTS, silence()).on(LOG, log(1, 5), log(1, 5), live);
            try (TestServer server = EventReader.serve(new Engine(engine.socket()), new OneBot());
                    EventReader reader = new EventReader(server, "/api/bots/b1/logs" + query, "")) {
                reader.untilLine("5");
                while (count(engine, LOG) < 3) {
                    Thread.sleep(10);
                }
                assertEquals(List.of(3L, 2L), List.of(count(engine, LOG), count(engine, STATE)));

                live.frame(OUT, Recording.text(6));

                reader.untilLine("6");
                live.frame(OUT, Recording.text(7));
                reader.untilLine("7");
                assertEquals(List.of(3L, 3L), List.of(count(engine, LOG), count(engine, STATE)), "one look at whose line the first is");
            }
        }
    }

    /// A container that is down is followed by asking for its state only.
    @Test
    void a_log_that_ends_costs_two_openings() throws Exception {
        try (RecordedEngine engine = RecordedEngine.start()) {
            engine.on(STATE, state("exited", 1, 0)).on(LOG, log(1, 5));
            try (TestServer server = EventReader.serve(new Engine(engine.socket()), new OneBot());
                    EventReader reader = new EventReader(server, "/api/bots/b1/logs?follow=false", "")) {
                reader.until("end");
                assertEquals(List.of(2L, 2L), List.of(count(engine, LOG), count(engine, STATE)));
            }
        }
    }

    private static long count(RecordedEngine engine, String line) {
        return engine.requests().stream().filter(request -> request.line().equals(line)).count();
    }
}
