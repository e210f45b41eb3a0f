package botmaker.logs;

import static java.util.Objects.requireNonNull;

import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import java.util.List;
import java.util.Set;

/// The logs of bots over HTTP, as event streams (WHATWG HTML §9.2) and as files.
public final class LogRoutes {
    /// The engine spends an inotify instance on each followed log, and a host has 128 of them by default.
    private static final int MAX_LOGS = 100;

    private final Engine engine;
    private final BotContainers bots;
    private final Slots slots = new Slots(MAX_LOGS);

    /// @param bots tells which container is whose
    public LogRoutes(Engine engine, BotContainers bots) {
        this.engine = requireNonNull(engine);
        this.bots = requireNonNull(bots);
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/api/bots/{id}/logs", this::one),
                Route.get("/api/bots/{id}/logs.txt", this::download));
    }

    private Response one(Request rq) {
        String botId = rq.parameter("id");
        BotContainer bot = require(botId);
        LogRequest<Position> request = LogRequest.of(rq, Set.of(), Position::parse);
        requireEngine(bot);
        return Response.events(new SingleLog(engine, bots, botId, request, LineFilter.NONE, slots.take(1)));
    }

    private Response download(Request rq) {
        String botId = rq.parameter("id");
        BotContainer bot = require(botId);
        LogRequest<Position> request = LogDownload.request(rq);
        requireEngine(bot);
        return new LogDownload(engine, bots, botId, request, LineFilter.NONE, slots.take(1)).response(bot.name());
    }

    private BotContainer require(String botId) {
        return bots.find(botId).orElseThrow(() -> new Failure.NotFound("There is no such bot."));
    }

    /// While a failure can still be told as a status.
    private void requireEngine(BotContainer bot) {
        try {
            bot.containerId().ifPresentOrElse(engine::find, engine::ping);
        } catch (EngineException e) {
            throw new Failure.EngineDown("The Docker Engine refused to look at the container: " + e.getMessage(), e);
        }
    }
}
