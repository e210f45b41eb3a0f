package botmaker.logs;

import botmaker.docker.LogFrame;
import botmaker.logs.LineReader.FrameSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;

/// One container's log, in which places are found again.
///
/// The engine can return the last N frames or those since a time. Times are unreliable: with `since` in its request,
/// Engine 20.10 drops every line whose own time is earlier, so after the clock was set back a follow says nothing for as long as
/// the clock went back, and lines that two streams wrote in the same millisecond are lost. It also decodes the whole file
/// (0.96 s for 20 MB, where the last 2,048 frames took 0.03 s). So a place is searched for backwards: in the last 64 frames, in 32
/// times as many, and so on; the line itself is recognized, whatever the clock says.
final class ContainerLog {
    private static final int FIRST_WINDOW = 64;
    private static final int GROWTH = 32;
    private static final int LAST_WINDOW = FIRST_WINDOW * GROWTH * GROWTH;

    /// A log of fewer frames is followed from its beginning.
    private static final int SHORT = FIRST_WINDOW * GROWTH;

    /// With more than this before the lines that are wanted, their ordinals are sure.
    private static final int MARGIN = LineAssembler.Ordinals.REACH + FIRST_WINDOW;

    private final FrameSource source;
    private final Duration patience;
    private int window = FIRST_WINDOW;
    private Optional<LogFrame> oldest = Optional.empty(); // of a short log that was read as a whole

    /// @param patience how long to search for a place in a log that is being followed
    ContainerLog(FrameSource source, Duration patience) {
        this.source = source;
        this.patience = patience;
    }

    /// Opens what comes after a position.
    ///
    /// @param stopped whether nothing more can come, so that an unfinished line at the end is complete
    /// @return to be closed by the caller; empty when the position's line no longer exists
    Optional<LineReader> after(Position position, boolean stopped) throws InterruptedException {
        boolean missed = false;
        OptionalInt tail = position.isStart() && oldest.isEmpty() ? OptionalInt.empty() : OptionalInt.of(window);
        while (true) {
            LineReader reader = open(tail, false, stopped);
            Search search = search(reader, position, false);
            if (search == Search.FOUND) {
                tail.ifPresent(found -> window = found);
                return Optional.of(reader);
            }
            if (search == Search.MISSED && reader.whole()) {
                if (missed) {
                    return Optional.empty();
                }
                missed = true; // an answer that ended too early looks the same: ask twice
            }
            tail = missed || position.isStart() ? OptionalInt.empty() : next(tail);
        }
    }

    /// Opens what comes after a recent position, as it comes.
    ///
    /// @return to be closed by the caller; empty when the position was not found soon: it may be gone, or the engine is slow
    Optional<LineReader> followAfter(Position position) throws InterruptedException {
        OptionalInt tail = position.isStart() || oldest.isPresent() ? OptionalInt.empty() : OptionalInt.of(window);
        while (true) {
            LineReader reader = open(tail, true, false);
            Search search = search(reader, position, true);
            if (search == Search.FOUND) {
                return Optional.of(reader);
            }
            if (search == Search.MISSED && (tail.isEmpty() || !reader.fills())) {
                return Optional.empty();
            }
            tail = next(tail);
        }
    }

    /// Returns the position before the last so many lines; `start` when there are not more.
    Position beforeLast(int lines, Position start, boolean stopped) throws InterruptedException {
        for (OptionalInt tail = OptionalInt.of(lines + MARGIN); ; tail = next(tail)) {
            Deque<Place> last = new ArrayDeque<>();
            try (LineReader reader = open(tail, false, stopped)) {
                for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                    if (last.size() > lines) {
                        last.remove();
                    }
                    last.add(new Place(start.after(line.get()), reader.sureOf(line.get())));
                }
                boolean more = last.size() > lines;
                if (reader.whole() || more && last.getFirst().sure()) {
                    tail.ifPresent(found -> window = found);
                    wasRead(reader);
                    return more ? last.getFirst().position() : start;
                }
            }
        }
    }

    private record Place(Position position, boolean sure) {}

    private enum Search { FOUND, MISSED, UNSURE }

    /// Remembers, from a reader that has come to its end, what makes the next one quick.
    void wasRead(LineReader reader) {
        boolean brief = reader.whole() && reader.framesRead() < SHORT;
        oldest = brief ? reader.first() : Optional.empty();
        if (oldest.isPresent()) {
            window = Math.toIntExact(reader.framesRead() + 1);
        } else if (brief) {
            window = FIRST_WINDOW;
        }
    }

    private LineReader open(OptionalInt tail, boolean follow, boolean stopped) {
        return new LineReader(source.open(tail, follow), tail, stopped, oldest);
    }

    /// Reads up to and including the position's line, or to the end of the window; in a log without an end, for as long as the
    /// patience lasts. Closes the reader unless the position is found.
    private Search search(LineReader reader, Position position, boolean follow) throws InterruptedException {
        Search search = Search.MISSED;
        try {
            if (follow) {
                try (Deadline deadline = new Deadline(patience, reader::close)) {
                    Search found = search(reader, position);
                    search = deadline.met() ? found : Search.MISSED;
                }
            } else {
                search = search(reader, position);
            }
            return search;
        } finally {
            if (search != Search.FOUND) {
                reader.close();
            }
        }
    }

    private static Search search(LineReader reader, Position position) throws InterruptedException {
        if (position.isStart()) {
            if (!reader.isUnlimited()) {
                reader.begin();
            }
            return reader.whole() ? Search.FOUND : Search.MISSED;
        }
        for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
            if (position.isAfter(line.get())) {
                reader.mark();
                return reader.sureOf(line.get()) ? Search.FOUND : Search.UNSURE;
            }
            if (reader.fills() && !reader.ready()) {
                return Search.MISSED; // what a follow brings from here on is new
            }
        }
        return Search.MISSED;
    }

    private static OptionalInt next(OptionalInt tail) {
        return tail.getAsInt() < LAST_WINDOW ? OptionalInt.of(tail.getAsInt() * GROWTH) : OptionalInt.empty();
    }

    // ---- a damaged file

    /// What the end of a reader means.
    enum End {
        /// It was the end of the log.
        COMPLETE,
        /// More has come meanwhile.
        MORE,
        /// The engine left lines out.
        DAMAGED
    }

    /// Finds out what the end of a reader means. After a power cut the engine's file may hold NUL bytes or half a record. The engine
    /// then skips what its decoder has buffered, some hundred lines, or ends there, and reports neither. But it finds the last N
    /// frames by counting line feeds from the end. So the last N are those N that were read, and in a log of N frames the last
    /// N + 1 begin with the first one, unless it left out more than one.
    End endOf(LineReader read, boolean stopped) throws InterruptedException {
        if (read.fills()) {
            return End.COMPLETE; // by the same count
        }
        boolean marked = read.isMarked();
        int frames = Math.toIntExact(read.framesSinceMark());
        Optional<LogFrame> expected = frames > 0 ? read.firstSinceMark() : read.last();
        Optional<LogFrame> found = first(OptionalInt.of(marked && frames > 0 ? frames : frames + 1));
        if (found.isPresent() ? expected.filter(it -> LineReader.same(it, found.get())).isPresent() : expected.isEmpty()) {
            return End.COMPLETE;
        }
        if (expected.isEmpty()) {
            return first(OptionalInt.empty()).isPresent() ? End.MORE : End.DAMAGED;
        }
        if (!stopped && found.isPresent()) {
            int index = read.indexSinceMark(found.get());
            int newer = index < 0 ? Math.min(LineReader.REMEMBERED, frames) : index; // at least so many have come, or were left out
            if (framesAfter(read.last().orElseThrow()) >= newer) {
                return End.MORE;
            }
        }
        boolean rotated = read.isUnlimited() && first(OptionalInt.empty()).filter(it -> LineReader.same(it, read.first().orElseThrow())).isEmpty();
        return rotated ? End.MORE : End.DAMAGED;
    }

    /// Opens what follows in a damaged log: the largest window that the engine reads without leaving lines out, from the position on
    /// if it is there.
    LineReader afterDamage(Position position, boolean stopped) throws InterruptedException {
        int good = 0;
        int bad = Integer.MAX_VALUE;
        boolean found = false;
        for (int frames = FIRST_WINDOW; bad - good > 1 && !found; frames = bad == Integer.MAX_VALUE ? 2 * good : (good + bad) / 2) {
            try (LineReader reader = open(OptionalInt.of(frames), false, stopped)) {
                boolean there = skipTo(position, reader);
                while (reader.next().isPresent()) {
                    // only whether all of it can be read
                }
                found = there && reader.fills();
                good = reader.fills() ? frames : good;
                bad = reader.fills() ? bad : frames;
            }
        }
        LineReader reader = open(OptionalInt.of(good), false, stopped);
        if (found) {
            skipTo(position, reader);
        }
        return reader;
    }

    private static boolean skipTo(Position position, LineReader reader) throws InterruptedException {
        for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
            if (position.isAfter(line.get())) {
                return true;
            }
        }
        return false;
    }

    /// Reads the first frame of a window.
    private Optional<LogFrame> first(OptionalInt tail) throws InterruptedException {
        try (LineReader reader = open(tail, false, false)) {
            reader.begin();
            return reader.first();
        }
    }

    /// Counts the frames after one; -1 when it is not among the last.
    private long framesAfter(LogFrame frame) throws InterruptedException {
        for (int tail = FIRST_WINDOW; tail <= LAST_WINDOW; tail *= GROWTH) {
            try (LineReader.Frames frames = source.open(OptionalInt.of(tail), false)) {
                long after = -1;
                for (Optional<LogFrame> next = frames.next(); next.isPresent(); next = frames.next()) {
                    after = after >= 0 ? after + 1 : LineReader.same(next.get(), frame) ? 0 : -1;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (after >= 0) {
                    return after;
                }
            }
        }
        return -1;
    }

    // ---- a rotated file

    /// Decides when a follow may have gone wrong over a rotation of the log. As measured with Engine 20.10, a follow
    ///
    /// - repeats what it has read of the new file, from its first line on (3 lines, or 149);
    /// - reads a file to its end and goes on with the newest one: when 300,000 lines came in 3 s, whole files between were missing.
    ///
    /// The engine reports neither, so a suspicion has to do, and catching up settles it. A repeated line has the same time as a recent
    /// one, or steps far back. A file that is left out took its time to be written: a step forward after lines in quick succession. And a
    /// follow that its reader keeps waiting may be rotated past: the engine writes up to 15 MB a second, and rotates every 10 MB.
    static final class RotationGuard {
        /// More than times go back where the two streams meet (2 ms), less than 10 MB take to be written.
        private static final long STEP = 10_000_000;

        /// Bytes without a pause that make a burst. Nobody writes 10 MB without showing that much at its beginning.
        private static final long BURST = 64 * 1024;

        private static final long MAX_LAG = 500_000_000;

        private long last;
        private long burst;
        private long lag;

        /// Returns whether a line may not be the next one of the log.
        boolean doubts(Line line) {
            long step = line.time() - last;
            return line.ordinal() > 0 || step < -STEP || step > STEP && burst > BURST;
        }

        /// Records a line that is the next one.
        void passed(Line line) {
            if (line.time() - last > STEP) {
                burst = 0;
            }
            burst += line.to() - line.from();
            last = line.time();
        }

        /// Starts a new follow.
        void restart() {
            lag = 0;
        }

        /// Records how long the follow was kept waiting, and how long it then kept us waiting, in nanoseconds.
        ///
        /// @return whether it is so far behind that it may be rotated past
        boolean lags(long wrote, long read) {
            lag = Math.max(0, lag + wrote - read);
            return lag > MAX_LAG;
        }
    }
}
