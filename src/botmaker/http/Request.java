package botmaker.http;

import static java.util.Objects.requireNonNull;

import botmaker.json.JsonParseException;
import botmaker.json.JsonValue;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Pattern;

/// A request that passed every check, with its whole body.
///
/// @param head           method, path, query and header fields
/// @param pathParameters the path segments that the route's pattern names
/// @param user           the signed-in user; empty only on an open route
/// @param body           the body; not copied, so do not modify it
public record Request(RequestHead head, Map<String, String> pathParameters, Optional<String> user, byte[] body) {
    private static final Pattern JSON =
            Pattern.compile("application/json[ \t]*(;[ \t]*charset=\"?utf-8\"?[ \t]*)?", Pattern.CASE_INSENSITIVE);

    public Request {
        requireNonNull(head);
        pathParameters = Map.copyOf(pathParameters);
        requireNonNull(user);
        requireNonNull(body);
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
        return head.query().single(name);
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
        } catch (JsonParseException e) {
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
