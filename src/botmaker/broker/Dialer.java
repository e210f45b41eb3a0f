package botmaker.broker;

import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/// Connects to servers by their addresses.
///
/// @param time     for one connection, shared by all addresses that are tried
/// @param patience how long a write may wait for the server to take something
record Dialer(Duration time, Duration patience) {
    private static final int MOST_ATTEMPTS = 3;

    /// Where a dial hands over each channel before it blocks, so that another thread can close it.
    interface Started {
        void started(SocketChannel channel) throws IOException;
    }

    /// Connects to the first address that answers. The caller closes the socket.
    ///
    /// @throws IOException if none of the first three answers in time
    ChannelSocket connect(List<InetAddress> addresses, int port, Started started) throws IOException {
        List<InetAddress> tried = addresses.subList(0, Math.min(addresses.size(), MOST_ATTEMPTS));
        IOException failure = new IOException("there is no address");
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
                    failure = deadline.expired() ? new SocketTimeoutException("no answer") : e;
                }
            }
        }
        throw failure;
    }
}
