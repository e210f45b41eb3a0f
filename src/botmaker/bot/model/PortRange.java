package botmaker.bot.model;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// The ports of 127.0.0.1 that bots' Control UIs are published on.
///
/// @param first the lowest
/// @param last  the highest, itself included
public record PortRange(int first, int last) {
    /// Where nothing else is said.
    public static final PortRange USUAL = new PortRange(19_100, 19_999);
    private static final int LEAST = 1024;
    private static final int MOST = 65_535;

    /// @throws IllegalArgumentException for ports that are privileged or are none
    public PortRange {
        if (first < LEAST || last > MOST || first > last) {
            throw new IllegalArgumentException("must be two ports from %d to %d, the lower first, such as 19100-19999"
                    .formatted(LEAST, MOST));
        }
    }

    /// Returns the lowest port that may be used.
    OptionalInt free(IntPredicate isFree) {
        return IntStream.rangeClosed(first, last).filter(isFree).findFirst();
    }

    /// Returns whether no program listens on a port now: a container whose port is taken cannot start.
    static boolean isIdle(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
