package botmaker.key;

import static botmaker.http.Response.created;
import static botmaker.http.Response.noContent;
import static botmaker.http.Response.ok;
import static botmaker.http.Route.delete;
import static botmaker.http.Route.get;
import static botmaker.http.Route.patch;
import static botmaker.http.Route.post;
import static botmaker.http.Route.put;

import botmaker.bot.model.BotName;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BrokerRules;
import botmaker.bot.model.Fields;
import botmaker.bot.model.PriceBook;
import botmaker.bot.view.BotRegistry;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.Catalog;
import botmaker.secret.Secret;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The keys over HTTP. Values go in and never come out.
public final class KeyRoutes {
    private final KeyStore keys;
    private final BotRegistry registry;
    private final PriceBook prices;
    private final Runnable follow;

    /// @param follow makes the broker follow a change of a key's budget
    public KeyRoutes(KeyStore keys, BotRegistry registry, PriceBook prices, Runnable follow) {
        this.keys = keys;
        this.registry = registry;
        this.prices = prices;
        this.follow = follow;
    }

    public List<Route> routes() {
        return List.of(
                get("/api/keys", _ -> ok(Json.object().put("keys", Json.array(keys.all().stream().map(this::shown).toList())).build())),
                post("/api/keys", this::add),
                put("/api/keys/{key}/value", this::replace),
                patch("/api/keys/{key}", this::change),
                delete("/api/keys/{key}", rq -> {
                    keys.delete(rq.parameter("key"));
                    return noContent();
                }));
    }

    private static void refuseKept(Optional<Key> kept) {
        kept.ifPresent(key -> {
            throw new Failure.Conflict(new FieldError("/apiKey", "This key is kept already, as “" + key.label().value() + "”: use that one."));
        });
    }

    private Response add(Request rq) {
        Fields fields = Fields.of(rq.json());
        String label = label(fields, Optional.empty());
        String provider = fields.text("provider");
        Optional<String> baseUrl = fields.optionalText("baseUrl");
        String value = fields.text("apiKey");
        fields.end();
        fields.refuse(Catalog.checkKey(provider, baseUrl, Optional.of(value)));
        fields.check();
        refuseKept(keys.withValue(provider, baseUrl, Secret.of(value)));
        Key key = keys.add(new BotName(label), provider, baseUrl, Secret.of(value), false);
        return created("/api/keys/" + key.id(), shown(key));
    }

    private Response replace(Request rq) {
        Key key = keys.require(rq.parameter("key"));
        Fields fields = Fields.of(rq.json());
        String value = fields.text("apiKey");
        fields.end();
        fields.refuse(Catalog.checkKey(key.provider(), key.baseUrl(), Optional.of(value)));
        fields.check();
        if (users(key).findAny().isPresent() && !keys.isReplaceableBy(key.id(), Secret.of(value))) {
            fields.refuse("apiKey", "The bots that use this key would go on as with its present kind: one is a key of the API, the other that of a "
                    + "Claude subscription. Keep it as a new key, and choose that in the bots.");
            fields.check();
        }
        refuseKept(keys.withValue(key.provider(), key.baseUrl(), Secret.of(value)).filter(it -> !it.id().equals(key.id())));
        return ok(shown(keys.replace(key.id(), Secret.of(value))));
    }

    private Response change(Request rq) {
        Key key = keys.require(rq.parameter("key"));
        Fields fields = Fields.ofPatch(rq.json());
        String label = label(fields, Optional.of(key.label().value()));
        Optional<Long> budget = BrokerRules.budgetMonth(fields, key.budgetMonth());
        fields.end();
        if (budget.isPresent() && key.budgetMonth().isEmpty()) {
            users(key).filter(bot -> !prices.isKnown(bot.spec().ai().provider(), bot.spec().ai().model())).findFirst().ifPresent(bot ->
                    fields.refuse("budgetMonth", ("The bot %s uses this key with %s, whose price is not known, so a limit in US dollars cannot "
                            + "be kept. Enter it under System → Prices.")
                            .formatted(bot.spec().name().value(), bot.spec().ai().model())));
        }
        fields.check();
        Key changed = keys.change(key.id(), new BotName(label), budget);
        follow.run();
        return ok(shown(changed));
    }

    private static String label(Fields fields, Optional<String> present) {
        boolean given = fields.has("label");
        String label = fields.text("label", present);
        BotName.problem(label).filter(_ -> given).ifPresent(problem -> fields.refuse("label", problem));
        return label;
    }

    private Stream<BotRecord> users(Key key) {
        return registry.rows().stream().filter(bot -> bot.spec().aiKey().equals(Optional.of(key.id())));
    }

    private JsonValue shown(Key key) {
        return key.toJson().put("usedBy", Json.array(users(key).map(KeyRoutes::shown).toList())).build();
    }

    private static JsonValue shown(BotRecord bot) {
        return Json.object().put("id", bot.id().value()).put("name", bot.spec().name().value()).build();
    }
}
