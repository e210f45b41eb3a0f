package botmaker.bot.lifecycle;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.get;
import static botmaker.http.Route.patch;
import static botmaker.http.Route.post;
import static botmaker.http.Route.put;

import botmaker.bot.model.BotId;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.bot.view.History;
import botmaker.bot.view.StateSizes;
import botmaker.error.Failure;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.ObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// One bot in full, and what can be changed of it.
public final class ChangeRoutes {
    private final BotRegistry fleet;
    private final BotChanges changes;
    private final BotService service;
    private final Instructions instructions;
    private final StateSizes stateSizes;

    public ChangeRoutes(BotRegistry fleet, BotService service, BotChanges changes, Instructions instructions, StateSizes stateSizes) {
        this.fleet = fleet;
        this.changes = changes;
        this.service = service;
        this.instructions = instructions;
        this.stateSizes = stateSizes;
    }

    public List<Route> routes() {
        return List.of(
                get("/api/bots/{id}", this::bot),
                patch("/api/bots/{id}", rq -> ok(changes.change(id(rq), rq.json()).toJson())),
                put("/api/bots/{id}/secrets/{name}",
                        rq -> ok(changes.replaceSecret(id(rq), rq.parameter("name"), rq.json()).toJson())),
                get("/api/bots/{id}/instructions", rq -> ok(instructions.read(id(rq)))),
                put("/api/bots/{id}/instructions", rq -> ok(instructions.write(id(rq), rq.json()))),
                post("/api/bots/{id}/repair", rq -> ok(service.repair(id(rq)).toJson())),
                post("/api/bots/{id}/recreate", this::recreate));
    }

    /// What the list tells of a bot, and what is asked of one bot at a time.
    private Response bot(Request rq) throws InterruptedException {
        BotId id = id(rq);
        stateSizes.refresh(id);
        BotView bot = fleet.bot(id).orElseThrow(() -> new Failure.NotFound("There is no bot " + id + "."));
        ObjectBuilder json = Json.object();
        bot.toJson().members().forEach(json::put);
        json.put("events", Json.array(fleet.history(id).stream().map(History.Happening::toJson).toList()));
        return ok(json.build());
    }

    /// 202: whether the bot stays on the new image shows when it is ready, or is not.
    private Response recreate(Request rq) throws InterruptedException {
        BotView bot = service.upgrade(id(rq));
        return Response.of(202, "application/json", bot.toJson().toString().getBytes(StandardCharsets.UTF_8));
    }

    private static BotId id(Request rq) {
        return BotId.require(rq.parameter("id"));
    }
}
