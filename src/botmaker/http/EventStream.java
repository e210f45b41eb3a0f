package botmaker.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// The writing end of an event stream (WHATWG HTML §9.2), for the one thread that runs its source. While that thread is quiet, a
/// heartbeat writes comments that keep the stream alive, never inside an event.
///
/// An interrupt during a write breaks the connection. So the owner is interrupted while it waits, never while it writes:
///
/// ```
///            send, flush                      requestEnd
/// waiting ─────────────────→ writing        waiting ──→ interrupted, source returns ──→ end event
///         ←─────────────────                writing ──→ interrupts itself when done ──→ same
/// ```
public final class EventStream {
    private static final Pattern LINE_END = Pattern.compile("\r\n?|\n");
    private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);

    private final OutputStream out;
    private final Thread owner;
    private volatile long lastWrite = System.nanoTime();
    private volatile boolean broken;

    /// Held while an event is written, so that events do not mix.
    private final ReentrantLock writing = new ReentrantLock();

    /// Guards the two fields below it.
    private final Object state = new Object();

    private boolean ownerWrites;
    private Optional<String> endReason = Optional.empty();

    /// @param out   buffered
    /// @param owner the thread that runs the source
    EventStream(OutputStream out, Thread owner) {
        this.out = out;
        this.owner = owner;
    }

    /// Adds an event to the buffer, which is sent when it is full. Blocks while the client does not read.
    ///
    /// @param event the event's name; empty for a plain `message`
    /// @param id    what the client sends as `Last-Event-ID` when it reconnects
    /// @param data  the text; may have several lines
    /// @throws IllegalArgumentException if the name or the id has a line break or NUL
    /// @throws IOException              if the client is gone or the server closes
    public void send(Optional<String> event, Optional<String> id, String data) throws IOException {
        writeAsOwner(() -> write(event, id, data));
    }

    /// Adds an id without an event: from here on the client reconnects with it (§9.2.6 dispatches no event without data).
    ///
    /// @throws IllegalArgumentException if the id has a line break or NUL
    /// @throws IOException              if the client is gone or the server closes
    public void position(String id) throws IOException {
        requireOneLine(id);
        writeAsOwner(() -> send(() -> out.write(("id: " + id + "\n\n").getBytes(UTF_8))));
    }

    /// Sends what is buffered. Call it before every wait for more.
    ///
    /// @throws IOException if the client is gone or the server closes
    public void flush() throws IOException {
        writeAsOwner(() -> send(out::flush));
    }

    /// Writes a comment, which clients ignore, and all that is buffered, unless the owner is writing. May block, so it needs a
    /// thread of its own.
    void heartbeat() {
        if (!writing.tryLock()) {
            return;
        }
        try {
            send(() -> {
                out.write(COMMENT);
                out.flush();
            });
        } catch (IOException _) {
            owner.interrupt();
        } finally {
            writing.unlock();
        }
    }

    /// Makes the source return soon, without breaking the connection.
    ///
    /// @param reason for the last event; the first one counts
    void requestEnd(String reason) {
        synchronized (state) {
            endReason = endReason.or(() -> Optional.of(reason));
            if (!ownerWrites) {
                owner.interrupt();
            }
        }
    }

    /// Ends writes by others and interrupts; the owner calls it when its source has returned.
    void detach() {
        writing.lock(); // and never unlocked
        synchronized (state) {
            ownerWrites = true;
        }
        Thread.interrupted();
    }

    /// Writes the last event, for the owner after [#detach()].
    void end(String data) throws IOException {
        writeLocked(() -> {
            write(Optional.of("end"), Optional.empty(), data);
            send(out::flush);
        });
    }

    /// Returns why the end was requested; empty if it was not.
    Optional<String> endReason() {
        synchronized (state) {
            return endReason;
        }
    }

    /// Returns whether the client is gone.
    boolean broken() {
        return broken;
    }

    /// Returns the nanoseconds since something was written.
    long quietFor(long now) {
        return now - lastWrite;
    }

    private interface Write {
        void run() throws IOException;
    }

    private void writeAsOwner(Write write) throws IOException {
        synchronized (state) {
            if (endReason.isPresent()) {
                throw new InterruptedIOException("The stream is to end");
            }
            ownerWrites = true;
        }
        try {
            writeLocked(write);
        } finally {
            synchronized (state) {
                ownerWrites = false;
                if (endReason.isPresent()) {
                    owner.interrupt();
                }
            }
        }
    }

    private void writeLocked(Write write) throws IOException {
        try {
            writing.lockInterruptibly();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted before a write");
        }
        try {
            write.run();
        } finally {
            writing.unlock();
        }
    }

    /// @throws IllegalArgumentException before anything is written, if the name or the id would break out of its line
    private void write(Optional<String> event, Optional<String> id, String data) throws IOException {
        event.ifPresent(EventStream::requireOneLine);
        id.ifPresent(EventStream::requireOneLine);
        String head = event.map(name -> "event: " + name + "\n").orElse("") + id.map(it -> "id: " + it + "\n").orElse("");
        boolean oneLine = data.indexOf('\n') < 0 && data.indexOf('\r') < 0; // nearly always, and cheaper to see than by a pattern
        String lines = oneLine ? data : LINE_END.matcher(data).replaceAll("\ndata: ");
        send(() -> out.write((head + "data: " + lines + "\n\n").getBytes(UTF_8)));
    }

    private static void requireOneLine(String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("An event's name or id has a line break or NUL");
        }
    }

    private void send(Write write) throws IOException {
        try {
            write.run();
            lastWrite = System.nanoTime();
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }
}
