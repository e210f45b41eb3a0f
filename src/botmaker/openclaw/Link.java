package botmaker.openclaw;

import java.util.Set;
import java.util.regex.Pattern;

/// The broker's sockets, as a bot that reaches servers through a broker finds them.
public final class Link {
    /// The socket of all servers with TLS.
    public static final String TLS = "tls";
    /// The socket of the proxy that leads to the servers of some channels, and to public addresses.
    public static final String OUT = "out";
    /// The port of 127.0.0.1 inside the container where that proxy is.
    static final int PROXY_PORT = 3128;
    /// That proxy, for a bot inside.
    public static final String PROXY = "http://127.0.0.1:" + PROXY_PORT;

    /// Ports that something else listens on inside the container.
    private static final Set<Integer> TAKEN = Set.of(OpenClaw.PORT, PROXY_PORT);
    private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9.]+");

    private Link() {}

    static boolean isTaken(int port) {
        return TAKEN.contains(port);
    }

    /// Returns the name under which a bot asks for a server.
    ///
    /// @param host      in lower case
    /// @param otherwise for an address, and for the host itself
    static String name(String host, String otherwise) {
        boolean local = host.equals("localhost") || host.endsWith(".localhost");
        return local || ADDRESS.matcher(host).matches() ? otherwise : host;
    }
}
