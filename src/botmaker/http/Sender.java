package botmaker.http;

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

    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private final Streams streams;
    private final boolean tls;

    Sender(Streams streams, boolean tls) {
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
        int status = response.status();
        switch (response.body()) {
            case Response.Body.Bytes(byte[] content) -> sendBytes(exchange, status, content);
            case Response.Body.Events(var source, var welcome) ->
                sendSource(exchange, status, source, out -> streams.sendEvents(source, welcome, out));
            case Response.Body.Written(var source, var welcome) ->
                sendSource(exchange, status, source, out -> streams.sendBody(source, welcome, out));
        }
    }

    private void sendBytes(HttpExchange exchange, int status, byte[] content) throws IOException {
        if (isHead(exchange) && content.length > 0) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
        }
        try {
            OutputStream out = begin(exchange, status, isHead(exchange) || content.length == 0 ? -1 : content.length);
            out.write(content);
            // Closing the body before the exchange: the exchange would first read the rest of the request, then flush.
            out.close();
        } catch (IndexOutOfBoundsException e) {
            // The JDK throws this when it reads the rest of a refused request and its chunk sizes overflow.
            throw new IOException("The rest of the request cannot be skipped", e);
        }
    }

    /// Closes the source before the body ends.
    private void sendSource(HttpExchange exchange, int status, Response.Source<?> source, Content content) throws IOException {
        OutputStream out;
        try (source) {
            out = begin(exchange, status, isHead(exchange) ? -1 : 0);
            if (!isHead(exchange)) {
                content.writeTo(out);
            }
        }
        out.close();
    }

    /// Sends the head.
    ///
    /// @param length as the JDK has it: 0 for unknown, -1 for no body
    /// @return takes the body
    private OutputStream begin(HttpExchange exchange, int status, long length) throws IOException {
        try (Streams.Guard _ = streams.patience()) {
            exchange.sendResponseHeaders(status, length);
        }
        return length < 0 ? OutputStream.nullOutputStream() : streams.output(exchange.getResponseBody());
    }

    private static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }
}
