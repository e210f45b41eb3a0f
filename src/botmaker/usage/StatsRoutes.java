package botmaker.usage;

import static botmaker.http.Route.get;

import botmaker.bot.BotRoutes;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.RunningBots;
import botmaker.docker.Container;
import botmaker.docker.EngineStream;
import botmaker.docker.Usage;
import botmaker.http.EventSource;
import botmaker.http.EventStream;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.talk.ConcurrencyLimit;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What a bot uses, as an event stream over HTTP; the engine measures only while somebody looks.
public final class StatsRoutes {
    private static final int MOST_STREAMS = 32;

    private final RunningBots bots;
    private final BotHost containers;
    private final ConcurrencyLimit turns = new ConcurrencyLimit(MOST_STREAMS, MOST_STREAMS + " bots are being measured already. Close another page.");

    public StatsRoutes(RunningBots bots, BotHost containers) {
        this.bots = bots;
        this.containers = containers;
    }

    public List<Route> routes() {
        return List.of(get("/api/bots/{id}/stats", this::stats));
    }

    private Response stats(Request rq) {
        Container container = bots.container(BotRoutes.id(rq));
        ConcurrencyLimit.Turn turn = turns.take();
        try {
            EngineStream<Usage> feed = RunningBots.asking("measure the bot", () -> containers.stats(container));
            return Response.events(new Measurements(feed, turn));
        } catch (RuntimeException e) {
            turn.close();
            throw e;
        }
    }

    /// Measurements as unnamed events, then `end` when the bot does not run any more.
    private record Measurements(EngineStream<Usage> feed, ConcurrencyLimit.Turn turn) implements EventSource {
        @Override
        public void stream(EventStream out) throws IOException, InterruptedException {
            for (Optional<Usage> usage = feed.next(); usage.isPresent(); usage = feed.next()) {
                if (usage.get().cores().isPresent()) {
                    out.send(Optional.empty(), Optional.empty(), json(usage.get()));
                    out.flush();
                }
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            out.send(Optional.of("end"), Optional.empty(),
                    Json.object().put("reason", "The bot does not run any more.").build().toString());
        }

        private static String json(Usage usage) {
            return Json.object()
                    .put("at", usage.at().toString())
                    .put("cpu", Math.round(usage.cores().orElse(0.0) * 10_000) / 10_000.0)
                    .put("memory", usage.memory())
                    .put("memoryLimit", usage.memoryLimit())
                    .put("rx", usage.received())
                    .put("tx", usage.sent())
                    .build().toString();
        }

        @Override
        public void close() {
            feed.close();
            turn.close();
        }
    }
}
