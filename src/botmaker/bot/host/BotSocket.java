package botmaker.bot.host;

import botmaker.file.HostileDirectory;
import botmaker.openclaw.Gateway;
import botmaker.openclaw.OpenClaw;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// The socket by which the gateway of a bot without a network is reached. It is in the bot's state directory, where the bot may put
/// anything: whatever is not a socket of this bot's own user gets not one byte.
///
/// @param state the bot's state directory
/// @param uid   the bot's user
record BotSocket(Path state, int uid) implements Gateway.Door {
    @Override
    public SocketChannel open() throws IOException {
        return SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    @Override
    public void connect(SocketChannel channel) throws IOException {
        try (HostileDirectory top = HostileDirectory.open(state); HostileDirectory directory = top.enter(Path.of(OpenClaw.GATEWAY_SOCKET_DIRECTORY))) {
            directory.connect(channel, Path.of(OpenClaw.GATEWAY_SOCKET), uid);
        }
    }
}
