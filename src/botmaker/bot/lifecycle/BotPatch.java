package botmaker.bot.lifecycle;

import botmaker.bot.model.BotSpec;
import botmaker.bot.model.ControlUi;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.openclaw.Field;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A change of a bot: a JSON Merge Patch (RFC 7396) of the request that would make it as it is, so that a changed bot
/// passes the very same checks as a new one.
///
/// A secret is written once and never read again by anybody but the bot. Hence one rule more: a secret that was given for
/// one server does not go to another. Whoever changes where it is sent gives it again.
public final class BotPatch {
    private final BotSpec before;
    private final Map<SecretName, Secret> secrets;
    private final Catalog catalog;
    private final Limits defaults;

    /// @param secrets  all that the bot has
    /// @param defaults for limits that the patch removes
    public BotPatch(BotSpec before, Map<SecretName, Secret> secrets, Catalog catalog, Limits defaults) {
        this.before = before;
        this.secrets = Map.copyOf(secrets);
        this.catalog = catalog;
        this.defaults = defaults;
    }

    /// The bot as it is to be: with all of its secrets, the token of its gateway unchanged.
    ///
    /// @throws Failure.Invalid with everything that is wrong
    public NewBot apply(JsonValue patch) {
        List<FieldError> errors = new ArrayList<>();
        if (!(patch instanceof JsonObject)) {
            throw new Failure.Invalid(List.of(new FieldError("", "A JSON object is expected here.")));
        }
        for (String name : List.of("start", "instructions")) {
            if (patch.find(name).isPresent()) {
                errors.add(new FieldError("/" + name, "This is not changed here."));
            }
        }
        boolean sameChannel = member(patch, "channel").flatMap(channel -> member(channel, "type"))
                .map(type -> type.equals(Json.of(before.channel().type()))).orElse(true);
        if (!sameChannel) {
            errors.add(new FieldError("/channel/type", "A bot keeps its channel. Make another bot for another channel."));
            throw new Failure.Invalid(errors);
        }
        NewBot after;
        try {
            after = NewBot.from(merge(request(), patch), catalog, defaults);
        } catch (Failure.Invalid e) {
            e.errors().stream().filter(error -> errors.stream().noneMatch(it -> it.field().equals(error.field()))).forEach(errors::add);
            throw new Failure.Invalid(errors);
        }
        errors.addAll(movedSecrets(after, patch));
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors);
        }
        Map<SecretName, Secret> all = new HashMap<>(after.secrets());
        all.remove(NewBot.GATEWAY_TOKEN);
        Optional.ofNullable(secrets.get(NewBot.GATEWAY_TOKEN)).ifPresent(token -> all.put(NewBot.GATEWAY_TOKEN, token));
        BotSpec spec = after.spec().with(ControlUi.wished(after.spec().controlUi().on(), before.controlUi()));
        return new NewBot(spec, all, after.credentials(), after.start(), Optional.empty());
    }

    /// The request that would make the bot as it is.
    private JsonObject request() {
        Channel channel = catalog.channel(before.channel().type()).orElseThrow();
        ObjectBuilder ai = Json.object()
                .put("provider", before.ai().provider())
                .put("model", before.ai().model())
                .put("baseUrl", before.ai().baseUrl());
        Optional.ofNullable(secrets.get(NewBot.AI_API_KEY)).ifPresent(key -> ai.put("apiKey", key.reveal()));
        ObjectBuilder settings = Json.object();
        before.channel().settings().forEach(settings::put);
        ObjectBuilder credentials = Json.object();
        NewBot.credentials(before, secrets.keySet(), catalog)
                .forEach((key, name) -> credentials.put(key, secrets.get(name).reveal()));
        ObjectBuilder request = Json.object()
                .put("name", before.name().value())
                .put("ai", ai.build())
                .put("channel", Json.object()
                        .put("type", channel.id())
                        .put("settings", settings.build())
                        .put("credentials", credentials.build())
                        .build())
                .put("limits", before.limits().toJson())
                .put("controlUi", before.controlUi().on());
        if (channel.person().isPresent()) {
            request.put("access", Json.object()
                    .put("policy", before.access().policy().id())
                    .put("allow", Json.strings(before.access().allow()))
                    .build());
        }
        return request.build();
    }

    private List<FieldError> movedSecrets(NewBot after, JsonValue patch) {
        List<FieldError> errors = new ArrayList<>();
        boolean sameServer = after.spec().ai().provider().equals(before.ai().provider())
                && after.spec().ai().baseUrl().equals(before.ai().baseUrl());
        boolean keyGiven = member(patch, "ai").flatMap(ai -> member(ai, "apiKey")).isPresent();
        if (!sameServer && !keyGiven && secrets.containsKey(NewBot.AI_API_KEY)) {
            errors.add(moved("/ai/apiKey"));
        }
        Channel channel = catalog.channel(before.channel().type()).orElseThrow();
        Map<String, String> settings = after.spec().channel().settings();
        boolean samePlace = channel.settings().stream()
                .filter(field -> field.kind() == Field.Kind.URL || field.kind() == Field.Kind.HOST)
                .allMatch(field -> Optional.ofNullable(settings.get(field.key()))
                        .equals(Optional.ofNullable(before.channel().settings().get(field.key()))));
        if (!samePlace) {
            Optional<JsonValue> given = member(patch, "channel").flatMap(it -> member(it, "credentials"));
            Set<String> kept = NewBot.credentials(before, secrets.keySet(), catalog).keySet();
            kept.stream().sorted()
                    .filter(key -> given.flatMap(it -> member(it, key)).isEmpty())
                    .forEach(key -> errors.add(moved("/channel/credentials/" + key)));
        }
        return errors;
    }

    private static FieldError moved(String field) {
        return new FieldError(field, "The present one was given for another server. Give the one for the new server.");
    }

    private static Optional<JsonValue> member(JsonValue value, String name) {
        return value instanceof JsonObject ? Optional.ofNullable(value.members().get(name)) : Optional.empty();
    }

    /// RFC 7396 §2. The depth is bounded by that of the request.
    public static JsonValue merge(JsonValue target, JsonValue patch) {
        if (!(patch instanceof JsonObject)) {
            return patch;
        }
        Map<String, JsonValue> members = new LinkedHashMap<>(target instanceof JsonObject ? target.members() : Map.of());
        patch.members().forEach((name, value) -> {
            if (value.isNull()) {
                members.remove(name);
            } else {
                members.put(name, merge(members.getOrDefault(name, Json.NULL), value));
            }
        });
        ObjectBuilder merged = Json.object();
        members.forEach(merged::put);
        return merged.build();
    }
}
