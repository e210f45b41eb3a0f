package botmaker.http;

import static java.util.Objects.requireNonNull;

/// One row of a feature's table of routes. A `GET` route answers `HEAD`, too.
///
/// @param method  `GET`, `POST`, …
/// @param pattern a path, `/api/bots/{id}/logs`: a part in braces stands for one part of the path
/// @param handler answers
/// @param open    whether strangers may ask, without credentials
public record Route(String method, String pattern, Handler handler, boolean open) {
    public Route {
        requireNonNull(method);
        requireNonNull(pattern);
        requireNonNull(handler);
    }

    public static Route get(String pattern, Handler handler) {
        return new Route("GET", pattern, handler, false);
    }

    public static Route post(String pattern, Handler handler) {
        return new Route("POST", pattern, handler, false);
    }

    public static Route put(String pattern, Handler handler) {
        return new Route("PUT", pattern, handler, false);
    }

    public static Route patch(String pattern, Handler handler) {
        return new Route("PATCH", pattern, handler, false);
    }

    public static Route delete(String pattern, Handler handler) {
        return new Route("DELETE", pattern, handler, false);
    }

    /// This route for strangers, too.
    public Route withoutCredentials() {
        return new Route(method, pattern, handler, true);
    }
}
