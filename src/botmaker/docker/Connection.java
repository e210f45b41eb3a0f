package botmaker.docker;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// One connection to the engine's Unix domain socket.
///
/// Reads and writes block without a timeout of their own: a [#close()] from another thread ends them with an
/// [AsynchronousCloseException]. An interrupt closes the connection too.
final class Connection implements AutoCloseable {
    private static final String BACKLOG_FULL = "Resource temporarily unavailable";
    private static final long FIRST_PAUSE_MS = 2;
    private static final long LONGEST_PAUSE_MS = 50;

    private final Path socket;
    private final AtomicLong heard;
    private SocketChannel channel; // guarded by this until connect() has returned
    private volatile boolean closed; // set by close() alone

    /// @param heard is set to the `System.nanoTime()` of each arrival
    Connection(Path socket, AtomicLong heard) {
        this.socket = socket;
        this.heard = heard;
    }

    /// Connects; retries while the engine's listen backlog is full, until somebody closes this connection.
    void connect() throws IOException {
        for (long pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
            SocketChannel attempt = open();
            try {
                attempt.connect(UnixDomainSocketAddress.of(socket));
                return;
            } catch (ClosedChannelException closedMeanwhile) {
                throw closedMeanwhile;
            } catch (IOException refused) {
                attempt.close();
                if (!BACKLOG_FULL.equals(refused.getMessage())) {
                    throw (ConnectException) new ConnectException("cannot connect to " + socket + ": " + refused.getMessage())
                            .initCause(refused);
                }
            }
            LockSupport.parkNanos(pause * 1_000_000); // an interrupt ends it, and the next attempt
        }
    }

    /// Reads at least one byte, blocking; returns −1 at the end of the stream.
    int read(byte[] buffer, int from, int length) throws IOException {
        int count = channel.read(ByteBuffer.wrap(buffer, from, length));
        if (count > 0) {
            heard.set(System.nanoTime());
        }
        return count;
    }

    /// Writes all of the bytes, blocking.
    void write(byte[] bytes, int from, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, from, length);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    /// Returns whether [#close()] was called.
    boolean closed() {
        return closed;
    }

    /// Closes the connection; safe from any thread, any number of times.
    @Override
    public synchronized void close() {
        closed = true;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException _) {
                // nothing depends on a close that succeeds
            }
        }
    }

    private synchronized SocketChannel open() throws IOException {
        if (closed) {
            throw new AsynchronousCloseException();
        }
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        return channel;
    }
}
