package botmaker.logs;

import static botmaker.docker.LogFrame.Source.OUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class MergeTest {
    private static final Position START = Position.start("0123456789ab");

    private final Merge merge = new Merge();

    @Test
    void lines_of_inputs_that_all_have_one_come_in_the_order_of_time() throws Exception {
        Merge.Input a = merge.input("a", LoggedBots.Redaction.NONE);
        Merge.Input b = merge.input("b", LoggedBots.Redaction.NONE);
        lines(a, 1, 4, 5);
        lines(b, 2, 3, 6);
        a.end();
        b.end();
        assertEquals(List.of("1", "2", "3", "4", "5", "6"), rest());
    }

    @Test
    void a_line_waits_a_moment_for_an_earlier_one_of_a_quiet_input() throws Exception {
        Merge.Input a = merge.input("a", LoggedBots.Redaction.NONE);
        Merge.Input b = merge.input("b", LoggedBots.Redaction.NONE);
        b.caughtUp();
        lines(a, 2);
        assertTrue(merge.poll().isEmpty());
        lines(b, 1);
        assertEquals("1", text(merge.poll().orElseThrow()));
        b.caughtUp();
        a.caughtUp();
        assertTrue(merge.await());
        assertEquals("2", text(merge.poll().orElseThrow()));
    }

    @Test
    void an_input_that_is_still_reading_is_waited_for_longer() throws Exception {
        Merge.Input reading = merge.input("a", LoggedBots.Redaction.NONE);
        Merge.Input b = merge.input("b", LoggedBots.Redaction.NONE);
        lines(b, 2);
        reading.flush(); // the engine pauses in the middle of the log
        Thread.sleep(200);
        assertTrue(merge.poll().isEmpty());
        lines(reading, 1);
        assertEquals("1", text(merge.poll().orElseThrow()));
    }

    @Test
    void an_event_waits_for_nobody() throws Exception {
        merge.input("a", LoggedBots.Redaction.NONE);
        Merge.Input b = merge.input("b", LoggedBots.Redaction.NONE);
        b.event("gap", Json.object().put("reason", "rotated").build());
        Merge.Item event = merge.poll().orElseThrow();
        assertEquals(Optional.of("gap"), event.event());
        assertEquals("{\"reason\":\"rotated\",\"b\":\"b\"}", event.data().orElseThrow());
    }

    /// An input that was far ahead would have held all of its log in memory.
    @Test
    void an_input_that_is_ahead_waits() throws Exception {
        merge.input("a", LoggedBots.Redaction.NONE);
        Merge.Input b = merge.input("b", LoggedBots.Redaction.NONE);
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 1; i < 100; i++) {
                    b.line(line(i, "x".repeat(100_000)), START);
                }
            } catch (InterruptedException _) {
                // over
            }
        });
        Thread.sleep(200);
        assertEquals(Thread.State.WAITING, writer.getState());
        int held = 0;
        b.end();
        merge.await();
        while (merge.poll().isPresent()) {
            held++;
        }
        assertTrue(held <= 3, held + " lines of 100 kB were held");
        writer.interrupt();
        writer.join();
    }

    @Test
    void what_ends_a_input_is_thrown() {
        merge.input("a", LoggedBots.Redaction.NONE);
        merge.fail(new IllegalStateException("one"));
        merge.fail(new IllegalStateException("two"));
        assertEquals("one", assertThrows(IllegalStateException.class, merge::poll).getMessage());
    }

    @Test
    void many_inputs_that_write_at_once_come_whole_and_in_their_own_order() throws Exception {
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Merge.Input input = merge.input("b" + i, LoggedBots.Redaction.NONE);
            Random random = new Random(i);
            writers.add(Thread.ofVirtual().unstarted(() -> {
                try {
                    for (int number = 1; number <= 2_000; number++) {
                        input.line(line(number, String.valueOf(number)), START);
                        if (random.nextInt(100) == 0) {
                            input.caughtUp();
                            Thread.sleep(random.nextInt(3));
                        }
                    }
                    input.end();
                } catch (InterruptedException _) {
                    // missed by the test
                }
            }));
        }
        writers.forEach(Thread::start);
        int[] next = {1, 1, 1, 1, 1};
        do {
            for (Optional<Merge.Item> item; (item = merge.poll()).isPresent(); ) {
                int input = item.get().botId().charAt(1) - '0';
                assertEquals(String.valueOf(next[input]++), text(item.get()));
            }
        } while (merge.await());
        for (int count : next) {
            assertEquals(2_001, count);
        }
    }

    private List<String> rest() throws InterruptedException {
        List<String> texts = new ArrayList<>();
        do {
            for (Optional<Merge.Item> item; (item = merge.poll()).isPresent(); ) {
                texts.add(text(item.get()));
            }
        } while (merge.await());
        assertFalse(merge.await());
        return texts;
    }

    private static void lines(Merge.Input input, int... times) throws InterruptedException {
        for (int time : times) {
            input.line(line(time, String.valueOf(time)), START);
        }
    }

    private static Line line(long time, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return new Line(time, 0, OUT, bytes, 0, bytes.length, false, 0);
    }

    private static String text(Merge.Item item) {
        return JsonValue.parse(item.data().orElseThrow()).get("m").string();
    }
}
