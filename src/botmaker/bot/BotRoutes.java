package botmaker.bot;

import static botmaker.http.Response.created;
import static botmaker.http.Response.noContent;
import static botmaker.http.Response.ok;
import static botmaker.http.Route.delete;
import static botmaker.http.Route.get;
import static botmaker.http.Route.post;

import botmaker.bot.lifecycle.BotService;
import botmaker.bot.model.BotId;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.bot.view.EventsStream;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.openclaw.Catalog;
import java.util.List;
import java.util.function.Supplier;

/// The bots' part of the HTTP interface.
public final class BotRoutes {
    private final BotRegistry fleet;
    private final BotService service;
    private final Catalog catalog;
    private final Supplier<Limits> limits;

    /// @param limits what a bot may use whose request does not say
    public BotRoutes(BotRegistry fleet, BotService service, Catalog catalog, Supplier<Limits> limits) {
        this.fleet = fleet;
        this.service = service;
        this.catalog = catalog;
        this.limits = limits;
    }

    public List<Route> routes() {
        return List.of(
                get("/api/bots", _ -> Response.of(200, "application/json", fleet.snapshot())),
                post("/api/bots", this::create),
                delete("/api/bots/{id}", this::remove).reading("keep"),
                post("/api/bots/{id}/start", rq -> ok(service.start(id(rq)).toJson())),
                post("/api/bots/{id}/stop", rq -> ok(service.stop(id(rq)).toJson())),
                post("/api/bots/{id}/restart", rq -> ok(service.restart(id(rq)).toJson())),
                get("/api/catalog", _ -> ok(catalog.toJson())),
                get("/api/events", _ -> Response.events(new EventsStream(fleet))));
    }

    private Response create(Request rq) throws InterruptedException {
        BotView bot = service.create(NewBot.from(rq.json(), catalog, limits.get()));
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
    private static BotId id(Request rq) {
        return BotId.require(rq.parameter("id"));
    }
}
