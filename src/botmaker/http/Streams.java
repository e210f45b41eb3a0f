package botmaker.http;

import botmaker.error.Failure;
import botmaker.json.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// Looks after everything that is being sent: drops clients that do not read, keeps quiet event streams alive, ends streams and
/// bodies whose reader is no longer welcome, and ends all event streams when the server closes.
///
/// A blocked write has no timeout, and closing the exchange from another thread blocks, too, until the client leaves.
/// Interrupting the writing virtual thread ends the write and the connection.
final class Streams implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Streams.class.getName());

    private static final String SHUTDOWN = "shutdown";
    private static final String SIGNED_OUT = "signed out";
    private static final int STEP = 16 * 1024;

    private final Map<EventStream, BooleanSupplier> open = new ConcurrentHashMap<>();
    private final Set<Guard> guards = ConcurrentHashMap.newKeySet();
    private final long heartbeat;
    private final long stall;
    private final Thread pulse;
    private volatile boolean ended;

    /// @param heartbeat how long an event stream may be quiet
    /// @param stall     how long a client may go without reading
    Streams(Duration heartbeat, Duration stall) {
        this.heartbeat = heartbeat.toNanos();
        this.stall = stall.toNanos();
        Duration pause = Duration.ofNanos(Math.clamp(Math.min(this.heartbeat, this.stall) / 8, 1_000_000, 1_000_000_000));
        this.pulse = Thread.ofVirtual().name("heartbeat").start(() -> beat(pause));
    }

    /// Interrupts the current thread if a client goes too long without reading, until the guard is closed.
    Guard patience() {
        long start = System.nanoTime();
        return new Guard(() -> System.nanoTime() - start > stall);
    }

    /// Returns a buffer in front of a client's stream, which drops a client that does not read.
    OutputStream output(OutputStream out) {
        return new BufferedOutputStream(new PatientOutput(out), STEP);
    }

    /// Runs a source of events until it returns, its client leaves or the streams are closed.
    ///
    /// @param welcome whether the reader still is; asked each second
    /// @param out     buffered
    /// @throws IOException if the connection is of no more use
    void sendEvents(Response.Source<EventStream> source, BooleanSupplier welcome, OutputStream out) throws IOException {
        EventStream stream = new EventStream(out, Thread.currentThread());
        open.put(stream, welcome);
        if (ended) {
            stream.requestEnd(SHUTDOWN);
        }
        try {
            String end = run(source, stream);
            stream.detach();
            if (stream.broken()) {
                throw new IOException("The client left its stream");
            }
            if (!end.isEmpty()) {
                stream.end(end);
            }
        } finally {
            open.remove(stream);
        }
    }

    /// Writes a body until it is complete. Breaks it off if the source fails or the reader is no longer welcome, so that no client
    /// takes the part for the whole.
    ///
    /// @param welcome whether the reader still is; asked each second
    /// @throws IOException if the connection is of no more use
    void sendBody(Response.Source<OutputStream> source, BooleanSupplier welcome, OutputStream out) throws IOException {
        try (Guard _ = new Guard(() -> !isWelcome(welcome))) {
            source.writeTo(out);
            out.flush();
        } catch (Failure e) {
            LOG.log(System.Logger.Level.WARNING, "a response body was aborted: {0}", e.getMessage());
            throw new IOException("The body could not be completed", e);
        } catch (InterruptedException e) {
            throw new IOException("The server closes, or the reader was signed out", e);
        }
    }

    /// Asks every event stream to end, now and later.
    void end() {
        ended = true;
        open.keySet().forEach(stream -> stream.requestEnd(SHUTDOWN));
    }

    /// Looks after nothing any more.
    @Override
    public void close() {
        pulse.interrupt();
    }

    /// @return the data of the `end` event; empty if the source came to its own end
    private static String run(Response.Source<EventStream> source, EventStream stream) {
        try {
            stream.flush();
            source.writeTo(stream);
            stream.flush();
            return "";
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            if (stream.endReason().isPresent()) {
                return reason(stream.endReason().get());
            }
            if (stream.broken()) {
                return "";
            }
            return reason(e instanceof Failure failure ? failure.getMessage()
                    : "failed, see error " + Problem.log(LOG, "An event stream failed", e) + " in BotMaker's log");
        }
    }

    private static String reason(String reason) {
        return Json.object().put("reason", reason).build().toString();
    }

    private void beat(Duration pause) {
        try {
            while (true) {
                Thread.sleep(pause);
                guards.forEach(Guard::check);
                open.forEach(this::beat);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void beat(EventStream stream, BooleanSupplier welcome) {
        if (!isWelcome(welcome)) {
            stream.requestEnd(SIGNED_OUT);
        } else if (stream.quietFor(System.nanoTime()) >= heartbeat) {
            Thread.ofVirtual().start(stream::heartbeat);
        }
    }

    /// Returns false if it cannot be told, so that the heartbeat of all others goes on.
    private static boolean isWelcome(BooleanSupplier welcome) {
        try {
            return welcome.getAsBoolean();
        } catch (RuntimeException e) {
            Problem.log(LOG, "A stream's credentials could not be checked", e);
            return false;
        }
    }

    /// Interrupts the thread that made it once a condition holds, until it is closed.
    final class Guard implements AutoCloseable {
        private final Thread thread = Thread.currentThread();
        private final BooleanSupplier failed;
        private boolean done;

        private Guard(BooleanSupplier failed) {
            this.failed = failed;
            guards.add(this);
        }

        @Override
        public synchronized void close() {
            done = true;
            guards.remove(this);
        }

        private synchronized void check() {
            if (!done && failed.getAsBoolean()) {
                thread.interrupt();
            }
        }
    }

    /// Writes in steps. A client that does not read a step within the stall limit is dropped.
    private final class PatientOutput extends OutputStream {
        private final OutputStream out;

        PatientOutput(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            for (int at = from; at < from + length; at += STEP) {
                try (Guard _ = patience()) {
                    out.write(bytes, at, Math.min(STEP, from + length - at));
                }
            }
        }

        @Override
        public void flush() throws IOException {
            try (Guard _ = patience()) {
                out.flush();
            }
        }

        @Override
        public void close() throws IOException {
            try (Guard _ = patience()) {
                out.close();
            }
        }
    }
}
