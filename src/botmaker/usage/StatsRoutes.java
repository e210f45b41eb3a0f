package botmaker.usage;

import static botmaker.http.Route.get;

import botmaker.bot.host.BotHost.Feed;
import botmaker.bot.host.BotHost.Usage;
import botmaker.bot.model.BotId;
import botmaker.bot.view.RunningBots;
import botmaker.http.ConcurrencyLimit;
import botmaker.http.EventStream;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Streams a bot's resource usage over HTTP; the engine measures only while a client reads.
public final class StatsRoutes {
    private static final int MAX_STREAMS = 32;

    private final RunningBots bots;
    private final ConcurrencyLimit streams = new ConcurrencyLimit(MAX_STREAMS,
            MAX_STREAMS + " bots are already being measured. Close another page, then try again.");

    public StatsRoutes(RunningBots bots) {
        this.bots = bots;
    }

    public List<Route> routes() {
        return List.of(get("/api/bots/{id}/stats", this::stats));
    }

    private Response stats(Request rq) {
        BotId id = BotId.require(rq.parameter("id"));
        ConcurrencyLimit.Lease lease = streams.take(1);
        try {
            return Response.events(new Measurements(bots.usage(id), lease));
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    /// Measurements as unnamed events, then `end` when the bot has stopped.
    private record Measurements(Feed<Usage> usages, ConcurrencyLimit.Lease lease) implements Response.Source<EventStream> {
        @Override
        public void writeTo(EventStream out) throws IOException, InterruptedException {
            for (Optional<Usage> usage = usages.next(); usage.isPresent(); usage = usages.next()) {
                out.send(Optional.empty(), Optional.empty(), json(usage.get()));
                out.flush();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            out.send(Optional.of("end"), Optional.empty(), Json.object().put("reason", "The bot has stopped.").build().toString());
        }

        private static String json(Usage usage) {
            return Json.object()
                    .put("at", usage.at().toString())
                    .put("cpu", Math.round(usage.cores() * 10_000) / 10_000.0)
                    .put("memory", usage.memory())
                    .put("memoryLimit", usage.memoryLimit())
                    .put("rx", usage.received())
                    .put("tx", usage.sent())
                    .build().toString();
        }

        @Override
        public void close() {
            usages.close();
            lease.close();
        }
    }
}
