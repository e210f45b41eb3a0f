package botmaker.broker;

import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.LongConsumer;

/// Passes bytes between two connections, in both directions and without a look at them, until both sides have ended, one broke off,
/// or nothing passed for a while. An end in one direction is passed on, and the other direction goes on.
final class Tunnel {
    private static final int BUFFER = 16 * 1024;

    private final SocketChannel client;
    private final SocketChannel server;
    private final Duration idle;
    private final Deadline deadline;

    private Tunnel(SocketChannel client, SocketChannel server, Duration idle) {
        this.client = client;
        this.server = server;
        this.idle = idle;
        this.deadline = new Deadline(this::breakOff);
    }

    /// Passes bytes until the tunnel ends. The caller closes both sockets.
    ///
    /// @param first what the client sent already
    /// @param idle  how long nothing may pass
    /// @param up    counts bytes that have passed to the server
    /// @param down  counts bytes that have passed to the client
    static void run(ChannelSocket client, byte[] first, ChannelSocket server, Duration idle, LongConsumer up, LongConsumer down)
            throws IOException {
        Tunnel tunnel = new Tunnel(client.getChannel(), server.getChannel(), idle);
        try (Deadline _ = tunnel.deadline) {
            tunnel.write(ByteBuffer.wrap(first), tunnel.server, up);
            Thread back = Thread.ofVirtual().name("tunnel").start(() -> tunnel.pass(tunnel.server, tunnel.client, down));
            tunnel.pass(tunnel.client, tunnel.server, up);
            back.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(SocketChannel from, SocketChannel to, LongConsumer counted) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            deadline.set(idle);
            while (from.read(buffer) >= 0) {
                write(buffer.flip(), to, counted);
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException _) {
            breakOff(); // the other side must not take this for an end
        }
    }

    private void write(ByteBuffer bytes, SocketChannel to, LongConsumer counted) throws IOException {
        while (bytes.hasRemaining()) {
            deadline.set(idle);
            to.write(bytes);
        }
        deadline.set(idle);
        counted.accept(bytes.limit());
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
