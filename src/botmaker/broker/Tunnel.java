package botmaker.broker;

import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// Passes bytes between two connections, in both directions and without a look at them, until both sides have ended, one broke off,
/// or nothing passed for a while. An end in one direction is passed on, and the other direction goes on.
final class Tunnel {
    private static final int BUFFER = 16 * 1024;

    private final SocketChannel client;
    private final SocketChannel server;
    private final Duration idle;
    private final Counter counter;
    private final Deadline deadline;

    /// Counts bytes that have passed.
    interface Counter {
        /// @param up   from the client
        /// @param down from the server
        void passed(long up, long down);
    }

    private Tunnel(SocketChannel client, SocketChannel server, Duration idle, Counter counter) {
        this.client = client;
        this.server = server;
        this.idle = idle;
        this.counter = counter;
        this.deadline = new Deadline(this::breakOff);
    }

    /// Passes bytes until the tunnel ends. The caller closes both sockets.
    ///
    /// @param first what the client sent already
    /// @param idle  how long nothing may pass
    static void run(ChannelSocket client, byte[] first, ChannelSocket server, Duration idle, Counter counter) throws IOException {
        Tunnel tunnel = new Tunnel(client.getChannel(), server.getChannel(), idle, counter);
        try (Deadline _ = tunnel.deadline) {
            tunnel.write(ByteBuffer.wrap(first), tunnel.server);
            Thread back = Thread.ofVirtual().name("tunnel").start(() -> tunnel.pass(tunnel.server, tunnel.client));
            tunnel.pass(tunnel.client, tunnel.server);
            back.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            deadline.set(idle);
            while (from.read(buffer) >= 0) {
                write(buffer.flip(), to);
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException _) {
            breakOff(); // the other side must not take this for an end
        }
    }

    private void write(ByteBuffer bytes, SocketChannel to) throws IOException {
        while (bytes.hasRemaining()) {
            deadline.set(idle);
            to.write(bytes);
        }
        deadline.set(idle);
        counter.passed(to == server ? bytes.limit() : 0, to == server ? 0 : bytes.limit());
    }

    private void breakOff() {
        for (SocketChannel side : new SocketChannel[] {client, server}) {
            try {
                side.close();
            } catch (IOException _) {
                // nothing depends on a close that succeeds
            }
        }
    }
}
