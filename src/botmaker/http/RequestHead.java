package botmaker.http;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

/// All of a request but its body: well-framed, and addressed to a host that is ours.
///
/// @param method  as sent; methods have case (RFC 9110 §9.1)
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

    /// Whether the method only reads (RFC 9110 §9.2.1).
    boolean isSafe() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
