package botmaker.http;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

/// The first gate: what does not pass is answered and hung up on, so that nothing sent behind it is ever read as a request.
final class Gate {
    private final Framing framing;
    private final Predicate<InetAddress> refusedPeers;
    private final HostAllowList hosts;

    Gate(Framing framing, Predicate<InetAddress> refusedPeers, HostAllowList hosts) {
        this.framing = framing;
        this.refusedPeers = refusedPeers;
        this.hosts = hosts;
    }

    /// @throws HttpError when the request is malformed, or from or for the wrong address
    RequestHead admit(HttpExchange exchange) {
        Target target = framing.check(exchange);
        InetAddress peer = exchange.getRemoteAddress().getAddress();
        if (refusedPeers.test(peer)) {
            throw new HttpError(HttpError.Kind.DENIED, "Requests from this address are refused.");
        }
        Headers headers = new Headers(exchange.getRequestHeaders());
        List<String> host = headers.all("Host");
        if (host.size() != 1) {
            throw new HttpError(HttpError.Kind.MALFORMED, "A request has exactly one Host header.");
        }
        hosts.check(host.getFirst());
        target.authority().ifPresent(hosts::check);
        return new RequestHead(exchange.getRequestMethod(), target.path(), Query.parse(target.query()), headers, peer);
    }
}
