package botmaker.http;

import botmaker.http.HttpError.Kind;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The host names that BotMaker answers to. Without it, a page whose name an attacker points at BotMaker's address (DNS
/// rebinding) would be BotMaker's own origin to the browser.
///
/// Ports are not compared, since an SSH tunnel or a published port differs. A trailing dot makes another name. An IPv6 address
/// matches in any spelling.
final class HostAllowList {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");
    private static final Pattern HOST =
            Pattern.compile("(?<name>\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    private final Set<String> names = new HashSet<>();

    /// @param address where the server listens
    /// @param more    further names; IPv6 addresses with or without brackets
    HostAllowList(InetAddress address, Set<String> more) {
        LOOPBACK.forEach(name -> names.add(normalized(name)));
        more.forEach(name -> names.add(normalized(name)));
        names.add(authority(address));
    }

    /// Requires a name on the list.
    ///
    /// @param authority `host[:port]` (RFC 9110 §7.2)
    void check(String authority) {
        Matcher host = HOST.matcher(authority);
        if (!host.matches()) {
            throw new HttpError(Kind.MALFORMED, "The Host header field is not a host name.");
        }
        String name = host.group("name");
        if (!names.contains(normalized(name))) {
            throw new HttpError(Kind.MISDIRECTED, "BotMaker does not answer to the host name " + name.toLowerCase(Locale.ROOT)
                    + ". To allow it, add it to server.allowed-hosts.");
        }
    }

    /// Returns the host part of a URL for an address, without the zone of a link-local one, which no client sends.
    static String authority(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet6Address ? "[" + text.replaceFirst("%.*", "") + "]" : text;
    }

    private static String normalized(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String bare = lower.startsWith("[") ? lower.substring(1, lower.length() - 1) : lower;
        if (!bare.contains(":")) {
            return lower;
        }
        try {
            // An IPv4-mapped address is parsed as IPv4; it stays a name of its own.
            return InetAddress.ofLiteral(bare) instanceof Inet6Address v6 ? authority(v6) : "[" + bare + "]";
        } catch (IllegalArgumentException _) {
            return "[" + bare + "]";
        }
    }
}
