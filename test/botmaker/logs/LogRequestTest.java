package botmaker.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.http.TestServer;
import botmaker.json.JsonValue;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that are answered before the engine is asked for a log. There is none here: what is accepted is a 503.
final class LogRequestTest {
    private static final String ID = "0123456789ab.1767225600123456789.0";

    @AutoClose
    private final TestServer server = EventReader.serve(new Engine(Path.of("/nonexistent/docker.sock")), new OneBot());

    @ParameterizedTest
    @ValueSource(strings = {
        "", "?tail=0", "?tail=100000", "?tail=all", "?since=2026-01-31T12:34:56.5Z", "?since=2026-01-31T12:34:56%2B01:00",
        "?follow=false", "?follow=true", "?after=" + ID, "?tail=1&since=2026-01-31T12:34:56Z&follow=false&after=" + ID,
    })
    void what_is_right_is_accepted(String query) throws Exception {
        HttpResponse<String> answer = server.get("/api/bots/b1/logs" + query);
        assertEquals(503, answer.statusCode(), answer.body());
        assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "?tail=, ?tail", "?tail=-1, ?tail", "?tail=+1, ?tail", "?tail=1e3, ?tail", "?tail=100001, ?tail", "?tail=ALL, ?tail",
        "?tail=99999999999999999999, ?tail", "?tail=\u0661, ?tail",
        "?since=, ?since", "?since=yesterday, ?since", "?since=1767225600, ?since", "?since=2026-01-31T12:34:56+01:00, ?since",
        "?follow=, ?follow", "?follow=no, ?follow", "?follow, ?follow",
        "?after=, ?after", "?after=1, ?after", "?after=0123456789ab.1.0%0Aevent:x, ?after",
        "?Tail=1, ?Tail", "?n=1, ?n",
    })
    void what_is_wrong_is_named(String query, String field) throws Exception {
        HttpResponse<String> answer = server.get("/api/bots/b1/logs" + query.replace("\u0661", "%D9%A1"));
        assertEquals(422, answer.statusCode(), answer.body());
        assertEquals(List.of(field), fields(answer));
    }

    @Test
    void all_that_is_wrong_is_named_at_once() throws Exception {
        HttpResponse<String> answer = server.get(
                "/api/bots/b1/logs?tail=x&since=x&follow=x&after=x", "Last-Event-ID", "x");
        assertEquals(422, answer.statusCode());
        assertEquals(List.of("?tail", "?since", "?follow", "?after", "Last-Event-ID"), fields(answer));
    }

    @Test
    void a_parameter_given_twice_is_malformed() throws Exception {
        assertEquals(400, server.get("/api/bots/b1/logs?tail=1&tail=2").statusCode());
    }

    @Test
    void an_unknown_bot_is_404() throws Exception {
        assertEquals(404, server.get("/api/bots/x/logs").statusCode());
    }

    @Test
    void an_empty_last_event_id_is_none() throws Exception {
        assertEquals(503, server.get("/api/bots/b1/logs", "Last-Event-ID", "").statusCode());
    }

    private static List<String> fields(HttpResponse<String> answer) {
        return JsonValue.parse(answer.body()).get("errors").elements().stream().map(error -> error.get("field").string()).toList();
    }
}
