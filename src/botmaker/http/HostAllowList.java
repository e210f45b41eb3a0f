package botmaker.http;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The host names under which we answer. Without it, a page whose name an attacker points at our address (DNS rebinding) would
/// be our own origin to the browser.
///
/// Ports are not compared: an SSH tunnel or a container's published port is another than ours. A trailing dot makes another name.
final class HostAllowList {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern HOST =
            Pattern.compile("(?<name>\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    private final Set<String> names = new HashSet<>(LOOPBACK);

    /// @param more names besides the loopback names; IPv6 addresses with or without brackets
    HostAllowList(Set<String> more) {
        for (String name : more) {
            String lower = name.toLowerCase(Locale.ROOT);
            names.add(lower.contains(":") && !lower.startsWith("[") ? "[" + lower + "]" : lower);
        }
    }

    /// @param authority `host[:port]` (RFC 9110 §7.2)
    /// @throws HttpError when it is none
    /// @throws HttpError when it is not ours
    void check(String authority) {
        Matcher host = HOST.matcher(authority);
        if (!host.matches()) {
            throw new HttpError(HttpError.Kind.MALFORMED, "The Host header is not a host name.");
        }
        String name = host.group("name").toLowerCase(Locale.ROOT);
        if (!names.contains(name)) {
            throw new HttpError(HttpError.Kind.MISDIRECTED, 
                    "BotMaker does not answer as " + name + ". If it should, add that name to server.allowed-hosts.");
        }
    }
}
