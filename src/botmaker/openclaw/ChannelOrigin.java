package botmaker.openclaw;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/// A server of a bot's channel, for a bot that reaches it through a broker: as the bot asks for it, and as the broker does.
///
/// @param link     the name of the broker's socket through which the bot asks: [Link#OUT], the proxy
/// @param host     as the bot names it, in lower case
/// @param port     as the bot names it
/// @param tls      whether the bot asks through TLS, which the broker ends
/// @param upstream where the broker asks: scheme, host, port and the path before every call, which is the same for the bot
/// @param service  the id of the service that answers there
public record ChannelOrigin(String link, String host, int port, boolean tls, URI upstream, String service) {
    /// How a broker stands between a channel and its service.
    ///
    /// @param origins    the servers of a channel with these settings
    /// @param publicPart matches what of a credential's beginning is no secret: OpenClaw reads the account out of it
    public record Brokered(Function<Map<String, String>, List<ChannelOrigin>> origins, Pattern publicPart) { }

    /// Returns the origin of a server that the bot reaches through the broker's proxy.
    static ChannelOrigin byProxy(String service, String url) {
        URI upstream = URI.create(url.replaceFirst("/+$", ""));
        boolean tls = upstream.getScheme().equalsIgnoreCase("https");
        int port = upstream.getPort() > 0 ? upstream.getPort() : tls ? 443 : 80;
        return new ChannelOrigin(Link.OUT, upstream.getHost().toLowerCase(Locale.ROOT), port, tls, upstream, service);
    }
}
