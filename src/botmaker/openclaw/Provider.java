package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// One AI provider, as the form offers it.
///
/// @param id        its name in requests and, but for `openai-compatible`, in OpenClaw
/// @param label     its name for people
/// @param models    some of its models, the recommended one first
/// @param model     the form of its models' names
/// @param apiKey    its key
/// @param keyPrefix how its keys begin, where they can be told from others
/// @param baseUrl   where its API answers, where that can be chosen
public record Provider(String id, String label, List<String> models, Pattern model, Field apiKey,
                       Optional<String> keyPrefix, Optional<Field> baseUrl) {
    public Provider {
        requireNonNull(id);
        requireNonNull(label);
        models = List.copyOf(models);
        requireNonNull(model);
        requireNonNull(apiKey);
        requireNonNull(keyPrefix);
        requireNonNull(baseUrl);
    }

    JsonValue toJson() {
        ObjectBuilder json = Json.object()
                .put("id", id)
                .put("label", label)
                .put("models", Json.strings(models))
                .put("modelPattern", model.pattern())
                .put("key", apiKey.toJson());
        baseUrl.ifPresent(field -> json.put("baseUrl", field.toJson()));
        return json.build();
    }
}
