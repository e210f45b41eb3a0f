package botmaker.http;

import botmaker.error.Failure;
import botmaker.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/// The open event streams: keeps the quiet ones alive, ends those whose reader is no longer welcome, and all of them when the
/// server closes.
final class Streams implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Streams.class.getName());

    private static final String SHUTDOWN = "shutdown";
    private static final String SIGNED_OUT = "signed out";

    private final Map<EventWriter, BooleanSupplier> open = new ConcurrentHashMap<>();
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
    /// @throws IOException when the connection is of no more use
    void serve(EventSource source, BooleanSupplier welcome, OutputStream out) throws IOException {
        EventWriter writer = new EventWriter(out, stalls, Thread.currentThread());
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

    /// Asks every stream to end.
    @Override
    public void close() {
        closed = true;
        pulse.interrupt();
        open.keySet().forEach(writer -> writer.requestEnd(SHUTDOWN));
    }

    /// @return the data of the `end` event; empty when the source came to its own end
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
            return reason("failed, see error " + ErrorId.log(LOG, "An event stream failed", e) + " in BotMaker's log");
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
                open.forEach((writer, welcome) -> {
                    if (!welcome.getAsBoolean()) {
                        writer.requestEnd(SIGNED_OUT);
                    } else if (writer.quietFor(now) >= heartbeat) {
                        Thread.ofVirtual().start(writer::heartbeat);
                    }
                });
            }
        } catch (InterruptedException _) {
            // closed
        }
    }
}
