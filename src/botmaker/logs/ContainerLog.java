package botmaker.logs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;

/// One container's log, in which places are found again.
///
/// The engine can be asked for the last N frames or for those since a time. Times do not do: with `since` in its request,
/// Engine 20.10 drops every line whose own time is earlier, so after the clock was set back a follow says nothing for as long as
/// the clock went back, and lines that two streams wrote in the same millisecond are lost. It also decodes the whole file
/// (0.96 s for 20 MB, where the last 2,048 frames took 0.03 s). So a place is sought backwards: in the last 64 frames, in 32
/// times as many, and so on; the line itself is recognized, whatever the clock says.
final class ContainerLog {
    private static final int FIRST_WINDOW = 64;
    private static final int GROWTH = 32;
    private static final int LAST_WINDOW = FIRST_WINDOW * GROWTH * GROWTH;

    /// More than this before the lines that are wanted, and their ordinals are sure.
    private static final int MARGIN = Ordinals.REACH + FIRST_WINDOW;

    private final FrameSource source;
    private final Duration patience;

    /// @param patience how long to seek a place in a log that is being followed
    ContainerLog(FrameSource source, Duration patience) {
        this.source = source;
        this.patience = patience;
    }

    /// What is there after a position.
    ///
    /// @param stopped whether nothing more can come, so that an unfinished line at the end is what it is
    /// @return to be closed by the caller; empty when the position's line is there no longer
    Optional<LineReader> after(Position position, boolean stopped) throws InterruptedException {
        boolean missed = false;
        for (OptionalInt window = firstWindow(position); ; window = missed ? OptionalInt.empty() : next(window)) {
            LineReader reader = new LineReader(source.open(window, false), window, stopped);
            Search search = Search.MISSED;
            try {
                search = search(reader, position, window);
                if (search == Search.FOUND) {
                    return Optional.of(reader);
                }
            } finally {
                if (search != Search.FOUND) {
                    reader.close();
                }
            }
            if (search == Search.MISSED && reader.whole()) {
                if (missed) {
                    return Optional.empty();
                }
                missed = true; // an engine that ends its answer too early looks the same: one that is asked twice
            }
        }
    }

    /// What comes after a recent position, as it comes.
    ///
    /// @return to be closed by the caller; empty when the position was not found soon: it may be gone, or the engine is slow
    Optional<LineReader> followAfter(Position position) throws InterruptedException {
        for (OptionalInt window = firstWindow(position); ; window = next(window)) {
            LineReader reader = new LineReader(source.open(window, true), window, false);
            Search search = Search.MISSED;
            try {
                search = searchSoon(reader, position, window);
                if (search == Search.FOUND) {
                    return Optional.of(reader);
                }
            } finally {
                if (search != Search.FOUND) {
                    reader.close();
                }
            }
            if (search == Search.MISSED && (window.isEmpty() || reader.framesRead() < window.getAsInt())) {
                return Optional.empty();
            }
        }
    }

    /// The position before the last so many lines; `start` when there are not more.
    Position beforeLast(int lines, Position start, boolean stopped) throws InterruptedException {
        for (OptionalInt window = OptionalInt.of(lines + MARGIN); ; window = next(window)) {
            Deque<Place> last = new ArrayDeque<>();
            try (LineReader reader = new LineReader(source.open(window, false), window, stopped)) {
                for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                    if (last.size() > lines) {
                        last.remove();
                    }
                    last.add(new Place(start.after(line.get()), reader.sureOf(line.get())));
                }
                boolean more = last.size() > lines;
                if (reader.whole() || more && last.getFirst().sure()) {
                    return more ? last.getFirst().position() : start;
                }
            }
        }
    }

    private record Place(Position position, boolean sure) {}

    private enum Search { FOUND, MISSED, UNSURE }

    /// Reads up to and including the position's line, or to the end of the window.
    private static Search search(LineReader reader, Position position, OptionalInt window) throws InterruptedException {
        if (position.isStart()) {
            return Search.FOUND;
        }
        for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
            if (line.get().isAt(position)) {
                return reader.sureOf(line.get()) ? Search.FOUND : Search.UNSURE;
            }
            if (window.isPresent() && reader.framesRead() >= window.getAsInt() && !reader.ready()) {
                return Search.MISSED; // what a follow brings from here on is new
            }
        }
        return Search.MISSED;
    }

    /// The same in a log that has no end, for as long as the patience lasts.
    private Search searchSoon(LineReader reader, Position position, OptionalInt window) throws InterruptedException {
        try (Deadline deadline = new Deadline(patience, reader::close)) {
            Search search = search(reader, position, window);
            return deadline.met() ? search : Search.MISSED;
        }
    }

    private static OptionalInt firstWindow(Position position) {
        return position.isStart() ? OptionalInt.empty() : OptionalInt.of(FIRST_WINDOW);
    }

    private static OptionalInt next(OptionalInt window) {
        return window.getAsInt() < LAST_WINDOW ? OptionalInt.of(window.getAsInt() * GROWTH) : OptionalInt.empty();
    }
}
