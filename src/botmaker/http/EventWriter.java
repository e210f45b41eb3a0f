package botmaker.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The server's side of one event stream: a buffer, written by its owner and, when that is quiet, by the heartbeat.
///
/// An interrupt during a write breaks the connection. So the owner is interrupted while it waits, never while it writes:
///
/// ```
///            send, flush                      requestEnd
/// waiting ─────────────────→ writing        waiting ──→ interrupted, source returns ──→ end event
///         ←─────────────────                writing ──→ interrupts itself when done ──→ same
/// ```
final class EventWriter implements EventStream {
    private static final int BUFFER = 8 * 1024;

    private final OutputStream out;
    private final StallWatch stalls;
    private final Thread owner;
    private final EventEncoder encoder = new EventEncoder(this::append);
    private final byte[] buffer = new byte[BUFFER];
    private int count;
    private volatile long lastWrite = System.nanoTime();
    private volatile boolean broken;

    /// Held while an event is written, so that events do not mix.
    private final ReentrantLock writing = new ReentrantLock();

    /// Guards the two fields below it.
    private final Object state = new Object();

    private boolean ownerWrites;
    private Optional<String> endReason = Optional.empty();

    /// @param owner the thread that runs the source
    EventWriter(OutputStream out, StallWatch stalls, Thread owner) {
        this.out = out;
        this.stalls = stalls;
        this.owner = owner;
    }

    @Override
    public void send(Optional<String> event, Optional<String> id, String data) throws IOException {
        writeAsOwner(() -> encoder.event(event, id, data));
    }

    @Override
    public void position(String id) throws IOException {
        writeAsOwner(() -> encoder.position(id));
    }

    @Override
    public void flush() throws IOException {
        writeAsOwner(this::drainAll);
    }

    /// Writes a comment and all that is buffered, unless the owner is writing. For a thread of its own: it may block.
    void heartbeat() {
        if (!writing.tryLock()) {
            return;
        }
        try {
            encoder.comment();
            drainAll();
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

    /// To be called by the owner when its source has returned: from now on nobody else writes, and it is not interrupted.
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
            encoder.event(Optional.of("end"), Optional.empty(), data);
            drainAll();
        });
    }

    /// Why the end was requested; empty where it was not.
    Optional<String> endReason() {
        synchronized (state) {
            return endReason;
        }
    }

    /// Whether the client is gone.
    boolean broken() {
        return broken;
    }

    /// @return nanoseconds since something was sent
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

    private void append(byte[] bytes) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            if (count == BUFFER) {
                drain();
            }
            int part = Math.min(bytes.length - at, BUFFER - count);
            System.arraycopy(bytes, at, buffer, count, part);
            count += part;
            at += part;
        }
    }

    private void drainAll() throws IOException {
        drain();
        try (StallWatch.Write _ = stalls.begin()) {
            out.flush();
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }

    private void drain() throws IOException {
        if (count == 0) {
            return;
        }
        try (StallWatch.Write _ = stalls.begin()) {
            out.write(buffer, 0, count);
            count = 0;
            lastWrite = System.nanoTime();
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }
}
