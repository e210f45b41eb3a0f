package botmaker.openclaw;

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

    private Link() {}
}
