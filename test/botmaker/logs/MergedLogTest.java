package botmaker.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.http.TestServer;
import botmaker.logs.EventReader.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The logs of several bots as one, from real containers to a real HTTP client.
@Tag("docker")
@Timeout(120)
final class MergedLogTest {
    @AutoClose
    private final RealBots bots = new RealBots();
    private final TestServer server = bots.server();

    @Test
    void the_lines_of_every_bot_come_once_and_in_order_over_reconnects() throws Exception {
        String script = "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo $i; done; exec sleep 1000";
        for (String bot : List.of("b1", "b2", "b3")) {
            bots.start(bot, script);
        }
        List<Event> lines = new ArrayList<>();
        String lastId = "";
        for (int stop : List.of(10, 1_500, 4_000, 6_000)) {
            try (EventReader reader = open("?bots=b1,b2,b3&tail=all", lastId)) {
                while (lines.size() < stop) {
                    Event event = reader.next().orElseThrow();
                    assertTrue(event.isLine(), event::toString);
                    lines.add(event);
                }
                lastId = lines.getLast().id().orElseThrow();
            }
        }
        for (String bot : List.of("b1", "b2", "b3")) {
            assertEquals(IntStream.rangeClosed(1, 2_000).mapToObj(String::valueOf).toList(),
                    lines.stream().filter(line -> bot(line).equals(bot)).map(Event::text).toList());
        }
    }

    @Test
    void lines_come_in_the_order_of_time() throws Exception {
        bots.start("b1", "for i in 1 3 5 7; do echo $i; sleep 0.4; done");
        Thread.sleep(200);
        bots.start("b2", "for i in 2 4 6 8; do echo $i; sleep 0.4; done");
        try (EventReader live = open("?bots=b1,b2&tail=all", "")) {
            live.untilLine("8");
        }
        bots.awaitExit("b1");
        bots.awaitExit("b2");
        try (EventReader past = open("?bots=b1,b2&follow=false", "")) {
            List<Event> events = past.until("end");
            assertEquals("complete", events.removeLast().data().get("reason").string());
            List<String> times = events.stream().map(event -> event.data().get("t").string()).toList();
            assertEquals(times.stream().sorted().toList(), times);
            assertEquals(8, times.size());
        }
    }

    @Test
    void a_bot_that_is_deleted_leaves_and_the_last_one_ends_the_stream() throws Exception {
        bots.start("b1", "echo one; exec sleep 1000");
        bots.start("b2", "echo two; exec sleep 1000");
        try (EventReader reader = open("?bots=b1,b2,gone", "")) {
            List<String> first = new ArrayList<>();
            while (first.size() < 3) {
                first.add(bot(reader.next().orElseThrow()));
            }
            assertEquals(List.of("b1", "b2", "gone"), first.stream().sorted().toList());
            bots.delete("b1");
            assertEquals("b1", bot(reader.until("removed").getLast()));
            bots.delete("b2");
            assertEquals("deleted", reader.until("end").getLast().data().get("reason").string());
        }
    }

    @Test
    void what_cannot_be_merged_is_refused() throws Exception {
        bots.start("b1", "echo one");
        assertEquals(422, server.get("/api/logs").statusCode());
        assertEquals(422, server.get("/api/logs?bots=,").statusCode());
        assertEquals(422, server.get("/api/logs?bots=b1&after=0123456789ab.1.0").statusCode());
        String twenty = IntStream.range(0, 20).mapToObj(i -> ",x" + i).collect(Collectors.joining());
        assertEquals(422, server.get("/api/logs?bots=b1" + twenty).statusCode());
        assertEquals(404, server.get("/api/logs?bots=x,y").statusCode());
    }

    private EventReader open(String query, String lastId) throws IOException {
        return new EventReader(server, "/api/logs" + query, lastId);
    }

    private static String bot(Event event) {
        return event.data().get("b").string();
    }
}
