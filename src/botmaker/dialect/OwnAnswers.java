package botmaker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Route.Form;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonObject;
import botmaker.wire.HeaderFields;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the broker answers itself, in the forms that the providers' clients understand.
final class OwnAnswers {
    private static final String ID = "botmaker";
    private static final String EVENTS = "text/event-stream; charset=utf-8";
    private static final String JSON = "application/json";
    private static final JsonObject NOTHING = Json.object().build();

    /// The form of a provider's errors.
    enum ErrorForm { ANTHROPIC, OPENAI, GOOGLE, OLLAMA }

    private OwnAnswers() {}

    static Answer refusal(ErrorForm form, Refused refused) {
        String message = "BotMaker: " + refused.getMessage();
        Reason reason = refused.reason();
        JsonValue body = switch (form) {
            case ANTHROPIC -> Json.object().put("type", "error")
                    .put("error", Json.object().put("type", anthropicType(reason)).put("message", message).build()).build();
            case OPENAI -> Json.object().put("error", Json.object().put("message", message).put("type", openAiType(reason))
                    .put("param", Json.NULL).put("code", openAiCode(reason)).build()).build();
            case GOOGLE -> Json.object().put("error", Json.object().put("code", reason.status()).put("message", message)
                    .put("status", googleStatus(reason)).build()).build();
            case OLLAMA -> Json.object().put("error", message).build();
        };
        HeaderFields fields = fields(JSON, reason);
        if (refused.retryAfter().isPresent()) {
            fields = fields.and("Retry-After", Integer.toString(refused.retryAfter().getAsInt()));
        }
        return new Answer(reason.status(), fields, bytes(body));
    }

    private static String anthropicType(Reason reason) {
        return switch (reason.status()) {
            case 401 -> "authentication_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            default -> "invalid_request_error";
        };
    }

    private static String openAiType(Reason reason) {
        return switch (reason.status()) {
            case 429 -> "requests";
            case 503 -> "server_error";
            default -> "invalid_request_error";
        };
    }

    private static String openAiCode(Reason reason) {
        return switch (reason) {
            case CREDENTIAL -> "invalid_api_key";
            case MODEL -> "model_not_found";
            case KEPT -> "previous_response_not_found"; // for which OpenClaw sends the whole conversation instead
            case BUSY -> "rate_limit_exceeded";
            default -> "botmaker_" + reason.id().replace('-', '_');
        };
    }

    private static String googleStatus(Reason reason) {
        return switch (reason.status()) {
            case 401 -> "UNAUTHENTICATED";
            case 404 -> "NOT_FOUND";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 503 -> "UNAVAILABLE";
            default -> "INVALID_ARGUMENT";
        };
    }

    /// Answers in the model's place. Where no words are expected, as for an embedding, it is a refusal.
    ///
    /// @param query of the request; with Gemini it selects how a stream is framed
    static Answer instead(Route route, boolean streams, String query, String model, Reason reason, String words) {
        if (!route.answersInWords()) {
            return refusal(errorForm(route.form()), new Refused(reason, words));
        }
        return switch (route.form()) {
            case MESSAGES -> streams
                    ? new Answer(200, fields(EVENTS, reason), events(messageEvents(model, words)))
                    : new Answer(200, fields(JSON, reason), bytes(message(model, List.of(text(words)), Json.of("end_turn"))));
            case RESPONSES -> streams
                    ? new Answer(200, fields(EVENTS, reason), events(responseEvents(model, words)))
                    : new Answer(200, fields(JSON, reason), bytes(response(model, "completed", List.of(outputItem("completed", words)))));
            case CHAT -> streams
                    ? new Answer(200, fields(EVENTS, reason), chunks(model, words))
                    : new Answer(200, fields(JSON, reason), bytes(completion(model, words)));
            case GEMINI -> gemini(streams, query, model, reason, words);
            case OLLAMA -> new Answer(200, fields(streams ? "application/x-ndjson" : JSON, reason), ollama(route, model, words));
            case LIST, EMBEDDINGS, TRANSCRIPTION -> refusal(errorForm(route.form()), new Refused(reason, words));
        };
    }

    private static ErrorForm errorForm(Form form) {
        return switch (form) {
            case MESSAGES -> ErrorForm.ANTHROPIC;
            case GEMINI -> ErrorForm.GOOGLE;
            case OLLAMA -> ErrorForm.OLLAMA;
            case LIST, RESPONSES, CHAT, EMBEDDINGS, TRANSCRIPTION -> ErrorForm.OPENAI;
        };
    }

    private static JsonValue text(String words) {
        return Json.object().put("type", "text").put("text", words).build();
    }

    private static JsonValue message(String model, List<JsonValue> content, JsonValue stopReason) {
        return Json.object().put("id", "msg_" + ID).put("type", "message").put("role", "assistant").put("model", model)
                .put("content", Json.array(content)).put("stop_reason", stopReason).put("stop_sequence", Json.NULL)
                .put("usage", Json.object().put("input_tokens", 0).put("output_tokens", 0).build()).build();
    }

    private static Stream<JsonObject> messageEvents(String model, String words) {
        return Stream.of(
                Json.object().put("type", "message_start").put("message", message(model, List.of(), Json.NULL)).build(),
                Json.object().put("type", "content_block_start").put("index", 0).put("content_block", text("")).build(),
                Json.object().put("type", "content_block_delta").put("index", 0)
                        .put("delta", Json.object().put("type", "text_delta").put("text", words).build()).build(),
                Json.object().put("type", "content_block_stop").put("index", 0).build(),
                Json.object().put("type", "message_delta")
                        .put("delta", Json.object().put("stop_reason", "end_turn").put("stop_sequence", Json.NULL).build())
                        .put("usage", Json.object().put("output_tokens", 0).build()).build(),
                Json.object().put("type", "message_stop").build());
    }

    private static JsonValue outputText(String words) {
        return Json.object().put("type", "output_text").put("text", words).put("annotations", Json.array()).build();
    }

    private static JsonValue outputItem(String status, String words) {
        return Json.object().put("id", "msg_" + ID).put("type", "message").put("status", status).put("role", "assistant")
                .put("content", status.equals("completed") ? Json.array(outputText(words)) : Json.array()).build();
    }

    private static JsonValue response(String model, String status, List<JsonValue> output) {
        JsonValue usage = Json.object().put("input_tokens", 0)
                .put("input_tokens_details", Json.object().put("cached_tokens", 0).build()).put("output_tokens", 0)
                .put("output_tokens_details", Json.object().put("reasoning_tokens", 0).build()).put("total_tokens", 0).build();
        return Json.object().put("id", "resp_" + ID).put("object", "response").put("created_at", 0).put("status", status)
                .put("error", Json.NULL).put("incomplete_details", Json.NULL).put("model", model).put("output", Json.array(output))
                .put("usage", status.equals("completed") ? usage : Json.NULL).build();
    }

    private static Stream<JsonObject> responseEvents(String model, String words) {
        String item = "msg_" + ID;
        return Stream.of(
                Json.object().put("type", "response.created").put("sequence_number", 0)
                        .put("response", response(model, "in_progress", List.of())).build(),
                Json.object().put("type", "response.output_item.added").put("sequence_number", 1).put("output_index", 0)
                        .put("item", outputItem("in_progress", "")).build(),
                Json.object().put("type", "response.content_part.added").put("sequence_number", 2).put("item_id", item)
                        .put("output_index", 0).put("content_index", 0).put("part", outputText("")).build(),
                Json.object().put("type", "response.output_text.delta").put("sequence_number", 3).put("item_id", item)
                        .put("output_index", 0).put("content_index", 0).put("delta", words).build(),
                Json.object().put("type", "response.output_text.done").put("sequence_number", 4).put("item_id", item)
                        .put("output_index", 0).put("content_index", 0).put("text", words).build(),
                Json.object().put("type", "response.content_part.done").put("sequence_number", 5).put("item_id", item)
                        .put("output_index", 0).put("content_index", 0).put("part", outputText(words)).build(),
                Json.object().put("type", "response.output_item.done").put("sequence_number", 6).put("output_index", 0)
                        .put("item", outputItem("completed", words)).build(),
                Json.object().put("type", "response.completed").put("sequence_number", 7)
                        .put("response", response(model, "completed", List.of(outputItem("completed", words)))).build());
    }

    private static JsonValue tokens() {
        return Json.object().put("prompt_tokens", 0).put("completion_tokens", 0).put("total_tokens", 0).build();
    }

    private static JsonValue completion(String model, String words) {
        JsonValue choice = Json.object().put("index", 0)
                .put("message", Json.object().put("role", "assistant").put("content", words).build()).put("finish_reason", "stop").build();
        return Json.object().put("id", "chatcmpl-" + ID).put("object", "chat.completion").put("created", 0).put("model", model)
                .put("choices", Json.array(choice)).put("usage", tokens()).build();
    }

    private static byte[] chunks(String model, String words) {
        JsonValue text = Json.object().put("index", 0)
                .put("delta", Json.object().put("role", "assistant").put("content", words).build()).put("finish_reason", Json.NULL).build();
        JsonValue stop = Json.object().put("index", 0).put("delta", NOTHING).put("finish_reason", "stop").build();
        return (chunk(model, List.of(text), Json.NULL) + chunk(model, List.of(stop), Json.NULL) + chunk(model, List.of(), tokens())
                + "data: [DONE]\n\n").getBytes(UTF_8);
    }

    private static String chunk(String model, List<JsonValue> choices, JsonValue usage) {
        return "data: " + Json.object().put("id", "chatcmpl-" + ID).put("object", "chat.completion.chunk").put("created", 0)
                .put("model", model).put("choices", Json.array(choices)).put("usage", usage).build() + "\n\n";
    }

    private static Answer gemini(boolean streams, String query, String model, Reason reason, String words) {
        JsonValue candidate = Json.object()
                .put("content", Json.object().put("role", "model")
                        .put("parts", Json.array(Json.object().put("text", words).build())).build())
                .put("finishReason", "STOP").put("index", 0).build();
        JsonValue answer = Json.object().put("candidates", Json.array(candidate))
                .put("usageMetadata", Json.object().put("promptTokenCount", 0).put("candidatesTokenCount", 0).put("totalTokenCount", 0).build())
                .put("modelVersion", model).build();
        if (streams && List.of(query.split("&", -1)).contains("alt=sse")) {
            return new Answer(200, fields(EVENTS, reason), ("data: " + answer + "\n\n").getBytes(UTF_8));
        }
        return new Answer(200, fields(JSON, reason), bytes(streams ? Json.array(answer) : answer));
    }

    private static byte[] ollama(Route route, String model, String words) {
        var line = Json.object().put("model", model).put("created_at", "1970-01-01T00:00:00Z");
        if (route.name().endsWith("generate")) {
            line.put("response", words);
        } else {
            line.put("message", Json.object().put("role", "assistant").put("content", words).build());
        }
        return (line.put("done", true).put("done_reason", "stop").put("total_duration", 0).put("prompt_eval_count", 0)
                .put("eval_count", 0).build() + "\n").getBytes(UTF_8);
    }

    private static byte[] events(Stream<JsonObject> events) {
        return events.map(event -> "event: " + event.get("type").string() + "\ndata: " + event + "\n\n")
                .collect(Collectors.joining()).getBytes(UTF_8);
    }

    private static HeaderFields fields(String type, Reason reason) {
        return HeaderFields.of("Content-Type", type, Answer.MARK, reason.id());
    }

    private static byte[] bytes(JsonValue json) {
        return json.toString().getBytes(UTF_8);
    }
}
