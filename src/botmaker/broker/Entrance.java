package botmaker.broker;

import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Which servers a bot may ask through one connection, by what the policy says at the time of each request.
///
/// @param bot  its policy, as it is now
/// @param asks which of its origins this connection leads to
record Entrance(Supplier<BotPolicy> bot, Predicate<Origin> asks) {
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    /// Returns the entrance of a socket that is named in the origins.
    static Entrance ofLink(Supplier<BotPolicy> bot, String link) {
        return new Entrance(bot, origin -> origin.link().equals(link));
    }

    /// Returns a narrower one.
    Entrance and(Predicate<Origin> more) {
        return new Entrance(bot, asks.and(more));
    }

    /// Returns whether any origin can be asked.
    boolean leadsAnywhere() {
        return bot.get().origins().stream().anyMatch(asks);
    }

    /// Finds the origin that a request names in its `Host` field.
    ///
    /// @param host in lower case; the port may be left out where it is that of the scheme
    static Optional<Origin> named(BotPolicy bot, Predicate<Origin> asks, String host) {
        return bot.origins().stream().filter(asks).filter(origin -> origin.isAt(name(host, origin))).findFirst()
                .map(origin -> origin.at(name(host, origin)));
    }

    /// Returns the name in a `Host` field, if its port is that of an origin.
    private static String name(String host, Origin origin) {
        String port = ":" + origin.port();
        return host.endsWith(port) ? host.substring(0, host.length() - port.length())
                : origin.port() == (origin.tls() ? HTTPS : HTTP) ? host : "";
    }
}
