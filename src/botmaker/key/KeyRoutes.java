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
import botmaker.bot.model.Fields;
import botmaker.bot.view.BotRegistry;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.Catalog;
import botmaker.secret.Secret;
import java.util.List;
import java.util.Optional;

/// The keys over HTTP. Values go in and never come out.
public final class KeyRoutes {
    private final KeyStore keys;
    private final BotRegistry registry;

    public KeyRoutes(KeyStore keys, BotRegistry registry) {
        this.keys = keys;
        this.registry = registry;
    }

    public List<Route> routes() {
        return List.of(
                get("/api/keys", _ -> ok(Json.object().put("keys", Json.array(keys.all().stream().map(this::shown).toList())).build())),
                post("/api/keys", this::add),
                put("/api/keys/{key}/value", this::replace),
                patch("/api/keys/{key}", this::rename),
                delete("/api/keys/{key}", rq -> {
                    keys.delete(rq.parameter("key"));
                    return noContent();
                }));
    }

    private Response add(Request rq) {
        Fields fields = Fields.of(rq.json());
        String label = label(fields);
        String provider = fields.text("provider");
        Optional<String> baseUrl = fields.optionalText("baseUrl");
        String value = fields.text("apiKey");
        fields.end();
        fields.refuse(Catalog.checkKey(provider, baseUrl, Optional.of(value)));
        fields.check();
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
        return ok(shown(keys.replace(key.id(), Secret.of(value))));
    }

    private Response rename(Request rq) {
        Fields fields = Fields.of(rq.json());
        String label = label(fields);
        fields.end();
        fields.check();
        return ok(shown(keys.rename(rq.parameter("key"), new BotName(label))));
    }

    private static String label(Fields fields) {
        boolean given = fields.has("label");
        String label = fields.text("label");
        BotName.problem(label).filter(_ -> given).ifPresent(problem -> fields.refuse("label", problem));
        return label;
    }

    private JsonValue shown(Key key) {
        List<JsonValue> users = registry.rows().stream().filter(bot -> bot.spec().aiKey().equals(Optional.of(key.id())))
                .map(KeyRoutes::shown).toList();
        return key.toJson().put("usedBy", Json.array(users)).build();
    }

    private static JsonValue shown(BotRecord bot) {
        return Json.object().put("id", bot.id().value()).put("name", bot.spec().name().value()).build();
    }
}
