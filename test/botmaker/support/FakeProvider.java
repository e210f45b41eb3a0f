package botmaker.support;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import botmaker.json.JsonValue;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

/// An AI provider with OpenAI's interface: `GET /v1/models` and `POST /v1/chat/completions`, whole and streamed.
///
/// It answers with a function of what the user said since the last answer. OpenClaw puts more around that than the user
/// typed, so the function should look for what it knows (`contains`) rather than compare.
public final class FakeProvider implements AutoCloseable {
    /// The one model it has.
    public static final String MODEL = "fake-model";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Function<String, String> reply;
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final List<String> prompts = new CopyOnWriteArrayList<>();
    private final List<JsonValue> requests = new CopyOnWriteArrayList<>();
    private volatile Optional<String> requiredKey = Optional.empty();

    /// Starts on a free port of that address.
    ///
    /// @param reply from what the user said to the answer
    public FakeProvider(InetAddress bind, Function<String, String> reply) throws IOException {
        this.reply = reply;
        server = HttpServer.create(new InetSocketAddress(bind, 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/models", exchange -> Exchanges.answer(exchange, this::models));
        server.createContext("/v1/chat/completions", exchange -> Exchanges.answer(exchange, this::complete));
        server.start();
    }

    /// What a bot takes as `baseUrl`.
    public String baseUrl() {
        return Exchanges.url(server) + "/v1";
    }

    /// From now on every other key is answered with 401.
    public void requireKey(String key) {
        requiredKey = Optional.of(key);
    }

    /// The bearer tokens of the requests so far, empty where there was none.
    public List<String> keys() {
        return List.copyOf(keys);
    }

    /// What the user said in each request so far.
    public List<String> prompts() {
        return List.copyOf(prompts);
    }

    /// The bodies of the requests for completions that were not refused, so far.
    public List<JsonValue> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void models(HttpExchange exchange) throws IOException {
        if (!refused(exchange)) {
            Exchanges.json(exchange, 200, Json.object()
                    .put("object", "list")
                    .put("data", Json.array(Json.object().put("id", MODEL).put("object", "model").put("created", 0L)
                            .put("owned_by", "fake").build()))
                    .build());
        }
    }

    private void complete(HttpExchange exchange) throws IOException {
        JsonValue request = JsonValue.parse(exchange.getRequestBody().readAllBytes());
        if (refused(exchange)) {
            return;
        }
        String prompt = lastOfUser(request.get("messages").elements());
        prompts.add(prompt);
        requests.add(request);
        String answer = reply.apply(prompt);
        boolean streamed = request.find("stream").map(JsonValue::bool).orElse(false);
        if (!streamed) {
            JsonObject message = Json.object().put("role", "assistant").put("content", answer).build();
            Exchanges.json(exchange, 200, chunk("chat.completion",
                    Json.object().put("index", 0L).put("message", message).put("finish_reason", "stop").build(), true));
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (var out = exchange.getResponseBody()) {
            Exchanges.write(out, event(delta(Json.object().put("role", "assistant").put("content", "").build(), Optional.empty()), false));
            for (String part : answer.splitWithDelimiters(" ", 0)) {
                Exchanges.write(out, event(delta(Json.object().put("content", part).build(), Optional.empty()), false));
            }
            Exchanges.write(out, event(delta(Json.object().build(), Optional.of("stop")), true));
            Exchanges.write(out, "data: [DONE]\n\n");
        }
    }

    private boolean refused(HttpExchange exchange) throws IOException {
        String key = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .map(header -> header.replaceFirst("^Bearer ", "")).orElse("");
        keys.add(key);
        if (requiredKey.filter(required -> !required.equals(key)).isEmpty()) {
            return false;
        }
        Exchanges.json(exchange, 401, Json.object().put("error", Json.object()
                .put("message", "Incorrect API key provided.").put("type", "invalid_request_error").put("code", "invalid_api_key")
                .build()).build());
        return true;
    }

    private static JsonObject delta(JsonObject delta, Optional<String> finish) {
        return Json.object().put("index", 0L).put("delta", delta)
                .put("finish_reason", finish.<JsonValue>map(Json::of).orElse(Json.NULL)).build();
    }

    private static String event(JsonObject choice, boolean last) {
        return "data: " + chunk("chat.completion.chunk", choice, last) + "\n\n";
    }

    private static JsonObject chunk(String object, JsonObject choice, boolean withUsage) {
        var json = Json.object().put("id", "chatcmpl-fake").put("object", object).put("created", 0L).put("model", MODEL)
                .put("choices", Json.array(choice));
        if (withUsage) {
            json.put("usage", Json.object().put("prompt_tokens", 10L).put("completion_tokens", 10L).put("total_tokens", 20L).build());
        }
        return json.build();
    }

    /// What the user said since the last answer. OpenClaw puts what it knows of the conversation into user messages of its
    /// own, before or after.
    private static String lastOfUser(List<JsonValue> messages) {
        return messages.reversed().stream()
                .takeWhile(message -> !message.get("role").string().equals("assistant"))
                .filter(message -> message.get("role").string().equals("user"))
                .map(message -> text(message.get("content")))
                .toList().reversed().stream()
                .collect(Collectors.joining("\n"));
    }

    /// A message's content: a string or a list of parts.
    private static String text(JsonValue content) {
        return switch (content) {
            case JsonString text -> text.string();
            case JsonArray parts -> parts.elements().stream()
                    .flatMap(part -> part.find("text").map(JsonValue::string).stream())
                    .collect(Collectors.joining("\n"));
            default -> "";
        };
    }
}
