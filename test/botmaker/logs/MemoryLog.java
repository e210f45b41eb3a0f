package botmaker.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.docker.LogFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A container's log as the engine keeps it, in memory: written at one end, rotated away at the other.
final class MemoryLog implements LineReader.FrameSource {
    private final List<LogFrame> written = new ArrayList<>();
    private int rotatedAway;

    synchronized void write(LogFrame frame) {
        written.add(frame);
        notifyAll();
    }

    /// Takes the oldest frames away; a reader that has the log open does not notice.
    synchronized void rotate(int frames) {
        rotatedAway += frames;
    }

    synchronized int size() {
        return written.size() - rotatedAway;
    }

    @Override
    public synchronized LineReader.Frames open(OptionalInt tail, boolean follow) {
        int from = tail.isPresent() ? Math.max(rotatedAway, written.size() - tail.getAsInt()) : rotatedAway;
        return new Reader(from, follow ? Integer.MAX_VALUE : written.size());
    }

    /// A frame as it comes from the engine.
    static LogFrame frame(long time, LogFrame.Source source, String text) {
        return frame(time, source, text.getBytes(UTF_8));
    }

    static LogFrame frame(long time, LogFrame.Source source, byte[] text) {
        byte[] head = (Timestamp.text(time) + " ").getBytes(UTF_8);
        byte[] payload = new byte[head.length + text.length];
        System.arraycopy(head, 0, payload, 0, head.length);
        System.arraycopy(text, 0, payload, head.length, text.length);
        return new LogFrame(source, payload);
    }

    private final class Reader implements LineReader.Frames {
        private final int to;
        private int at;
        private boolean closed;

        private Reader(int from, int to) {
            this.at = from;
            this.to = to;
        }

        @Override
        public Optional<LogFrame> next() {
            synchronized (MemoryLog.this) {
                while (!ready()) {
                    try {
                        MemoryLog.this.wait();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                        return Optional.empty();
                    }
                }
                return closed || at >= to ? Optional.empty() : Optional.of(written.get(at++));
            }
        }

        @Override
        public boolean ready() {
            synchronized (MemoryLog.this) {
                return closed || at >= to || at < written.size();
            }
        }

        @Override
        public void close() {
            synchronized (MemoryLog.this) {
                closed = true;
                MemoryLog.this.notifyAll();
            }
        }
    }
}
