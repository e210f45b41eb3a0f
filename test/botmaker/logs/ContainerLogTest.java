package botmaker.logs;

import static botmaker.docker.LogFrame.Source.ERR;
import static botmaker.docker.LogFrame.Source.OUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.LogFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ContainerLogTest {
    private static final String ID = "0123456789abcdef";
    private static final Position START = Position.start(ID);
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final MemoryLog file = new MemoryLog();
    private final ContainerLog log = new ContainerLog(file, Duration.ofMillis(200));

    /// Times that go back, equal times of different lines, lines of several frames among those of the other stream.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void every_cut_resumes_exactly(long seed) throws Exception {
        Random random = new Random(seed);
        writeHistory(random, 4_000);
        List<Line> all = all();
        assertTrue(all.stream().anyMatch(line -> line.ordinal() > 1), "no equal times: the test tests nothing");
        for (int cut = 0; cut < all.size(); cut += 1 + random.nextInt(60)) {
            Position position = START.after(all.get(cut));
            assertLines(all.subList(cut + 1, all.size()), after(position), position);
        }
    }

    /// The history is shorter than any window, and younger than a second.
    @Test
    void every_cut_of_a_short_history_resumes_exactly() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            MemoryLog small = new MemoryLog();
            ContainerLog smallLog = new ContainerLog(small, Duration.ofSeconds(5));
            new History(small, new Random(seed)).write(1 + seed);
            List<Line> all = read(smallLog.after(START, true).orElseThrow());
            for (int cut = 0; cut < all.size(); cut++) {
                Position position = START.after(all.get(cut));
                assertLines(all.subList(cut + 1, all.size()), read(smallLog.after(position, true).orElseThrow()), position);
            }
        }
    }

    /// A coarse clock: who begins to read among equal times must not count from there.
    @Test
    void every_cut_among_equal_times_resumes_exactly() throws Exception {
        for (int i = 0; i < 300; i++) {
            file.write(MemoryLog.frame(SECOND, i % 3 == 0 ? ERR : OUT, i + "\n"));
        }
        List<Line> all = all();
        for (int cut = 0; cut < all.size(); cut++) {
            Position position = START.after(all.get(cut));
            assertLines(all.subList(cut + 1, all.size()), after(position), position);
            try (LineReader follow = log.followAfter(position).orElseThrow()) {
                for (Line line : all.subList(cut + 1, all.size())) {
                    assertEquals(describe(line), describe(follow.next().orElseThrow()));
                }
            }
        }
    }

    /// The clock jumps by hours, back and forth, as when NTP corrects it: `since` would be blind for as long.
    @Test
    void a_clock_that_jumps_loses_nothing() throws Exception {
        Random random = new Random(7);
        History history = new History(file, random);
        for (int jump = 0; jump < 6; jump++) {
            history.write(300 + random.nextInt(300));
            history.time += (jump % 2 == 0 ? -1 : 1) * 7200 * SECOND + random.nextInt(1000) * MILLI;
        }
        List<Line> all = all();
        for (int cut = 0; cut < all.size(); cut += 1 + random.nextInt(20)) {
            Position position = START.after(all.get(cut));
            assertLines(all.subList(cut + 1, all.size()), after(position), position);
        }
    }

    @Test
    void a_line_that_is_rotated_away_is_not_found_and_a_later_one_is() throws Exception {
        for (int i = 0; i < 5_000; i++) {
            file.write(MemoryLog.frame(SECOND + i * MILLI, OUT, i + "\n"));
        }
        List<Line> all = all();
        file.rotate(3_000);
        assertEquals(Optional.empty(), log.after(START.after(all.get(2_999)), false));
        assertEquals(Optional.empty(), log.after(START.after(all.get(0)), false));
        assertLines(all.subList(3_001, 5_000), after(START.after(all.get(3_000))), START);
    }

    @Test
    void a_line_that_never_was_is_not_found() throws Exception {
        writeHistory(new Random(1), 3_000);
        assertEquals(Optional.empty(), log.after(new Position(START.container(), 12345, 0), false));
        assertEquals(Optional.empty(), log.after(new Position(START.container(), Long.MAX_VALUE, 0), false));
        assertEquals(Optional.empty(), log.after(new Position(START.container(), all().getLast().time(), 99), false));
    }

    @Test
    void a_follow_begins_after_the_position_and_goes_on() throws Exception {
        writeHistory(new Random(9), 3_000);
        List<Line> before = all();
        Position position = START.after(before.get(before.size() - 100));
        try (LineReader reader = log.followAfter(position).orElseThrow()) {
            file.write(MemoryLog.frame(1, ERR, "new\n"));
            List<String> texts = new ArrayList<>();
            do {
                texts.add(reader.next().orElseThrow().text());
            } while (!texts.getLast().equals("new"));
            assertEquals(100, texts.size());
        }
    }

    @Test
    void a_follow_of_an_empty_log_begins_with_its_first_line() throws Exception {
        try (LineReader reader = log.followAfter(START).orElseThrow()) {
            file.write(MemoryLog.frame(1, ERR, "first\n"));
            assertEquals("first", reader.next().orElseThrow().text());
        }
    }

    /// A follow whose position was rotated away meanwhile waited for ever, and new lines were taken for old ones.
    @Test
    void a_follow_gives_up_when_the_position_is_gone() throws Exception {
        writeHistory(new Random(9), 100);
        Position first = START.after(all().getFirst());
        file.rotate(50);
        assertEquals(Optional.empty(), log.followAfter(first));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 63, 200, 1_500, 2_999, 3_000, 3_001, 100_000})
    void the_last_lines_are_counted_as_lines(int count) throws Exception {
        new History(file, new Random(count)).write(3_000);
        List<Line> all = all();
        List<Line> last = after(log.beforeLast(count, START, true));
        assertLines(all.subList(Math.max(0, all.size() - count), all.size()), last, START);
    }

    @Test
    void an_unfinished_line_waits_for_its_end_unless_nothing_more_can_come() throws Exception {
        String full = "x".repeat(16 * 1024);
        file.write(MemoryLog.frame(1, OUT, full));
        assertEquals(0, read(log.after(START, false).orElseThrow()).size());
        assertEquals(1, read(log.after(START, true).orElseThrow()).size());
        file.write(MemoryLog.frame(1, OUT, "rest\n"));
        assertEquals(full + "rest", read(log.after(START, false).orElseThrow()).getFirst().text());
    }

    /// Where thousands of lines had come since the end was read, a busy bot's log was reported as damaged.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 60, 900, 1_500, 4_000, 6_000, 60_000})
    void lines_that_come_after_the_end_are_no_damage(int newer) throws Exception {
        for (int length : List.of(0, 1, 2, 1_000, 5_000)) {
            MemoryLog busy = new MemoryLog();
            ContainerLog busyLog = new ContainerLog(busy, Duration.ofSeconds(5));
            write(busy, 0, length);
            try (LineReader reader = busyLog.after(START, false).orElseThrow()) {
                while (reader.next().isPresent()) {
                    // to the end
                }
                write(busy, length, length + newer);
                ContainerLog.End end = busyLog.endOf(reader, false);
                assertTrue(newer == 0 ? end == ContainerLog.End.COMPLETE : end != ContainerLog.End.DAMAGED, length + ": " + end);
            }
        }
    }

    private static void write(MemoryLog log, int from, int to) {
        for (int i = from; i < to; i++) {
            log.write(MemoryLog.frame(SECOND + i * MILLI, OUT, i + "\n"));
        }
    }

    /// The engine leaves lines out of a window without a word, of a busy log as well.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 60, 500})
    void lines_that_were_left_out_are_damage(int newer) throws Exception {
        for (int lost : newer == 0 ? List.of(0, 500, 900) : List.of(500, 900)) { // those at the beginning only where nothing comes
            write(file, 0, 1_000);
            int start = lost;
            ContainerLog damaged = new ContainerLog((tail, follow) -> new Lossy(file.open(tail, follow), start), Duration.ofSeconds(5));
            try (LineReader reader = damaged.after(START, false).orElseThrow()) {
                while (reader.next().isPresent()) {
                    // to the end
                }
                write(file, 1_000, 1_000 + newer);
                assertEquals(ContainerLog.End.DAMAGED, damaged.endOf(reader, false), "lost from " + lost);
            }
            file.rotate(file.size());
        }
    }

    /// Leaves out a line and the 89 after it; where the window begins behind that line, none.
    private static final class Lossy implements LineReader.Frames {
        private final LineReader.Frames frames;
        private final int from;
        private boolean lost;

        private Lossy(LineReader.Frames frames, int from) {
            this.frames = frames;
            this.from = from;
        }

        @Override
        public Optional<LogFrame> next() {
            Optional<LogFrame> next = frames.next();
            while (next.isPresent() && (number(next.get()) == from || lost && number(next.get()) > from && number(next.get()) < from + 90)) {
                lost = true;
                next = frames.next();
            }
            return next;
        }

        private static int number(LogFrame frame) {
            String text = new String(frame.payload(), UTF_8);
            return Integer.parseInt(text.substring(text.indexOf(' ') + 1).strip());
        }

        @Override
        public boolean ready() {
            return frames.ready();
        }

        @Override
        public void close() {
            frames.close();
        }
    }

    private void writeHistory(Random random, int lines) {
        new History(file, random).write(lines);
    }

    private List<Line> all() throws InterruptedException {
        return after(START);
    }

    private List<Line> after(Position position) throws InterruptedException {
        return read(log.after(position, true).orElseThrow(() -> new AssertionError("gone: " + position)));
    }

    private static List<Line> read(LineReader reader) throws InterruptedException {
        List<Line> lines = new ArrayList<>();
        try (reader) {
            for (Optional<Line> line; (line = reader.next()).isPresent(); ) {
                lines.add(line.get());
            }
        }
        return lines;
    }

    private static void assertLines(List<Line> expected, List<Line> actual, Position position) {
        assertEquals(expected.stream().map(ContainerLogTest::describe).toList(),
                actual.stream().map(ContainerLogTest::describe).toList(), () -> "after " + position);
    }

    private static String describe(Line line) {
        String text = line.text();
        return line.time() + "." + line.ordinal() + " " + line.source() + " " + (text.length() > 50 ? text.length() : text);
    }

    /// Writes what two busy streams look like.
    private static final class History {
        private final MemoryLog file;
        private final Random random;
        private final Map<LogFrame.Source, LogFrame> owed = new EnumMap<>(LogFrame.Source.class);
        private long time = 1_700_000_000 * SECOND;
        private int number;

        private History(MemoryLog file, Random random) {
            this.file = file;
            this.random = random;
        }

        private void write(int lines) {
            for (int i = 0; i < lines; i++) {
                LogFrame.Source source = random.nextBoolean() ? OUT : ERR;
                LogFrame rest = owed.remove(source);
                if (rest != null) {
                    file.write(rest);
                }
                line(source);
                time += random.nextInt(10) == 0 ? random.nextLong(20 * MILLI) : random.nextLong(3);
            }
            owed.values().forEach(file::write);
            owed.clear();
        }

        private void line(LogFrame.Source source) {
            long at = time - (random.nextInt(20) == 0 ? random.nextLong(2 * MILLI) : 0);
            String text = number++ + " of " + source;
            switch (random.nextInt(60)) {
                case 0 -> {
                    file.write(MemoryLog.frame(at, source, "x".repeat(16 * 1024)));
                    owed.put(source, MemoryLog.frame(at, source, text + "\n"));
                }
                case 1 -> file.write(MemoryLog.frame(at, source, text));
                default -> file.write(MemoryLog.frame(at, source, text + "\n"));
            }
        }
    }
}
