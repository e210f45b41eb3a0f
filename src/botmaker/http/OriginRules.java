package botmaker.http;

import java.util.List;
import java.util.Locale;

/// Accepts changes from our own page and from programs, not from other pages.
///
/// A browser adds the credentials to whatever it sends us, even when another site's page or one on another port of the same
/// host caused it. It also says so: `Sec-Fetch-Site` (W3C Fetch Metadata) to trustworthy URLs, `Origin` (RFC 6454) to others.
/// A request with neither comes from no browser.
final class OriginRules {
    private final List<String> schemes;

    OriginRules(boolean tls, boolean behindProxy) {
        this.schemes = behindProxy ? List.of("http", "https") : List.of(tls ? "https" : "http");
    }

    /// @throws HttpError when another origin's page wants to change something
    void check(RequestHead head) {
        if (!head.isSafe() && !isOwn(head.headers())) {
            throw new HttpError(HttpError.Kind.DENIED, "Changes are accepted from BotMaker's own page only, and this request comes from another.");
        }
    }

    private boolean isOwn(Headers headers) {
        if (headers.has("Sec-Fetch-Site")) {
            return headers.all("Sec-Fetch-Site").equals(List.of("same-origin"));
        }
        if (headers.has("Origin")) {
            String host = headers.first("Host").orElseThrow().toLowerCase(Locale.ROOT);
            List<String> origins = headers.all("Origin");
            return origins.size() == 1 && schemes.stream().anyMatch(scheme -> origins.getFirst().equals(scheme + "://" + host));
        }
        return true;
    }
}
