package botmaker.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.http.RawHttp;
import botmaker.http.TestServer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One bot's log as a file, from a real container to a real HTTP client.
@Tag("docker")
@Timeout(120)
final class LogDownloadTest {
    private static final String FILE = "/api/bots/b1/logs.txt";

    @AutoClose
    private final RealBots bots = new RealBots();
    private final TestServer server = bots.server();

    @Test
    void it_holds_the_very_lines_of_the_stream_in_their_order() throws Exception {
        bots.start("b1", """
                (i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo out $i; done) &
                i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo err $i >&2; done
                wait; printf 'odd é \\r here\\nno end'""");
        bots.awaitExit("b1");

        var answer = server.get(FILE + "?tail=all");

        assertEquals(200, answer.statusCode());
        List<String> expected;
        try (EventReader reader = new EventReader(server, "/api/bots/b1/logs?tail=all&follow=false", "")) {
            expected = reader.until("end").stream().filter(EventReader.Event::isLine).map(line ->
                    line.data().get("t").string() + " " + line.data().get("s").string() + " " + line.text() + "\n").toList();
        }
        assertEquals(6_002, expected.size());
        assertEquals(String.join("", expected), answer.body());
        assertTrue(answer.body().contains(" out odd é \r here\n"));
        assertTrue(answer.body().contains(" out no end\n"));
    }

    @Test
    void it_is_saved_under_the_bots_name() throws Exception {
        bots.start("b1", "echo hello");
        bots.awaitExit("b1");

        var headers = server.get(FILE).headers();

        assertEquals("text/plain; charset=utf-8", headers.firstValue("Content-Type").orElseThrow());
        assertEquals("attachment; filename=\"b1.log.txt\"; filename*=UTF-8''Bot%20b1.log.txt",
                headers.firstValue("Content-Disposition").orElseThrow());
    }

    @Test
    void tail_and_since_choose_as_in_a_stream() throws Exception {
        bots.start("b1", "echo one; sleep 1.1; echo two; echo three");
        bots.awaitExit("b1");
        String whole = server.get(FILE).body();
        String time = whole.lines().toList().get(1).split(" ")[0];

        assertEquals(List.of("two", "three"), texts("?tail=2"));
        assertEquals(List.of("two", "three"), texts("?since=" + time));
        assertEquals(List.of(), texts("?tail=0"));
    }

    @Test
    void a_running_bot_s_log_ends_where_it_is() throws Exception {
        bots.start("b1", "echo ready; exec sleep 1000");
        while (texts("").isEmpty()) {
            Thread.sleep(50);
        }
        assertEquals(List.of("ready"), texts(""));
    }

    @Test
    void a_bot_without_a_container_has_an_empty_log() throws Exception {
        bots.start("b1", "echo ready");
        bots.strip("b1");
        assertEquals("", server.get(FILE).body());
    }

    @Test
    void what_makes_no_sense_for_a_file_is_refused() throws Exception {
        bots.start("b1", "echo ready");
        assertEquals(422, server.get(FILE + "?follow=true").statusCode());
        assertEquals(422, server.get(FILE + "?after=0123456789ab.1.0").statusCode());
        assertEquals(422, server.get(FILE + "?tail=some").statusCode());
        assertEquals(404, server.get("/api/bots/nobody/logs.txt").statusCode());
    }

    /// A hundred downloads by clients that stopped reading would otherwise end all reading of logs.
    @Test
    void a_client_that_leaves_gives_its_place_back() throws Exception {
        bots.start("b1", "yes a long line of text that fills every buffer soon | head -n 300000");
        bots.awaitExit("b1");
        for (int i = 0; i < 100; i++) {
            try (RawHttp raw = RawHttp.connectDeaf(server.port())) {
                raw.sendLines("GET " + FILE + "?tail=all HTTP/1.1\nHost: localhost\nAuthorization: " + TestServer.AUTHORIZATION + "\n\n");
                assertEquals(200, raw.head().status());
            }
        }
        for (int i = 0; i < 100 && server.get(FILE + "?tail=1").statusCode() == 503; i++) {
            Thread.sleep(100);
        }
        assertEquals(1, texts("?tail=1").size());
    }

    private List<String> texts(String query) throws IOException, InterruptedException {
        return server.get(FILE + query).body().lines().map(line -> line.split(" ", 3)[2]).toList();
    }
}
