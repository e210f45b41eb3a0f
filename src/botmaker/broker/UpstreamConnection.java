package botmaker.broker;

import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import botmaker.wire.Framing;
import botmaker.wire.MessageReader;
import botmaker.wire.ResponseHead;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;

/// A connection to a server, for one request after the other.
final class UpstreamConnection implements AutoCloseable {
    private static final int MAX_HEAD = 64 * 1024;
    private static final int PIECE = 64 * 1024;

    private final ChannelSocket raw;
    private final Socket socket;
    private final MessageReader reader;
    private final Deadline deadline;
    private long receivedBefore;

    /// @param raw    closed in the end
    /// @param socket encrypts, if the server wants it
    UpstreamConnection(ChannelSocket raw, Socket socket) throws IOException {
        this.raw = raw;
        this.socket = socket;
        this.reader = new MessageReader(socket.getInputStream());
        this.deadline = new Deadline(raw);
    }

    /// Sends a request and waits for the head of the answer, also if the server takes only a part of the request.
    ///
    /// @param time for the head
    /// @throws ProtocolException if that is no answer
    ResponseHead ask(UpstreamRequest request, Duration time) throws IOException {
        receivedBefore = reader.received();
        try {
            OutputStream out = socket.getOutputStream();
            byte[] head = request.head();
            byte[] body = request.body();
            int first = Math.min(PIECE, body.length);
            byte[] start = Arrays.copyOf(head, head.length + first); // as one write: a server that reads them apart waits for the second
            System.arraycopy(body, 0, start, head.length, first);
            out.write(start);
            for (int at = first; at < body.length; at += PIECE) {
                out.write(body, at, Math.min(PIECE, body.length - at));
            }
        } catch (IOException unsent) {
            try {
                return awaitHead(time);
            } catch (IOException e) {
                unsent.addSuppressed(e);
                throw unsent;
            }
        }
        return awaitHead(time);
    }

    private ResponseHead awaitHead(Duration time) throws IOException {
        deadline.set(time);
        ResponseHead head = ResponseHead.of(reader.head(MAX_HEAD));
        deadline.clear();
        return head;
    }

    /// Reads at least one byte of the body; returns −1 at its end.
    int read(Framing framing, byte[] into, Duration time) throws IOException {
        deadline.set(time);
        int count = reader.read(framing, into, 0, into.length);
        deadline.clear();
        return count;
    }

    /// Does something before each read that may wait for the server.
    void beforeWaiting(Flushable action) {
        raw.beforeWaiting(action);
    }

    /// Sends bytes after the server switched to another protocol.
    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// Returns whether any byte of the answer to the last request came.
    boolean hasAnswered() {
        return reader.received() > receivedBefore;
    }

    /// Returns whether the server sent, or took, nothing for too long.
    boolean isSilent() {
        return deadline.expired() || raw.stalled();
    }

    /// Returns whether nothing came that belongs to no request, and the server did not close it. Nobody may be reading.
    boolean isClean() {
        try {
            return reader.available() == 0 && socket.getInputStream().available() == 0 && raw.quiet();
        } catch (IOException _) {
            return false;
        }
    }

    /// Closes it in a while, unless it is used again before that.
    void closeIn(Duration time) {
        deadline.set(time);
    }

    /// Takes that back.
    ///
    /// @return whether it can be used
    boolean reuse() {
        deadline.clear();
        return isClean();
    }

    /// Closes it without a word: whoever blocks on it is ended.
    @Override
    public void close() {
        deadline.close();
        try {
            raw.close();
        } catch (IOException _) {
            // nothing depends on a close that succeeds
        }
    }
}
