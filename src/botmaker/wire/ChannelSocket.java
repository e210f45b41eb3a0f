package botmaker.wire;

import java.io.Flushable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// A connected channel as a socket, so that TLS can run over a Unix domain socket. Reading and writing at the same time is possible.
///
/// Blocking calls end when the channel is closed from another thread, which [Deadline] does.
public final class ChannelSocket extends Socket {
    private static final int PIECE = 64 * 1024; // the JDK keeps a direct buffer as large as the largest write of each thread
    private static final int LEAST_AHEAD = 1024;

    private final SocketChannel channel;
    private final Deadline stall;
    private final Duration patience;
    private final InputStream in = new Input();
    private final OutputStream out = new Output();
    private int mostAhead;
    private byte[] ahead = new byte[0]; // what was read from the channel, and from here to there not yet from this socket
    private int from;
    private int to;
    private Flushable beforeWaiting = () -> { };

    /// @param channel  in blocking mode; belongs to this socket
    /// @param patience how long a write may wait for the other side to take something; then the channel is closed
    public ChannelSocket(SocketChannel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
        this.stall = new Deadline(channel);
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int at, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (from == to) {
                beforeWaiting.flush();
                if (length >= ahead.length) {
                    return channel.read(ByteBuffer.wrap(bytes, at, Math.min(length, PIECE)));
                }
                if (!fillAhead()) {
                    return -1;
                }
            }
            int count = Math.min(length, to - from);
            System.arraycopy(ahead, from, bytes, at, count);
            from += count;
            return count;
        }

        @Override
        public void close() throws IOException {
            ChannelSocket.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(bytes, from, length);
            while (rest.position() < from + length) {
                rest.limit(Math.min(from + length, rest.position() + PIECE));
                stall.set(patience);
                channel.write(rest);
            }
            stall.clear();
        }

        @Override
        public void close() throws IOException {
            ChannelSocket.this.close();
        }
    }

    /// Reads from the channel in larger pieces than asked for: TLS asks twice for each of its records. Nobody may
    /// read from the channel itself then.
    ///
    /// @param most bytes of a piece, at least 1
    public void readAhead(int most) {
        mostAhead = most;
        ahead = new byte[Math.min(most, LEAST_AHEAD)];
    }

    /// Reads ahead; returns false at the end of the input. The buffer grows and shrinks with what arrives: of many connections most wait
    /// for small pieces.
    private boolean fillAhead() throws IOException {
        if (to == ahead.length && to < mostAhead) {
            ahead = new byte[Math.min(mostAhead, 4 * to)];
        } else if (ahead.length > LEAST_AHEAD && to < ahead.length / 8) {
            ahead = new byte[LEAST_AHEAD];
        }
        int count = channel.read(ByteBuffer.wrap(ahead));
        from = 0;
        to = Math.max(0, count);
        return to > 0;
    }

    /// Does something before each read that may wait, in the thread that reads: what was made of the bytes before is sent on then.
    public void beforeWaiting(Flushable action) {
        beforeWaiting = action;
    }

    /// Returns whether the other side took nothing for too long.
    public boolean stalled() {
        return stall.expired();
    }

    /// Returns whether the other side neither sent anything nor closed the connection, without waiting. Nobody may be reading.
    public boolean quiet() {
        if (from < to) {
            return false;
        }
        try {
            channel.configureBlocking(false);
            int count = channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(true);
            return count == 0;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    @Override
    public synchronized void close() throws IOException {
        stall.close();
        channel.close();
    }

    @Override
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return !channel.isOpen();
    }

    @Override
    public boolean isOutputShutdown() {
        return !channel.isOpen();
    }

    /// Returns none: the other side may be at a Unix domain socket.
    @Override
    public InetAddress getInetAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public int getPort() {
        return 0;
    }

    @Override
    public int getLocalPort() {
        return 0;
    }

    /// Ignored: [Deadline] limits the time.
    @Override
    public synchronized void setSoTimeout(int timeout) {
        // a deadline closes the channel instead
    }

    @Override
    public synchronized int getSoTimeout() {
        return 0;
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // set on the channel, where there is TCP
    }

    @Override
    public int getSoLinger() {
        return -1;
    }

    @Override
    public String toString() {
        return "socket over a channel";
    }
}
