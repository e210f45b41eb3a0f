package botmaker.logs;

import botmaker.docker.LogFrame;
import botmaker.docker.LogFrame.Source;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Assembles lines from the engine's frames, for each of the two streams separately.
///
/// The engine sends a line over 16 KiB as full frames of 16 KiB and a rest, all with the time of the first. So a line ends with a
/// line feed, with a frame that is not full (the process ended without a line feed), and before a frame of the same stream with
/// another time. A line is ordered by its last frame: this depends on the log alone, not on where reading began.
final class LineAssembler {
    /// The longest line that is kept whole, in bytes.
    static final int MAX_LINE = 256 * 1024;
    private static final int FULL_FRAME = 16 * 1024;

    private final Consumer<Line> lines;
    private final Ordinals ordinals = new Ordinals();
    private final Map<Source, Unfinished> unfinished = new EnumMap<>(Source.class);
    private final Set<Source> begun = EnumSet.noneOf(Source.class);

    /// @param lines receives each line as soon as it is complete
    LineAssembler(Consumer<Line> lines) {
        this.lines = lines;
    }

    /// Adds the next frame.
    ///
    /// @throws botmaker.error.Failure.EngineDown when it does not begin with a time
    void accept(LogFrame frame) {
        byte[] bytes = frame.payload();
        int from = endOfTime(bytes);
        long time = Timestamp.parse(bytes, from - 1);
        boolean terminated = bytes.length > from && bytes[bytes.length - 1] == '\n';
        int to = terminated ? bytes.length - 1 : bytes.length;
        boolean last = terminated || bytes.length - from < FULL_FRAME;

        Unfinished open = unfinished.get(frame.source());
        if (open != null && open.time != time) {
            finish(frame.source());
            open = null;
        }
        if (open == null && last) {
            emit(time, frame.source(), bytes, from, to, 0);
        } else {
            unfinished.computeIfAbsent(frame.source(), _ -> new Unfinished(time)).add(bytes, from, to);
            if (last) {
                finish(frame.source());
            }
        }
    }

    /// Ends the lines whose end never came.
    void finish() {
        for (Source source : Source.values()) {
            finish(source);
        }
    }

    private void finish(Source source) {
        Unfinished line = unfinished.remove(source);
        if (line != null) {
            byte[] bytes = line.kept.toByteArray();
            emit(line.time, source, bytes, 0, line.end(bytes), line.cut);
        }
    }

    private void emit(long time, Source source, byte[] bytes, int from, int to, long cut) {
        int end = to > from && cut == 0 && bytes[to - 1] == '\r' ? to - 1 : to;
        boolean first = begun.size() < Source.values().length && begun.add(source);
        lines.accept(new Line(time, ordinals.of(time), source, bytes, from, end, first, cut));
    }

    /// Returns the index after the space behind the time; 0 when there is none.
    private static int endOfTime(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, 40); i++) {
            if (bytes[i] == ' ') {
                return i + 1;
            }
        }
        return 0;
    }

    /// The beginning of a line, as far as it is kept.
    private static final class Unfinished {
        private final long time;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream(4 * FULL_FRAME);
        private long cut;

        private Unfinished(long time) {
            this.time = time;
        }

        private void add(byte[] more, int from, int to) {
            int length = Math.min(to - from, MAX_LINE - kept.size());
            kept.write(more, from, length);
            cut += to - from - length;
        }

        /// Returns where the text ends: a cut must not leave half a character.
        private int end(byte[] bytes) {
            if (cut > 0) {
                for (int back = 1; back <= 3; back++) {
                    int lead = bytes[bytes.length - back] & 0xff;
                    if (lead >= 0xc0) {
                        int size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
                        return size > back ? bytes.length - back : bytes.length;
                    }
                }
            }
            return bytes.length;
        }
    }

    /// Counts lines with exactly the same time, in the order of the log: time and count together identify a line.
    ///
    /// Times go back by milliseconds where the two streams meet, so equal times need not be neighbours; they are searched for among
    /// the last [#REACH] lines. Every reader that has seen that many lines, or a line from a second before, counts the same.
    static final class Ordinals {
        /// How many lines back an equal time counts.
        static final int REACH = 1024;

        private final long[] recent = new long[REACH];
        private int next;
        private long latest = Long.MIN_VALUE;

        private Ordinals() {
            Arrays.fill(recent, Long.MIN_VALUE);
        }

        private int of(long time) {
            int ordinal = 0;
            if (time > latest) {
                latest = time; // most lines: later than all before, so equal to none
            } else {
                for (long other : recent) {
                    if (other == time) {
                        ordinal++;
                    }
                }
            }
            recent[next] = time;
            next = (next + 1) % REACH;
            return ordinal;
        }
    }
}
