package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.ObjectBuilder;
import java.util.Optional;

/// The part of `openclaw.json` that says which model answers and how its provider is reached.
final class AiConfig {
    /// OpenClaw's own mark for a local server that wants no key.
    private static final String NO_KEY = "ollama-local";
    /// What a server that does not say is taken to hold, in tokens.
    private static final long CONTEXT_WINDOW = 128_000;
    private static final long MAX_ANSWER = 8_192;

    private AiConfig() {}

    /// The model, as `agents.defaults.model` names it.
    static JsonObject model(AiSettings ai) {
        return Json.object().put("primary", ai.provider() + "/" + ai.model()).build();
    }

    /// `models`.
    static JsonObject render(AiSettings ai, boolean hasApiKey, SecretRefs secrets) {
        Optional<JsonObject> key = hasApiKey ? Optional.of(secrets.to(SecretFiles.AI_API_KEY)) : Optional.empty();
        ObjectBuilder provider = Json.object().put("baseUrl", ai.baseUrl());
        key.ifPresent(reference -> provider.put("apiKey", reference));
        boolean described = switch (ai.provider()) {
            case "openai-compatible" -> {
                provider.put("api", "openai-completions");
                yield true;
            }
            case "ollama" -> {
                provider.put("api", "ollama");
                if (!hasApiKey) {
                    provider.put("apiKey", NO_KEY);
                }
                yield true;
            }
            case "openai" -> {
                // A gateway rarely speaks the newer Responses API, which is OpenClaw's choice otherwise.
                ai.baseUrl().ifPresent(_ -> provider.put("api", "openai-completions"));
                yield false;
            }
            default -> false;
        };
        if (described) {
            provider.put("models", Json.array(described(ai.model())));
        } else if (ai.baseUrl().isPresent()) {
            provider.put("models", Json.array());
        }
        // OpenClaw asks its makers every six hours for news of models otherwise.
        ObjectBuilder models = Json.object().put("catalogRefresh", Json.object().put("enabled", false).build());
        if (ai.provider().equals("openai-compatible")) {
            models.put("mode", "replace");
        }
        return models.put("providers", Json.object().put(ai.provider(), provider.build()).build()).build();
    }

    /// A model that OpenClaw's catalogue does not know.
    private static JsonObject described(String model) {
        return Json.object()
                .put("id", model)
                .put("name", model)
                .put("contextWindow", CONTEXT_WINDOW)
                .put("maxTokens", MAX_ANSWER)
                .build();
    }
}
