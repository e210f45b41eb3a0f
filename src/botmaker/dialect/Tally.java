package botmaker.dialect;

import botmaker.dialect.Usage.Share;
import botmaker.dialect.Usage.Tokens;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Adds up the usage that an answer reports: decides which values count, and converts them to disjoint numbers of tokens.
final class Tally {
    private static final int BYTES_OF_A_TOKEN = 3;
    /// A name that can be shown: no control character, and none that changes the direction of text.
    private static final Pattern NAME = Pattern.compile("\\P{C}{1,200}");

    /// What is kept of usage that is reported in parts. Members that a server makes up would add up without end.
    private static final Set<String> IN_PARTS = Set.of("input_tokens", "output_tokens", "cache_read_input_tokens",
            "cache_creation_input_tokens", "cache_creation", "iterations", "server_tool_use", "cost", "cost_in_usd_ticks");
    /// The most models that share in a call; what others used is counted as the first one's.
    private static final int MOST_MODELS = 16;

    private final Route route;
    /// The latest value at each place; usage that is reported in parts is merged.
    private final Map<String, JsonValue> told = new HashMap<>();
    private boolean ended;

    Tally(Route route) {
        this.route = route;
    }

    /// Returns the places of the values that [#add] wants.
    Set<String> places() {
        if (route.free()) {
            return Set.of();
        }
        return switch (route.form()) {
            case LIST -> Set.of();
            case MESSAGES -> Set.of("usage", "message.usage", "model", "message.model");
            case RESPONSES -> Set.of("usage", "response.usage", "model", "response.model", "service_tier", "response.service_tier", "id",
                    "response.id");
            case CHAT, EMBEDDINGS -> Set.of("usage", "model", "service_tier", "x_groq.usage");
            case TRANSCRIPTION -> Set.of("usage", "duration");
            case GEMINI -> Set.of("usageMetadata", "modelVersion");
            case OLLAMA -> Set.of("model", "prompt_eval_count", "eval_count", "done");
        };
    }

    /// Returns the names of the strings that the model wrote.
    Set<String> texts() {
        return switch (route.form()) {
            case LIST, EMBEDDINGS -> Set.of();
            case MESSAGES -> Set.of("text", "thinking", "partial_json");
            case RESPONSES -> Set.of("delta");
            case CHAT -> Set.of("content", "reasoning", "reasoning_content", "refusal", "arguments");
            case TRANSCRIPTION, GEMINI -> Set.of("text");
            case OLLAMA -> Set.of("content", "thinking", "response");
        };
    }

    /// Adds a value from the answer.
    void add(String place, JsonValue value) {
        boolean usage = place.endsWith("usage") || place.equals("usageMetadata");
        if (value.isNull() || usage && !(value instanceof JsonObject)) {
            return;
        }
        String name = place.substring(place.indexOf('.') + 1);
        // Only the last message of a stream tells what was used in the end; an answer in one piece has no other.
        ended |= usage && !place.equals("message.usage") || place.equals("prompt_eval_count")
                || place.equals("done") && value.equals(Json.of(true));
        boolean inParts = usage && route.form() == Route.Form.MESSAGES;
        told.merge(name, value, inParts ? Tally::later : (_, latest) -> latest);
    }

    /// Puts a later report over an earlier one: cumulative numbers never fall, and what a later one leaves out or nulls still counts.
    private static JsonValue later(JsonValue before, JsonValue after) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (String name : IN_PARTS) {
            before.at(name).ifPresent(value -> members.put(name, value));
            after.at(name).filter(value -> !value.isNull() && !(value instanceof JsonNumber && Told.count(after, name) < Told.count(before, name)))
                    .ifPresent(value -> members.put(name, value));
        }
        return new JsonObject(members);
    }

    /// Returns what was used.
    ///
    /// @param input     an estimate of the prompt's tokens
    /// @param textBytes that the model wrote
    Usage usage(long input, long textBytes) {
        if (route.free() || route.form() == Route.Form.LIST) {
            return new Usage(List.of(), Optional.empty(), Optional.empty(), Map.of(), false);
        }
        List<Share> shares = switch (route.form()) {
            case MESSAGES -> messages();
            case RESPONSES, TRANSCRIPTION -> inclusive(usage(), "input_tokens", "output_tokens");
            case CHAT, EMBEDDINGS -> inclusive(usage(), "prompt_tokens", "completion_tokens");
            case GEMINI -> gemini();
            case OLLAMA -> share(new Tokens(count("prompt_eval_count"), 0, 0, 0, count("eval_count")));
            case LIST -> List.of();
        };
        Tokens known = shares.stream().map(Share::tokens).reduce(Tokens.NONE, Tokens::plus);
        boolean complete = ended && (known.prompt() + known.output() > 0 || seconds() > 0) && (known.output() > 0 || textBytes == 0);
        return new Usage(complete ? shares : estimated(known, input, textBytes), cost(), text("service_tier"), counted(), !complete);
    }

    /// Estimates what the answer did not report.
    private List<Share> estimated(Tokens known, long input, long textBytes) {
        boolean writes = !route.embeds();
        long output = Math.max(known.output(), writes ? textBytes / BYTES_OF_A_TOKEN + 1 : 0);
        return share(new Tokens(known.prompt() == 0 ? input : known.input(), known.cacheRead(), known.cacheWrite(),
                known.cacheWriteHour(), output));
    }

    /// Returns the id of the answer, where a request can go on from it.
    Optional<String> id() {
        return text("id");
    }

    private JsonValue usage() {
        return told.getOrDefault("usage", Json.object().build());
    }

    private List<Share> share(Tokens tokens) {
        return List.of(new Share(text("model").or(() -> text("modelVersion")), tokens));
    }

    /// Reads Anthropic's usage, whose numbers are disjoint. Where it lists iterations, they are what is charged, each of its own model: the
    /// sums beside them leave some out.
    private List<Share> messages() {
        JsonValue usage = usage();
        List<JsonValue> iterations = usage.at("iterations").filter(JsonArray.class::isInstance).map(JsonValue::elements).orElse(List.of());
        if (iterations.stream().noneMatch(it -> Told.count(it, "input_tokens") + Told.count(it, "output_tokens") > 0)) {
            return share(messageTokens(usage));
        }
        Map<Optional<String>, Tokens> byModel = new LinkedHashMap<>();
        for (JsonValue iteration : iterations) {
            Optional<String> model = iteration.textAt("model").filter(it -> NAME.matcher(it).matches()).or(() -> text("model"));
            boolean hasRoom = byModel.size() < MOST_MODELS || byModel.containsKey(model);
            byModel.merge(hasRoom ? model : byModel.keySet().iterator().next(), messageTokens(iteration), Tokens::plus);
        }
        return byModel.entrySet().stream().map(it -> new Share(it.getKey(), it.getValue())).toList();
    }

    private static Tokens messageTokens(JsonValue usage) {
        long hour = Told.count(usage, "cache_creation", "ephemeral_1h_input_tokens");
        long minutes = Told.count(usage, "cache_creation", "ephemeral_5m_input_tokens");
        long written = Math.max(Told.count(usage, "cache_creation_input_tokens"), hour + minutes);
        return new Tokens(Told.count(usage, "input_tokens"), Told.count(usage, "cache_read_input_tokens"), written - hour, hour,
                Told.count(usage, "output_tokens"));
    }

    /// Reads OpenAI's usage, whose prompt includes what the cache held. Some servers leave thoughts out of the output, and all have them in
    /// the total.
    private List<Share> inclusive(JsonValue usage, String in, String out) {
        long prompt = Told.count(usage, in);
        long read = Math.min(prompt, Told.count(usage, in + "_details", "cached_tokens"));
        long write = Math.min(prompt - read, Told.count(usage, in + "_details", "cache_write_tokens"));
        long output = route.embeds() ? 0 : Math.max(Told.count(usage, out), Told.count(usage, "total_tokens") - prompt);
        return share(new Tokens(prompt - read - write, read, write, 0, output));
    }

    private List<Share> gemini() {
        JsonValue usage = told.getOrDefault("usageMetadata", Json.object().build());
        long prompt = Told.count(usage, "promptTokenCount") + Told.count(usage, "toolUsePromptTokenCount");
        long read = Math.min(prompt, Told.count(usage, "cachedContentTokenCount"));
        return share(new Tokens(prompt - read, read, 0, 0, Told.count(usage, "candidatesTokenCount") + Told.count(usage, "thoughtsTokenCount")));
    }

    private Optional<BigDecimal> cost() {
        return Told.positive(usage().at("cost"), 0).or(() -> Told.positive(usage().at("cost_in_usd_ticks"), 10));
    }

    private Map<String, Long> counted() {
        Map<String, Long> counted = new HashMap<>();
        usage().at("server_tool_use").filter(JsonObject.class::isInstance).ifPresent(tools -> tools.members().keySet().forEach(name -> {
            if (Told.count(tools, name) > 0) {
                counted.put(name, Told.count(tools, name));
            }
        }));
        if (seconds() > 0) {
            counted.put("seconds", seconds());
        }
        return counted;
    }

    /// Returns the seconds of a recording, rounded up.
    private long seconds() {
        return usage().at("seconds").or(() -> Optional.ofNullable(told.get("duration"))).flatMap(it -> Told.positive(Optional.of(it), 0))
                .map(it -> it.setScale(0, RoundingMode.CEILING).longValueExact()).orElse(0L);
    }

    private long count(String name) {
        return Told.count(Json.object().put(name, told.getOrDefault(name, Json.NULL)).build(), name);
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(told.get(name)).filter(JsonString.class::isInstance).map(JsonValue::string)
                .filter(it -> NAME.matcher(it).matches());
    }
}
