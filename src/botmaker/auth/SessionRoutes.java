package botmaker.auth;

import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import java.util.List;

/// The session's part of the HTTP interface.
public final class SessionRoutes {
    private SessionRoutes() {}

    /// `GET /api/session` tells who is signed in: an `EventSource` cannot see a 401, so the page asks here. `DELETE` asks the
    /// browser to forget the credentials (W3C Clear Site Data §3.1: `cookies` covers those of HTTP authentication); there is
    /// nothing to forget here, and a browser may keep them all the same.
    public static List<Route> routes() {
        return List.of(
                Route.get("/api/session", rq -> Response.ok(Json.object().put("user", rq.user().orElseThrow()).build())),
                Route.delete("/api/session", _ -> Response.noContent().with("Clear-Site-Data", "\"cookies\"")));
    }
}
