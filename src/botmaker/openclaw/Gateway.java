package botmaker.openclaw;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/// A bot's gateway, and the token that opens it. Use it at once: the engine gives an address to another container later.
///
/// @param door  how it is reached; whoever creates a gateway has checked that it is this bot's
/// @param token the gateway token
public record Gateway(Door door, String token) {
    /// The message for a gateway that answers 401 or 403.
    public static final String TOKEN_REFUSED =
            "The bot's gateway does not accept its token. Restart the bot: it reads the token when it starts.";

    /// What a gateway is called in a request.
    static final String HOST = "127.0.0.1:" + OpenClaw.PORT;

    /// How a gateway is reached.
    public interface Door {
        /// Returns a channel that is not connected yet, in blocking mode. The caller closes it.
        SocketChannel open() throws IOException;

        /// Connects such a channel, and sends nothing. Waits for as long as the channel is open.
        ///
        /// @throws IOException if nothing listens, or somebody else does
        void connect(SocketChannel channel) throws IOException;

        /// Returns the door of a gateway in a container with an address, at its usual port.
        static Door at(InetAddress address) {
            return new Address(address, OpenClaw.PORT);
        }
    }

    /// An address, and a port.
    public record Address(InetAddress address, int port) implements Door {
        @Override
        public SocketChannel open() throws IOException {
            return SocketChannel.open();
        }

        @Override
        public void connect(SocketChannel channel) throws IOException {
            channel.connect(new InetSocketAddress(address, port));
        }
    }

    @Override
    public String toString() {
        return "Gateway[" + door + "]";
    }
}
