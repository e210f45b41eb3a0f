package botmaker.auth;

import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import java.util.List;

/// The session's part of the HTTP interface.
public final class SessionRoutes {
    private SessionRoutes() {}

    /// `GET /api/session` tells who is signed in: an `EventSource` cannot see a 401, so the page asks here.
    public static List<Route> routes() {
        return List.of(Route.get("/api/session",
                rq -> Response.ok(Json.object().put("user", rq.user().orElseThrow()).build())));
    }
}
