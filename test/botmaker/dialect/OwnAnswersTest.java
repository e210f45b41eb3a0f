package botmaker.dialect;

import static botmaker.dialect.Bodies.read;
import static botmaker.dialect.Bodies.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.dialect.Refused.Reason;
import botmaker.json.JsonValue;
import botmaker.wire.HeaderFields;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the broker answers itself. OpenClaw was seen to understand these very shapes.
class OwnAnswersTest {
    private static final String WORDS = "I have used up today's budget (5.00 USD).\n„Morgen“ 😀 <again>.";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | WAY_OUT | 400 | {'type':'error','error':{'type':'invalid_request_error','message':'BotMaker: No.'}}",
        "anthropic | CREDENTIAL | 401 | {'type':'error','error':{'type':'authentication_error','message':'BotMaker: No.'}}",
        "anthropic | MODEL | 404 | {'type':'error','error':{'type':'not_found_error','message':'BotMaker: No.'}}",
        "anthropic | SIZE | 413 | {'type':'error','error':{'type':'request_too_large','message':'BotMaker: No.'}}",
        "anthropic | BUSY | 429 | {'type':'error','error':{'type':'rate_limit_error','message':'BotMaker: No.'}}",
        "anthropic | UNAVAILABLE | 503 | {'type':'error','error':{'type':'overloaded_error','message':'BotMaker: No.'}}",
        "openai | BUDGET | 400 | {'error':{'message':'BotMaker: No.','type':'invalid_request_error','param':null,'code':'botmaker_budget'}}",
        "openai | KEPT | 400 | {'error':{'message':'BotMaker: No.','type':'invalid_request_error','param':null,'code':'previous_response_not_found'}}",
        "google | KEPT | 400 | {'error':{'code':400,'message':'BotMaker: No.','status':'INVALID_ARGUMENT'}}",
        "openrouter | CREDENTIAL | 401 | {'error':{'message':'BotMaker: No.','type':'invalid_request_error','param':null,'code':'invalid_api_key'}}",
        "xai | MODEL | 404 | {'error':{'message':'BotMaker: No.','type':'invalid_request_error','param':null,'code':'model_not_found'}}",
        "together | BUSY | 429 | {'error':{'message':'BotMaker: No.','type':'requests','param':null,'code':'rate_limit_exceeded'}}",
        "nvidia | UNAVAILABLE | 503 | {'error':{'message':'BotMaker: No.','type':'server_error','param':null,'code':'botmaker_unavailable'}}",
        "openai-compatible | WAY_OUT | 400 | {'error':{'message':'BotMaker: No.','type':'invalid_request_error','param':null,'code':'botmaker_way_out'}}",
        "google | BODY | 400 | {'error':{'code':400,'message':'BotMaker: No.','status':'INVALID_ARGUMENT'}}",
        "google | CREDENTIAL | 401 | {'error':{'code':401,'message':'BotMaker: No.','status':'UNAUTHENTICATED'}}",
        "google | ROUTE | 404 | {'error':{'code':404,'message':'BotMaker: No.','status':'NOT_FOUND'}}",
        "google | BUSY | 429 | {'error':{'code':429,'message':'BotMaker: No.','status':'RESOURCE_EXHAUSTED'}}",
        "google | UNAVAILABLE | 503 | {'error':{'code':503,'message':'BotMaker: No.','status':'UNAVAILABLE'}}",
        "ollama | KEY | 400 | {'error':'BotMaker: No.'}",
    })
    void a_refusal_has_the_providers_form(String dialect, Reason reason, int status, String body) {
        Answer answer = Dialects.of(dialect).orElseThrow().refusal(new Refused(reason, "No."));
        assertEquals(status, answer.status());
        assertEquals(JsonValue.parse(body.replace('\'', '"')), JsonValue.parse(answer.body()));
        assertEquals(Optional.of("application/json"), answer.fields().first("content-type"));
        assertEquals(Optional.of(reason.id()), answer.fields().first("x-botmaker-refused"));
        assertEquals(Optional.empty(), answer.fields().first("retry-after"));
    }

    @Test
    void a_refusal_for_now_says_when_to_try_again() {
        Answer answer = Dialects.of("anthropic").orElseThrow().refusal(new Refused(Reason.BUSY, "Not now.", 8));
        assertEquals(Optional.of("8"), answer.fields().first("Retry-After"));
    }

    /// After 401, 402 and 403 OpenClaw locks the key, which must not outlast what the operator has mended.
    @ParameterizedTest
    @EnumSource(Reason.class)
    void only_a_wrong_placeholder_locks_the_bots_key(Reason reason) {
        assertEquals(reason == Reason.CREDENTIAL, List.of(401, 402, 403).contains(reason.status()));
    }

    private static List<JsonValue> events(Answer answer) {
        assertEquals(Optional.of("text/event-stream; charset=utf-8"), answer.fields().first("content-type"));
        return Arrays.stream(text(answer.body()).split("\n\n"))
                .map(event -> event.lines().filter(line -> line.startsWith("data: ")).map(line -> line.substring(6)).collect(Collectors.joining()))
                .filter(data -> !data.equals("[DONE]")).map(JsonValue::parse).toList();
    }

    private static Answer instead(Call call) {
        Answer answer = call.instead(Reason.BUDGET, WORDS);
        assertEquals(200, answer.status());
        assertEquals(Optional.of("budget"), answer.fields().first("x-botmaker-refused"));
        return answer;
    }

    @Test
    void anthropics_clients_are_answered() throws Refused {
        Answer stream = instead(read("anthropic", "/v1/messages", "{\"model\":\"m\",\"stream\":true}"));
        assertEquals(List.of("message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"),
                events(stream).stream().map(event -> event.get("type").string()).toList());
        assertTrue(text(stream.body()).startsWith("event: message_start\ndata: {"));
        assertEquals("m", events(stream).getFirst().get("message").get("model").string());
        assertEquals(WORDS, events(stream).get(2).get("delta").get("text").string());
        assertEquals("end_turn", events(stream).get(4).get("delta").get("stop_reason").string());
        JsonValue whole = JsonValue.parse(instead(read("anthropic", "/v1/messages", "{\"model\":\"m\"}")).body());
        assertEquals(WORDS, whole.get("content").get(0).get("text").string());
        assertEquals("end_turn", whole.get("stop_reason").string());
        assertEquals(0, whole.get("usage").get("output_tokens").integer());
    }

    @Test
    void clients_of_responses_are_answered() throws Refused {
        List<JsonValue> events = events(instead(read("openai", "/responses", "{\"model\":\"m\",\"stream\":true}")));
        assertEquals(List.of("response.created", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                        "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"),
                events.stream().map(event -> event.get("type").string()).toList());
        assertEquals(WORDS, events.get(3).get("delta").string());
        JsonValue whole = JsonValue.parse(instead(read("xai", "/responses", "{\"model\":\"m\"}")).body());
        assertEquals(whole, events.getLast().get("response"));
        assertEquals("completed", whole.get("status").string());
        assertEquals(WORDS, whole.get("output").get(0).get("content").get(0).get("text").string());
        assertEquals(0, whole.get("usage").get("total_tokens").integer());
    }

    @Test
    void clients_of_chat_completions_are_answered() throws Refused {
        Answer stream = instead(read("together", "/chat/completions", "{\"model\":\"m\",\"stream\":true}"));
        assertTrue(text(stream.body()).endsWith("data: [DONE]\n\n"));
        assertEquals(WORDS, events(stream).getFirst().get("choices").get(0).get("delta").get("content").string());
        assertEquals("stop", events(stream).get(1).get("choices").get(0).get("finish_reason").string());
        JsonValue whole = JsonValue.parse(instead(read("nvidia", "/chat/completions", "{\"model\":\"m\"}")).body());
        assertEquals(WORDS, whole.get("choices").get(0).get("message").get("content").string());
        assertEquals("stop", whole.get("choices").get(0).get("finish_reason").string());
        assertEquals("m", whole.get("model").string());
    }

    @Test
    void geminis_clients_are_answered() throws Refused {
        Dialect google = Dialects.of("google").orElseThrow();
        Route stream = google.route("POST", "/v1beta/models/m:streamGenerateContent", "").orElseThrow();
        byte[] body = "{}".getBytes(UTF_8);
        List<JsonValue> events = events(instead(google.read(stream, "key=K&alt=sse", HeaderFields.NONE, body)));
        JsonValue array = JsonValue.parse(instead(google.read(stream, "", HeaderFields.NONE, body)).body());
        JsonValue whole = JsonValue.parse(instead(read("google", "/v1beta/models/m:generateContent", "{}")).body());
        assertEquals(List.of(whole), events);
        assertEquals(List.of(whole), array.elements());
        assertEquals(WORDS, whole.get("candidates").get(0).get("content").get("parts").get(0).get("text").string());
        assertEquals("STOP", whole.get("candidates").get(0).get("finishReason").string());
    }

    @Test
    void ollamas_clients_are_answered() throws Refused {
        Answer answer = instead(read("ollama", "/api/chat", "{\"model\":\"m\"}"));
        assertEquals(Optional.of("application/x-ndjson"), answer.fields().first("content-type"));
        assertEquals(1, text(answer.body()).lines().count());
        JsonValue chat = JsonValue.parse(answer.body());
        assertEquals(WORDS, chat.get("message").get("content").string());
        assertTrue(chat.get("done").bool());
        JsonValue generated = JsonValue.parse(instead(read("ollama", "/api/generate", "{\"model\":\"m\",\"stream\":false}")).body());
        assertEquals(WORDS, generated.get("response").string());
    }

    /// An embedding or a count of tokens has no place for words.
    @ParameterizedTest
    @CsvSource({
        "openai, /embeddings", "ollama, /api/embed", "ollama, /api/show", "anthropic, /v1/messages/count_tokens",
        "google, /v1beta/models/m:embedContent", "google, /v1beta/models/m:countTokens",
    })
    void where_no_words_are_expected_the_answer_is_a_refusal(String dialect, String path) throws Refused {
        Answer answer = read(dialect, path, "{\"model\":\"m\"}").instead(Reason.PAUSED, WORDS);
        assertEquals(400, answer.status());
        assertEquals(Optional.of("paused"), answer.fields().first(Answer.MARK));
        assertFalse(JsonValue.parse(answer.body()).find("error").isEmpty());
        assertEquals(Dialects.of(dialect).orElseThrow().refusal(new Refused(Reason.PAUSED, WORDS)).fields(), answer.fields());
    }

    /// What the broker says itself costs nothing, and the bot's own count agrees.
    @Test
    void an_answer_in_the_models_place_tells_no_usage() throws Refused {
        for (String body : List.of("{\"model\":\"m\"}", "{\"model\":\"m\",\"stream\":true}")) {
            Call call = read("openai", "/chat/completions", body);
            assertFalse(text(instead(call).body()).matches("(?s).*_tokens\":[1-9].*"));
        }
    }
}
