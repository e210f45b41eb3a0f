package botmaker.bot;

import static botmaker.http.Response.created;
import static botmaker.http.Response.noContent;
import static botmaker.http.Response.ok;
import static botmaker.http.Route.delete;
import static botmaker.http.Route.get;
import static botmaker.http.Route.patch;
import static botmaker.http.Route.post;
import static botmaker.http.Route.put;

import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.lifecycle.BotService;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BrokerRules;
import botmaker.bot.model.Fields;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.bot.view.History;
import botmaker.bot.view.StateSizes;
import botmaker.bot.view.Subscription;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.http.EventStream;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The bots' part of the HTTP interface.
final class BotRoutes {
    private final BotRegistry registry;
    private final BotService service;
    private final StateSizes stateSizes;
    private final Supplier<Limits> limits;
    private final KeptKeys keys;

    /// @param limits the limits of a bot whose request names none
    BotRoutes(BotRegistry registry, BotService service, StateSizes stateSizes, Supplier<Limits> limits, KeptKeys keys) {
        this.registry = registry;
        this.service = service;
        this.stateSizes = stateSizes;
        this.limits = limits;
        this.keys = keys;
    }

    List<Route> routes() {
        return List.of(
                get("/api/bots", _ -> Response.of(200, "application/json", registry.snapshot())),
                post("/api/bots", this::create),
                get("/api/bots/{id}", this::bot),
                patch("/api/bots/{id}", rq -> ok(service.change(id(rq), rq.json()).toJson())),
                delete("/api/bots/{id}", this::remove).reading("keep"),
                put("/api/bots/{id}/secrets/{name}",
                        rq -> ok(service.replaceSecret(id(rq), rq.parameter("name"), rq.json()).toJson())),
                get("/api/bots/{id}/instructions", rq -> ok(service.instructions(id(rq)))),
                put("/api/bots/{id}/instructions", rq -> ok(service.writeInstructions(id(rq), rq.json()))),
                post("/api/bots/{id}/start", rq -> ok(service.start(id(rq)).toJson())),
                post("/api/bots/{id}/stop", rq -> ok(service.stop(id(rq)).toJson())),
                post("/api/bots/{id}/restart", rq -> ok(service.restart(id(rq)).toJson())),
                post("/api/bots/{id}/ai/pause", rq -> ok(service.pauseAi(id(rq), Optional.of(pauseWords(rq))).toJson())),
                post("/api/bots/{id}/ai/resume", rq -> ok(service.pauseAi(id(rq), Optional.empty()).toJson())),
                post("/api/bots/{id}/repair", rq -> ok(service.repair(id(rq)).toJson())),
                post("/api/bots/{id}/recreate", this::recreate),
                get("/api/catalog", _ -> ok(NewBot.catalog())),
                get("/api/events", _ -> Response.events(new Events(registry, registry.subscribe()))));
    }

    /// Returns what the list shows of a bot, with its history and the size of its state.
    private Response bot(Request rq) throws InterruptedException {
        BotId id = id(rq);
        stateSizes.refresh(id);
        BotView bot = registry.require(id);
        ObjectBuilder json = Json.object();
        bot.toJson().members().forEach(json::put);
        json.put("events", Json.array(registry.history(id).stream().map(History.TimelineEntry::toJson).toList()));
        return ok(json.build());
    }

    private Response create(Request rq) throws InterruptedException {
        NewBot request = NewBot.from(rq.json(), limits.get(), keys);
        try {
            BotView bot = service.create(request);
            return created("/api/bots/" + bot.row().id(), bot.toJson());
        } catch (RuntimeException e) {
            forgetKey(request, e);
            throw e;
        }
    }

    /// Forgets the key that was kept for a bot that was not created.
    private void forgetKey(NewBot request, RuntimeException failure) {
        try {
            request.newKey().ifPresent(keys::forget);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /// Answers 202, since whether the bot stays on the new image is not decided yet.
    private Response recreate(Request rq) throws InterruptedException {
        BotView bot = service.upgrade(id(rq));
        return Response.of(202, "application/json", bot.toJson().toString().getBytes(StandardCharsets.UTF_8));
    }

    private Response remove(Request rq) throws InterruptedException {
        Optional<String> keep = rq.query("keep");
        if (keep.filter(kept -> !kept.equals("state")).isPresent()) {
            throw new Failure.Invalid(List.of(new FieldError("?keep", "Only `state` can be kept.")));
        }
        service.delete(id(rq), keep.isPresent());
        return noContent();
    }

    /// Reads what a bot answers while its AI is paused; the body may be missing.
    private static String pauseWords(Request rq) {
        Fields fields = Fields.of(rq.body().length == 0 ? Json.object().build() : rq.json());
        Optional<String> words = fields.optionalText("message");
        words.flatMap(BrokerRules::wordsProblem).ifPresent(problem -> fields.refuse("message", problem));
        fields.end();
        fields.check();
        return words.orElse(BrokerRules.PAUSED);
    }

    private static BotId id(Request rq) {
        return BotId.require(rq.parameter("id"));
    }

    /// One reader of `GET /api/events`: a `snapshot` of everything, then an `engine`, `bot` or `gone` event for each change.
    private record Events(BotRegistry registry, Subscription subscription) implements Response.Source<EventStream> {
        private static final Duration WAIT = Duration.ofMinutes(1);

        @Override
        public void writeTo(EventStream out) throws IOException, InterruptedException {
            send(out, "snapshot", new String(registry.snapshot(), StandardCharsets.UTF_8));
            while (true) {
                out.flush();
                Subscription.Changes changes = subscription.take(WAIT);
                if (changes.engine()) {
                    BotRegistry.EngineView engine = registry.engine();
                    send(out, "engine", engine.toJson().toString());
                    send(out, "warnings", Json.object().put("warnings",
                            Json.array(engine.warnings().stream().map(Warning::toJson).toList())).build().toString());
                }
                for (BotId id : changes.bots()) {
                    Optional<String> bot = registry.bot(id).map(BotView::json);
                    send(out, bot.isPresent() ? "bot" : "gone",
                            bot.orElseGet(() -> Json.object().put("id", id.value()).build().toString()));
                }
            }
        }

        private static void send(EventStream out, String event, String data) throws IOException {
            out.send(Optional.of(event), Optional.empty(), data);
        }

        @Override
        public void close() {
            subscription.close();
        }
    }
}
