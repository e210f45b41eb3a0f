package botmaker.bot.lifecycle;

import botmaker.bot.model.BotSpec;
import botmaker.bot.model.Fields;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.openclaw.SecretFiles;
import botmaker.secret.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A new value for one secret: the body of `PUT /api/bots/{id}/secrets/{name}`.
public final class SecretValue {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~-]{32,256}");

    private SecretValue() { }

    /// The value in a body.
    ///
    /// @param gateway whether it is the gateway's token, of which `null` or nothing asks for a new one
    /// @throws Failure.Invalid where it is missing or of the wrong form
    public static Optional<Secret> read(JsonValue body, boolean gateway) {
        List<FieldError> errors = new ArrayList<>();
        boolean none = gateway && body instanceof JsonObject
                && body.find("value").map(JsonNull.class::isInstance).orElse(true);
        Fields fields = Fields.of(body, errors);
        Optional<String> value = Optional.empty();
        if (none) {
            fields.ignore("value");
        } else {
            value = Optional.of(fields.text("value"));
        }
        fields.end();
        if (errors.isEmpty() && value.filter(String::isEmpty).isPresent()) {
            errors.add(new FieldError("/value", "This field is empty."));
        }
        if (errors.isEmpty() && gateway && value.filter(text -> !TOKEN.matcher(text).matches()).isPresent()) {
            errors.add(new FieldError("/value", "32 to 256 letters, digits, dots, dashes and underscores; or null for a new random one."));
        }
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors);
        }
        try {
            return value.map(Secret::of);
        } catch (IllegalArgumentException e) {
            throw new Failure.Invalid(List.of(new FieldError("/value", "This is no text that can be a secret.")));
        }
    }

    /// The change of a bot that a new value is.
    ///
    /// @throws Failure.NotFound where such a bot has no secret of that name
    public static JsonObject patch(BotSpec spec, String name, Secret value, Catalog catalog) {
        if (name.equals(SecretFiles.AI_API_KEY)) {
            return Json.object().put("ai", Json.object().put("apiKey", value.reveal()).build()).build();
        }
        Channel channel = catalog.channel(spec.channel().type()).orElseThrow();
        return channel.credentials().stream()
                .filter(field -> channel.secretFile(field.key()).equals(name))
                .findFirst()
                .map(field -> Json.object().put("channel", Json.object()
                        .put("credentials", Json.object().put(field.key(), value.reveal()).build()).build()).build())
                .orElseThrow(() -> new Failure.NotFound("This bot has no secret of that name."));
    }
}
