package botmaker.http;

import botmaker.error.Failure;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// The one handler of the JDK's server: takes a request through the gates to its route, and sends what comes of it.
final class FrontDoor implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(FrontDoor.class.getName());

    private final Gate gate;
    private final OriginRules origins;
    private final Authenticator authenticator;
    private final Router router;
    private final Witness witness;
    private final Sender sender;

    FrontDoor(Gate gate, OriginRules origins, Authenticator authenticator, Router router, Witness witness, Sender sender) {
        this.gate = gate;
        this.origins = origins;
        this.authenticator = authenticator;
        this.router = router;
        this.witness = witness;
        this.sender = sender;
    }

    /// Throws only when the connection must be given up, which is what the JDK's server then does. An `Error` would leave the
    /// client hanging.
    @Override
    public void handle(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        try {
            Response response = answer(exchange);
            sender.send(exchange, response);
            log(exchange, response.status(), start);
        } catch (RuntimeException | Error e) {
            throw new IOException("Sending failed, number " + Incident.log(LOG, "An answer could not be sent", e), e);
        }
    }

    private Response answer(HttpExchange exchange) {
        RequestHead head;
        try {
            head = gate.admit(exchange);
        } catch (Throwable e) {
            return refusal(exchange, e).with("Connection", "close");
        }
        try {
            return respond(head, exchange);
        } catch (Throwable e) {
            return refusal(exchange, e);
        }
    }

    private Response respond(RequestHead head, HttpExchange exchange) throws IOException, InterruptedException {
        Optional<String> user = user(head);
        Router.Match match = router.find(head.method(), head.path());
        Request request = new Request(head, match.parameters(), user, body(head, exchange));
        Response response = head.isSafe() ? match.route().answer(request) : witness.change(match.route(), request);
        return user.isEmpty() ? response : response.whileWelcome(() -> authenticator.stillAuthentic(head));
    }

    /// Who is signed in, which nobody needs to be on an open route.
    private Optional<String> user(RequestHead head) throws InterruptedException {
        try {
            origins.check(head);
            if (router.isOpen(head.method(), head.path())) {
                return Optional.empty();
            }
            String user = authenticator.authenticate(head);
            witness.signedIn(head, user);
            return Optional.of(user);
        } catch (HttpError e) {
            witness.refused(head, e);
            throw e;
        }
    }

    private static byte[] body(RequestHead head, HttpExchange exchange) {
        int length = head.contentLength();
        if (length == 0) {
            return new byte[0];
        }
        MediaType.requireJson(head.headers());
        try {
            return exchange.getRequestBody().readNBytes(length);
        } catch (IOException _) {
            throw new HttpError(HttpError.Kind.MALFORMED, "The body ended before its Content-Length.");
        }
    }

    private Response refusal(HttpExchange exchange, Throwable cause) {
        Thread.interrupted(); // A set flag would break the connection at the next write.
        Problem problem = problem(cause);
        String path = Optional.ofNullable(exchange.getRequestURI().getRawPath()).orElse("");
        Headers headers = new Headers(exchange.getRequestHeaders());
        Response response = headers.first("Accept").orElse("").contains("text/html")
                ? ErrorPage.of(problem)
                : problem.toResponse(path);
        for (var header : problem.headers().entrySet()) {
            response = response.with(header.getKey(), header.getValue());
        }
        boolean ownFetch = headers.first("Sec-Fetch-Dest").equals(Optional.of("empty"));
        return problem.status() == 401 && !ownFetch
                ? response.with("WWW-Authenticate", "Basic realm=\"BotMaker\", charset=\"UTF-8\"")
                : response;
    }

    private static Problem problem(Throwable cause) {
        return switch (cause) {
            case Failure.EngineDown failure -> logged(failure);
            case Failure.DiskFull failure -> logged(failure);
            case Failure failure -> Problem.of(failure);
            case HttpError error -> Problem.of(error);
            case InterruptedException _ ->
                Problem.unavailable("BotMaker is stopping.", Duration.ofSeconds(5));
            default -> Problem.internal("Something failed inside BotMaker, under the number "
                    + Incident.log(LOG, "A request failed", cause) + " in its log.");
        };
    }

    private static Problem logged(Failure failure) {
        LOG.log(System.Logger.Level.WARNING, () -> failure.getMessage() + " " + failure.getCause());
        return Problem.of(failure);
    }

    private static void log(HttpExchange exchange, int status, long start) {
        LOG.log(System.Logger.Level.DEBUG, () -> "%s %s %d %d us".formatted(
                exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(), status, (System.nanoTime() - start) / 1000));
    }
}
