package botmaker.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.http.ConcurrencyLimit;
import botmaker.http.EventStream;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// The logs of bots over HTTP, as event streams (WHATWG HTML §9.2) and as files.
public final class LogRoutes {
    /// Below what [Engine#logs] may have open, so that BotMaker's own short reads need not wait for a viewer to leave.
    private static final int MAX_LOGS = 100;

    /// The id of each line of a merged log has a position for every bot.
    private static final int MAX_MERGED = 20;

    private final Engine engine;
    private final LoggedBots bots;
    private final ConcurrencyLimit limit = new ConcurrencyLimit(MAX_LOGS,
            "BotMaker reads at most " + MAX_LOGS + " logs at once, and the others are taken. Close another view, then try again.");

    public LogRoutes(Engine engine, LoggedBots bots) {
        this.engine = requireNonNull(engine);
        this.bots = requireNonNull(bots);
    }

    /// Returns the routes.
    public List<Route> routes() {
        return List.of(
                Route.get("/api/bots/{id}/logs", this::one).reading("tail", "since", "after", "follow"),
                Route.get("/api/bots/{id}/logs.txt", this::download).reading("tail", "since"),
                Route.get("/api/logs", this::several).reading("bots", "tail", "since", "after", "follow"));
    }

    private Response one(Request rq) {
        LoggedBots.Bot bot = bot(rq);
        SingleLog log = log(rq, bot, LogRequest.of(rq, Position::parse));
        return Response.events(new Sending<>(log::events, log.lease));
    }

    /// The parameters are those of a stream, but a file has an end, is not resumed, and has all lines by default. Browsers save it under
    /// the bot's name (RFC 6266).
    private Response download(Request rq) {
        LoggedBots.Bot bot = bot(rq);
        LogRequest<Position> asked = LogRequest.of(rq, Position::parse);
        OptionalInt tail = rq.query("tail").isPresent() ? asked.tail() : OptionalInt.empty();
        SingleLog log = log(rq, bot, new LogRequest<>(Optional.empty(), tail, asked.since(), false));
        String name = URLEncoder.encode(bot.name(), UTF_8).replace("+", "%20").replace("*", "%2A");
        return Response.written("text/plain; charset=utf-8", new Sending<>(log::text, log.lease)).with("Content-Disposition",
                "attachment; filename=\"" + log.botId + ".log.txt\"; filename*=UTF-8''" + name + ".log.txt");
    }

    private LoggedBots.Bot bot(Request rq) {
        return bots.find(rq.parameter("id")).orElseThrow(() -> new Failure.NotFound("There is no such bot."));
    }

    private SingleLog log(Request rq, LoggedBots.Bot bot, LogRequest<Position> request) {
        Optional<Container> inspected = inspect(bot);
        return new SingleLog(engine, bots, rq.parameter("id"), request, inspected, limit.take(1));
    }

    /// Merges logs. Bots that no longer exist are left out, so that a page can go on with the others; at least one must exist.
    private Response several(Request rq) {
        List<String> botIds = rq.query("bots").map(LogRoutes::list).orElse(List.of());
        if (botIds.isEmpty() || botIds.size() > MAX_MERGED) {
            throw new Failure.Invalid(List.of(
                    new FieldError("?bots", "The ids of 1 to " + MAX_MERGED + " bots, separated by commas.")));
        }
        LoggedBots.Bot bot = botIds.stream().flatMap(id -> bots.find(id).stream()).findFirst()
                .orElseThrow(() -> new Failure.NotFound("None of these bots exists."));
        LogRequest<Map<String, Position>> request = LogRequest.of(rq, MergedLog::positions);
        inspect(bot);
        return Response.events(new MergedLog(engine, bots, botIds, request, limit.take(botIds.size())));
    }

    private static List<String> list(String commas) {
        return Stream.of(commas.split(",")).filter(id -> !id.isEmpty()).distinct().toList();
    }

    /// Inspects the bot's container while a failure of the engine can still be answered with a status.
    private Optional<Container> inspect(LoggedBots.Bot bot) {
        try {
            if (bot.containerId().isEmpty()) {
                engine.ping();
            }
            return bot.containerId().flatMap(engine::find);
        } catch (EngineException e) {
            throw new Failure.EngineDown("The Docker Engine refused to inspect the container: " + e.getMessage(), e);
        }
    }

    /// The log of one bot, as an event stream or as a text file. It is read from the engine no faster than the client takes it.
    private record SingleLog(Engine engine, LoggedBots bots, String botId, LogRequest<Position> request, Optional<Container> inspected,
            ConcurrencyLimit.Lease lease) {
        void events(EventStream out) throws IOException, InterruptedException {
            Events sink = new Events(out, writer());
            String end = follow(sink);
            sink.event("end", Json.object().put("reason", end).build());
            out.flush();
        }

        void text(OutputStream out) throws IOException, InterruptedException {
            Text sink = new Text(out, writer());
            if (follow(sink).equals("deleted")) {
                sink.note("The bot was deleted.");
            }
        }

        private Line.Writer writer() {
            return Line.Writer.of(bots.redaction(botId));
        }

        private String follow(Follower.Sink sink) throws IOException, InterruptedException {
            return new Follower(engine, bots, botId, request, sink, inspected).run();
        }
    }

    /// Sends a log in one of its forms.
    private record Sending<T>(Form<T> form, ConcurrencyLimit.Lease lease) implements Response.Source<T> {
        interface Form<T> {
            void writeTo(T out) throws IOException, InterruptedException;
        }

        @Override
        public void writeTo(T out) throws IOException, InterruptedException {
            form.writeTo(out);
        }

        @Override
        public void close() {
            lease.close();
        }
    }

    /// Sends lines as events.
    private static final class Events implements Follower.Sink {
        private final EventStream out;
        private final Line.Writer writer;
        private Optional<Position> unsent = Optional.empty();

        private Events(EventStream out, Line.Writer writer) {
            this.out = out;
            this.writer = writer;
        }

        @Override
        public void line(Line line, Position after) throws IOException {
            out.send(Optional.empty(), Optional.of(after.toString()), writer.json(line));
            unsent = Optional.empty();
        }

        @Override
        public void event(String name, JsonObject data) throws IOException {
            out.send(Optional.of(name), Optional.empty(), data.toString());
        }

        @Override
        public void at(Position position) {
            unsent = Optional.of(position);
        }

        @Override
        public void flush() throws IOException {
            if (unsent.isPresent()) {
                out.position(unsent.get().toString());
                unsent = Optional.empty();
            }
            out.flush();
        }
    }

    /// Writes lines as text. What the bot did not write begins with `-- ` instead of a time.
    private record Text(OutputStream out, Line.Writer writer) implements Follower.Sink {
        @Override
        public void line(Line line, Position after) throws IOException {
            out.write(writer.text(line).getBytes(UTF_8));
        }

        @Override
        public void event(String name, JsonObject data) throws IOException {
            note(name + " " + data);
        }

        private void note(String remark) throws IOException {
            out.write(("-- " + remark + "\n").getBytes(UTF_8));
        }

        @Override
        public void at(Position position) {
            // a file has no positions
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
