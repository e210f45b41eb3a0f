package botmaker.http;

import com.sun.net.httpserver.HttpExchange;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Refuses requests whose extent or meaning two programs could see differently, where the JDK's server accepts them.
///
/// The JDK itself refuses several lengths, a length beside a transfer coding, bad field names and URLs: in a few fixed words,
/// without our header fields, and hangs up. It cannot be told to refuse folded lines, which it joins with a space as RFC 9112
/// §5.2 allows, nor a bare CR, which ends a line for it. So whatever such a line could smuggle in is refused here: a second
/// Host, a length for a request without body, a transfer coding.
final class Framing {
    private static final int MAX_TARGET = 8 * 1024;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_FIELDS = 100;
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private final Set<String> methods;
    private final int maxBody;

    /// @param methods those that any route knows
    /// @param maxBody in bytes
    Framing(Set<String> methods, int maxBody) {
        this.methods = Set.copyOf(methods);
        this.maxBody = maxBody;
    }

    /// The target of an acceptable request.
    ///
    /// @throws HttpError when it is not acceptable
    Target check(HttpExchange exchange) {
        checkVersion(exchange.getProtocol());
        String target = exchange.getRequestURI().toString();
        if (target.length() > MAX_TARGET) {
            throw new HttpError(HttpError.Kind.URI_TOO_LONG, "The URL is longer than " + MAX_TARGET + " bytes.");
        }
        checkFields(exchange.getRequestHeaders());
        if (!methods.contains(exchange.getRequestMethod())) {
            throw HttpError.methodNotAllowed(methods);
        }
        checkBody(exchange.getRequestMethod(), exchange.getRequestHeaders());
        return Target.parse(target);
    }

    private static void checkVersion(String version) {
        if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
            throw new HttpError(HttpError.Kind.VERSION_NOT_SUPPORTED, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
        }
    }

    private static void checkFields(Map<String, List<String>> headers) {
        int fields = 0;
        int bytes = 0;
        for (var field : headers.entrySet()) {
            for (String value : field.getValue()) {
                if (value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f)) {
                    throw new HttpError(HttpError.Kind.MALFORMED, "A header field has a control character.");
                }
                fields++;
                bytes += field.getKey().length() + value.length();
            }
        }
        if (fields > MAX_FIELDS || bytes > MAX_HEADER_BYTES) {
            throw new HttpError(HttpError.Kind.HEADER_TOO_LARGE, "The header has more than " + MAX_FIELDS + " fields or " + MAX_HEADER_BYTES + " bytes.");
        }
    }

    private void checkBody(String method, Map<String, List<String>> headers) {
        if (headers.containsKey("Transfer-Encoding")) {
            // The JDK's chunk sizes overflow silently: a size of 100000000 hex reads as the end, and the rest as a new request.
            throw new HttpError(HttpError.Kind.LENGTH_REQUIRED, "Send a Content-Length; chunked bodies are not read here.");
        }
        List<String> lengths = headers.getOrDefault("Content-Length", List.of("0"));
        if (lengths.size() != 1 || !LENGTH.matcher(lengths.getFirst()).matches()) {
            throw new HttpError(HttpError.Kind.MALFORMED, "Content-Length is not one plain number.");
        }
        long length = Long.parseLong(lengths.getFirst());
        if (length > 0 && (method.equals("GET") || method.equals("HEAD"))) {
            throw new HttpError(HttpError.Kind.MALFORMED, "A " + method + " has no body.");
        }
        if (length > maxBody) {
            throw new HttpError(HttpError.Kind.TOO_LARGE, "The body is larger than " + maxBody + " bytes.");
        }
    }
}
