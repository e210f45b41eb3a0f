package botmaker.server;

import botmaker.bot.Bots;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.store.Database;

/// `GET /health`, which anybody may ask: that it serves, and whether the engine and the database answer; no more.
final class HealthRoute {
    private HealthRoute() { }

    static Route of(Database database, Bots bots) {
        return Route.get("/health", _ -> {
            boolean engine = bots.engineProblem().isEmpty();
            boolean store = database.answers();
            return Response.ok(Json.object()
                    .put("status", engine && store ? "ok" : "degraded")
                    .put("engine", engine)
                    .put("database", store)
                    .build());
        }).withoutCredentials();
    }
}
