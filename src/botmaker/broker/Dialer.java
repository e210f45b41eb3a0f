package botmaker.broker;

import botmaker.wire.ChannelSocket;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/// Connects to servers by their names.
interface Dialer {
    /// Connects to a server. The caller closes the socket.
    ///
    /// @param host    a name in lower case, or an IP address without brackets
    /// @param started gets each channel before anything blocks on it
    /// @throws NotPublic if the server may not be reached
    /// @throws java.net.UnknownHostException if the name has no address
    /// @throws IOException if the server does not answer in time
    ChannelSocket dial(String host, int port, Started started) throws IOException;

    /// Takes over what another thread can close to end a dial.
    interface Started {
        void started(SocketChannel channel) throws IOException;
    }

    /// The server has an address that may not be reached.
    final class NotPublic extends IOException {
        private static final long serialVersionUID = 1;

        NotPublic(String host) {
            super(host + " is not an address of the internet");
        }
    }
}
