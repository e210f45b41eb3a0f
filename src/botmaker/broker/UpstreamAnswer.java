package botmaker.broker;

import botmaker.wire.Framing;
import botmaker.wire.HeaderFields;
import botmaker.wire.ResponseHead;
import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.function.Function;

/// The answer of a server, as it arrives. For one thread.
final class UpstreamAnswer implements Closeable {
    /// The status of an answer after which both sides speak another protocol.
    static final int SWITCHING = 101;

    private final ResponseHead head;
    private final Framing framing;
    private final UpstreamConnection connection;
    private final Duration idle;
    private final Runnable keep;
    private final Closeable abort;
    private final Function<IOException, UpstreamFailure> failure;
    private boolean closed;

    private UpstreamAnswer(ResponseHead head, Framing framing, UpstreamConnection connection, Duration idle, Runnable keep,
            Closeable abort, Function<IOException, UpstreamFailure> failure) {
        this.head = head;
        this.framing = framing;
        this.connection = connection;
        this.idle = idle;
        this.keep = keep;
        this.abort = abort;
        this.failure = failure;
    }

    /// @param keep    keeps the connection for another request, or closes it if it cannot be used
    /// @param abort   closes the connection because the client left
    /// @param failure explains why a read failed
    /// @throws ProtocolException if it is not final; or compressed, so that nobody could count it or find a key in it
    static UpstreamAnswer of(ResponseHead head, UpstreamRequest request, UpstreamConnection connection, Duration idle, Runnable keep,
            Closeable abort, Function<IOException, UpstreamFailure> failure) throws ProtocolException {
        if (head.status() < 200 && !(head.status() == SWITCHING && request.upgrade())) {
            throw new ProtocolException("unexpected interim status " + head.status());
        }
        if (head.fields().all("content-encoding").stream().anyMatch(coding -> !coding.equalsIgnoreCase("identity"))) {
            throw new ProtocolException("it is compressed, which nobody asked for");
        }
        Framing framing = head.framing();
        if (request.method().equals("HEAD")) {
            framing = Framing.ofLength(0);
        }
        return new UpstreamAnswer(head, framing, connection, idle, keep, abort, failure);
    }

    /// Returns the status: 200 to 599, and 101 for a request that asked for another protocol.
    public int status() {
        return head.status();
    }

    /// Returns the fields, as they came.
    public HeaderFields fields() {
        return head.fields();
    }

    /// Sends on what was read before a read waits for more: many small parts that have come together go on together, and none waits. If
    /// that fails, the read fails as when the client leaves.
    void beforeWaiting(Flushable sending) {
        connection.beforeWaiting(() -> {
            try {
                sending.flush();
            } catch (IOException e) {
                abort.close();
                throw e;
            }
        });
    }

    /// Reads at least one byte of the body; returns −1 at its whole end.
    ///
    /// A body that ends with its connection has none: nobody can tell it from one that was broken off.
    ///
    /// @throws UpstreamFailure if the server breaks off, is silent for too long, or sends what cannot be parsed
    public int read(byte[] into) throws UpstreamFailure {
        try {
            int count = connection.read(framing, into, idle);
            if (count < 0 && framing.endsWithInput() && head.status() != SWITCHING) {
                throw new ProtocolException("its body has neither a length nor an end");
            }
            return count;
        } catch (IOException e) {
            connection.close();
            throw failure.apply(e);
        }
    }

    /// Sends bytes to a server that switched to another protocol. From another thread than the one that reads.
    ///
    /// @throws UpstreamFailure if the server has left, or takes nothing for too long
    void write(byte[] bytes) throws UpstreamFailure {
        try {
            connection.write(bytes);
        } catch (IOException e) {
            connection.close();
            throw failure.apply(e);
        }
    }

    /// Keeps the connection if the answer was read to its end; else closes it, which stops the server.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        connection.beforeWaiting(() -> { });
        if (framing.complete() && !framing.endsWithInput() && !head.fields().closes()) {
            keep.run();
        } else {
            connection.close();
        }
    }
}
