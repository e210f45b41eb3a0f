package botmaker.logs;

import static java.util.Objects.requireNonNull;

import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The logs of bots over HTTP, as event streams (WHATWG HTML §9.2) and as files.
public final class LogRoutes {
    /// Below what [Engine#logs] may have open, so that BotMaker's own short reads need not wait for a viewer to leave.
    private static final int MAX_LOGS = 100;

    /// Of each line of a merged log, the id has a position for every bot.
    private static final int MAX_MERGED = 20;

    private final Engine engine;
    private final LoggedBots bots;
    private final Function<String, UnaryOperator<String>> redactions;
    private final Slots slots = new Slots(MAX_LOGS);

    /// @param bots       tells which container is whose
    /// @param redactions makes, for a bot and one reader, what takes the bot's secrets out of a line
    public LogRoutes(Engine engine, LoggedBots bots, Function<String, UnaryOperator<String>> redactions) {
        this.engine = requireNonNull(engine);
        this.bots = requireNonNull(bots);
        this.redactions = requireNonNull(redactions);
    }

    /// The routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/api/bots/{id}/logs", this::one).reading("tail", "since", "after", "follow"),
                Route.get("/api/bots/{id}/logs.txt", this::download).reading("tail", "since"),
                Route.get("/api/logs", this::several).reading("bots", "tail", "since", "after", "follow"));
    }

    private Response one(Request rq) {
        String botId = rq.parameter("id");
        LoggedBot bot = bots.find(botId).orElseThrow(() -> new Failure.NotFound("There is no such bot."));
        LogRequest<Position> request = LogRequest.of(rq, Position::parse);
        requireEngine(bot);
        return Response.events(new SingleLog(engine, bots, botId, request, filter(botId), slots.take(1)));
    }

    private Response download(Request rq) {
        String botId = rq.parameter("id");
        LoggedBot bot = bots.find(botId).orElseThrow(() -> new Failure.NotFound("There is no such bot."));
        LogRequest<Position> request = LogDownload.request(rq);
        requireEngine(bot);
        return new LogDownload(engine, bots, botId, request, filter(botId), slots.take(1)).response(bot.name());
    }

    /// Bots that are gone do not count, so that a page can go on with the others; at least one must be there.
    private Response several(Request rq) {
        List<String> botIds = rq.query("bots").map(LogRoutes::list).orElse(List.of());
        if (botIds.isEmpty() || botIds.size() > MAX_MERGED) {
            throw new Failure.Invalid(List.of(
                    new FieldError("?bots", "The ids of 1 to " + MAX_MERGED + " bots, with commas between them.")));
        }
        LoggedBot bot = botIds.stream().flatMap(id -> bots.find(id).stream()).findFirst()
                .orElseThrow(() -> new Failure.NotFound("There is none of these bots."));
        LogRequest<BotPositions> request = LogRequest.of(rq, BotPositions::parse);
        requireEngine(bot);
        return Response.events(new MergedLog(engine, bots, botIds, request, this::filter, slots.take(botIds.size())));
    }

    private LineFilter filter(String botId) {
        return redactions.apply(botId)::apply;
    }

    private static List<String> list(String commas) {
        return Stream.of(commas.split(",")).filter(id -> !id.isEmpty()).distinct().toList();
    }

    /// While a failure can still be told as a status.
    private void requireEngine(LoggedBot bot) {
        try {
            bot.containerId().ifPresentOrElse(engine::find, engine::ping);
        } catch (EngineException e) {
            throw new Failure.EngineDown("The Docker Engine refused to look at the container: " + e.getMessage(), e);
        }
    }
}
