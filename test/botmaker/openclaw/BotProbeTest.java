package botmaker.openclaw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.openclaw.BotProbe.Result;
import botmaker.openclaw.BotProbe.State;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The probe against a gateway that says what OpenClaw 2026.9.6 said (`CONNECTED` and the like are its own answers).
class BotProbeTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final String READY = "{\"ready\":true,\"failing\":[],\"uptimeMs\":4711}";
    private static final String CONNECTED = """
            {"id":"1","ok":true,"payload":{"channelOrder":["telegram"],"channelAccounts":{"telegram":[{"accountId":"default",\
            "enabled":true,"lifecycle":"ready","running":true,"connected":true,"lastError":null}]},"statusIssues":[]}}""";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer gateway;

    private interface Script {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        gateway.setExecutor(threads);
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
        threads.shutdownNow();
    }

    @Test
    void a_bot_whose_channel_is_connected_is_ready() throws Exception {
        on("/readyz", 200, READY);
        on("/api/v1/admin/rpc", 200, CONNECTED);
        assertEquals(Result.works(), probe("telegram"));
        assertEquals(List.of("Bearer s3cret", "Bearer s3cret"), authorizations);
    }

    @Test
    void web_chat_needs_nothing_but_the_gateway() throws Exception {
        on("/readyz", 200, READY);
        on("/api/v1/admin/rpc", 200, "{\"ok\":true,\"payload\":{\"channelAccounts\":{}}}");
        assertEquals(Result.works(), probe("webchat"));
    }

    @Test
    void a_bot_that_does_not_listen_yet_is_down() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, LOOPBACK)) {
            port = closed.getLocalPort();
        }
        Result result = BotProbe.probe(new Gateway(new Gateway.Address(LOOPBACK, port), "s3cret"), "telegram", it -> it, DEADLINE);
        assertEquals(State.DOWN, result.state());
        assertFalse(result.up());
    }

    @Test
    void a_gateway_that_starts_its_sidecars_is_starting() throws Exception {
        on("/readyz", 503, "{\"ready\":false,\"failing\":[\"startup-sidecars\"],\"uptimeMs\":900}");
        Result result = probe("telegram");
        assertEquals(State.STARTING, result.state());
        assertFalse(result.up());
    }

    /// Right after the start `/readyz` says 200 with a channel that has not connected, and may never.
    @Test
    void a_channel_that_connects_is_starting_although_the_gateway_is_ready() throws Exception {
        on("/readyz", 200, READY);
        on("/api/v1/admin/rpc", 200, account("\"lifecycle\":\"starting\",\"running\":true,\"connected\":false,\"lastError\":null"));
        assertEquals(Result.starting("telegram: not connected to its service yet."), probe("telegram"));
    }

    @Test
    void a_refused_channel_token_is_said_in_words() throws Exception {
        on("/readyz", 200, READY);
        on("/api/v1/admin/rpc", 200, account("""
                "lifecycle":"blocked","terminalDisconnect":true,"running":false,"lastError":"Telegram bot token unauthorized for \
                account \\"default\\" (getMe returned 401 from Telegram; source: tokenFile token)."\
                """));
        Result result = probe("telegram");
        assertEquals(State.DEGRADED, result.state());
        assertTrue(result.problem().orElseThrow().startsWith("telegram: its token was refused. Telegram bot token unauthorized"),
                result.toString());
    }

    @Test
    void a_channel_without_its_plugin_is_missed() throws Exception {
        on("/readyz", 200, READY);
        on("/api/v1/admin/rpc", 200, CONNECTED);
        assertEquals(Result.degraded("discord: its plugin is missing. Rebuild the bot image."), probe("discord"));
    }

    @Test
    void a_gateway_that_is_not_ready_for_another_reason_names_it() throws Exception {
        on("/readyz", 503, "{\"ready\":false,\"failing\":[\"agent-database:main\",\"state-database\"]}");
        on("/api/v1/admin/rpc", 200, CONNECTED);
        assertEquals(Result.degraded("Not ready: agent-database:main, state-database."), probe("telegram"));
    }

    @Test
    void a_refused_gateway_token_is_told_from_a_refused_channel_token() throws Exception {
        on("/readyz", 503, "{\"ready\":false}");
        Result unready = probe("telegram");
        assertTrue(unready.problem().orElseThrow().startsWith("The bot's gateway does not accept its token."), unready.toString());
        gateway.removeContext("/readyz");
        on("/readyz", 200, "{\"ready\":true}");
        on("/api/v1/admin/rpc", 401, "{\"error\":{\"message\":\"Unauthorized\",\"type\":\"unauthorized\"}}");
        assertEquals(unready, probe("telegram"));
    }

    @Test
    void an_answer_that_is_not_openclaws_is_a_problem_and_no_failure() throws Exception {
        on("/readyz", 200, READY);
        for (String garbage : List.of("<html>", "[]", "null", "{}", "{\"payload\":7}", "{\"payload\":{\"channelAccounts\":{\"telegram\":{}}}}",
                "{\"payload\":{\"channelAccounts\":{\"telegram\":[7]}}}", "[".repeat(5000))) {
            on("/api/v1/admin/rpc", 200, garbage);
            assertEquals(State.DEGRADED, probe("telegram").state(), garbage);
            gateway.removeContext("/api/v1/admin/rpc");
        }
    }

    @Test
    void a_gateway_that_never_finishes_its_answer_costs_no_more_than_the_deadline() throws Exception {
        on("/readyz", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            Thread.sleep(Duration.ofMinutes(1));
        });
        long start = System.nanoTime();
        Result result = BotProbe.probe(there(), "telegram", it -> it, Duration.ofMillis(300));
        assertEquals(Result.down("The gateway did not answer within 300 ms."), result);
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(3).toNanos());
    }

    @Test
    void an_endless_answer_is_not_read_to_its_end() throws Exception {
        on("/readyz", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] blanks = " ".repeat(64 << 10).getBytes(StandardCharsets.UTF_8);
            while (true) {
                exchange.getResponseBody().write(blanks);
            }
        });
        assertEquals(Result.down("The gateway broke off its answer."), probe("telegram"));
    }

    /// A bot that was taken over may redirect, or put anything into its errors.
    @Test
    void a_redirect_is_not_followed() throws Exception {
        on("/readyz", exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });
        on("/elsewhere", 200, READY);
        assertEquals(Result.degraded("The gateway answered /readyz with status 302."), probe("telegram"));
    }

    @Test
    void a_problem_is_one_short_line_without_tokens() throws Exception {
        on("/readyz", 200, READY);
        on("/api/v1/admin/rpc", 200, account("\"lifecycle\":\"recovering\",\"lastError\":\"request to "
                + "https://api.telegram.org/bot123456789:AAEhBP0av28aBcDeFgHiJkLmNoPqRsTuVwX/getMe failed\\u0007\\n\\u202e"
                + "x ".repeat(50_000) + "\""));
        String problem = probe("telegram").problem().orElseThrow();
        assertTrue(problem.startsWith("telegram: request to https://api.telegram.org/…/getMe failed x"), problem);
        assertTrue(problem.length() < 330, problem);
        assertEquals(List.of(problem), problem.lines().toList());
    }

    /// A secret that crossed the end of what is shown was cut before it was redacted, and its beginning was shown.
    @Test
    void a_problem_is_redacted_before_it_is_cut() throws Exception {
        on("/readyz", 200, READY);
        on("/api/v1/admin/rpc", 200, account("\"lifecycle\":\"recovering\",\"lastError\":\"" + "x ".repeat(146) + "canary-9-canary" + "\""));
        String problem = probe("telegram").problem().orElseThrow();
        assertFalse(problem.contains("can"), problem);
        gateway.removeContext("/readyz");
        on("/readyz", 503, "{\"ready\":false,\"failing\":[\"canary-9-canary\"]}");
        gateway.removeContext("/api/v1/admin/rpc");
        on("/api/v1/admin/rpc", 200, CONNECTED);
        assertEquals(Result.degraded("Not ready: [redacted]."), probe("telegram"));
    }

    /// A 503 whose JSON is no object ended the probe with an exception.
    @Test
    void an_unready_answer_that_is_not_openclaws_is_a_problem_and_no_failure() throws Exception {
        for (String garbage : List.of("[]", "7", "null", "{\"failing\":7}", "")) {
            on("/readyz", 503, garbage);
            assertEquals(State.DEGRADED, probe("telegram").state(), garbage);
            gateway.removeContext("/readyz");
        }
    }

    private Result probe(String channel) throws InterruptedException {
        return BotProbe.probe(there(), channel, text -> text.replace("canary-9-canary", "[redacted]"), DEADLINE);
    }

    private Gateway there() {
        return new Gateway(new Gateway.Address(LOOPBACK, gateway.getAddress().getPort()), "s3cret");
    }

    private void on(String path, int status, String body) {
        on(path, exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        });
    }

    private void on(String path, Script script) {
        gateway.createContext(path, exchange -> {
            authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getRequestBody().readAllBytes();
            try (exchange) {
                script.answer(exchange);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static String account(String members) {
        return "{\"ok\":true,\"payload\":{\"channelAccounts\":{\"telegram\":[{\"accountId\":\"default\"," + members + "}]}}}";
    }
}
