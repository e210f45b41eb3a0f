package botmaker.wire;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Accepts connections until the listening socket is closed. Nothing else ends it: a failure, such as too many open files, is logged,
/// and it goes on after a pause.
public final class AcceptLoop {
    private static final System.Logger LOG = System.getLogger(AcceptLoop.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(200);

    private AcceptLoop() {}

    /// Returns when the socket is closed.
    ///
    /// @param place    names the socket in the log
    /// @param accepted gets each connection, which it closes; one that it throws for is closed here
    public static void run(ServerSocketChannel listener, String place, Consumer<SocketChannel> accepted) {
        while (listener.isOpen()) {
            try {
                pass(listener.accept(), accepted);
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "cannot accept connections at {0}: {1}", place, e.getMessage());
                LockSupport.parkNanos(PAUSE.toNanos());
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "a connection at " + place + " was not served", e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private static void pass(SocketChannel client, Consumer<SocketChannel> accepted) throws IOException {
        boolean passed = false;
        try {
            accepted.accept(client);
            passed = true;
        } finally {
            if (!passed) {
                client.close();
            }
        }
    }
}
