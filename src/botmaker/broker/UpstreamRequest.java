package botmaker.broker;

import botmaker.wire.HeaderFields;
import java.net.URI;

/// A request to send to a server.
///
/// @param server  whose scheme (`https` or `http`), host and port count
/// @param target  path and query, as they are sent
/// @param fields  without `Host` and `Content-Length`, which are made; those that are meant for one connection are left out
/// @param body    may be empty; not copied
/// @param upgrade whether it asks for a WebSocket
record UpstreamRequest(URI server, String method, String target, HeaderFields fields, byte[] body, boolean upgrade) {
    UpstreamRequest(URI server, String method, String target, HeaderFields fields, byte[] body) {
        this(server, method, target, fields, body, false);
    }

    /// Returns whether it is sent through TLS.
    boolean encrypted() {
        return server.getScheme().equals("https");
    }

    /// Returns the host, an IPv6 address without brackets.
    String host() {
        return server.getHost().startsWith("[") ? server.getHost().substring(1, server.getHost().length() - 1) : server.getHost();
    }

    int port() {
        return server.getPort() >= 0 ? server.getPort() : encrypted() ? 443 : 80;
    }

    byte[] head() {
        HeaderFields own = HeaderFields.of("Host", server.getPort() < 0 ? server.getHost() : server.getHost() + ":" + server.getPort())
                .and(fields.endToEnd().without("host", "content-length", "expect"));
        if (upgrade) {
            own = own.and("Connection", "Upgrade").and("Upgrade", "websocket");
        }
        boolean framed = body.length > 0 || !(method.equals("GET") || method.equals("HEAD"));
        return (framed ? own.and("Content-Length", Integer.toString(body.length)) : own).head(method + " " + target + " HTTP/1.1");
    }
}
