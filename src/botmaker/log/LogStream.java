package botmaker.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// A print stream that never blocks its callers: a thread of its own writes the lines.
///
/// A full pipe that nobody reads would otherwise hold up every request that logs a line, and the shutdown. Up to 1 MiB of lines
/// wait; further ones are dropped, and a line says how many when the output flows again.
public final class LogStream extends PrintStream {
    private static final int CAPACITY = 1 << 20;
    private static final Duration DRAIN_TIME = Duration.ofSeconds(1);

    private final Lines lines;

    private LogStream(Lines lines, PrintStream replaced) {
        super(lines, false, replaced.charset());
        this.lines = lines;
    }

    /// Returns a stream that writes to another one.
    static LogStream to(OutputStream out) {
        return new LogStream(new Lines(out), System.err);
    }

    /// Replaces standard output and standard error of this process.
    public static void replaceStandardStreams() {
        System.setOut(new LogStream(new Lines(new FileOutputStream(FileDescriptor.out)), System.out));
        System.setErr(new LogStream(new Lines(new FileOutputStream(FileDescriptor.err)), System.err));
    }

    /// Waits until the replaced standard streams have written everything, for at most about a second.
    public static void drainStandardStreams() {
        long deadline = System.nanoTime() + DRAIN_TIME.toNanos();
        for (PrintStream stream : List.of(System.out, System.err)) {
            if (stream instanceof LogStream queued) {
                queued.lines.drain(deadline);
            }
        }
    }

    /// The queue of whole lines, and the thread that writes them.
    private static final class Lines extends OutputStream {
        private final OutputStream out;
        private final Deque<byte[]> queue = new ArrayDeque<>();
        private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
        private int queued;
        private long dropped;

        Lines(OutputStream out) {
            this.out = out;
            Thread.ofPlatform().daemon().name("log-writer").start(this::run);
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] bytes, int from, int count) {
            int start = from;
            for (int at = from; at < from + count; at++) {
                if (bytes[at] == '\n') {
                    begun.write(bytes, start, at + 1 - start);
                    start = at + 1;
                    add(begun.toByteArray());
                    begun.reset();
                }
            }
            begun.write(bytes, start, from + count - start);
        }

        private void add(byte[] line) {
            if (queued + line.length > CAPACITY) {
                dropped++;
                return;
            }
            tellDropped();
            put(line);
        }

        private void put(byte[] line) {
            queue.add(line);
            queued += line.length;
            notifyAll();
        }

        private void tellDropped() {
            if (dropped > 0) {
                put((LogFormat.line(Instant.now(), "WARNING", LogStream.class.getName(),
                        dropped + " lines were dropped here, because nothing read this output") + "\n").getBytes(UTF_8));
                dropped = 0;
            }
        }

        private void run() {
            try {
                while (true) {
                    byte[] line = head();
                    boolean written = emit(line);
                    synchronized (this) {
                        queue.remove();
                        queued -= line.length;
                        dropped += written ? 0 : 1;
                        if (queue.isEmpty() && written) {
                            tellDropped();
                        }
                        notifyAll();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private synchronized byte[] head() throws InterruptedException {
            while (queue.isEmpty()) {
                wait();
            }
            return queue.element();
        }

        private boolean emit(byte[] line) {
            try {
                out.write(line);
                out.flush();
                return true;
            } catch (IOException e) {
                return false; // the reader is gone, or the disk is full: counted as dropped
            }
        }

        synchronized void drain(long deadline) {
            try {
                if (begun.size() > 0) {
                    put(begun.toByteArray());
                    begun.reset();
                }
                for (long left; !queue.isEmpty() && (left = deadline - System.nanoTime()) > 0; ) {
                    wait(left / 1_000_000 + 1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
