package botmaker.http;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Thrown for a request that HTTP itself refuses, before or beside any feature; a feature throws a [botmaker.error.Failure].
///
/// The message is shown to the client as it is: it says what happened and what to do, and never contains a secret.
public final class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// The reasons, each with its status code (RFC 9110 §15).
    public enum Kind {
        /// Not understood as HTTP or JSON.
        MALFORMED(400, "Bad Request"),
        /// No valid credentials.
        UNAUTHENTICATED(401, "Unauthorized"),
        /// Understood, and refused because of the sender.
        DENIED(403, "Forbidden"),
        METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
        TOO_LARGE(413, "Content Too Large"),
        URI_TOO_LONG(414, "URI Too Long"),
        UNSUPPORTED_MEDIA_TYPE(415, "Unsupported Media Type"),
        /// Addressed to a host name that is not BotMaker's.
        MISDIRECTED(421, "Misdirected Request"),
        THROTTLED(429, "Too Many Requests"),
        HEADER_TOO_LARGE(431, "Request Header Fields Too Large"),
        VERSION_NOT_SUPPORTED(505, "HTTP Version Not Supported");

        private final int status;
        private final String title;

        Kind(int status, String title) {
            this.status = status;
            this.title = title;
        }

        int status() {
            return status;
        }

        String title() {
            return title;
        }

        /// Returns the name as one word for records: `method-not-allowed`.
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Kind kind;
    private final transient Map<String, String> headers;

    public HttpError(Kind kind, String detail) {
        this(kind, detail, Map.of());
    }

    private HttpError(Kind kind, String detail, Map<String, String> headers) {
        super(requireNonNull(detail));
        this.kind = requireNonNull(kind);
        this.headers = headers;
    }

    /// Returns a 429.
    ///
    /// @param retryAfter how long to wait before the next try
    public static HttpError throttled(String detail, Duration retryAfter) {
        return new HttpError(Kind.THROTTLED, detail, Map.of("Retry-After", seconds(retryAfter)));
    }

    static HttpError methodNotAllowed(Set<String> allowed) {
        String methods = String.join(", ", new TreeSet<>(allowed));
        return new HttpError(Kind.METHOD_NOT_ALLOWED, "Allowed here: " + methods + ".", Map.of("Allow", methods));
    }

    /// Returns whole seconds, rounded up (RFC 9110 §10.2.3).
    static String seconds(Duration wait) {
        return String.valueOf(Math.max(1, wait.plusMillis(999).toSeconds()));
    }

    /// Returns the reason.
    public Kind kind() {
        return kind;
    }

    /// Returns the header fields to send with it.
    Map<String, String> headers() {
        return headers;
    }
}
