package botmaker.http;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// One row of a feature's table of routes. A `GET` route answers `HEAD`, too.
///
/// @param method  `GET`, `POST`, …
/// @param pattern a path, `/api/bots/{id}/logs`: a name in braces stands for one path segment
/// @param handler answers the request
/// @param open    whether it answers without credentials and to any host name; only for `GET`
/// @param query   the names of the query parameters that are read
public record Route(String method, String pattern, Handler handler, boolean open, Set<String> query) {
    public Route {
        query = Set.copyOf(query);
        if (open && !method.equals("GET")) {
            throw new IllegalArgumentException("only a route that reads may be open");
        }
    }

    /// Answers one kind of request. Runs on a virtual thread of its own, so it may block; being interrupted means stop.
    @FunctionalInterface
    public interface Handler {
        /// @throws botmaker.error.Failure for an error that the client may know; anything else becomes a bare 500
        Response handle(Request rq) throws IOException, InterruptedException;
    }

    public static Route get(String pattern, Handler handler) {
        return new Route("GET", pattern, handler, false, Set.of());
    }

    public static Route post(String pattern, Handler handler) {
        return new Route("POST", pattern, handler, false, Set.of());
    }

    public static Route put(String pattern, Handler handler) {
        return new Route("PUT", pattern, handler, false, Set.of());
    }

    public static Route patch(String pattern, Handler handler) {
        return new Route("PATCH", pattern, handler, false, Set.of());
    }

    public static Route delete(String pattern, Handler handler) {
        return new Route("DELETE", pattern, handler, false, Set.of());
    }

    /// Returns this route, open to anyone: no credentials, any host name. Load balancers check the health so.
    public Route withoutCredentials() {
        return new Route(method, pattern, handler, true, query);
    }

    /// Returns this route with the query parameters that it reads.
    public Route reading(String... names) {
        return new Route(method, pattern, handler, open, Set.of(names));
    }

    /// Answers a request. A misspelt parameter must not be ignored: an unknown one is refused by a route that reads others, and
    /// by one that changes something.
    ///
    /// @throws Failure.Invalid with each unknown query parameter
    public Response answer(Request rq) throws IOException, InterruptedException {
        if (!query.isEmpty() || !method.equals("GET")) {
            List<FieldError> unknown = rq.head().query().keySet().stream().filter(name -> !query.contains(name))
                    .map(name -> new FieldError("?" + name, "There is no such parameter.")).toList();
            if (!unknown.isEmpty()) {
                throw new Failure.Invalid(unknown);
            }
        }
        return handler.handle(rq);
    }
}
