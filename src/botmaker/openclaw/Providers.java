package botmaker.openclaw;

import static botmaker.openclaw.Field.Kind.SECRET;
import static botmaker.openclaw.Field.Kind.URL;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The AI providers. Those but the last are part of OpenClaw; their models come from its own catalogue
/// (`dist/extensions/<id>/openclaw.plugin.json`, `modelCatalog`).
final class Providers {
    /// A model of a provider that makes its models itself: `claude-opus-5-5`.
    private static final Pattern OWN_MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:\\-]{0,127}");
    /// A model of a provider that has those of others: `meta-llama/Llama-3.3-70B-Instruct-Turbo`.
    private static final Pattern ANY_MODEL = Pattern.compile("[A-Za-z0-9~@][A-Za-z0-9._:@+~\\/\\-]{0,190}");

    private Providers() {}

    static List<Provider> all() {
        return List.of(
                new Provider("anthropic", "Anthropic",
                        List.of("claude-sonnet-5", "claude-opus-5-5", "claude-fable-5-1", "claude-haiku-4-5"), OWN_MODEL,
                        key("sk-ant-…", "https://platform.claude.com/settings/keys"), Optional.of("sk-ant-"),
                        Optional.of(gateway("https://llm-gateway.example.com"))),
                new Provider("openai", "OpenAI",
                        List.of("gpt-6-sol", "gpt-6-astra", "gpt-6-luna", "gpt-5.4-mini"), OWN_MODEL,
                        key("sk-…", "https://platform.openai.com/api-keys"), Optional.of("sk-"),
                        Optional.of(gateway("https://llm-gateway.example.com/v1"))),
                new Provider("google", "Google Gemini",
                        List.of("gemini-3.7-flash", "gemini-3.6-flash", "gemini-2.5-pro", "gemini-3.5-flash-lite"), OWN_MODEL,
                        key("AIza…", "https://aistudio.google.com/apikey"), Optional.of("AIza"), Optional.empty()),
                new Provider("openrouter", "OpenRouter",
                        List.of("auto", "anthropic/claude-sonnet-5", "openai/gpt-6-sol", "google/gemini-3.7-flash"), ANY_MODEL,
                        key("sk-or-v1-…", "https://openrouter.ai/settings/keys"), Optional.of("sk-or-"), Optional.empty()),
                new Provider("xai", "xAI",
                        List.of("grok-4.7", "grok-4.6", "grok-4.3"), OWN_MODEL,
                        key("xai-…", "https://console.x.ai/"), Optional.of("xai-"), Optional.empty()),
                new Provider("together", "Together AI",
                        List.of("moonshotai/Kimi-K2.6", "zai-org/GLM-5.2", "deepseek-ai/DeepSeek-V4-Pro",
                                "meta-llama/Llama-3.3-70B-Instruct-Turbo"), ANY_MODEL,
                        key("…", "https://api.together.ai/settings/api-keys"), Optional.empty(), Optional.empty()),
                new Provider("nvidia", "NVIDIA",
                        List.of("nvidia/nemotron-3-super-120b-a12b", "z-ai/glm-5.2", "moonshotai/kimi-k2.6"), ANY_MODEL,
                        key("nvapi-…", "https://build.nvidia.com/settings/api-keys"), Optional.of("nvapi-"), Optional.empty()),
                new Provider("ollama", "Ollama",
                        List.of("qwen3.5:27b", "gpt-oss:20b", "gemma4"), ANY_MODEL,
                        optionalKey("Only where the server asks for one."), Optional.empty(),
                        Optional.of(Field.required(URL, "baseUrl", "Server", "Where Ollama answers, without /v1. Inside the bot, 127.0.0.1 is the bot itself.")
                                .placeholder("http://192.168.1.20:11434").help("https://docs.ollama.com/faq"))),
                new Provider("openai-compatible", "OpenAI-compatible server",
                        List.of(), ANY_MODEL,
                        optionalKey("Sent as a bearer token. Leave it empty for a server that wants none."), Optional.empty(),
                        Optional.of(Field.required(URL, "baseUrl", "Base URL", "The part before /chat/completions. Inside the bot, 127.0.0.1 is the bot itself.")
                                .placeholder("https://api.groq.com/openai/v1"))));
    }

    private static Field key(String example, String help) {
        return Field.required(SECRET, "apiKey", "API key", "Kept in a file that only this bot can read.")
                .placeholder(example).help(help);
    }

    private static Field optionalKey(String hint) {
        return Field.optional(SECRET, "apiKey", "API key", hint);
    }

    private static Field gateway(String example) {
        return Field.optional(URL, "baseUrl", "Base URL", "Only for a gateway of your own that speaks this provider's API.")
                .placeholder(example);
    }
}
