package botmaker.spending;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.get;

import botmaker.bot.model.BotId;
import botmaker.bot.view.BotRegistry;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.ledger.DayUse;
import botmaker.ledger.PastCall.Ended;
import botmaker.ledger.PastCall;
import botmaker.ledger.UsageReader;
import botmaker.policy.Dollars;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What bots used and spent, over HTTP: numbers, names of models and routes; never a prompt, never an answer.
public final class SpendingRoutes {
    private static final int USUAL_DAYS = 30;
    private static final int MOST_DAYS = 3660;
    private static final int USUAL_CALLS = 50;
    private static final int MOST_CALLS = 500;
    /// Of how many newest calls the median time is that of.
    private static final int MEASURED = 200;

    private final Usage usage;
    private final BotRegistry registry;

    public SpendingRoutes(Usage usage, BotRegistry registry) {
        this.usage = usage;
        this.registry = registry;
    }

    public List<Route> routes() {
        return List.of(
                get("/api/bots/{id}/usage", this::ofBot).reading("days"),
                get("/api/bots/{id}/calls", this::calls).reading("limit", "before"),
                get("/api/usage", this::ofAll).reading("days"));
    }

    private Response ofBot(Request rq) {
        BotId id = id(rq);
        int days = rq.number("days", MOST_DAYS).map(Math::toIntExact).orElse(USUAL_DAYS);
        LocalDate today = usage.today();
        List<DayUse> uses = usage.read(reader -> reader.days(id.value(), Math.max(days, today.getDayOfMonth())));
        ObjectBuilder json = now(today).put("days", days(uses, today.minusDays(days - 1L)));
        addPeriods(json, today, uses);
        medians(usage.read(reader -> reader.calls(id.value(), MEASURED, Optional.empty())), json);
        return ok(json.build());
    }

    /// Begins an answer with the day that it is where budgets are renewed.
    private ObjectBuilder now(LocalDate today) {
        return Json.object().put("timeZone", usage.zone().getId()).put("day", today.toString());
    }

    private static ObjectBuilder addPeriods(ObjectBuilder json, LocalDate today, List<DayUse> uses) {
        return json.put("today", Sum.of(uses.stream().filter(it -> it.day().equals(today)).toList()).toJson().build())
                .put("month", Sum.of(uses.stream().filter(it -> !it.day().isBefore(today.withDayOfMonth(1))).toList()).toJson().build());
    }

    /// Returns each day on which something was used, the newest first, with its models.
    private static JsonValue days(List<DayUse> uses, LocalDate first) {
        return Json.array(grouped(uses.stream().filter(it -> !it.day().isBefore(first)).toList(), DayUse::day).reversed().entrySet().stream()
                .map(day -> Sum.of(day.getValue()).addTo(Json.object().put("day", day.getKey().toString()))
                        .put("models", Json.array(grouped(day.getValue(), DayUse::model).entrySet().stream()
                                .map(model -> Sum.of(model.getValue()).addTo(Json.object().put("model", model.getKey())).build()).toList()))
                        .build()).toList());
    }

    private static <K extends Comparable<? super K>> SequencedMap<K, List<DayUse>> grouped(List<DayUse> uses, Function<DayUse, K> by) {
        return uses.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.toList()));
    }

    /// Adds the median times of complete calls, in milliseconds: until the answer began, and until it ended. A list of models used no tokens.
    private static void medians(List<PastCall> calls, ObjectBuilder json) {
        List<PastCall> whole = calls.stream().filter(call -> call.ended() == Ended.WHOLE && call.input() + call.output() > 0).toList();
        median(whole.stream().flatMap(call -> call.firstMs().stream()).toList()).ifPresent(it -> json.put("medianFirstMs", it));
        median(whole.stream().flatMap(call -> call.tookMs().stream()).toList()).ifPresent(it -> json.put("medianMs", it));
    }

    private static Optional<Long> median(List<Long> times) {
        return times.isEmpty() ? Optional.empty() : Optional.of(times.stream().sorted(Comparator.naturalOrder()).toList().get(times.size() / 2));
    }

    private Response calls(Request rq) {
        BotId id = id(rq);
        int limit = rq.number("limit", MOST_CALLS).map(Math::toIntExact).orElse(USUAL_CALLS);
        Optional<Long> before = rq.number("before", Long.MAX_VALUE);
        return ok(Json.object().put("calls", Json.array(usage.read(reader -> reader.calls(id.value(), limit, before)).stream()
                .map(SpendingRoutes::toJson).toList())).build());
    }

    /// What is reserved for a call under way is neither its use nor its cost, and is left out.
    private static JsonValue toJson(PastCall call) {
        ObjectBuilder json = Json.object().put("seq", call.seq()).put("at", call.began().toString()).put("provider", call.provider())
                .put("route", call.route()).put("asked", call.asked()).put("model", call.model()).put("ended", call.ended().id()).put("key", call.key());
        call.status().ifPresent(it -> json.put("status", it));
        call.firstMs().ifPresent(it -> json.put("firstMs", it));
        call.tookMs().ifPresent(it -> json.put("tookMs", it));
        if (call.ended() != Ended.OPEN) {
            json.put("input", call.input()).put("cacheRead", call.cacheRead()).put("cacheWrite", call.cacheWrite()).put("output", call.output());
            call.cost().ifPresent(it -> json.put("cost", Dollars.toJson(it)));
            json.put("costBy", call.costBy().id());
        }
        return json.put("up", call.up()).put("down", call.down()).build();
    }

    private Response ofAll(Request rq) {
        int days = rq.number("days", MOST_DAYS).map(Math::toIntExact).orElse(USUAL_DAYS);
        LocalDate today = usage.today();
        List<DayUse> uses = usage.read(reader -> reader.days(Math.max(days, today.getDayOfMonth())));
        SequencedMap<String, List<DayUse>> byBot = grouped(uses, DayUse::bot);
        TreeSet<String> ids = new TreeSet<>(byBot.keySet());
        registry.rows().stream().filter(bot -> bot.spec().reach().isBrokered()).forEach(bot -> ids.add(bot.id().value()));
        return ok(addPeriods(now(today), today, uses)
                .put("days", days(uses, today.minusDays(days - 1L)))
                .put("bots", Json.array(ids.stream().map(id -> bot(id, today, byBot.getOrDefault(id, List.of()))).toList()))
                .put("keys", Json.array(new TreeMap<>(usage.read(UsageReader::keys)).entrySet().stream()
                        .map(key -> Json.object().put("id", key.getKey())
                                .put("month", Dollars.toJson(key.getValue().month())).put("lastUsed", key.getValue().last().toString()).build()).toList()))
                .build());
    }

    /// Returns what a bot used; one that was deleted has no name any more.
    private JsonValue bot(String id, LocalDate today, List<DayUse> uses) {
        return addPeriods(Json.object().put("id", id).put("name", BotId.of(id).flatMap(registry::row).map(it -> it.spec().name().value())),
                today, uses).build();
    }

    private BotId id(Request rq) {
        return registry.require(BotId.require(rq.parameter("id"))).row().id();
    }
}
