package botmaker.openclaw;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// A server of a bot's channel, for a bot that reaches it through a broker: as the bot asks for it, and as the broker does.
///
/// The bot asks either through the broker's proxy, or at the server's own name, which means 127.0.0.1 in its container: which of the two a
/// channel's plugin can do was tried for each.
///
/// @param link     the name of the broker's socket through which the bot asks: [Link#OUT], [Link#TLS], or one without TLS
/// @param host     as the bot names it, in lower case. A `*` in it stands for letters, digits and dashes
/// @param port     as the bot names it
/// @param tls      whether the bot asks through TLS, which the broker ends
/// @param upstream where the broker asks: scheme, host, port and the path before every call, which is the same for the bot
/// @param service  the id of the service that answers there
public record ChannelOrigin(String link, String host, int port, boolean tls, URI upstream, String service) {
    private static final String PLAIN = "c0";
    /// The name of a server that the operator gave by its address, or that is on his own host.
    private static final String WITHOUT_NAME = "chat.botmaker.internal";

    /// How a broker stands between a channel and its service.
    ///
    /// @param origins    the servers of a channel with these settings
    /// @param publicPart matches what of a credential's beginning is no secret: OpenClaw reads the account out of it
    public record Brokered(Function<Map<String, String>, List<ChannelOrigin>> origins, Pattern publicPart) { }

    /// Returns the origin of a server that the bot reaches through the broker's proxy.
    static ChannelOrigin byProxy(String service, String url) {
        URI upstream = URI.create(url.replaceFirst("/+$", ""));
        return new ChannelOrigin(Link.OUT, upstream.getHost().toLowerCase(Locale.ROOT), port(upstream), isTls(upstream), upstream, service);
    }

    /// Returns the origin of servers whose names the service tells, all with TLS, which the bot reaches through the broker's proxy.
    ///
    /// @param host with a `*` for what differs
    static ChannelOrigin byProxyAt(String service, String host) {
        return new ChannelOrigin(Link.OUT, host, 443, true, URI.create("https://" + host), service);
    }

    /// Returns the origin of a server that the bot asks for by its name.
    static ChannelOrigin byName(String service, String url) {
        URI upstream = URI.create(url.replaceFirst("/+$", ""));
        boolean tls = isTls(upstream);
        return new ChannelOrigin(tls ? Link.TLS : PLAIN, Link.name(upstream.getHost().toLowerCase(Locale.ROOT), WITHOUT_NAME), port(upstream), tls,
                upstream, service);
    }

    private static boolean isTls(URI url) {
        return url.getScheme().equalsIgnoreCase("https");
    }

    private static int port(URI url) {
        return url.getPort() > 0 ? url.getPort() : isTls(url) ? 443 : 80;
    }

    /// Returns whether the bot asks for it by its name, instead of through the proxy.
    public boolean isByName() {
        return !link.equals(Link.OUT);
    }

    /// Returns this server behind another socket.
    public ChannelOrigin at(String other) {
        return new ChannelOrigin(other, host, port, tls, upstream, service);
    }

    /// Returns whether something else listens inside the container at the port where the bot asks for it.
    public boolean isTaken() {
        return isByName() && Link.isTaken(port);
    }

    /// Returns the URL for the bot's configuration.
    String url() {
        boolean usual = port == (tls ? 443 : 80);
        return (tls ? "https://" : "http://") + host + (usual ? "" : ":" + port) + Optional.ofNullable(upstream.getRawPath()).orElse("");
    }
}
