package botmaker.logs;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.EngineStream;
import botmaker.docker.LogFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;

/// Reads lines from some place of a log on. Whoever has it closes it.
final class LineReader implements AutoCloseable {
    /// How many frames after the mark can be recognized later.
    static final int REMEMBERED = 4096;
    private static final long SECOND = 1_000_000_000;

    /// A container's log as the engine delivers it.
    @FunctionalInterface
    interface FrameSource {
        /// Opens the log.
        ///
        /// @param tail   how many of the last frames to begin with; empty for all
        /// @param follow whether to continue with what is written from now on
        /// @return to be closed by the caller
        Frames open(OptionalInt tail, boolean follow);

        static FrameSource of(Engine engine, Container container) {
            return (tail, follow) -> new EngineFrames(engine.logs(container, tail, follow));
        }
    }

    /// Frames in the order of the log. One thread reads, any thread may close.
    interface Frames extends AutoCloseable {
        /// Waits for the next frame; empty at the end, after a close, and when interrupted (the flag stays set).
        Optional<LogFrame> next();

        /// Returns whether [#next()] answers without waiting.
        boolean ready();

        @Override
        void close();
    }

    private record EngineFrames(EngineStream<LogFrame> stream) implements Frames {
        @Override
        public Optional<LogFrame> next() {
            return stream.next();
        }

        @Override
        public boolean ready() {
            return stream.ready();
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    private final Frames frames;
    private final OptionalInt window;
    private final boolean stopped;
    private final Optional<LogFrame> oldest;
    private final Queue<Line> complete = new ArrayDeque<>();
    private final LineAssembler assembler = new LineAssembler(complete::add);
    private boolean fromOldest;
    private long framesRead;
    private long framesMarked;
    private final List<Integer> hashes = new ArrayList<>(); // of the first frames since the mark
    private Optional<LogFrame> first = Optional.empty();
    private Optional<LogFrame> firstSinceMark = Optional.empty();
    private Optional<LogFrame> last = Optional.empty();
    private long linesRead;
    private long firstTime;
    private boolean ended;

    /// @param window  how many of the last frames `frames` begins with; empty for all
    /// @param stopped whether nothing more can come, so that an unfinished line at the end is complete
    /// @param oldest  the first frame of the log, where it is known
    LineReader(Frames frames, OptionalInt window, boolean stopped, Optional<LogFrame> oldest) {
        this.frames = frames;
        this.window = window;
        this.stopped = stopped;
        this.oldest = oldest;
        this.fromOldest = window.isEmpty();
    }

    /// Waits for the next line; empty at the end.
    ///
    /// @throws botmaker.error.Failure.EngineDown when the engine breaks off
    Optional<Line> next() throws InterruptedException {
        while (complete.isEmpty() && !ended) {
            readFrame();
        }
        Line line = complete.poll();
        if (line == null) {
            return Optional.empty();
        }
        if (linesRead++ == 0) {
            firstTime = line.time();
        }
        return Optional.of(line);
    }

    private void readFrame() throws InterruptedException {
        Optional<LogFrame> frame = frames.next();
        if (frame.isPresent()) {
            remember(frame.get());
            assembler.accept(frame.get());
        } else if (Thread.interrupted()) {
            throw new InterruptedException();
        } else {
            ended = true;
            if (stopped) {
                assembler.finish();
            }
        }
    }

    private void remember(LogFrame frame) {
        if (framesRead == 0) {
            first = Optional.of(frame);
            fromOldest |= oldest.filter(it -> same(it, frame)).isPresent();
        }
        if (framesRead == framesMarked) {
            firstSinceMark = Optional.of(frame);
        }
        if (hashes.size() < REMEMBERED) {
            hashes.add(Arrays.hashCode(frame.payload()));
        }
        last = Optional.of(frame);
        framesRead++;
    }

    /// Reads the first frame, if there is one.
    void begin() throws InterruptedException {
        if (framesRead == 0 && !ended) {
            readFrame();
        }
    }

    /// Counts frames from here on.
    void mark() {
        framesMarked = framesRead;
        hashes.clear();
    }

    /// Returns whether all frames were requested.
    boolean isUnlimited() {
        return window.isEmpty();
    }

    boolean isMarked() {
        return framesMarked > 0;
    }

    long framesSinceMark() {
        return framesRead - framesMarked;
    }

    /// Returns which of the frames since the mark a frame is, from 0; -1 when it is none of the first [#REMEMBERED].
    int indexSinceMark(LogFrame frame) {
        return hashes.indexOf(Arrays.hashCode(frame.payload()));
    }

    /// Returns whether [#next()] answers without waiting for the engine. A frame may be a piece of a line whose rest is not there yet.
    boolean ready() throws InterruptedException {
        while (complete.isEmpty() && !ended && frames.ready()) {
            readFrame();
        }
        return !complete.isEmpty() || ended;
    }

    long framesRead() {
        return framesRead;
    }

    Optional<LogFrame> first() {
        return first;
    }

    Optional<LogFrame> firstSinceMark() {
        return firstSinceMark;
    }

    Optional<LogFrame> last() {
        return last;
    }

    /// Returns whether as many frames came as were requested; one may be missing where they begin with the known first one.
    boolean fills() {
        return window.isPresent() && framesRead >= window.getAsInt() - (fromOldest ? 1 : 0);
    }

    /// Returns whether reading began with the first line of the log. For a window this may be known at the end only.
    boolean whole() {
        return fromOldest || ended && !fills();
    }

    /// Returns whether every reader would give the line just read the same ordinal: equal times are milliseconds apart, so those that
    /// have seen a line from a second away, or as many lines as ordinals reach back, have seen all that count.
    boolean sureOf(Line line) {
        return fromOldest || linesRead > LineAssembler.Ordinals.REACH || Math.abs(line.time() - firstTime) >= SECOND;
    }

    static boolean same(LogFrame a, LogFrame b) {
        return a.source() == b.source() && Arrays.equals(a.payload(), b.payload());
    }

    @Override
    public void close() {
        frames.close();
    }
}
