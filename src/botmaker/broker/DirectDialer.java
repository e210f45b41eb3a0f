package botmaker.broker;

import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/// Resolves a name once, takes its first addresses, judges them all, and connects to one of them: a name that resolves to another address
/// each time (DNS rebinding) gains nothing.
///
/// @param reachable which addresses may be connected to
/// @param time      for one connection, shared by all addresses that are tried
/// @param patience  how long a write may wait for the server to take something
record DirectDialer(Resolver resolver, Predicate<InetAddress> reachable, Duration time, Duration patience) implements Dialer {
    private static final int MOST_ATTEMPTS = 3;

    @Override
    public ChannelSocket dial(String host, int port, Started started) throws IOException {
        List<InetAddress> all = addresses(host);
        List<InetAddress> tried = all.subList(0, Math.min(all.size(), MOST_ATTEMPTS)); // a server can name thousands
        if (!tried.stream().allMatch(reachable)) {
            throw new NotPublic(host);
        }
        IOException failure = new UnknownHostException(host);
        for (InetAddress address : tried) {
            SocketChannel channel = SocketChannel.open();
            try (Deadline deadline = new Deadline(channel)) {
                started.started(channel);
                deadline.set(time.dividedBy(tried.size()));
                try {
                    channel.connect(new InetSocketAddress(address, port));
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    return new ChannelSocket(channel, patience);
                } catch (IOException e) {
                    channel.close();
                    failure = deadline.expired() ? new SocketTimeoutException("it does not answer") : e;
                }
            }
        }
        throw failure;
    }

    private List<InetAddress> addresses(String host) throws IOException {
        if (!isLiteral(host)) {
            return resolver.resolve(host);
        }
        return List.of(literal(host));
    }

    /// Returns whether a host is an IP address.
    static boolean isLiteral(String host) {
        return host.contains(":") || ProxyHead.isAddress(host);
    }

    /// Parses an IP address.
    ///
    /// @throws NotPublic if it is an IPv4-mapped one, which is an IPv4 address in disguise
    static InetAddress literal(String host) throws IOException {
        try {
            InetAddress address = InetAddress.ofLiteral(host);
            if (host.contains(":") && address instanceof Inet4Address) {
                throw new NotPublic(host);
            }
            return address;
        } catch (IllegalArgumentException _) {
            throw new UnknownHostException(host);
        }
    }
}
