package botmaker.http;

import botmaker.error.Failure;
import botmaker.http.HttpError.Kind;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/// Takes each request through every check to its route, and sends the response. [#answer] is the whole list of checks.
final class RequestHandler implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(RequestHandler.class.getName());

    private final Framing framing;
    private final Predicate<InetAddress> refusedPeers;
    private final HostAllowList hosts;
    /// Those of an origin that is BotMaker's own.
    private final List<String> schemes;
    private final Authenticator authenticator;
    private final Router router;
    private final AuditListener audit;
    private final Sender sender;

    RequestHandler(Predicate<InetAddress> refusedPeers, HostAllowList hosts, List<String> schemes, Authenticator authenticator,
            Router router, AuditListener audit, Sender sender) {
        this.framing = new Framing(router.methods());
        this.refusedPeers = refusedPeers;
        this.hosts = hosts;
        this.schemes = schemes;
        this.authenticator = authenticator;
        this.router = router;
        this.audit = audit;
        this.sender = sender;
    }

    /// Throws only if the connection must be given up, which the JDK's server then does. An `Error` would leave the client
    /// waiting.
    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        try {
            Response response = answer(exchange);
            sender.send(exchange, response);
            LOG.log(System.Logger.Level.DEBUG, () -> "%s %s %d %d us".formatted(exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(), response.status(), (System.nanoTime() - start) / 1000));
        } catch (RuntimeException | Error e) {
            throw new IOException("Sending failed, error " + Problem.log(LOG, "A response could not be sent", e), e);
        }
    }

    private Response answer(HttpExchange exchange) {
        boolean admitted = false;
        try {
            Framing.Target target = framing.check(exchange);
            Request.Head head = head(exchange, target);
            if (refusedPeers.test(head.peer())) {
                throw new HttpError(Kind.DENIED, "Requests from this address are refused.");
            }
            boolean open = router.isOpen(head.method(), head.path());
            if (!open) {
                requireAllowedHost(head, target);
            }
            admitted = true;
            Optional<String> user = open ? Optional.empty() : Optional.of(signIn(head));
            Router.Match match = router.find(head.method(), head.path());
            Request request = new Request(head, match.parameters(), user, body(head, exchange));
            Response response = head.isSafe() ? match.route().answer(request) : audit.change(match.route(), request);
            return open ? response : response.whileWelcome(() -> authenticator.stillAuthentic(head));
        } catch (Throwable e) {
            Response refusal = refusal(exchange, e);
            // Nothing sent behind a request that is not admitted is ever read as a request.
            return admitted ? refusal : refusal.with("Connection", "close");
        }
    }

    private static Request.Head head(HttpExchange exchange, Framing.Target target) {
        Request.Headers headers = new Request.Headers(exchange.getRequestHeaders());
        return new Request.Head(exchange.getRequestMethod(), target.path(), Query.parse(target.query()), headers,
                exchange.getRemoteAddress().getAddress());
    }

    private void requireAllowedHost(Request.Head head, Framing.Target target) {
        hosts.check(head.headers().first("Host")
                .orElseThrow(() -> new HttpError(Kind.MALFORMED, "The request has no Host header field.")));
        target.authority().ifPresent(hosts::check);
    }

    private String signIn(Request.Head head) throws InterruptedException {
        try {
            requireOwnOrigin(head);
            String user = authenticator.authenticate(head);
            audit.signedIn(head, user);
            return user;
        } catch (HttpError e) {
            audit.refused(head, e);
            throw e;
        }
    }

    /// Accepts changes from BotMaker's own page and from programs, not from other pages.
    ///
    /// A browser adds the credentials to whatever it sends, even if another site's page or one on another port of the same host
    /// caused it. It also says so: `Sec-Fetch-Site` (W3C Fetch Metadata) to trustworthy URLs, `Origin` (RFC 6454) to others.
    /// A request with neither comes from no browser.
    private void requireOwnOrigin(Request.Head head) {
        if (!head.isSafe() && !isOwnOrigin(head.headers())) {
            throw new HttpError(Kind.DENIED, "The request comes from another site. Only BotMaker's own page may make changes.");
        }
    }

    private boolean isOwnOrigin(Request.Headers headers) {
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

    /// Checks the type of a body of known length before waiting for it; whether a chunked one is empty is known only afterwards.
    private static byte[] body(Request.Head head, HttpExchange exchange) {
        if (!head.headers().first("Content-Length").orElse("0").matches("0+")) {
            Request.requireJson(head.headers());
        }
        byte[] body = Framing.body(exchange);
        if (body.length > 0) {
            Request.requireJson(head.headers());
        }
        return body;
    }

    private static Response refusal(HttpExchange exchange, Throwable cause) {
        Thread.interrupted(); // A set flag would break the connection at the next write.
        Problem problem = problem(cause);
        Request.Headers headers = new Request.Headers(exchange.getRequestHeaders());
        Response response = headers.first("Accept").orElse("").contains("text/html")
                ? problem.toPage()
                : problem.toResponse(Optional.ofNullable(exchange.getRequestURI().getRawPath()).orElse(""));
        for (var header : problem.headers().entrySet()) {
            response = response.with(header.getKey(), header.getValue());
        }
        boolean ownFetch = headers.first("Sec-Fetch-Dest").equals(Optional.of("empty"));
        return problem.status() == 401 && !ownFetch
                ? response.with("WWW-Authenticate", "Basic realm=\"BotMaker\", charset=\"UTF-8\"")
                : response;
    }

    private static Problem problem(Throwable cause) {
        if (cause instanceof Failure.EngineDown || cause instanceof Failure.DiskFull) {
            LOG.log(System.Logger.Level.WARNING, () -> cause.getMessage() + " " + cause.getCause());
        }
        return switch (cause) {
            case Failure failure -> Problem.of(failure);
            case HttpError error -> Problem.of(error);
            case InterruptedException _ -> Problem.unavailable("BotMaker is stopping.", Duration.ofSeconds(5));
            default -> Problem.internal(LOG, cause);
        };
    }
}
