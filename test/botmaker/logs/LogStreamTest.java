package botmaker.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.http.TestServer;
import botmaker.logs.EventReader.Event;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One bot's log, from a real container to a real HTTP client.
@Tag("docker")
@Timeout(120)
final class LogStreamTest {
    private static final String LOGS = "/api/bots/b1/logs";
    private static final String AND_SLEEP = "; exec sleep 1000";

    @AutoClose
    private final RealBots bots = new RealBots();
    private final TestServer server = bots.server();

    @Test
    void a_restart_is_told_between_the_lines_and_the_log_goes_on() throws Exception {
        bots.start("b1", "echo begin; trap 'echo bye; exit 7' TERM; while :; do sleep 0.05; done");
        try (EventReader reader = open("", "")) {
            reader.untilLine("begin");
            bots.restart("b1");
            List<Event> events = reader.untilLine("begin");
            assertEquals(List.of("bye", "died", "started", "begin"), names(events));
            assertEquals(7, events.get(1).data().get("exitCode").integer());
            assertFalse(events.get(1).data().get("oom").bool());
            assertTrue(Timestamp.parse(events.get(2).data().get("t").string()).isPresent());
            bots.kill("b1");
            List<Event> killed = reader.until("died");
            assertEquals(List.of("died"), names(killed));
            assertEquals(137, killed.getFirst().data().get("exitCode").integer());
            Thread.sleep(1_500);
            bots.startAgain("b1");
            assertEquals(List.of("started", "begin"), names(reader.untilLine("begin")));
        }
    }

    @Test
    void a_client_that_was_away_during_a_restart_goes_on_where_it_was() throws Exception {
        bots.start("b1", "echo one; echo two; printf 'no line feed'");
        bots.awaitExit("b1");
        String id;
        try (EventReader reader = open("", "")) {
            id = reader.untilLine("one").getLast().id().orElseThrow();
        }
        bots.startAgain("b1");
        bots.awaitExit("b1");
        try (EventReader reader = open("?follow=false", id)) {
            assertEquals(List.of("two", "no line feed", "one", "two", "no line feed", "end"), names(reader.until("end")));
        }
    }

    @Test
    void odd_bytes_arrive_as_one_line_each() throws Exception {
        bots.start("b1", """
                head -c 40000 /dev/zero | tr '\\0' x; echo
                printf 'bad \\377\\303 utf-8\\n'
                printf 'data: x\\n\\nevent: y\\n: comment\\nid: 1\\r\\nretry: 1\\n'
                printf '\\033[31mred\\033[0m\\t\\001\\000 \\342\\202\\254 \\342\\200\\250data: z\\n'
                printf 'a\\rb\\n'
                head -c 300000 /dev/zero | tr '\\0' y; echo
                printf end""");
        bots.awaitExit("b1");
        try (EventReader reader = open("?tail=all&follow=false", "")) {
            List<Event> events = reader.until("end");
            assertEquals(List.of("x".repeat(40_000), "bad \ufffd\ufffd utf-8", "data: x", "", "event: y", ": comment", "id: 1",
                    "retry: 1", "\u001b[31mred\u001b[0m\t\u0001\u0000 € \u2028data: z", "a\rb", "y".repeat(256 * 1024), "end", "end"), names(events));
            assertEquals(300_000 - 256 * 1024, events.get(10).data().get("cut").integer());
            assertEquals("complete", events.getLast().data().get("reason").string());
            try (EventReader merged = new EventReader(server, "/api/logs?bots=b1&tail=all&follow=false", "")) {
                assertEquals(names(events), names(merged.until("end")));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 200", "?tail=all, 300", "?tail=0, 0", "?tail=3, 3", "?tail=300, 300", "?tail=1000, 300"})
    void tail_counts_lines(String query, int count) throws Exception {
        bots.start("b1", "head -c 30000 /dev/zero | tr '\\0' x; echo; i=1; while [ $i -lt 300 ]; do echo $i; i=$((i+1)); done");
        bots.awaitExit("b1");
        try (EventReader reader = open(query + (query.isEmpty() ? "?" : "&") + "follow=false", "")) {
            assertEquals(count, reader.until("end").size() - 1);
        }
    }

    @Test
    void since_begins_with_the_first_line_of_that_time() throws Exception {
        bots.start("b1", "for i in 1 2 3 4 5; do echo $i; sleep 0.01; done");
        bots.awaitExit("b1");
        List<Event> all;
        try (EventReader reader = open("?follow=false", "")) {
            all = reader.until("end");
        }
        String third = all.get(2).data().get("t").string();
        try (EventReader reader = open("?follow=false&since=" + third, "")) {
            assertEquals(List.of("3", "4", "5", "end"), names(reader.until("end")));
        }
        try (EventReader reader = open("?follow=false&tail=2&since=" + third, "")) {
            assertEquals(List.of("4", "5", "end"), names(reader.until("end")));
        }
        try (EventReader reader = open("?follow=false&since=" + third + "&after=" + all.get(3).id().orElseThrow(), "")) {
            assertEquals(List.of("5", "end"), names(reader.until("end")));
        }
        try (EventReader reader = open("?follow=false&after=" + all.get(3).id().orElseThrow(), all.get(0).id().orElseThrow())) {
            assertEquals(List.of("2", "3", "4", "5", "end"), names(reader.until("end")));
        }
    }

    @Test
    void a_new_container_is_a_gap() throws Exception {
        bots.start("b1", "echo old" + AND_SLEEP);
        try (EventReader reader = open("", "")) {
            reader.untilLine("old");
            String id = reader.lastId();
            bots.start("b1", "echo new" + AND_SLEEP);
            List<Event> events = reader.untilLine("new");
            assertEquals(List.of("gap", "started", "new"), names(events));
            assertEquals("replaced", events.getFirst().data().get("reason").string());
            try (EventReader later = open("", id)) {
                assertEquals(List.of("gap", "started", "new"), names(later.untilLine("new")));
            }
        }
    }

    @Test
    void a_position_that_is_gone_is_a_gap_and_all_that_is_left() throws Exception {
        String container = bots.start("b1", "echo one; echo two");
        bots.awaitExit("b1");
        try (EventReader reader = open("?follow=false", container.substring(0, 12) + ".1.0")) {
            List<Event> events = reader.until("end");
            assertEquals(List.of("gap", "one", "two", "end"), names(events));
            assertEquals("rotated", events.getFirst().data().get("reason").string());
        }
    }

    @Test
    void the_deletion_of_the_bot_ends_the_stream() throws Exception {
        bots.start("b1", "echo here" + AND_SLEEP);
        try (EventReader reader = open("", "")) {
            reader.untilLine("here");
            bots.delete("b1");
            assertEquals("deleted", reader.until("end").getLast().data().get("reason").string());
            assertTrue(reader.next().isEmpty());
        }
        assertEquals(404, server.get(LOGS).statusCode());
    }

    @Test
    void a_bot_without_a_container_gets_its_log_when_it_has_one() throws Exception {
        bots.start("b1", "echo old" + AND_SLEEP);
        bots.strip("b1");
        try (EventReader none = open("?follow=false", "")) {
            assertEquals(List.of("end"), names(none.until("end")));
        }
        try (EventReader reader = open("", "")) {
            bots.start("b1", "echo new" + AND_SLEEP);
            assertEquals(List.of("new"), names(reader.untilLine("new")));
        }
    }

    @Test
    void the_servers_end_is_told() throws Exception {
        bots.start("b1", "echo here" + AND_SLEEP);
        try (EventReader reader = open("", "")) {
            reader.untilLine("here");
            server.close();
            assertEquals("shutdown", reader.until("end").getLast().data().get("reason").string());
        }
    }

    /// Both see all lines; the first ones come to the slow reader before it stops reading.
    @Test
    void a_reader_that_does_not_read_disturbs_no_other() throws Exception {
        bots.start("b1", "echo first; sleep 1; i=0; while [ $i -lt 30000 ]; do i=$((i+1)); "
                + "echo $i " + "0123456789".repeat(40) + "; done; echo last" + AND_SLEEP);
        try (EventReader stuck = open("?tail=all", ""); EventReader quick = open("?tail=all", "")) {
            stuck.untilLine("first");
            assertEquals(numbersTo(30_000), numbers(quick.untilLine("last")));
            Thread.sleep(1_500); // by now the stuck reader's follow is given up
            assertEquals(numbersTo(30_000), numbers(stuck.untilLine("last")));
        }
    }

    private static List<String> numbersTo(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(String::valueOf).toList();
    }

    /// The first words of the lines between `first` and `last`, and the names of other events.
    private static List<String> numbers(List<Event> events) {
        return names(events).stream().map(name -> name.split(" ")[0]).filter(word -> !word.matches("first|last")).toList();
    }

    private EventReader open(String query, String lastId) throws IOException {
        return new EventReader(server, LOGS + query, lastId);
    }

    /// The texts of lines and the names of other events.
    private static List<String> names(List<Event> events) {
        return events.stream().map(event -> event.isLine() ? event.text() : event.name()).toList();
    }
}
