package botmaker.bot.reconcile;

import botmaker.bot.reconcile.Orphan.Kind;
import botmaker.error.Failure;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import java.util.List;

/// `DELETE /api/system/orphans/{kind}/{id}`. The list itself is a part of `GET /api/system`.
public record OrphanRoutes(Orphans orphans) {
    public List<Route> routes() {
        return List.of(Route.delete("/api/system/orphans/{kind}/{id}", this::remove));
    }

    private Response remove(Request rq) {
        Kind kind = Kind.of(rq.parameter("kind"))
                .orElseThrow(() -> new Failure.NotFound("There are no orphans of such a kind."));
        orphans.remove(kind, rq.parameter("id"));
        return Response.noContent();
    }
}
