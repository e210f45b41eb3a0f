package botmaker.http;

import botmaker.error.Failure;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Sends a response. Every response goes through here, so every one carries the security headers.
final class Sender {
    /// Follows OWASP's "HTTP Headers" and "Content Security Policy" cheat sheets: nothing but BotMaker's own files, no frames.
    private static final Map<String, String> SECURITY = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin");
    /// A year (RFC 6797 §6.1.1). Not for the name `localhost`, which would force TLS on every other program on that computer.
    private static final String HSTS = "max-age=31536000";
    private static final Pattern LOCALHOST = Pattern.compile("localhost(:.*)?", Pattern.CASE_INSENSITIVE);
    private static final int STEP = 16 * 1024;
    private static final System.Logger LOG = System.getLogger(Sender.class.getName());

    private final StallWatch stalls;
    private final Streams streams;
    private final boolean tls;

    Sender(StallWatch stalls, Streams streams, boolean tls) {
        this.stalls = stalls;
        this.streams = streams;
        this.tls = tls;
    }

    /// Sends the whole response. If this throws, the connection must be given up.
    void send(HttpExchange exchange, Response response) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        SECURITY.forEach(headers::set);
        headers.set("Cache-Control", "no-store");
        if (tls && !LOCALHOST.matcher(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host")).orElse("")).matches()) {
            headers.set("Strict-Transport-Security", HSTS);
        }
        response.headers().forEach(headers::set);
        if (Framing.isChunked(exchange)) {
            headers.set("Connection", "close");
        }
        switch (response.body()) {
            case Response.Body.Bytes bytes -> sendBytes(exchange, response.status(), bytes.content());
            case Response.Body.Events events -> sendEvents(exchange, response.status(), events);
            case Response.Body.Written written -> sendWritten(exchange, response.status(), written);
        }
    }

    private void sendBytes(HttpExchange exchange, int status, byte[] content) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head && content.length > 0) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
        }
        try (StallWatch.Write write = stalls.begin()) {
            if (head || content.length == 0) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, content.length);
            // Closing the body before the exchange: the exchange would first read the rest of the request, then flush.
            try (OutputStream out = exchange.getResponseBody()) {
                for (int at = 0; at < content.length; at += STEP) {
                    out.write(content, at, Math.min(STEP, content.length - at));
                    write.progress();
                }
            }
        } catch (IndexOutOfBoundsException e) {
            // The JDK throws this when it reads the rest of a refused request and its chunk sizes overflow.
            throw new IOException("The rest of the request cannot be skipped", e);
        }
    }

    private void sendEvents(HttpExchange exchange, int status, Response.Body.Events events) throws IOException {
        try (EventSource source = events.source()) {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, 0);
            streams.serve(source, events.welcome(), exchange.getResponseBody());
        }
        try (StallWatch.Write _ = stalls.begin()) {
            exchange.getResponseBody().close();
        }
    }

    /// Breaks the connection if the source fails, so that no client takes the part for the whole.
    private void sendWritten(HttpExchange exchange, int status, Response.Body.Written written) throws IOException {
        try (BodySource source = written.source()) {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, 0);
            streams.serve(source, written.welcome(), exchange.getResponseBody());
        } catch (Failure e) {
            LOG.log(System.Logger.Level.WARNING, "a response body was aborted: {0}", e.getMessage());
            throw new IOException("The body could not be completed", e);
        } catch (InterruptedException e) {
            throw new IOException("The server closes, or the reader was signed out", e);
        }
        try (StallWatch.Write _ = stalls.begin()) {
            exchange.getResponseBody().close();
        }
    }
}
