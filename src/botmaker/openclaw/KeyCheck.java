package botmaker.openclaw;

import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import botmaker.openclaw.Outbound.Answer;
import botmaker.openclaw.Outbound.Calls;
import botmaker.openclaw.Outbound.NoAnswer;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Asks an AI provider whether it takes a key, by the cheapest call it has: the list of its models.
///
/// Some list their models to anyone. So where a key is taken the list is asked for once more without it: if it comes again,
/// it says nothing about the key. Only the operator's own base URL can lead to an address that is not the provider's.
public final class KeyCheck implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int MOST_MODELS = 500;

    /// What to ask: a list of models and, where that is public, something that needs a key.
    private record Plan(String models, Optional<String> proof, Map<String, String> headers) {}

    private final Outbound outbound;
    private final UnaryOperator<String> roots;

    public KeyCheck() {
        this(LONGEST, UnaryOperator.identity());
    }

    /// @param roots from where a provider's API is to where it is asked
    KeyCheck(Duration longest, UnaryOperator<String> roots) {
        this.outbound = new Outbound(longest);
        this.roots = roots;
    }

    /// Checks a key, at most ten seconds.
    ///
    /// @param provider the one in the catalogue
    /// @param baseUrl  where it is reached, where that is not its usual place; checked before
    /// @param key      checked before; empty where the provider needs none
    public CheckResult check(Provider provider, Optional<String> baseUrl, Optional<String> key) throws InterruptedException {
        Plan plan = plan(provider.id(), baseUrl.map(KeyCheck::withoutSlash), key);
        String name = baseUrl.isPresent() ? "The server" : provider.label();
        try {
            CheckResult result = ask(outbound.begin(), plan, provider, name, key.isPresent());
            return loopback(baseUrl)
                    ? new CheckResult(result.ok(), result.detail() + " But inside the bot, this address is the bot itself.", result.models())
                    : result;
        } catch (NoAnswer e) {
            return CheckResult.fails(name + " " + e.getMessage());
        }
    }

    @Override
    public void close() {
        outbound.close();
    }

    private CheckResult ask(Calls calls, Plan plan, Provider provider, String name, boolean hasKey)
            throws NoAnswer, InterruptedException {
        if (plan.proof().isPresent()) {
            Answer proof = calls.get(plan.proof().get(), plan.headers());
            if (proof.status() != 200) {
                return judge(proof.status(), name, hasKey);
            }
        }
        Answer answer = calls.get(plan.models(), plan.headers());
        if (answer.status() != 200) {
            return judge(answer.status(), name, hasKey);
        }
        Optional<List<String>> models = answer.body().flatMap(body -> models(body, provider));
        if (models.isEmpty()) {
            return CheckResult.fails(name + " answered, but not with a list of models. Is the address right?");
        }
        if (hasKey && plan.proof().isEmpty() && calls.get(plan.models(), Map.of()).status() == 200) {
            return CheckResult.unknown(name + " answers, and lists its models to everyone: whether it takes the key shows "
                    + "only when the bot talks.").with(models.get());
        }
        return CheckResult.works(name + (hasKey ? " takes the key." : " answers.")).with(models.get());
    }

    private static CheckResult judge(int status, String name, boolean hasKey) {
        return switch (status) {
            // Google and xAI say 400 to a wrong key.
            case 400, 401, 403 -> CheckResult.fails(name + (hasKey ? " refused the key" : " wants a key") + " (status " + status + ").");
            case 404, 405 -> CheckResult.unknown(name + " answers, but has no list of models at this address (status " + status + ").");
            case 402, 429 -> CheckResult.unknown(name + " wants fewer requests, or has no credit left (status " + status + ").");
            default -> status >= 300 && status < 400
                    ? CheckResult.fails(name + " sends us elsewhere (status " + status + "), which is not followed. Is the address right?")
                    : CheckResult.unknown(name + " has trouble of its own (status " + status + "). Try again later.");
        };
    }

    private Plan plan(String provider, Optional<String> base, Optional<String> key) {
        Map<String, String> bearer = key.map(it -> Map.of("Authorization", "Bearer " + it)).orElse(Map.of());
        return switch (provider) {
            case "anthropic" -> {
                Map<String, String> headers = new HashMap<>(Map.of("anthropic-version", "2023-06-01"));
                key.ifPresent(it -> headers.put("x-api-key", it));
                yield new Plan(base.orElseGet(() -> root("https://api.anthropic.com")) + "/v1/models?limit=1000", Optional.empty(), headers);
            }
            case "openai" -> list(base.orElseGet(() -> root("https://api.openai.com") + "/v1") + "/models", bearer);
            case "google" -> list(root("https://generativelanguage.googleapis.com") + "/v1beta/models?pageSize=1000",
                    key.map(it -> Map.of("x-goog-api-key", it)).orElse(Map.of()));
            case "openrouter" -> new Plan(root("https://openrouter.ai") + "/api/v1/models",
                    Optional.of(root("https://openrouter.ai") + "/api/v1/key"), bearer);
            case "xai" -> list(root("https://api.x.ai") + "/v1/models", bearer);
            case "together" -> list(root("https://api.together.xyz") + "/v1/models", bearer);
            case "nvidia" -> list(root("https://integrate.api.nvidia.com") + "/v1/models", bearer);
            case "ollama" -> list(base.orElseThrow() + "/api/tags", bearer);
            case "openai-compatible" -> list(base.orElseThrow() + "/models", bearer);
            default -> throw new IllegalArgumentException("no such provider");
        };
    }

    private static Plan list(String url, Map<String, String> headers) {
        return new Plan(url, Optional.empty(), headers);
    }

    private String root(String usual) {
        return roots.apply(usual);
    }

    /// `{"data":[{"id":…}]}` with most, a bare list with Together, `{"models":[{"name":…}]}` with Google and Ollama. What
    /// has no model's form is left out.
    private static Optional<List<String>> models(JsonValue body, Provider provider) {
        Optional<JsonValue> list = switch (body) {
            case JsonArray bare -> Optional.of(bare);
            case JsonObject object -> object.find("data").or(() -> object.find("models"));
            default -> Optional.empty();
        };
        return list.filter(JsonArray.class::isInstance).map(array -> array.elements().stream()
                .flatMap(KeyCheck::name)
                .filter(name -> provider.model().matcher(name).matches())
                .distinct().limit(MOST_MODELS).toList());
    }

    private static Stream<String> name(JsonValue model) {
        if (!(model instanceof JsonObject)) {
            return Stream.empty();
        }
        return Stream.of("id", "name").flatMap(key -> model.find(key).stream())
                .filter(JsonString.class::isInstance).map(JsonValue::string)
                .map(name -> name.startsWith("models/") ? name.substring("models/".length()) : name)
                .limit(1);
    }

    private static String withoutSlash(String url) {
        return url.replaceAll("/+$", "");
    }

    private static boolean loopback(Optional<String> baseUrl) {
        String host = baseUrl.map(url -> URI.create(url).getHost()).orElse("");
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }
}
