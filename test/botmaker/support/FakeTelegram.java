package botmaker.support;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Telegram's Bot API (https://core.telegram.org/bots/api), as far as a bot in a private chat needs it.
///
/// Updates are kept until the bot confirms them with a higher `offset`, as Telegram does, so a restarted bot misses none.
public final class FakeTelegram implements AutoCloseable {
    /// A message that the bot sent.
    public record Message(long chatId, String text) {}

    private static final long LONGEST_POLL_SECONDS = 50;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Message> sent = new LinkedBlockingQueue<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Deque<JsonObject> updates = new ArrayDeque<>();
    private volatile String file = "";
    private long nextUpdate = 1;
    private long nextMessage = 1;
    private volatile Optional<String> validToken = Optional.empty();

    /// Starts on a free port of that address. Every token is taken until [#requireToken] says otherwise.
    public FakeTelegram(InetAddress bind) throws IOException {
        server = HttpServer.create(new InetSocketAddress(bind, 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> Exchanges.answer(exchange, this::answer));
        server.start();
    }

    /// What a bot takes as the channel's setting `apiRoot`.
    public String apiRoot() {
        return Exchanges.url(server);
    }

    /// From now on every other token is answered with 401, as Telegram answers one that was revoked.
    public void requireToken(String token) {
        validToken = Optional.of(token);
    }

    /// The names of the methods called so far.
    public List<String> calls() {
        return List.copyOf(calls);
    }

    /// Someone writes to the bot in a private chat, whose id is the person's own.
    public synchronized void userSays(long chatId, String text) {
        userSends(chatId, Json.object().put("text", text));
    }

    /// Someone sends a text file in a private chat.
    public synchronized void userSendsFile(long chatId, String caption, String content) {
        file = content;
        userSends(chatId, Json.object().put("caption", caption).put("document", Json.object().put("file_id", "f1")
                .put("file_unique_id", "u1").put("file_name", "notes.txt").put("mime_type", "text/plain")
                .put("file_size", content.length()).build()));
    }

    private void userSends(long chatId, Json.ObjectBuilder message) {
        JsonObject chat = Json.object().put("id", chatId).put("type", "private").put("first_name", "Alice").build();
        JsonObject from = Json.object().put("id", chatId).put("is_bot", false).put("first_name", "Alice").build();
        updates.add(Json.object()
                .put("update_id", nextUpdate++)
                .put("message", message
                        .put("message_id", nextMessage++)
                        .put("from", from)
                        .put("chat", chat)
                        .put("date", System.currentTimeMillis() / 1000)
                        .build())
                .build());
        notifyAll();
    }

    /// The next message that the bot sends, or nothing when it sends none in time.
    public Optional<Message> nextMessage(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(sent.poll(timeout.toNanos(), TimeUnit.NANOSECONDS));
    }

    /// The text of the next message that the bot sends.
    ///
    /// @throws AssertionError when it sends none in time
    public String awaitReply(Duration timeout) throws InterruptedException {
        return nextMessage(timeout).map(Message::text).orElseThrow(() -> new AssertionError(
                "no message from the bot within " + timeout + "; it called " + calls.stream().distinct().toList()));
    }

    /// Forgets what the bot said and what was said to it.
    public synchronized void forget() {
        sent.clear();
        updates.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /// `/bot<token>/<method>`
    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        String[] path = exchange.getRequestURI().getPath().split("/");
        Map<String, JsonValue> parameters = parameters(exchange);
        if (path.length == 5 && path[1].equals("file") && validToken.filter(token -> !path[2].equals("bot" + token)).isEmpty()) {
            calls.add("file");
            exchange.sendResponseHeaders(200, file.length());
            exchange.getResponseBody().write(file.getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (path.length != 3 || !path[1].startsWith("bot")) {
            failure(exchange, 404, "Not Found");
            return;
        }
        calls.add(path[2]);
        if (validToken.filter(token -> !path[1].equals("bot" + token)).isPresent()) {
            failure(exchange, 401, "Unauthorized");
            return;
        }
        Optional<JsonValue> result = switch (path[2]) {
            case "getMe" -> Optional.of(me());
            case "getUpdates" -> Optional.of(Json.array(updates(number(parameters, "offset", 0), number(parameters, "timeout", 0))));
            case "sendMessage" -> Optional.of(message(parameters));
            case "editMessageText" -> Optional.of(edited(parameters));
            case "getWebhookInfo" -> Optional.of(Json.object().put("url", "").put("pending_update_count", 0L).build());
            case "getFile" -> Optional.of(Json.object().put("file_id", "f1").put("file_unique_id", "u1").put("file_size", file.length())
                    .put("file_path", "documents/file_1.txt").build());
            case "getMyCommands" -> Optional.of(Json.array());
            case "deleteWebhook", "setMyCommands", "deleteMyCommands", "sendChatAction", "setMessageReaction", "deleteMessage",
                    "setChatMenuButton", "answerCallbackQuery" -> Optional.of(Json.of(true));
            default -> Optional.empty();
        };
        if (result.isPresent()) {
            Exchanges.json(exchange, 200, Json.object().put("ok", true).put("result", result.get()).build());
        } else {
            failure(exchange, 404, "Not Found");
        }
    }

    /// The long poll: forgets what the offset confirms, then waits for something newer.
    private synchronized List<JsonObject> updates(long offset, long timeoutSeconds) throws InterruptedException {
        updates.removeIf(update -> update.get("update_id").integer() < offset);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.min(timeoutSeconds, LONGEST_POLL_SECONDS));
        while (updates.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return List.of();
            }
            wait(left);
        }
        return new ArrayList<>(updates);
    }

    private synchronized JsonObject message(Map<String, JsonValue> parameters) {
        long chat = number(parameters, "chat_id", 0);
        String text = text(parameters, "text");
        sent.add(new Message(chat, text));
        return message(nextMessage++, chat, text);
    }

    /// A bot may show an answer while it grows by editing one message; each state of it counts as sent.
    private JsonObject edited(Map<String, JsonValue> parameters) {
        long chat = number(parameters, "chat_id", 0);
        String text = text(parameters, "text");
        sent.add(new Message(chat, text));
        return message(number(parameters, "message_id", 0), chat, text);
    }

    private static JsonObject message(long id, long chat, String text) {
        return Json.object()
                .put("message_id", id)
                .put("from", me())
                .put("chat", Json.object().put("id", chat).put("type", "private").build())
                .put("date", System.currentTimeMillis() / 1000)
                .put("text", text)
                .build();
    }

    private static JsonObject me() {
        return Json.object().put("id", 123456789L).put("is_bot", true).put("first_name", "Fake").put("username", "fake_bot")
                .put("can_join_groups", true).put("can_read_all_group_messages", false).put("supports_inline_queries", false).build();
    }

    private static void failure(HttpExchange exchange, int status, String description) throws IOException {
        Exchanges.json(exchange, status,
                Json.object().put("ok", false).put("error_code", status).put("description", description).build());
    }

    /// Parameters come as JSON, as a form, or in the query.
    private static Map<String, JsonValue> parameters(HttpExchange exchange) throws IOException {
        String type = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")).orElse("");
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (type.startsWith("application/json") && body.length > 0) {
            return JsonValue.parse(body).members();
        }
        String form = body.length > 0 ? new String(body, StandardCharsets.UTF_8)
                : Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
        return Arrays.stream(form.split("&")).filter(pair -> pair.contains("=")).map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0],
                        pair -> Json.of(URLDecoder.decode(pair[1], StandardCharsets.UTF_8)), (a, _) -> a));
    }

    private static String text(Map<String, JsonValue> parameters, String name) {
        return Optional.ofNullable(parameters.get(name)).map(JsonValue::string).orElse("");
    }

    private static long number(Map<String, JsonValue> parameters, String name, long absent) {
        return Optional.ofNullable(parameters.get(name))
                .map(value -> Long.parseLong(value.toString().replace("\"", ""))).orElse(absent);
    }
}
