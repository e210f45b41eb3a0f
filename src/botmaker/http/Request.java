package botmaker.http;

import static java.util.Objects.requireNonNull;

import botmaker.json.JsonParseException;
import botmaker.json.JsonValue;
import java.net.InetAddress;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/// A request that has passed every gate, with its body read in full.
///
/// @param head           method, path, query and header fields
/// @param pathParameters the parts of the path that the route's pattern names
/// @param user           who is signed in; empty only on an open route
/// @param body           the body's bytes; not copied, not to be changed
public record Request(RequestHead head, Map<String, String> pathParameters, Optional<String> user, byte[] body) {
    public Request {
        requireNonNull(head);
        pathParameters = Map.copyOf(pathParameters);
        requireNonNull(user);
        requireNonNull(body);
    }

    /// The method, `HEAD` included where a `GET` route answers it.
    public String method() {
        return head.method();
    }

    /// The path as it was sent.
    public String path() {
        return head.path();
    }

    /// The address at the other end of the connection.
    public InetAddress peer() {
        return head.peer();
    }

    /// A part of the path, made of letters, digits, `.`, `_`, `~` and `-`.
    ///
    /// @throws NoSuchElementException when the route's pattern does not name it
    public String parameter(String name) {
        return Optional.ofNullable(pathParameters.get(name)).orElseThrow();
    }

    /// A query parameter, decoded.
    ///
    /// @throws HttpError when it is given more than once
    public Optional<String> query(String name) {
        return head.query().single(name);
    }

    /// The first value of a header field.
    public Optional<String> header(String name) {
        return head.headers().first(name);
    }

    /// The body as JSON.
    ///
    /// @throws HttpError when it is not `application/json`
    /// @throws HttpError when it is no strictly correct JSON
    public JsonValue json() {
        RequestHandler.requireJson(head.headers());
        try {
            return JsonValue.parse(body);
        } catch (JsonParseException e) {
            throw new HttpError(HttpError.Kind.MALFORMED, "The body is not JSON: " + e.getMessage());
        }
    }
}
