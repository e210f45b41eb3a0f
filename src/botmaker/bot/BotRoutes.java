package botmaker.bot;

import static botmaker.http.Response.created;
import static botmaker.http.Response.noContent;
import static botmaker.http.Response.ok;
import static botmaker.http.Route.delete;
import static botmaker.http.Route.get;
import static botmaker.http.Route.post;

import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.openclaw.Catalog;
import java.util.List;

/// The bots' part of the HTTP interface.
final class BotRoutes {
    private final Fleet fleet;
    private final BotService service;
    private final Catalog catalog;
    private final Limits limits;

    /// @param limits what a bot may use whose request does not say
    BotRoutes(Fleet fleet, BotService service, Catalog catalog, Limits limits) {
        this.fleet = fleet;
        this.service = service;
        this.catalog = catalog;
        this.limits = limits;
    }

    List<Route> routes() {
        return List.of(
                get("/api/bots", _ -> Response.of(200, "application/json", fleet.snapshot())),
                post("/api/bots", this::create),
                delete("/api/bots/{id}", this::remove).reading("keep"),
                post("/api/bots/{id}/start", rq -> ok(service.start(id(rq)).toJson())),
                post("/api/bots/{id}/stop", rq -> ok(service.stop(id(rq)).toJson())),
                post("/api/bots/{id}/restart", rq -> ok(service.restart(id(rq)).toJson())),
                get("/api/catalog", _ -> ok(catalog.toJson())),
                get("/api/events", _ -> Response.events(new FleetEvents(fleet))));
    }

    private Response create(Request rq) throws InterruptedException {
        Bot bot = service.create(NewBot.from(rq.json(), catalog, limits));
        return created("/api/bots/" + bot.row().id(), bot.toJson());
    }

    private Response remove(Request rq) throws InterruptedException {
        boolean keepState = rq.query("keep").map(kept -> {
            if (!kept.equals("state")) {
                throw new Failure.Invalid(List.of(new FieldError("?keep", "Only `state` can be kept.")));
            }
            return true;
        }).orElse(false);
        service.delete(id(rq), keepState);
        return noContent();
    }

    /// The bot that a path names.
    static BotId id(Request rq) {
        return BotId.of(rq.parameter("id")).orElseThrow(() -> new Failure.NotFound("There is no such bot."));
    }
}
