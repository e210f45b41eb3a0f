package botmaker.support;

import botmaker.json.Json;
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

/// An Ollama with one model: lists it, describes it, and answers every chat with the same words. It asks for no key.
public final class FakeOllama implements AutoCloseable {
    /// The one model it has.
    public static final String MODEL = "fake-model";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String answer;
    private final List<String> credentials = new CopyOnWriteArrayList<>();

    /// Starts on a free port of that address.
    public FakeOllama(InetAddress bind, String answer) throws IOException {
        this.answer = answer;
        server = HttpServer.create(new InetSocketAddress(bind, 0), 0);
        server.setExecutor(threads);
        server.createContext("/api/tags", exchange -> Exchanges.answer(exchange, it -> Exchanges.json(it, 200, Json.object()
                .put("models", Json.array(Json.object().put("name", MODEL).put("model", MODEL).build())).build())));
        server.createContext("/api/show", exchange -> Exchanges.answer(exchange, it -> Exchanges.json(it, 200, Json.object()
                .put("capabilities", Json.strings(List.of("completion", "tools"))).put("model_info", Json.object().build()).build())));
        server.createContext("/api/chat", exchange -> Exchanges.answer(exchange, this::chat));
        server.start();
    }

    /// What a bot takes as `baseUrl`.
    public String baseUrl() {
        return Exchanges.url(server);
    }

    /// The `Authorization` of each chat so far, empty where there was none.
    public List<String> credentials() {
        return List.copyOf(credentials);
    }

    private void chat(HttpExchange exchange) throws IOException {
        JsonValue request = JsonValue.parse(exchange.getRequestBody().readAllBytes());
        credentials.add(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse(""));
        exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
        exchange.sendResponseHeaders(200, 0);
        try (var out = exchange.getResponseBody()) {
            if (request.find("stream").map(JsonValue::bool).orElse(true)) {
                Exchanges.write(out, line(answer, false));
                Exchanges.write(out, line("", true));
            } else {
                Exchanges.write(out, line(answer, true));
            }
        }
    }

    private static String line(String text, boolean done) {
        var json = Json.object().put("model", MODEL).put("created_at", "2026-01-01T00:00:00Z")
                .put("message", Json.object().put("role", "assistant").put("content", text).build()).put("done", done);
        if (done) {
            json.put("done_reason", "stop").put("prompt_eval_count", 10L).put("eval_count", 10L);
        }
        return json.build() + "\n";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
