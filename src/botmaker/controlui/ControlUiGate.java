package botmaker.controlui;

import botmaker.bot.model.BotId;
import botmaker.bot.view.RunningBots;
import botmaker.error.Failure;
import botmaker.openclaw.Gateway;
import botmaker.wire.AcceptLoop;
import botmaker.wire.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// A port of 127.0.0.1 that leads to one bot's gateway: passes the bytes of each connection on, in both directions.
///
/// The bot's own container has no port to publish. Whoever connects needs the bot's token or a one-time link, as at a published port.
final class ControlUiGate implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ControlUiGate.class.getName());
    /// Leaves some of those that `bot-link` in the image accepts to BotMaker's own calls.
    private static final int MAX_CONNECTIONS = 24;
    private static final Duration TO_CONNECT = Duration.ofSeconds(10);
    private static final int BUFFER = 16 << 10;

    private final RunningBots bots;
    private final BotId bot;
    private final int port;
    private final ServerSocketChannel listener;
    private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private ControlUiGate(RunningBots bots, BotId bot, int port, ServerSocketChannel listener) {
        this.bots = bots;
        this.bot = bot;
        this.port = port;
        this.listener = listener;
    }

    /// Begins to listen. The caller closes it.
    ///
    /// @throws IOException if the port is taken
    static ControlUiGate open(RunningBots bots, BotId bot, int port) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        ControlUiGate gate = new ControlUiGate(bots, bot, port, listener);
        Thread.ofVirtual().name("control-ui-" + bot).start(() -> AcceptLoop.run(listener, "the Control UI of bot " + bot, gate::accept));
        return gate;
    }

    BotId bot() {
        return bot;
    }

    int port() {
        return port;
    }

    /// Takes one connection; waits, with it and all later ones, while too many are served.
    private void accept(SocketChannel client) {
        open.add(client);
        if (!listener.isOpen()) { // closed in between, without this one
            end(client);
        }
        connections.acquireUninterruptibly();
        Thread.ofVirtual().name("control-ui-" + bot).start(() -> serve(client));
    }

    /// Serves one connection. One that cannot be passed on is closed, as if nothing listened.
    private void serve(SocketChannel client) {
        try (client) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            Gateway.Door door = bots.door(bot);
            try (SocketChannel gateway = door.open()) {
                try (Deadline deadline = new Deadline(gateway)) {
                    deadline.set(TO_CONNECT);
                    door.connect(gateway);
                }
                Thread back = Thread.ofVirtual().start(() -> pass(gateway, client));
                pass(client, gateway);
                back.join();
            }
        } catch (IOException | Failure e) {
            LOG.log(System.Logger.Level.DEBUG, "bot {0}: a connection to its Control UI ended: {1}", bot, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
            connections.release();
        }
    }

    /// Passes on what one side sends, and then that it sends nothing more. After a failure, neither side gets anything more.
    private static void pass(SocketChannel from, SocketChannel to) {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException _) {
            end(from);
            end(to);
        }
    }

    private static void end(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // nothing depends on a close that succeeds
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "bot " + bot + ": the port of its Control UI could not be closed", e);
        }
        open.forEach(ControlUiGate::end);
    }
}
