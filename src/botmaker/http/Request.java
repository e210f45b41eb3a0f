package botmaker.http;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A request that passed every check, with its whole body.
///
/// @param head           method, path, query and header fields
/// @param pathParameters the path segments that the route's pattern names
/// @param user           the signed-in user; empty only on an open route
/// @param body           the body; not copied, so do not modify it
public record Request(Head head, Map<String, String> pathParameters, Optional<String> user, byte[] body) {
    /// With few enough digits for a `long`.
    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,18}");
    private static final Pattern JSON =
            Pattern.compile("application/json[ \t]*(;[ \t]*charset=\"?utf-8\"?[ \t]*)?", Pattern.CASE_INSENSITIVE);

    public Request {
        pathParameters = Map.copyOf(pathParameters);
    }

    /// A request without its body: well framed, and addressed to an allowed host.
    ///
    /// @param method  as sent; methods are case-sensitive (RFC 9110 §9.1)
    /// @param path    as sent, never decoded; begins with `/`
    /// @param query   the decoded parameters with their values, in order of arrival
    /// @param headers the header fields
    /// @param peer    the address at the other end of the connection
    public record Head(String method, String path, Map<String, List<String>> query, Headers headers, InetAddress peer) {
        /// Returns whether the method is safe (RFC 9110 §9.2.1).
        boolean isSafe() {
            return method.equals("GET") || method.equals("HEAD");
        }
    }

    /// The header fields of a request (RFC 9110 §5). Names are case-insensitive.
    public static final class Headers {
        private final Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

        /// @param fields values by name, in order of arrival
        public Headers(Map<String, List<String>> fields) {
            this.fields.putAll(fields);
        }

        /// Returns every value of a field; empty if it is absent.
        public List<String> all(String name) {
            return fields.getOrDefault(name, List.of());
        }

        /// Returns the first value of a field.
        public Optional<String> first(String name) {
            return all(name).stream().findFirst();
        }

        /// Returns whether a field is present.
        boolean has(String name) {
            return fields.containsKey(name);
        }
    }

    /// Returns the method; `HEAD` if a `GET` route answers it.
    public String method() {
        return head.method();
    }

    /// Returns the path as it was sent.
    public String path() {
        return head.path();
    }

    /// Returns the address at the other end of the connection.
    public InetAddress peer() {
        return head.peer();
    }

    /// Returns a path segment, made of letters, digits, `.`, `_`, `~` and `-`.
    ///
    /// @throws NoSuchElementException if the route's pattern does not name it
    public String parameter(String name) {
        return Optional.ofNullable(pathParameters.get(name)).orElseThrow();
    }

    /// Returns a decoded query parameter.
    ///
    /// @throws HttpError if it is given more than once
    public Optional<String> query(String name) {
        List<String> values = head.query().getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw new HttpError(HttpError.Kind.MALFORMED, "The query parameter `" + name + "` is given more than once.");
        }
        return values.stream().findFirst();
    }

    /// Returns a query parameter that is a whole number from 1 on.
    ///
    /// @throws Failure.Invalid if it is anything else, or greater than `most`
    public Optional<Long> number(String name, long most) {
        return query(name).map(text -> {
            if (!WHOLE.matcher(text).matches() || Long.parseLong(text) < 1 || Long.parseLong(text) > most) {
                throw new Failure.Invalid(List.of(new FieldError("?" + name, "A whole number from 1 to " + most + ".")));
            }
            return Long.parseLong(text);
        });
    }

    /// Returns the first value of a header field.
    public Optional<String> header(String name) {
        return head.headers().first(name);
    }

    /// Parses the body as JSON.
    ///
    /// @throws HttpError if it is not declared as `application/json`, or is not strictly correct JSON
    public JsonValue json() {
        requireJson(head.headers());
        try {
            return JsonValue.parse(body);
        } catch (JsonException e) {
            throw new HttpError(HttpError.Kind.MALFORMED, "The body is not JSON: " + e.getMessage());
        }
    }

    /// Requires JSON, which is UTF-8 whatever its parameters say (RFC 8259 §11). This is also a defence: no HTML form can send
    /// it, and a script needs a preflight for it, which is never granted.
    static void requireJson(Headers headers) {
        List<String> types = headers.all("Content-Type");
        if (types.size() != 1 || !JSON.matcher(types.getFirst()).matches()) {
            throw new HttpError(HttpError.Kind.UNSUPPORTED_MEDIA_TYPE, "Send the body as `Content-Type: application/json`.");
        }
    }
}
