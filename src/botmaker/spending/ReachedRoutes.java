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
import botmaker.ledger.HostUse;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Which hosts a bot reached through the broker apart from its AI and its channel, over HTTP.
public final class ReachedRoutes {
    private static final int MOST_DAYS = 90;

    private final Usage usage;
    private final BotRegistry registry;

    public ReachedRoutes(Usage usage, BotRegistry registry) {
        this.usage = usage;
        this.registry = registry;
    }

    public List<Route> routes() {
        return List.of(get("/api/bots/{id}/hosts", this::hosts).reading("days"));
    }

    private Response hosts(Request rq) {
        BotId id = registry.require(BotId.require(rq.parameter("id"))).row().id();
        int days = rq.number("days", MOST_DAYS).map(Math::toIntExact).orElse(1);
        Map<LocalDate, List<HostUse>> byDay = usage.read(reader -> reader.hosts(id.value(), days)).stream()
                .collect(Collectors.groupingBy(HostUse::day, () -> new TreeMap<>(Comparator.reverseOrder()), Collectors.toList()));
        return ok(Json.object().put("timeZone", usage.zone().getId()).put("day", usage.today().toString())
                .put("days", Json.array(byDay.entrySet().stream().map(day -> toJson(day.getKey(), day.getValue())).toList())).build());
    }

    private static JsonValue toJson(LocalDate day, List<HostUse> uses) {
        ObjectBuilder json = Json.object().put("day", day.toString());
        json.put("hosts", Json.array(uses.stream().filter(use -> use.host().isPresent()).map(ReachedRoutes::toJson).toList()));
        uses.stream().filter(use -> use.host().isEmpty()).forEach(use -> json.put("others", toJson(use)));
        return json.build();
    }

    private static JsonValue toJson(HostUse use) {
        return Json.object().put("host", use.host()).put("opened", use.opened()).put("up", use.up()).put("down", use.down()).build();
    }
}
