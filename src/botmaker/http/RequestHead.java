package botmaker.http;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

/// A request without its body: well framed, and addressed to an allowed host.
///
/// @param method  as sent; methods are case-sensitive (RFC 9110 §9.1)
/// @param path    as sent, never decoded; begins with `/`
/// @param query   what follows the `?`
/// @param headers the header fields
/// @param peer    the address at the other end of the connection
public record RequestHead(String method, String path, Query query, Headers headers, InetAddress peer) {
    public RequestHead {
        requireNonNull(method);
        requireNonNull(path);
        requireNonNull(query);
        requireNonNull(headers);
        requireNonNull(peer);
    }

    /// Returns whether the method is safe (RFC 9110 §9.2.1).
    boolean isSafe() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
