package botmaker.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import botmaker.wire.MessageReader;
import botmaker.wire.ResponseHead;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Predicate;

/// Connects through the operator's own proxy (CONNECT, RFC 9110 §9.3.6), which resolves the names: of the addresses, only those that
/// are asked for as such can be judged.
///
/// @param toProxy   connects to the proxy
/// @param reachable which addresses may be connected to
/// @param time      for the proxy's answer
record ProxyDialer(Dialer toProxy, String proxyHost, int proxyPort, Predicate<InetAddress> reachable, Duration time) implements Dialer {
    private static final int MAX_HEAD = 16 * 1024;

    @Override
    public ChannelSocket dial(String host, int port, Started started) throws IOException {
        if (DirectDialer.isLiteral(host) && !reachable.test(DirectDialer.literal(host))) {
            throw new NotPublic(host);
        }
        ChannelSocket socket = toProxy.dial(proxyHost, proxyPort, started);
        try (Deadline deadline = new Deadline(socket)) {
            deadline.set(time);
            String authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
            socket.getOutputStream().write(("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n").getBytes(US_ASCII));
            MessageReader reader = new MessageReader(socket.getInputStream());
            int status = ResponseHead.of(reader.head(MAX_HEAD)).status();
            if (status / 100 != 2 || reader.available() > 0) {
                throw new IOException("the proxy " + proxyHost + ":" + proxyPort + " refused with status " + status);
            }
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
