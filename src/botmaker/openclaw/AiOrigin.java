package botmaker.openclaw;

import botmaker.openclaw.BotConfig.AiSettings;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/// The server of a bot's AI, for a bot that reaches it through a broker: as the bot asks for it, and as the broker does. Its
/// configuration, its container and what the broker lets it reach are all made from this.
///
/// The bot asks for the server's own name, which means 127.0.0.1 in its container; `bot-link` in the image leads that port to a
/// socket of the broker. So OpenClaw sends what it would send without a broker: it treats another name as another provider.
///
/// @param link     the name of the broker's socket: [Link#TLS], or one for a server without TLS
/// @param host     as the bot names it, in lower case; never an address
/// @param port     as the bot names it
/// @param tls      whether the bot asks through TLS, which the broker ends
/// @param upstream where the broker asks: scheme, host, port and the path before every route, which is the same for the bot
/// @param dialect  the id of the API that is spoken there
public record AiOrigin(String link, String host, int port, boolean tls, URI upstream, String dialect) {
    private static final String PLAIN = "m0";

    /// What a bot sends where its server asks for no key: OpenClaw calls no server but a local one without, and knows that by its address.
    public static final String NO_KEY = "botmaker-no-key";

    /// The name of a server that the operator gave by its address, or that is on his own host.
    private static final String WITHOUT_NAME = "model.botmaker.internal";
    private static final int INSTEAD = 10_000;

    /// Returns the origin of an AI that [Catalog#check] has accepted.
    public static AiOrigin of(AiSettings ai) {
        Provider provider = Catalog.provider(ai.provider()).orElseThrow(() -> new IllegalArgumentException("no such provider"));
        URI upstream = URI.create(ai.baseUrl().orElse(provider.api().root()).replaceFirst("/+$", ""));
        boolean tls = upstream.getScheme().equalsIgnoreCase("https");
        int port = upstream.getPort() > 0 ? upstream.getPort() : tls ? 443 : 80;
        return new AiOrigin(tls ? Link.TLS : PLAIN, Link.name(upstream.getHost().toLowerCase(Locale.ROOT), WITHOUT_NAME),
                Link.isTaken(port) ? port + INSTEAD : port, tls, upstream, provider.id());
    }

    /// Returns the base URL for the bot's configuration.
    String baseUrl() {
        boolean usual = port == (tls ? 443 : 80);
        return (tls ? "https://" : "http://") + host + (usual ? "" : ":" + port) + Optional.ofNullable(upstream.getRawPath()).orElse("");
    }

    /// Returns which port of 127.0.0.1 inside the container leads to which socket, as `bot-link` in the image reads it.
    ///
    /// @param proxy whether the bot uses the broker's proxy, too
    public String links(boolean proxy) {
        return port + "=" + link + (proxy ? " " + Link.PROXY_PORT + "=" + Link.OUT : "");
    }
}
