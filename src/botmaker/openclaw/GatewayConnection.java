package botmaker.openclaw;

import botmaker.wire.Deadline;
import botmaker.wire.MessageReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/// A connection to a bot's gateway. It is closed when its time is over, when the calling thread is interrupted, and when anything fails.
final class GatewayConnection implements AutoCloseable {
    private final SocketChannel channel;
    private final Deadline deadline;
    private final MessageReader reader;
    private final OutputStream out;

    private GatewayConnection(SocketChannel channel) {
        this.channel = channel;
        this.deadline = new Deadline(channel);
        this.reader = new MessageReader(Channels.newInputStream(channel));
        this.out = Channels.newOutputStream(channel);
    }

    /// Work on the connection, which blocks.
    interface Work<T> {
        T run() throws IOException;
    }

    /// Connects.
    ///
    /// @param end when to give up, whatever goes on, as `System.nanoTime`
    /// @throws ConnectException if nothing of this bot listens there
    static GatewayConnection open(Gateway.Door door, long end) throws IOException, TimeoutException, InterruptedException {
        GatewayConnection connection = new GatewayConnection(door.open());
        connection.deadline.set(Duration.ofNanos(end - System.nanoTime()));
        return connection.run(() -> {
            try {
                door.connect(connection.channel);
                return connection;
            } catch (IOException e) {
                throw (ConnectException) new ConnectException(e.getMessage()).initCause(e);
            }
        });
    }

    /// Works on the connection.
    ///
    /// @throws TimeoutException if its time is over
    /// @throws IOException      if the bot breaks off, or sends what was not expected
    <T> T run(Work<T> work) throws IOException, TimeoutException, InterruptedException {
        boolean done = false;
        try {
            T result = work.run();
            done = true;
            return result;
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (deadline.expired()) {
                throw new TimeoutException();
            }
            throw e;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    MessageReader reader() {
        return reader;
    }

    OutputStream out() {
        return out;
    }

    @Override
    public void close() {
        deadline.close();
        try {
            channel.close();
        } catch (IOException _) {
            // nothing depends on a close that succeeds
        }
    }
}
