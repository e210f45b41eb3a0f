package botmaker.http;

import botmaker.error.Failure;
import botmaker.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// Keeps quiet event streams alive, ends streams and bodies whose reader is no longer welcome, and ends all streams when the
/// server closes.
final class Streams implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Streams.class.getName());

    private static final String SHUTDOWN = "shutdown";
    private static final String SIGNED_OUT = "signed out";

    private final Map<EventWriter, BooleanSupplier> open = new ConcurrentHashMap<>();
    private final Set<Body> bodies = ConcurrentHashMap.newKeySet();
    private final StallWatch stalls;
    private final long heartbeat;
    private final Thread pulse;
    private volatile boolean closed;

    /// @param heartbeat how long a stream may be quiet
    Streams(StallWatch stalls, Duration heartbeat) {
        this.stalls = stalls;
        this.heartbeat = heartbeat.toNanos();
        Duration pause = Duration.ofNanos(Math.clamp(this.heartbeat / 8, 1_000_000, 1_000_000_000));
        this.pulse = Thread.ofVirtual().name("heartbeat").start(() -> beat(pause));
    }

    /// Runs a source until it returns, its client leaves or the streams are closed.
    ///
    /// @param welcome whether the reader still is; asked each second
    /// @throws IOException if the connection is of no more use
    void serve(EventSource source, BooleanSupplier welcome, OutputStream out) throws IOException {
        EventWriter writer = new EventWriter(stalls.output(out), Thread.currentThread());
        open.put(writer, welcome);
        if (closed) {
            writer.requestEnd(SHUTDOWN);
        }
        try {
            String end = run(source, writer);
            writer.detach();
            if (writer.broken()) {
                throw new IOException("The client left its stream");
            }
            if (!end.isEmpty()) {
                writer.end(end);
            }
        } finally {
            open.remove(writer);
        }
    }

    /// Writes a body until it is complete, or breaks it off when its reader is no longer welcome.
    ///
    /// @param welcome whether the reader still is; asked each second
    void serve(BodySource source, BooleanSupplier welcome, OutputStream out) throws IOException, InterruptedException {
        Body body = new Body(welcome);
        bodies.add(body);
        try {
            OutputStream watched = stalls.output(out);
            source.writeTo(watched);
            watched.flush();
        } finally {
            body.done();
            bodies.remove(body);
        }
    }

    /// Asks every event stream to end.
    @Override
    public void close() {
        closed = true;
        pulse.interrupt();
        open.keySet().forEach(writer -> writer.requestEnd(SHUTDOWN));
    }

    /// @return the data of the `end` event; empty if the source came to its own end
    private static String run(EventSource source, EventWriter writer) {
        try {
            writer.flush();
            source.stream(writer);
            writer.flush();
            return "";
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            if (writer.endReason().isPresent()) {
                return reason(writer.endReason().get());
            }
            if (writer.broken()) {
                return "";
            }
            if (e instanceof Failure failure) {
                return reason(failure.getMessage());
            }
            return reason("failed, see error " + Problem.log(LOG, "An event stream failed", e) + " in BotMaker's log");
        }
    }

    private static String reason(String reason) {
        return Json.object().put("reason", reason).build().toString();
    }

    private void beat(Duration pause) {
        try {
            while (true) {
                Thread.sleep(pause);
                long now = System.nanoTime();
                open.forEach((writer, welcome) -> beat(writer, welcome, now));
                bodies.forEach(Body::breakOffIfUnwelcome);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void beat(EventWriter writer, BooleanSupplier welcome, long now) {
        if (!isWelcome(welcome)) {
            writer.requestEnd(SIGNED_OUT);
        } else if (writer.quietFor(now) >= heartbeat) {
            Thread.ofVirtual().start(writer::heartbeat);
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

    /// A body that is being written by a thread.
    private static final class Body {
        private final Thread owner = Thread.currentThread();
        private final BooleanSupplier welcome;
        private boolean done;

        Body(BooleanSupplier welcome) {
            this.welcome = welcome;
        }

        synchronized void breakOffIfUnwelcome() {
            if (!done && !isWelcome(welcome)) {
                owner.interrupt();
            }
        }

        synchronized void done() {
            done = true;
        }
    }
}
