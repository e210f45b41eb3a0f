package botmaker.broker;

import botmaker.file.PrivateFiles;
import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// The sockets of one bot and their connections. A request is the bot's because it came through one of them.
final class BotLinks implements AutoCloseable {
    /// The name of the socket that is a proxy.
    static final String OUT = "out";
    private static final System.Logger LOG = System.getLogger(BotLinks.class.getName());
    private static final String AUTHORITY_FILE = "ca.pem";
    private static final int AUTHORITY_MODE = 0644;
    private static final int SOCKET_MODE = 0666; // only the bot's container sees them: the data directory is closed
    private static final int MOST_CONNECTIONS = 64;
    private static final int MOST_TUNNELS = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LinkConnection origins;
    private final Egress egress;
    private final Pace pace;
    private final Semaphore connectionsOfAll;
    private final Semaphore connections = new Semaphore(MOST_CONNECTIONS);
    private final Tunnels tunnels = new Tunnels(MOST_TUNNELS);
    private final Map<String, LinkSocket> sockets = new HashMap<>(); // for follow() and close(), which one thread calls at a time
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private volatile BotPolicy policy;
    private volatile boolean closed;

    /// Opens nothing yet.
    ///
    /// @param pace             of the bot's connections
    /// @param connectionsOfAll those that all bots together may open still
    BotLinks(BotPolicy policy, LinkConnection origins, Egress egress, Pace pace, Semaphore connectionsOfAll) {
        this.policy = policy;
        this.origins = origins;
        this.egress = egress;
        this.pace = pace;
        this.connectionsOfAll = connectionsOfAll;
    }

    /// Opens and closes what differs from the policy, and what somebody removed.
    ///
    /// @param authority the certificate that the bot trusts
    void follow(BotPolicy latest, byte[] authority) throws IOException {
        if (!latest.links().equals(policy.links())) {
            closeSockets();
        }
        policy = latest;
        tunnels.follow(asked -> Egress.allows(latest, asked));
        Set<String> wanted = new HashSet<>(latest.originLinks());
        wanted.add(OUT);
        for (Map.Entry<String, LinkSocket> present : Map.copyOf(sockets).entrySet()) {
            if (!wanted.contains(present.getKey()) || !present.getValue().isInPlace()) {
                sockets.remove(present.getKey());
                present.getValue().close();
            }
        }
        provideAuthority(latest.links().resolve(AUTHORITY_FILE), authority);
        removeOthers(latest.links(), wanted);
        for (String name : wanted) {
            if (!sockets.containsKey(name)) {
                sockets.put(name, LinkSocket.open(latest.links().resolve(name), SOCKET_MODE, channel -> accept(name, channel)));
            }
        }
    }

    private static void provideAuthority(Path file, byte[] authority) throws IOException {
        try {
            if (Arrays.equals(Files.readAllBytes(file), authority)) {
                return;
            }
        } catch (NoSuchFileException _) {
            // the bot is new
        }
        PrivateFiles.replace(file, authority, AUTHORITY_MODE);
    }

    /// Removes sockets that an earlier process left.
    private static void removeOthers(Path dir, Set<String> wanted) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dir)) {
            for (Path file : files) {
                boolean isSocket = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther();
                if (isSocket && !wanted.contains(dir.relativize(file).toString())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void accept(String link, SocketChannel channel) {
        pace.await();
        if (connections.tryAcquire()) {
            if (connectionsOfAll.tryAcquire()) {
                Thread.ofVirtual().name("link " + link).start(() -> serve(link, channel));
                return;
            }
            connections.release();
        }
        close(channel);
    }

    private void serve(String link, SocketChannel channel) {
        open.add(channel);
        try (ChannelSocket socket = new ChannelSocket(channel, PATIENCE); Deadline deadline = new Deadline(channel)) {
            if (closed) {
                return;
            }
            if (link.equals(OUT)) {
                egress.serve(() -> policy, tunnels, socket, deadline);
            } else {
                origins.serve(Entrance.ofLink(() -> policy, link), link.equals(Origin.TLS), socket, deadline);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a connection of bot {0} ended: {1}", policy.id(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a connection of bot " + policy.id() + " failed", e);
        } finally {
            open.remove(channel);
            connectionsOfAll.release();
            connections.release();
        }
    }

    /// Closes the sockets, and breaks off every connection.
    @Override
    public void close() {
        closed = true;
        closeSockets();
        open.forEach(BotLinks::close);
    }

    /// Closes the sockets, and leaves their connections alone.
    void closeSockets() {
        for (LinkSocket socket : sockets.values()) {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "a socket of bot {0} was not removed: {1}", policy.id(), e.getMessage());
            }
        }
        sockets.clear();
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // nothing depends on a close that succeeds
        }
    }
}
