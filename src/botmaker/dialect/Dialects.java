package botmaker.dialect;

import static botmaker.dialect.Rule.free;
import static botmaker.dialect.Rule.list;
import static botmaker.dialect.Rule.post;

import botmaker.dialect.OwnAnswers.ErrorForm;
import botmaker.dialect.Route.Form;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// All dialects. Each row of a table of routes is a call that OpenClaw makes; every other call is refused. Calls that show or change the
/// data of other bots with the same key are left out on purpose: files, caches, batches, lists of answers, administration.
public final class Dialects {
    private static final Traits PLAIN = new Traits("max_tokens", true, false, "");

    private static final List<Rule> CHAT = List.of(post("/chat/completions", Form.CHAT), list("/models"));
    private static final Rule EMBEDDINGS = post("/embeddings", Form.EMBEDDINGS);
    private static final Rule RESPONSES = post("/responses", Form.RESPONSES);
    private static final Rule COMPACT = post("/responses/compact", Form.RESPONSES);

    private static final List<Api> ALL = List.of(
            new Api("anthropic", List.of(Place.X_API_KEY, Place.BEARER), ErrorForm.ANTHROPIC, Set.of(), PLAIN, List.of(
                    post("/v1/messages", Form.MESSAGES), free("/v1/messages/count_tokens", Form.MESSAGES),
                    list("/v1/models"), list("/v1/models/{id}"))),
            openAi("openai", Set.of("text-embedding-3-small", "gpt-4o-transcribe"), new Traits("max_completion_tokens", true, false, ""),
                    EMBEDDINGS, RESPONSES, COMPACT, post("/audio/transcriptions", Form.TRANSCRIPTION), list("/models/{id}")),
            new Api("google", List.of(Place.X_GOOG_API_KEY, Place.QUERY), ErrorForm.GOOGLE, Set.of("gemini-embedding-001"),
                    new Traits("", false, false, "models/"), List.of(
                    post("/v1beta/models/{model}:generateContent", Form.GEMINI),
                    post("/v1beta/models/{model}:streamGenerateContent", Form.GEMINI),
                    post("/v1beta/models/{model}:embedContent", Form.GEMINI),
                    post("/v1beta/models/{model}:batchEmbedContents", Form.GEMINI),
                    free("/v1beta/models/{model}:countTokens", Form.GEMINI),
                    list("/v1beta/models"), list("/v1beta/models/{id}"))),
            openAi("openrouter", Set.of(), new Traits("max_tokens", false, true, "openrouter/"), EMBEDDINGS),
            openAi("xai", Set.of("stt"), new Traits("max_completion_tokens", true, false, ""),
                    RESPONSES, COMPACT, post("/stt", Form.TRANSCRIPTION).using("stt")),
            openAi("together", Set.of(), PLAIN, EMBEDDINGS),
            openAi("nvidia", Set.of(), PLAIN, EMBEDDINGS),
            openAi("openai-compatible", Set.of(), PLAIN, EMBEDDINGS, RESPONSES),
            new Api("ollama", List.of(Place.BEARER), ErrorForm.OLLAMA, Set.of(), PLAIN, List.of(
                    post("/api/chat", Form.OLLAMA), post("/api/generate", Form.OLLAMA), post("/api/embed", Form.OLLAMA),
                    free("/api/show", Form.OLLAMA), list("/api/tags"), list("/api/version"))));

    private Dialects() {}

    /// Finds a dialect by the name that the policy gives it: that of a provider in OpenClaw, or `openai-compatible`.
    public static Optional<Dialect> of(String id) {
        return ALL.stream().filter(api -> api.id().equals(id)).map(Dialect.class::cast).findFirst();
    }

    /// @param more rules beside those of chat completions, which all have
    private static Api openAi(String id, Set<String> sideModels, Traits traits, Rule... more) {
        return new Api(id, List.of(Place.BEARER), ErrorForm.OPENAI, sideModels, traits, Stream.concat(CHAT.stream(), Stream.of(more)).toList());
    }
}
