package botmaker.talk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import botmaker.json.JsonValue;
import botmaker.openclaw.Gateway;
import botmaker.secret.Redactor;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import botmaker.support.StubService;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Talk with a gateway that answers what OpenClaw 2026.9.6 answered, and with one that was taken over.
class ConversationTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final List<String> heard = new ArrayList<>();
    private Redactor redactor = Redactor.none();
    private StubService gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new StubService();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void an_answer_comes_in_pieces() throws Exception {
        gateway.on(CHAT, 200, "data: " + delta("\"role\":\"assistant\"") + "\n\ndata: " + delta("\"content\":\"It is\"")
                + "\r\n\r\n: a comment\nevent: x\ndata:" + delta("\"content\":\" Paris\\n\"") + "\n\ndata: " + delta("") + "\n\ndata: [DONE]\n\n");
        assertEquals(Optional.empty(), say());
        assertEquals(List.of("It is", " Paris\n"), heard);
        assertEquals(List.of("POST " + CHAT + " [Bearer s3cret]"), gateway.requests);
        JsonValue request = JsonValue.parse(gateway.bodies.getFirst());
        assertEquals("openclaw/default", request.get("model").string());
        assertEquals("botmaker:7", request.get("user").string());
        assertEquals("[{\"role\":\"user\",\"content\":\"Capital?\"}]", request.get("messages").toString());
    }

    @Test
    void a_turn_that_failed_says_why_without_tokens() throws Exception {
        gateway.on(CHAT, 200, "data: " + delta("\"content\":\"Well\"")
                + "\n\ndata: {\"error\":{\"message\":\"key sk-ant-0123456789abcdefghijklmnopqrstuv refused\\n\"}}\n\ndata: [DONE]\n\n");
        assertEquals(Optional.of("key … refused"), say());
        assertEquals(List.of("Well"), heard);
    }

    /// The key that a bot was made to say was shown, whole or in pieces, in the answer and in its failure.
    @Test
    void a_secret_is_redacted_in_pieces_failures_and_refusals(@TempDir Path temp) throws Exception {
        SecretStore secrets = new SecretStore(temp.resolve("secrets"));
        secrets.create("0123456789abcdef", Map.of(new SecretName("ai-api-key"), Secret.of("canary-9-canary-9")),
                PrivateFiles.currentUid(), PrivateFiles.currentGid());
        redactor = secrets.redactor("0123456789abcdef");
        String pieces = "It is canary-9-canary-9, can".chars().mapToObj(it -> "data: " + delta("\"content\":\"" + (char) it + "\"") + "\n\n")
                .collect(Collectors.joining());
        gateway.on(CHAT, 200, pieces + "data: [DONE]\n\n");
        assertEquals(Optional.empty(), say());
        assertEquals("It is [redacted:ai-api-key], can", String.join("", heard));

        heard.clear();
        try (StubService failing = new StubService().on(CHAT, 200, "data: " + delta("\"content\":\"Well, canary-9-\"")
                + "\n\ndata: {\"error\":{\"message\":\"" + "x ".repeat(146) + "canary-9-canary-9\"}}\n\n")) {
            String problem = say(failing).orElseThrow();
            assertFalse(problem.contains("can"), problem);
        }
        assertEquals("Well, ", String.join("", heard));
        try (StubService refusing = new StubService().on(CHAT, 400, "{\"error\":{\"message\":\"canary-9-canary-9\"}}")) {
            assertTrue(say(refusing).orElseThrow().contains("[redacted:ai-api-key]"));
        }
    }

    /// Where the secrets cannot be read, nothing may be shown, and the reader is to know why.
    @Test
    void nothing_is_shown_while_the_secrets_cannot_be_read(@TempDir Path temp) throws Exception {
        Files.createDirectories(temp.resolve("secrets"));
        Files.writeString(temp.resolve("secrets/0123456789abcdef"), "not a directory");
        redactor = new SecretStore(temp.resolve("secrets")).redactor("0123456789abcdef");
        gateway.on(CHAT, 200, "data: " + delta("\"content\":\"Well\"") + "\n\ndata: [DONE]\n\n");
        assertTrue(say().orElseThrow().contains("cannot read this bot's secrets"));
        assertEquals(List.of(), heard);
    }

    @Test
    void a_refusal_says_why() throws Exception {
        gateway.on(CHAT, 400, "{\"error\":{\"message\":\"Missing user message in `messages`.\"}}");
        assertEquals(Optional.of("The bot refused the message with status 400: Missing user message in `messages`."), say());
    }

    @Test
    void a_refused_gateway_token_is_said_in_words() throws Exception {
        gateway.on(CHAT, 401, "{\"error\":{\"message\":\"Unauthorized\"}}");
        assertTrue(say().orElseThrow().startsWith("The bot's gateway does not accept its token."));
    }

    @Test
    void a_bot_that_is_not_there_is_said_in_words() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, LOOPBACK)) {
            port = closed.getLocalPort();
        }
        Conversation conversation = new Conversation(Duration.ofSeconds(5));
        Gateway nobody = new Gateway(new Gateway.Address(LOOPBACK, port), "t");
        assertTrue(conversation.say(nobody, Optional.empty(), "x", Redactor.none(), heard::add).orElseThrow().startsWith("Nothing listens"));
    }

    @Test
    void an_answer_that_breaks_off_is_not_complete() throws Exception {
        gateway.on(CHAT, 200, "data: " + delta("\"content\":\"It is\"") + "\n\n");
        assertEquals(Optional.of("The bot broke off its answer."), say());
        assertEquals(List.of("It is"), heard);
    }

    @Test
    void what_is_not_openclaws_is_a_problem_and_no_failure() throws Exception {
        for (String garbage : List.of("7", "{}", "{\"choices\":[7]}", "{\"choices\":[{\"delta\":{\"content\":7}}]}", "[".repeat(5000), "\u0000")) {
            try (StubService hostile = new StubService().on(CHAT, 200, "data: " + garbage + "\n\n")) {
                assertEquals(Optional.of("The bot's answer is not OpenClaw's."), say(hostile), garbage);
            }
        }
    }

    @Test
    void neither_a_line_nor_an_answer_without_end_is_read_to_its_end() throws Exception {
        gateway.on(CHAT, exchange -> forEver(exchange, "x".repeat(64 << 10)));
        assertEquals(Optional.of("The bot's answer is longer than BotMaker reads."), say());
        try (StubService chatty = new StubService().on(CHAT, exchange ->
                forEver(exchange, ("data: " + delta("\"content\":\"" + "x".repeat(1000) + "\"") + "\n\n").repeat(60)))) {
            assertEquals(Optional.of("The bot's answer is longer than BotMaker reads."), say(chatty));
        }
        assertTrue(heard.stream().mapToInt(String::length).sum() < 8 << 20);
    }

    @Test
    void an_answer_that_never_ends_costs_no_more_than_the_deadline() throws Exception {
        gateway.on(CHAT, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(("data: " + delta("\"content\":\"Hm\"") + "\n\n").getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            Thread.sleep(Duration.ofMinutes(1));
        });
        Conversation conversation = new Conversation(Duration.ofMillis(300));
        assertEquals(Optional.of("The bot did not finish its answer within 300 ms."),
                conversation.say(at(gateway), Optional.empty(), "x", Redactor.none(), heard::add));
        assertEquals(List.of("Hm"), heard);
    }

    @Test
    void a_refusal_that_never_ends_costs_no_more_than_the_deadline() throws Exception {
        gateway.on(CHAT, exchange -> {
            exchange.sendResponseHeaders(500, 1000);
            exchange.getResponseBody().flush();
            Thread.sleep(Duration.ofMinutes(1));
        });
        Conversation conversation = new Conversation(Duration.ofMillis(300));
        assertTrue(conversation.say(at(gateway), Optional.empty(), "x", Redactor.none(), heard::add).isPresent());
    }

    /// Nobody pays for an answer that nobody reads.
    @Test
    void the_bot_notices_when_nobody_listens_any_more() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        gateway.on(CHAT, exchange -> {
            try {
                forEver(exchange, "data: " + delta("\"content\":\"Hm\"") + "\n\n");
            } catch (IOException e) {
                left.countDown();
            }
        });
        Conversation conversation = new Conversation(Duration.ofSeconds(30));
        assertThrows(IOException.class, () -> conversation.say(at(gateway), Optional.empty(), "x", Redactor.none(), _ -> {
            throw new IOException("the browser left");
        }));
        assertTrue(left.await(10, TimeUnit.SECONDS));
    }

    @Test
    void an_interrupt_ends_it() throws Exception {
        gateway.on(CHAT, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(("data: " + delta("\"content\":\"Hm\"") + "\n\n").getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            Thread.sleep(Duration.ofMinutes(1));
        });
        Thread self = Thread.currentThread();
        Conversation conversation = new Conversation(Duration.ofSeconds(30));
        assertThrows(InterruptedException.class, () -> conversation.say(at(gateway), Optional.empty(), "x", Redactor.none(), _ ->
                Thread.ofVirtual().start(() -> {
                    try {
                        Thread.sleep(100);
                    } catch (InterruptedException _) {
                        return;
                    }
                    self.interrupt();
                })));
    }

    @Test
    void a_redirect_is_not_followed() throws Exception {
        gateway.on(CHAT, exchange -> StubService.redirect(exchange, "/elsewhere")).on("/elsewhere", 200, "data: [DONE]\n\n");
        assertEquals(Optional.of("The bot refused the message with status 302."), say());
        assertEquals(1, gateway.requests.size());
    }

    private Optional<String> say() throws Exception {
        return say(gateway);
    }

    private Optional<String> say(StubService service) throws Exception {
        Conversation conversation = new Conversation(Duration.ofSeconds(20));
        return conversation.say(at(service), Optional.of("7"), "Capital?", redactor, heard::add);
    }

    private static Gateway at(StubService service) {
        return new Gateway(new Gateway.Address(LOOPBACK, service.port()), "s3cret");
    }

    private static String delta(String members) {
        return "{\"choices\":[{\"index\":0,\"delta\":{" + members + "},\"finish_reason\":null}]}";
    }

    private static void forEver(HttpExchange exchange, String text) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        while (true) {
            exchange.getResponseBody().write(bytes);
            exchange.getResponseBody().flush();
        }
    }
}
