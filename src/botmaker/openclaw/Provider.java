package botmaker.openclaw;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// An AI provider. Those but the last are part of OpenClaw; their models come from its own catalogue
/// (`dist/extensions/<id>/openclaw.plugin.json`, `modelCatalog`).
///
/// @param id        the name in requests and in OpenClaw
/// @param label     the name shown to people
/// @param models    some of its models, the recommended one first
/// @param model     the form of its models' names
/// @param apiKey    its key
/// @param keyPrefix how its keys begin, where they can be told from others
/// @param baseUrl   where its API is, if that can be chosen
/// @param api       how its models are listed
public record Provider(String id, String label, List<String> models, Pattern model, Field apiKey,
                       Optional<String> keyPrefix, Optional<Field> baseUrl, Api api) {
    /// The model of a provider that makes its models itself: `claude-opus-5-5`.
    private static final Pattern OWN_MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:\\-]{0,127}");
    /// The model of a provider that serves those of others: `meta-llama/Llama-3.3-70B-Instruct-Turbo`.
    private static final Pattern ANY_MODEL = Pattern.compile("[A-Za-z0-9~@][A-Za-z0-9._:@+~\\/\\-]{0,190}");

    /// How to list a provider's models, which is the cheapest call that needs a key.
    ///
    /// @param root      the URL that a base URL replaces; empty where a base URL is required
    /// @param path      the path of the list
    /// @param proof     the path of a call that needs a key, where the list needs none
    /// @param keyHeader the header that carries the key
    /// @param headers   further headers
    public record Api(String root, String path, Optional<String> proof, String keyHeader, Map<String, String> headers) {
        private static Api bearer(String root, String path) {
            return new Api(root, path, Optional.empty(), "Authorization", Map.of());
        }

        /// Returns the headers of a call with a key.
        public Map<String, String> headers(Optional<String> key) {
            Map<String, String> all = new HashMap<>(headers);
            key.ifPresent(it -> all.put(keyHeader, keyHeader.equals("Authorization") ? "Bearer " + it : it));
            return all;
        }
    }

    public Provider {
        models = List.copyOf(models);
    }

    /// Returns all providers, in the form's order.
    static List<Provider> all() {
        return List.of(
                new Provider("anthropic", "Anthropic",
                        List.of("claude-sonnet-5", "claude-opus-5-5", "claude-fable-5-1", "claude-haiku-4-5"), OWN_MODEL,
                        key("sk-ant-…", "https://platform.claude.com/settings/keys"), Optional.of("sk-ant-"),
                        gateway("https://llm-gateway.example.com"),
                        new Api("https://api.anthropic.com", "/v1/models?limit=1000", Optional.empty(), "x-api-key",
                                Map.of("anthropic-version", "2023-06-01"))),
                new Provider("openai", "OpenAI",
                        List.of("gpt-6-sol", "gpt-6-astra", "gpt-6-luna", "gpt-5.4-mini"), OWN_MODEL,
                        key("sk-…", "https://platform.openai.com/api-keys"), Optional.of("sk-"),
                        gateway("https://llm-gateway.example.com/v1"), Api.bearer("https://api.openai.com/v1", "/models")),
                new Provider("google", "Google Gemini",
                        List.of("gemini-3.7-flash", "gemini-3.6-flash", "gemini-2.5-pro", "gemini-3.5-flash-lite"), OWN_MODEL,
                        key("AIza…", "https://aistudio.google.com/apikey"), Optional.of("AIza"), Optional.empty(),
                        new Api("https://generativelanguage.googleapis.com", "/v1beta/models?pageSize=1000", Optional.empty(),
                                "x-goog-api-key", Map.of())),
                new Provider("openrouter", "OpenRouter",
                        List.of("auto", "anthropic/claude-sonnet-5", "openai/gpt-6-sol", "google/gemini-3.7-flash"), ANY_MODEL,
                        key("sk-or-v1-…", "https://openrouter.ai/settings/keys"), Optional.of("sk-or-"), Optional.empty(),
                        new Api("https://openrouter.ai/api/v1", "/models", Optional.of("/key"), "Authorization", Map.of())),
                new Provider("xai", "xAI",
                        List.of("grok-4.7", "grok-4.6", "grok-4.3"), OWN_MODEL,
                        key("xai-…", "https://console.x.ai/"), Optional.of("xai-"), Optional.empty(),
                        Api.bearer("https://api.x.ai/v1", "/models")),
                new Provider("together", "Together AI",
                        List.of("moonshotai/Kimi-K2.6", "zai-org/GLM-5.2", "deepseek-ai/DeepSeek-V4-Pro",
                                "meta-llama/Llama-3.3-70B-Instruct-Turbo"), ANY_MODEL,
                        key("…", "https://api.together.ai/settings/api-keys"), Optional.empty(), Optional.empty(),
                        Api.bearer("https://api.together.xyz/v1", "/models")),
                new Provider("nvidia", "NVIDIA",
                        List.of("nvidia/nemotron-3-super-120b-a12b", "z-ai/glm-5.2", "moonshotai/kimi-k2.6"), ANY_MODEL,
                        key("nvapi-…", "https://build.nvidia.com/settings/api-keys"), Optional.of("nvapi-"), Optional.empty(),
                        Api.bearer("https://integrate.api.nvidia.com/v1", "/models")),
                new Provider("ollama", "Ollama",
                        List.of("qwen3.5:27b", "gpt-oss:20b", "gemma4"), ANY_MODEL,
                        optionalKey("Only if the server asks for one."), Optional.empty(),
                        Optional.of(server("Server", "The address of Ollama, without /v1.")
                                .placeholder("http://192.168.1.20:11434").help("https://docs.ollama.com/faq")),
                        Api.bearer("", "/api/tags")),
                new Provider("openai-compatible", "OpenAI-compatible server",
                        List.of(), ANY_MODEL,
                        optionalKey("Sent as a bearer token. Leave it empty if the server needs none."), Optional.empty(),
                        Optional.of(server("Base URL", "The part before /chat/completions.")
                                .placeholder("https://api.groq.com/openai/v1")),
                        Api.bearer("", "/models")));
    }

    private static Field key(String example, String help) {
        return Field.required(Field.Kind.SECRET, "apiKey", "API key", "Kept in a file that only this bot can read.")
                .placeholder(example).help(help);
    }

    private static Field optionalKey(String hint) {
        return Field.optional(Field.Kind.SECRET, "apiKey", "API key", hint);
    }

    private static Field server(String label, String hint) {
        return Field.required(Field.Kind.URL, "baseUrl", label, hint + " For a legacy bot, 127.0.0.1 is the bot itself.");
    }

    private static Optional<Field> gateway(String example) {
        return Optional.of(Field.optional(Field.Kind.URL, "baseUrl", "Base URL",
                "Only if you use your own gateway that offers this provider's API.").placeholder(example));
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
