package botmaker.http;

import botmaker.http.HttpError.Kind;
import java.util.Optional;

/// The target of a request line (RFC 9112 §3.2), in origin-form or absolute-form, split and not decoded.
///
/// It is read from the raw text: `java.net.URI` takes `//api/bots` for the path `/bots` of a host named `api`.
///
/// @param authority the host and port of an absolute-form
/// @param path      begins with `/`
/// @param query     what follows the `?`
record Target(Optional<String> authority, String path, String query) {
    /// Parses a target; refuses other forms, a fragment, and anything but printable ASCII.
    static Target parse(String raw) {
        if (raw.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '#' || c == '\\')) {
            throw new HttpError(Kind.MALFORMED, "The request target has an invalid character.");
        }
        if (raw.startsWith("/")) {
            return split(Optional.empty(), raw);
        }
        int scheme = raw.indexOf("://");
        int slash = scheme < 0 ? -1 : raw.indexOf('/', scheme + 3);
        if (slash < 0 || !raw.substring(0, scheme).matches("(?i)https?")) {
            throw new HttpError(Kind.MALFORMED, "The request target is neither a path nor an absolute URL with one.");
        }
        return split(Optional.of(raw.substring(scheme + 3, slash)), raw.substring(slash));
    }

    private static Target split(Optional<String> authority, String rest) {
        int mark = rest.indexOf('?');
        return mark < 0
                ? new Target(authority, rest, "")
                : new Target(authority, rest.substring(0, mark), rest.substring(mark + 1));
    }
}
