package botmaker.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.EngineStream;
import botmaker.docker.LogFrame;
import botmaker.http.TestServer;
import botmaker.logs.EventReader.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Every line once and in order, whatever happens: a client that leaves at any moment and comes back with `Last-Event-ID`, a
/// container that is restarted meanwhile, a reader that is slower than the log's rotation.
///
/// The lines of a run are numbered on each stream, after a word that no other run has.
@Tag("docker")
@Timeout(400)
final class LogFidelityTest {
    /// In bursts, which are what makes equal times and long windows.
    private static final String NUMBERED = """
            run=$(cat /proc/sys/kernel/random/uuid)
            write() { i=0; while [ $i -lt %1$d ]; do i=$((i+1000)); seq $((i-999)) $i | sed "s/^/$run $1 /"; done; }
            write out & write err >&2 & wait; echo $run end 1; exec sleep 1000
            """;

    @AutoClose
    private final RealBots bots = new RealBots();
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final TestServer server = bots.server();

    @Test
    void a_hundred_thousand_lines_come_once_and_in_order_over_reconnects_and_a_restart() throws Exception {
        bots.start("b1", NUMBERED.formatted(25_000));
        List<Event> lines = new ArrayList<>();
        String lastId = "";
        for (int connection = 0; connection < 5; connection++) {
            lastId = read("/api/bots/b1/logs?tail=all", lastId, lines, 1 + random.nextInt(12_000));
            if (connection == 2) {
                awaitLine("b1", " end 1");
                bots.restart("b1");
            }
        }
        try (EventReader reader = new EventReader(server, "/api/bots/b1/logs?tail=all", lastId)) {
            while (lines.size() < 2 * 50_001) {
                add(lines, reader.next().orElseThrow());
            }
        }
        assertEquals(2, assertNumbered(lines).size(), "runs");
        assertIdsDiffer(lines);
        assertEquals(written("b1"), lines.stream().map(LogFidelityTest::describe).toList(), () -> "seed " + seed);
    }

    @Test
    void so_they_do_in_the_log_of_two_bots() throws Exception {
        List<String> ids = List.of("b1", "b2");
        for (String id : ids) {
            bots.start(id, NUMBERED.formatted(5_000));
        }
        List<Event> lines = new ArrayList<>();
        String lastId = "";
        for (int connection = 0; connection < 5; connection++) {
            lastId = read("/api/logs?bots=b1,b2&tail=all", lastId, lines, 1 + random.nextInt(6_000));
            if (connection == 2) {
                awaitLine("b2", " end 1");
                bots.restart("b2");
            }
        }
        try (EventReader reader = new EventReader(server, "/api/logs?bots=b1,b2&tail=all", lastId)) {
            while (lines.size() < 3 * 10_001) {
                add(lines, reader.next().orElseThrow());
            }
        }
        assertIdsDiffer(lines);
        for (String id : ids) {
            List<Event> own = lines.stream().filter(line -> line.data().get("b").string().equals(id)).toList();
            assertEquals(id.equals("b1") ? 1 : 2, assertNumbered(own).size(), "runs");
            assertEquals(written(id), own.stream().map(LogFidelityTest::describe).toList(), () -> "seed " + seed);
        }
    }

    /// 60 MB go through files of 30 MB, which is what a bot's log has: one reader reads, one does not for as long as it lasts, and
    /// one comes back when all is over.
    @Test
    void what_was_rotated_away_is_a_gap_and_never_silence() throws Exception {
        bots.start("b1", "echo b1 out 1; sleep 1; yes " + "x".repeat(980) + " | head -n 60000 | awk '{ print \"b1 out\", NR + 1, $0 }'; "
                + "echo b1 out 60002; exec sleep 1000");
        try (EventReader slow = new EventReader(server, "/api/bots/b1/logs?tail=all", "")) {
            String first = slow.untilLine("b1 out 1").getLast().id().orElseThrow();
            try (EventReader quick = new EventReader(server, "/api/bots/b1/logs?tail=all", "")) {
                assertMarkedGaps(quick.untilLine("b1 out 60002"), 1);
            }
            List<Event> late = rest(slow);
            assertTrue(assertMarkedGaps(late, 2) > 0, "the slow reader was told of no gap");
            try (EventReader later = new EventReader(server, "/api/bots/b1/logs", first)) {
                List<Event> events = later.untilLine("b1 out 60002");
                assertEquals("gap", events.getFirst().name());
                assertEquals("rotated", events.getFirst().data().get("reason").string());
                assertEquals(1, assertMarkedGaps(events, 2));
            }
        }
    }

    /// What a slow reader gets in the end; where the server has dropped it meanwhile, after it has come back.
    private List<Event> rest(EventReader slow) throws IOException {
        List<Event> events = new ArrayList<>();
        try {
            for (Optional<Event> next = slow.next(); next.isPresent(); next = slow.next()) {
                events.add(next.get());
                if (next.get().isLine() && next.get().text().equals("b1 out 60002")) {
                    return events;
                }
            }
        } catch (IOException _) {
            // dropped
        }
        try (EventReader again = new EventReader(server, "/api/bots/b1/logs", slow.lastId())) {
            events.addAll(again.untilLine("b1 out 60002"));
        }
        return events;
    }

    /// Numbers go up by one, or by more where a gap was told.
    ///
    /// @return how many gaps there are
    private static int assertMarkedGaps(List<Event> events, int first) {
        int gaps = 0;
        boolean gap = false;
        int expected = first;
        for (Event event : events) {
            if (event.isLine()) {
                int number = Integer.parseInt(event.text().split(" ")[2]);
                assertTrue(gap ? number >= expected : number == expected, number + " came where " + expected + " was due, gap: " + gap);
                gap = false;
                expected = number + 1;
            } else if (event.name().equals("gap")) {
                gap = true;
                gaps++;
            }
        }
        return gaps;
    }

    /// Reads so many lines, and leaves without a word.
    private String read(String path, String lastId, List<Event> lines, int count) throws IOException {
        try (EventReader reader = new EventReader(server, path, lastId)) {
            for (int i = 0; i < count; ) {
                i += add(lines, reader.next().orElseThrow());
            }
            return reader.lastId();
        }
    }

    private static int add(List<Event> lines, Event event) {
        if (event.isLine()) {
            lines.add(event);
            return 1;
        }
        assertTrue(Set.of("died", "started").contains(event.name()), event::toString);
        return 0;
    }

    /// On each stream of each run the numbers go up by one, from 1 on; a run's lines end where the next run's begin.
    ///
    /// @return the runs
    private static List<String> assertNumbered(List<Event> lines) {
        List<String> runs = new ArrayList<>();
        Map<String, Integer> last = new TreeMap<>();
        for (Event line : lines) {
            String[] words = line.text().split(" ");
            if (runs.isEmpty() || !runs.getLast().equals(words[0])) {
                assertTrue(!runs.contains(words[0]), () -> "lines of two runs are mixed: " + line);
                runs.add(words[0]);
            }
            assertEquals(last.merge(words[0] + words[1], 1, Integer::sum), Integer.parseInt(words[2]), line::toString);
        }
        return runs;
    }

    private static void assertIdsDiffer(List<Event> lines) {
        Set<String> ids = new HashSet<>();
        lines.forEach(line -> assertTrue(ids.add(line.id().orElseThrow()), line::toString));
    }

    /// Of the whole log: the engine takes the two streams from the container one after the other, and thousands of lines of one may
    /// follow the end of the other.
    private void awaitLine(String botId, String end) throws IOException {
        try (EventReader reader = new EventReader(server, "/api/bots/" + botId + "/logs?tail=all", "")) {
            Event event;
            do {
                event = reader.next().orElseThrow();
            } while (!event.isLine() || !event.text().endsWith(end));
        }
    }

    /// The log as the engine itself has it.
    private List<String> written(String botId) {
        List<String> lines = new ArrayList<>();
        String container = bots.find(botId).orElseThrow().containerId().orElseThrow();
        try (EngineStream<LogFrame> log = bots.engine().logs(bots.engine().inspect(container), OptionalInt.empty(), false)) {
            for (Optional<LogFrame> frame = log.next(); frame.isPresent(); frame = log.next()) {
                String text = new String(frame.get().payload(), UTF_8);
                lines.add((frame.get().source() == LogFrame.Source.OUT ? "out" : "err") + text.substring(text.indexOf(' ')).stripTrailing());
            }
        }
        return lines;
    }

    private static String describe(Event line) {
        return line.data().get("s").string() + " " + line.text();
    }
}
