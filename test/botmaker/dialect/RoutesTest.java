package botmaker.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which calls a bot may make of each provider.
class RoutesTest {
    static final List<String> IDS =
            List.of("anthropic", "openai", "google", "openrouter", "xai", "together", "nvidia", "ollama", "openai-compatible");

    @Test
    void every_provider_has_a_dialect_and_others_have_none() {
        assertEquals(IDS, IDS.stream().map(id -> Dialects.of(id).orElseThrow().id()).toList());
        assertEquals(Optional.empty(), Dialects.of("OpenAI"));
        assertEquals(Optional.empty(), Dialects.of(""));
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, '', POST, /v1/messages, MESSAGES, false",
        "anthropic, /gate, POST, /gate/v1/messages, MESSAGES, false",
        "anthropic, '', POST, /v1/messages/count_tokens, MESSAGES, true",
        "anthropic, '', GET, /v1/models, LIST, true",
        "anthropic, '', GET, /v1/models/claude-sonnet-5, LIST, true",
        "openai, /v1, POST, /v1/responses, RESPONSES, false",
        "openai, /v1/, POST, /v1/responses, RESPONSES, false",
        "openai, /v1, POST, /v1/responses/compact, RESPONSES, false",
        "openai, /v1, POST, /v1/chat/completions, CHAT, false",
        "openai, /v1, POST, /v1/embeddings, EMBEDDINGS, false",
        "openai, /v1, POST, /v1/audio/transcriptions, TRANSCRIPTION, false",
        "openai, /v1, GET, /v1/models, LIST, true",
        "openai, /v1, GET, /v1/models/gpt-6-sol, LIST, true",
        "google, '', POST, /v1beta/models/gemini-3.7-flash:generateContent, GEMINI, false",
        "google, '', POST, /v1beta/models/gemini-3.7-flash:streamGenerateContent, GEMINI, false",
        "google, '', POST, /v1beta/models/gemini-3.7-flash:countTokens, GEMINI, true",
        "google, '', POST, /v1beta/models/gemini-embedding-001:embedContent, GEMINI, false",
        "google, '', POST, /v1beta/models/gemini-embedding-001:batchEmbedContents, GEMINI, false",
        "google, '', GET, /v1beta/models, LIST, true",
        "google, '', GET, /v1beta/models/gemini-3.7-flash, LIST, true",
        "openrouter, /api/v1, POST, /api/v1/chat/completions, CHAT, false",
        "openrouter, /api/v1, POST, /api/v1/embeddings, EMBEDDINGS, false",
        "openrouter, /api/v1, GET, /api/v1/models, LIST, true",
        "xai, /v1, POST, /v1/responses, RESPONSES, false",
        "xai, /v1, POST, /v1/responses/compact, RESPONSES, false",
        "xai, /v1, POST, /v1/chat/completions, CHAT, false",
        "xai, /v1, POST, /v1/stt, TRANSCRIPTION, false",
        "xai, /v1, GET, /v1/models, LIST, true",
        "together, /v1, POST, /v1/chat/completions, CHAT, false",
        "nvidia, /v1, POST, /v1/chat/completions, CHAT, false",
        "nvidia, /v1, POST, /v1/embeddings, EMBEDDINGS, false",
        "openai-compatible, /deep/base, POST, /deep/base/chat/completions, CHAT, false",
        "openai-compatible, '', POST, /responses, RESPONSES, false",
        "openai-compatible, '', GET, /models, LIST, true",
        "ollama, '', POST, /api/chat, OLLAMA, false",
        "ollama, '', POST, /api/generate, OLLAMA, false",
        "ollama, '', POST, /api/embed, OLLAMA, false",
        "ollama, '', POST, /api/show, OLLAMA, true",
        "ollama, '', GET, /api/tags, LIST, true",
        "ollama, '', GET, /api/version, LIST, true",
    })
    void a_call_that_a_bot_needs_is_found(String dialect, String base, String method, String path, Route.Form form, boolean free) {
        Route route = Dialects.of(dialect).orElseThrow().route(method, path, base).orElseThrow();
        assertEquals(form, route.form());
        assertEquals(free, route.free());
        assertEquals(form != Route.Form.LIST, route.takesBody());
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, '', GET, /v1/messages",
        "anthropic, '', POST, /v1/messages/",
        "anthropic, '', POST, /V1/messages",
        "anthropic, '', POST, /v1/messages/batches",
        "anthropic, '', GET, /v1/files",
        "anthropic, '', POST, /v1/files",
        "anthropic, '', GET, /v1/organizations/me",
        "anthropic, '', GET, /v1/models/../files",
        "anthropic, '', GET, /v1/models/..",
        "anthropic, '', GET, /v1/models/a/b",
        "anthropic, '', GET, /v1/models/a%2fb",
        "anthropic, '', DELETE, /v1/models/claude-sonnet-5",
        "anthropic, '', POST, /v1/messages;x",
        "anthropic, /gate, POST, /v1/messages",
        "anthropic, /gate, POST, /gatev1/messages",
        "anthropic, /gate, POST, /gate",
        "openai, /v1, GET, /v1/responses",
        "openai, /v1, GET, /v1/responses/resp_1",
        "openai, /v1, DELETE, /v1/responses/resp_1",
        "openai, /v1, GET, /v1/responses/resp_1/input_items",
        "openai, /v1, GET, /v1/chat/completions",
        "openai, /v1, POST, /v1/chat/completions/x",
        "openai, /v1, GET, /v1/files",
        "openai, /v1, POST, /v1/batches",
        "openai, /v1, POST, /v1/realtime/client_secrets",
        "openai, /v1, POST, /v1/images/generations",
        "openai, /v1, POST, /v1/audio/speech",
        "openai, /v1, POST, /v1/fine_tuning/jobs",
        "openai, /v1, GET, /v1/organization/admin_api_keys",
        "openai, /v1, POST, /v1/conversations",
        "openai, /v1, POST, /v1/vector_stores",
        "openai, /v1, POST, /chat/completions",
        "openai, /v1, POST, /v1x/chat/completions",
        "google, '', GET, /v1beta/cachedContents",
        "google, '', POST, /v1beta/cachedContents",
        "google, '', PATCH, /v1beta/cachedContents/k3x9",
        "google, '', DELETE, /v1beta/cachedContents/k3x9",
        "google, '', GET, /v1beta/cachedContents/k3x9",
        "google, '', POST, /v1beta/files",
        "google, '', POST, /upload/v1beta/files",
        "google, '', POST, /v1beta/models/m:generateContent/x",
        "google, '', POST, /v1beta/models/m%3AgenerateContent",
        "google, '', POST, /v1beta/models/m:batchGenerateContent",
        "google, '', POST, /v1beta/models/a/b:generateContent",
        "google, '', POST, /v1beta/tunedModels/m:generateContent",
        "google, '', POST, /v1alpha/auth_tokens",
        "google, '', POST, /v1beta/chat/completions",
        "openrouter, /api/v1, GET, /api/v1/keys",
        "openrouter, /api/v1, GET, /api/v1/credits",
        "openrouter, /api/v1, GET, /api/v1/generation",
        "openrouter, /api/v1, POST, /api/v1/messages",
        "xai, /v1, POST, /v1/images/generations",
        "xai, /v1, GET, /v1/api-key",
        "together, /v1, POST, /v1/responses",
        "together, /v1, POST, /v1/files",
        "nvidia, /v1, POST, /v1/responses",
        "openai-compatible, '', POST, /responses/compact",
        "openai-compatible, '', POST, /audio/transcriptions",
        "ollama, '', POST, /api/pull",
        "ollama, '', POST, /api/push",
        "ollama, '', POST, /api/create",
        "ollama, '', POST, /api/copy",
        "ollama, '', DELETE, /api/delete",
        "ollama, '', POST, /api/blobs/sha256:29",
        "ollama, '', GET, /api/ps",
        "ollama, '', POST, /v1/chat/completions",
        "ollama, '', GET, /",
    })
    void no_other_call_is(String dialect, String base, String method, String path) {
        assertEquals(Optional.empty(), Dialects.of(dialect).orElseThrow().route(method, path, base));
    }

    @Test
    void the_model_in_a_path_is_told_and_the_record_of_a_call_has_no_id() {
        Route google = Dialects.of("google").orElseThrow().route("POST", "/v1beta/models/gemini-3.7-flash:generateContent", "").orElseThrow();
        assertEquals(Optional.of("gemini-3.7-flash"), google.model());
        assertEquals("POST /v1beta/models/{model}:generateContent", google.name());
        assertEquals("GET /v1/models/{id}",
                Dialects.of("anthropic").orElseThrow().route("GET", "/v1/models/claude-sonnet-5", "").orElseThrow().name());
    }

    @Test
    void the_models_that_openclaw_uses_unasked_are_known() {
        assertEquals(Set.of("text-embedding-3-small", "gpt-4o-transcribe"), Dialects.of("openai").orElseThrow().sideModels());
        assertEquals(Set.of("gemini-embedding-001"), Dialects.of("google").orElseThrow().sideModels());
        assertTrue(Dialects.of("anthropic").orElseThrow().sideModels().isEmpty());
    }
}
