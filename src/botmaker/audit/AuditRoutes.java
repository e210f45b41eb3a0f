package botmaker.audit;

import botmaker.audit.AuditStore.Head;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import java.util.List;

/// `GET /api/audit`: the newest records first, and where the chain stands.
record AuditRoutes(AuditStore store) {
    private static final int USUAL = 50;
    private static final int MOST = 500;

    List<Route> routes() {
        return List.of(Route.get("/api/audit", this::records).reading("before", "limit"));
    }

    private Response records(Request rq) {
        long before = number(rq, "before", Long.MAX_VALUE, Long.MAX_VALUE);
        int limit = (int) number(rq, "limit", USUAL, MOST);
        Head head = store.head();
        return Response.ok(Json.object()
                .put("count", head.count())
                .put("head", head.hash())
                .put("records", Json.array(store.before(before, limit).stream().map(Entry::toJson).toList()))
                .build());
    }

    private static long number(Request rq, String name, long otherwise, long most) {
        return rq.query(name).map(text -> {
            if (!text.matches("[0-9]{1,18}") || Long.parseLong(text) < 1 || Long.parseLong(text) > most) {
                throw new Failure.Invalid(List.of(new FieldError("?" + name, "A whole number from 1 to " + most + ".")));
            }
            return Long.parseLong(text);
        }).orElse(otherwise);
    }
}
