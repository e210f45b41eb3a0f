package botmaker.controlui;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.post;

import botmaker.bot.BotRoutes;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.Dashboard;
import java.util.List;

/// The way to a bot's Control UI, over HTTP.
public final class ControlUiRoutes {
    private final ControlUiLinks links;

    public ControlUiRoutes(ControlUiLinks links) {
        this.links = links;
    }

    public List<Route> routes() {
        return List.of(post("/api/bots/{id}/control-ui", rq -> ok(json(links.link(BotRoutes.id(rq))))));
    }

    private static JsonValue json(Dashboard.Link link) {
        return Json.object().put("url", link.url()).put("expiresAt", link.expiresAt().toString()).build();
    }
}
