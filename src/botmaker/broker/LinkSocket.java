package botmaker.broker;

import botmaker.file.PrivateFiles;
import botmaker.wire.AcceptLoop;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.function.Consumer;

/// A Unix domain socket that accepts connections. Whoever opens it closes it.
final class LinkSocket implements AutoCloseable {
    private static final int MAX_PATH = 107; // unix(7)
    private static final int BACKLOG = 128;

    private final Path file;
    private final ServerSocketChannel channel;
    private final Object identity;

    private LinkSocket(Path file, ServerSocketChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.identity = identity(file);
    }

    /// Opens a socket in place of whatever file has its name.
    ///
    /// @param mode     of the file: whoever may write to it may connect
    /// @param accepted gets each connection, which it closes. Others wait until it returns
    /// @throws IOException if that is not possible; the message says what to do about a path that is too long
    static LinkSocket open(Path file, int mode, Consumer<SocketChannel> accepted) throws IOException {
        int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH) {
            throw new IOException("the path of the socket " + file + " has " + length + " bytes, and Linux allows " + MAX_PATH
                    + ". Use a data directory with a shorter path");
        }
        Files.deleteIfExists(file);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(file), BACKLOG);
            Files.setPosixFilePermissions(file, PrivateFiles.permissions(mode));
            LinkSocket socket = new LinkSocket(file, channel);
            Thread.ofVirtual().name("link " + file.getFileName()).start(() -> AcceptLoop.run(channel, file.toString(), accepted));
            return socket;
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot open the socket " + file + ": " + e.getMessage(), e);
        }
    }

    /// Returns whether its file is still the one that clients find.
    boolean isInPlace() {
        try {
            return channel.isOpen() && Objects.equals(identity, identity(file));
        } catch (IOException _) {
            return false;
        }
    }

    /// Accepts no more connections and removes the file; leaves accepted connections alone.
    @Override
    public void close() throws IOException {
        boolean inPlace = isInPlace();
        channel.close();
        if (inPlace) {
            Files.deleteIfExists(file);
        }
    }

    private static Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    }
}
