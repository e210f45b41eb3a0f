package botmaker.auth;

import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import java.util.List;

/// The routes of the session.
public final class SessionRoutes {
    private SessionRoutes() {}

    /// Returns `GET /api/session`, which says who is signed in (an `EventSource` cannot see a 401, so the page asks here), and
    /// `DELETE`, which asks the browser to forget the credentials (W3C Clear Site Data §3.1: `cookies` covers those of HTTP
    /// authentication). The server keeps no session, and a browser may keep the credentials all the same.
    public static List<Route> routes() {
        return List.of(
                Route.get("/api/session", rq -> Response.ok(Json.object().put("user", rq.user().orElseThrow()).build())),
                Route.delete("/api/session", _ -> Response.noContent().with("Clear-Site-Data", "\"cookies\"")));
    }
}
