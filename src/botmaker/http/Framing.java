package botmaker.http;

import botmaker.http.HttpError.Kind;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Refuses requests whose extent or meaning two programs could read differently, where the JDK's server accepts them.
///
/// [WireCheck] checks the bytes, this class what the JDK made of them. The JDK itself refuses several lengths, a length beside a
/// transfer coding, codings other than `chunked`, and bad field names and URLs: in a few fixed words, without BotMaker's header
/// fields, and it hangs up.
final class Framing {
    private static final int MAX_TARGET = 8 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    /// Cookies belong to other programs on the same host name, and cost them, not BotMaker, their requests.
    private static final int MAX_COOKIE_BYTES = 32 * 1024;
    private static final int MAX_FIELDS = 100;
    private static final int MAX_BODY = 64 * 1024;

    private final Set<String> methods;

    /// @param methods those of any route
    Framing(Set<String> methods) {
        this.methods = methods;
    }

    /// Returns the target of a request whose head is acceptable.
    Target check(HttpExchange exchange) {
        WireCheck wire = CheckedEngine.checkOf(exchange);
        wire.nextRequest();
        requireWellFormed(wire);
        String version = exchange.getProtocol();
        if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
            throw new HttpError(Kind.VERSION_NOT_SUPPORTED, "Use HTTP/1.1 or HTTP/1.0.");
        }
        String target = exchange.getRequestURI().toString();
        if (target.length() > MAX_TARGET) {
            throw new HttpError(Kind.URI_TOO_LONG, "The URL is longer than " + MAX_TARGET + " bytes.");
        }
        Map<String, List<String>> fields = exchange.getRequestHeaders();
        checkFields(fields);
        if (!methods.contains(exchange.getRequestMethod())) {
            throw HttpError.methodNotAllowed(methods);
        }
        int hosts = fields.getOrDefault("Host", List.of()).size();
        if (hosts > 1 || hosts == 0 && version.equals("HTTP/1.1")) {
            throw new HttpError(Kind.MALFORMED, "A request has exactly one Host header field.");
        }
        checkBody(exchange, fields);
        return Target.parse(target);
    }

    /// Returns whether the body is chunked. Its connection is closed after the response: the JDK's chunk sizes overflow silently, so
    /// what follows such a body might not be a request.
    static boolean isChunked(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("Transfer-Encoding");
    }

    /// Reads the whole body.
    static byte[] body(HttpExchange exchange) {
        boolean chunked = isChunked(exchange);
        int length = chunked ? MAX_BODY : (int) length(exchange.getRequestHeaders());
        byte[] body;
        boolean more;
        try {
            body = exchange.getRequestBody().readNBytes(length);
            more = chunked && exchange.getRequestBody().read() >= 0;
        } catch (IOException | IndexOutOfBoundsException _) { // the latter for a chunk size that overflowed
            throw new HttpError(Kind.MALFORMED, "The body ended early, or its chunks are malformed.");
        }
        if (more) {
            throw tooLarge();
        }
        if (!chunked && body.length < length) {
            throw new HttpError(Kind.MALFORMED, "The body ended before its Content-Length.");
        }
        requireWellFormed(CheckedEngine.checkOf(exchange));
        requireNoneIfSafe(exchange, body.length);
        return body;
    }

    private static void requireWellFormed(WireCheck wire) {
        if (!wire.isWellFormed()) {
            throw new HttpError(Kind.MALFORMED, "The request is malformed: it has a CR or LF that does not end a line, a folded header "
                    + "field, more than three words in the request line, or a chunk that is not valid.");
        }
    }

    private static void checkFields(Map<String, List<String>> headers) {
        int fields = 0;
        int bytes = 0;
        int cookies = 0;
        for (var field : headers.entrySet()) {
            for (String value : field.getValue()) {
                if (value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f)) {
                    throw new HttpError(Kind.MALFORMED, "A header field has a control character.");
                }
                fields++;
                if (field.getKey().equalsIgnoreCase("Cookie")) {
                    cookies += value.length();
                } else {
                    bytes += field.getKey().length() + value.length();
                }
            }
        }
        if (fields > MAX_FIELDS || bytes > MAX_HEADER_BYTES || cookies > MAX_COOKIE_BYTES) {
            throw new HttpError(Kind.HEADER_TOO_LARGE, "The header has more than " + MAX_FIELDS + " fields, " + MAX_HEADER_BYTES
                    + " bytes, or " + MAX_COOKIE_BYTES + " bytes of cookies.");
        }
    }

    private static void checkBody(HttpExchange exchange, Map<String, List<String>> headers) {
        if (isChunked(exchange)) {
            List<String> codings = headers.getOrDefault("Transfer-Encoding", List.of());
            boolean known = codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked");
            if (!known || headers.containsKey("Content-Length") || exchange.getProtocol().equals("HTTP/1.0")) {
                throw new HttpError(Kind.MALFORMED, "Transfer-Encoding is `chunked`, alone, and in HTTP/1.1 only.");
            }
            return;
        }
        List<String> lengths = headers.getOrDefault("Content-Length", List.of("0"));
        if (lengths.size() != 1 || !WireCheck.NUMBER.matcher(lengths.getFirst()).matches()) {
            throw new HttpError(Kind.MALFORMED, "Content-Length is not one plain number.");
        }
        requireNoneIfSafe(exchange, length(headers));
        if (length(headers) > MAX_BODY) {
            throw tooLarge();
        }
    }

    private static void requireNoneIfSafe(HttpExchange exchange, long length) {
        String method = exchange.getRequestMethod();
        if (length > 0 && (method.equals("GET") || method.equals("HEAD"))) {
            throw new HttpError(Kind.MALFORMED, "A " + method + " request has no body.");
        }
    }

    private static HttpError tooLarge() {
        return new HttpError(Kind.TOO_LARGE, "The body is larger than " + MAX_BODY + " bytes.");
    }

    private static long length(Map<String, List<String>> headers) {
        return Long.parseLong(headers.getOrDefault("Content-Length", List.of("0")).getFirst());
    }

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
}
