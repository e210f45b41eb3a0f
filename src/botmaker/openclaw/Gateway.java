package botmaker.openclaw;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;

/// Where a bot's gateway is, and the token that opens it. Use it at once: the engine gives an address to another container later.
///
/// @param address the container's own address; whoever creates a gateway has checked that it is this bot's
/// @param port    the gateway's port
/// @param token   the gateway token
public record Gateway(InetAddress address, int port, String token) {
    /// The message for a gateway that answers 401 or 403.
    public static final String TOKEN_REFUSED =
            "The bot's gateway does not accept its token. Restart the bot: it reads the token when it starts.";

    /// Creates the gateway of a bot in a container, at its usual port.
    public Gateway(InetAddress address, String token) {
        this(address, OpenClaw.PORT, token);
    }

    /// Starts a request that carries the token.
    public HttpRequest.Builder request(String path) {
        String host = address.getHostAddress();
        String origin = "http://" + (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
        return HttpRequest.newBuilder(URI.create(origin + path)).header("Authorization", "Bearer " + token);
    }

    @Override
    public String toString() {
        return "Gateway[" + address.getHostAddress() + ":" + port + "]";
    }
}
