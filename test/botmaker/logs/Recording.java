package botmaker.logs;

import static botmaker.docker.LogFrame.Source.OUT;

import botmaker.support.LiveReply;
import botmaker.support.Reply;
import java.time.Instant;
import java.util.stream.IntStream;

/// What a recorded engine says about a container and its log, whose lines are numbers, line n at 2n seconds after midnight.
final class Recording {
    static final String CONTAINER = "0123456789ab" + "0".repeat(52);
    static final String LOG = "GET /containers/" + CONTAINER + "/logs";
    static final String STATE = "GET /containers/" + CONTAINER + "/json";

    static final String EVENTS = "GET /events";

    private static final long SECOND = 1_000_000_000;
    private static final long MIDNIGHT = Timestamp.nanos(Instant.parse("2026-01-01T00:00:00Z"));

    private Recording() {}

    /// The lines of a range, and the end.
    static Reply log(int first, int last) {
        return frames(first, last).then(Reply.lastChunk());
    }

    /// The lines of a range, and nothing more.
    static Reply following(int first, int last) {
        return frames(first, last).then(Reply.stall());
    }

    /// The lines of a range, and then what the test has to say.
    static LiveReply live(int first, int last) {
        LiveReply reply = new LiveReply();
        IntStream.rangeClosed(first, last).forEach(number -> reply.frame(OUT, text(number)));
        return reply;
    }

    /// No events.
    static Reply silence() {
        return Reply.chunked().then(Reply.stall());
    }

    /// The container's death, in one line.
    ///
    /// @param time seconds after midnight
    static String death(int exitCode, int time) {
        return """
                {"Action": "die", "Actor": {"ID": "%s", "Attributes": {"exitCode": "%d"}}, "timeNano": %d}"""
                .formatted(CONTAINER, exitCode, MIDNIGHT + time * SECOND);
    }

    /// The lines of a range, and no end.
    static Reply frames(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(number -> Reply.frame(OUT, text(number)))
                .reduce(Reply.chunked(), Reply::then);
    }

    static String text(int number) {
        return Timestamp.text(MIDNIGHT + number * 2 * SECOND) + " " + number + "\n";
    }

    /// @param status  `running`, `exited`, …
    /// @param started seconds after midnight
    static Reply state(String status, int started, int exitCode) {
        return state(CONTAINER, status, started, exitCode);
    }

    /// The same of a container with another id.
    static Reply state(String container, String status, int started, int exitCode) {
        return Reply.json(200, """
                {"Id": "%s", "Name": "/bot", "Created": "2026-01-01T00:00:00Z", "Image": "sha256:1", "RestartCount": 0,
                 "Config": {"Image": "bot", "Labels": {}, "Tty": false}, "NetworkSettings": {"Networks": {}},
                 "State": {"Status": "%s", "ExitCode": %d, "OOMKilled": false, "Error": "",
                           "StartedAt": "2026-01-01T00:00:%02dZ", "FinishedAt": "2026-01-01T00:00:00Z"}}"""
                .formatted(container, status, exitCode, started));
    }
}
