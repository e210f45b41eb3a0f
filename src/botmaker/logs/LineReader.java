package botmaker.logs;

import botmaker.docker.LogFrame;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;

/// Reads lines from some place of a log on. Whoever has it closes it.
final class LineReader implements AutoCloseable {
    private static final long SECOND = 1_000_000_000;

    private final FrameSource.Frames frames;
    private final OptionalInt window;
    private final boolean stopped;
    private final Queue<Line> complete = new ArrayDeque<>();
    private final LineAssembler assembler = new LineAssembler(complete::add);
    private long framesRead;
    private long linesRead;
    private long firstTime;
    private boolean ended;

    /// @param window  how many of the last frames `frames` began with; empty for all
    /// @param stopped whether nothing more can come, so that an unfinished line at the end is what it is
    LineReader(FrameSource.Frames frames, OptionalInt window, boolean stopped) {
        this.frames = frames;
        this.window = window;
        this.stopped = stopped;
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
            assembler.accept(frame.get());
            framesRead++;
        } else if (Thread.interrupted()) {
            throw new InterruptedException();
        } else {
            ended = true;
            if (stopped) {
                assembler.finish();
            }
        }
    }

    /// Whether [#next()] answers without waiting for the engine. A frame that is there may be a piece of a line whose rest is not.
    boolean ready() throws InterruptedException {
        while (complete.isEmpty() && !ended && frames.ready()) {
            readFrame();
        }
        return !complete.isEmpty() || ended;
    }

    long framesRead() {
        return framesRead;
    }

    /// Whether reading began at the first line that there is. Of a limited read it is known at the end only.
    boolean whole() {
        return window.isEmpty() || ended && framesRead < window.getAsInt();
    }

    /// Whether everybody would give the line just read the same ordinal: equal times are milliseconds apart, so those who have
    /// seen a line from a second away, or so many lines as [Ordinals] looks back, have seen all that count.
    boolean sureOf(Line line) {
        return window.isEmpty() || linesRead > Ordinals.REACH || Math.abs(line.time() - firstTime) >= SECOND;
    }

    @Override
    public void close() {
        frames.close();
    }
}
