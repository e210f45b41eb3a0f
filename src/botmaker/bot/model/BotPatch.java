package botmaker.bot.model;

import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.openclaw.Field;
import botmaker.openclaw.OpenClaw;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Changes a bot as a JSON Merge Patch (RFC 7396) says. The changed bot passes the same checks as a new one.
///
/// A secret is written once, and only the bot reads it. So a secret that was entered for one server is never sent to another:
/// whoever changes the server enters the secret again.
public final class BotPatch {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~-]{32,256}");

    private final NewBot present;
    private final Limits defaults;

    /// @param secrets  all secrets of the bot
    /// @param defaults for limits that a patch removes
    public BotPatch(BotSpec spec, Map<SecretName, Secret> secrets, Limits defaults) {
        this.present = new NewBot(spec, secrets, false, Optional.empty());
        this.defaults = defaults;
    }

    /// Returns the changed bot with all of its secrets, the token of its gateway unchanged.
    ///
    /// @throws Failure.Invalid with every error
    public NewBot apply(JsonValue patch) {
        Fields fields = Fields.ofPatch(patch);
        for (String name : List.of("start", "instructions")) {
            if (fields.has(name)) {
                fields.refuse(name, "A change of the bot cannot include this field.");
            }
        }
        if (member(patch, "channel").flatMap(channel -> member(channel, "type"))
                .filter(type -> !type.equals(Json.of(present.spec().channel().type()))).isPresent()) {
            fields.refuse(List.of(new FieldError("/channel/type", "A bot keeps its channel. Create another bot for another channel.")));
            fields.check();
        }
        NewBot changed = NewBot.read(fields, Optional.of(present), defaults);
        requireMovedSecrets(changed.spec(), patch, fields);
        fields.check();
        return changed;
    }

    private void requireMovedSecrets(BotSpec changed, JsonValue patch, Fields fields) {
        BotSpec before = present.spec();
        boolean sameServer = changed.ai().provider().equals(before.ai().provider()) && changed.ai().baseUrl().equals(before.ai().baseUrl());
        if (!sameServer && present.secrets().containsKey(NewBot.AI_API_KEY)
                && member(patch, "ai").flatMap(ai -> member(ai, "apiKey")).isEmpty()) {
            fields.refuse(List.of(moved("/ai/apiKey")));
        }
        boolean samePlace = channel().settings().stream()
                .filter(field -> field.kind() == Field.Kind.URL || field.kind() == Field.Kind.HOST)
                .map(Field::key)
                .allMatch(key -> Optional.ofNullable(changed.channel().settings().get(key))
                        .equals(Optional.ofNullable(before.channel().settings().get(key))));
        if (!samePlace) {
            Optional<JsonValue> given = member(patch, "channel").flatMap(channel -> member(channel, "credentials"));
            fields.refuse(present.credentials().keySet().stream().sorted()
                    .filter(key -> given.flatMap(it -> member(it, key)).isEmpty())
                    .map(key -> moved("/channel/credentials/" + key)).toList());
        }
    }

    private static FieldError moved(String field) {
        return new FieldError(field, "The present one was entered for another server. Enter the one for the new server.");
    }

    /// Returns all secrets of the bot with one of them replaced by the body of `PUT /api/bots/{id}/secrets/{name}`. Without a value,
    /// the gateway gets a new random token.
    ///
    /// @throws Failure.Invalid  if the value is missing or does not have the right form
    /// @throws Failure.NotFound if such a bot has no secret of that name
    public Map<SecretName, Secret> replaceSecret(String name, JsonValue body) {
        boolean gateway = name.equals(OpenClaw.GATEWAY_TOKEN);
        Optional<Secret> value = value(body, gateway);
        boolean exists = gateway || name.equals(OpenClaw.AI_API_KEY)
                || channel().credentials().stream().anyMatch(field -> channel().secretFile(field.key()).equals(name));
        if (!exists) {
            throw new Failure.NotFound("This bot has no secret of that name.");
        }
        Map<SecretName, Secret> secrets = new HashMap<>(present.secrets());
        secrets.put(new SecretName(name), value.orElseGet(() -> Secret.of(NewBot.randomToken())));
        List<FieldError> errors = gateway ? List.of() : new NewBot(present.spec(), secrets, false, Optional.empty()).check();
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors.stream().map(error -> new FieldError("/value", error.message())).toList());
        }
        return secrets;
    }

    private static Optional<Secret> value(JsonValue body, boolean gateway) {
        Fields fields = Fields.of(body);
        boolean random = gateway && member(body, "value").map(JsonNull.class::isInstance).orElse(body instanceof JsonObject);
        if (random) {
            fields.ignore("value");
        }
        String text = random ? "" : fields.text("value");
        fields.end();
        if (fields.isValid() && !random && text.isEmpty()) {
            fields.refuse("value", "This field is empty.");
        } else if (fields.isValid() && gateway && !random && !TOKEN.matcher(text).matches()) {
            fields.refuse("value", "Enter 32 to 256 letters, digits, dots, dashes, underscores and tildes; or null for a new random token.");
        }
        fields.check();
        try {
            return random ? Optional.empty() : Optional.of(Secret.of(text));
        } catch (IllegalArgumentException e) {
            throw new Failure.Invalid(List.of(new FieldError("/value", "This text cannot be a secret: it is too long, or holds a NUL character.")));
        }
    }

    private Channel channel() {
        return Catalog.channel(present.spec().channel().type()).orElseThrow();
    }

    private static Optional<JsonValue> member(JsonValue value, String name) {
        return value instanceof JsonObject ? Optional.ofNullable(value.members().get(name)) : Optional.empty();
    }
}
