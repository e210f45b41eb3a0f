package botmaker.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.ledger.PastCall.By;
import botmaker.ledger.PastCall.Ended;
import botmaker.ledger.PastCall;
import botmaker.ledger.UsageReader;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget.OnCap;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Policy;
import botmaker.policy.Reach;
import botmaker.support.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Calls of bots with and without a budget, from their sockets to the provider and into the file. The model costs 2 and 10 dollars.
@Timeout(90)
final class MeteredCallsTest {
    private static final String PLACEHOLDER = "botmaker-placeholder-0123456789abcdef";
    private static final String DONE = "{\"model\":\"gpt-6-sol\",\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":100}}";
    private static final long COST = 1000 * 2000 + 100 * 10_000;
    private static final String PART = "data: {\"choices\":[{\"delta\":{\"content\":\"" + "x".repeat(3000) + "\"}}]}\n\n";
    private static final Pattern LIMIT = Pattern.compile("\"max_completion_tokens\":([0-9]+)");

    @TempDir
    Path dir;
    private volatile AiScene.Ai answer = (socket, _) -> Scene.Server.say(socket, whole(200, DONE));
    private AiScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new AiScene(dir, (socket, request) -> answer.answer(socket, request));
        scene.keep("sk-real");
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    private void follow(Budget budget, String... bots) throws IOException {
        List<BotPolicy> policies = new ArrayList<>();
        for (String bot : bots.length == 0 ? new String[] {"a"} : bots) {
            Path own = dir.resolve(bot);
            Files.createDirectories(own);
            policies.add(new BotPolicy(bot, Reach.SEALED, own, List.of(new Origin("m0", "model.botmaker.internal", 11434, false,
                    scene.url("/v1"), "openai",
                    Optional.of(new Origin.Credential(Optional.of("k1"), PLACEHOLDER)), List.of("gpt-6-sol"))), List.of(), Optional.empty(), budget));
        }
        scene.follow(policies);
    }

    private static Budget day(long nanos, OnCap onCap) {
        return new Budget(Optional.of(nanos), Optional.empty(), Optional.empty(), onCap);
    }

    private static String whole(int status, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String request(int output, boolean stream) {
        String body = "{\"model\":\"gpt-6-sol\",\"max_completion_tokens\":" + output + (stream ? ",\"stream\":true" : "") + ",\"messages\":[]}";
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: model.botmaker.internal:11434\r\nAuthorization: Bearer " + PLACEHOLDER
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private String chat(int output) throws IOException {
        return scene.plain("a", "m0").send(request(output, false)).answer();
    }

    private static long limit(String request) {
        Matcher limit = LIMIT.matcher(request);
        assertTrue(limit.find(), request);
        return Long.parseLong(limit.group(1));
    }

    /// Waits until a bot's calls have ended.
    private List<PastCall> calls(String bot, int count) throws InterruptedException {
        try (UsageReader reader = new UsageReader(dir.resolve("usage.db"), Clock.systemUTC(), ZoneOffset.UTC)) {
            while (true) {
                List<PastCall> calls = reader.calls(bot, 100, Optional.empty());
                if (calls.size() >= count && calls.stream().noneMatch(it -> it.ended() == Ended.OPEN)) {
                    return calls;
                }
                Thread.sleep(20);
            }
        }
    }

    @Test
    void a_call_is_recorded_with_what_it_used_and_without_what_it_said() throws Exception {
        follow(Budget.NONE);
        assertTrue(chat(500).endsWith(DONE));
        PastCall call = calls("a", 1).getFirst();
        assertEquals("openai POST /chat/completions gpt-6-sol gpt-6-sol", call.provider() + " " + call.route() + " " + call.asked() + " " + call.model());
        assertEquals(Optional.of("k1"), call.key());
        assertEquals(Ended.WHOLE, call.ended());
        assertEquals(Optional.of(200L), call.status());
        assertEquals(Optional.of(COST), call.cost());
        assertEquals(By.PRICE, call.costBy());
        assertEquals(DONE.length(), call.down());
        assertTrue(call.firstMs().isPresent() && call.firstMs().get() <= call.tookMs().orElseThrow(), call.toString());
        assertFalse(Files.readString(dir.resolve("usage.db-wal"), ISO_8859_1).contains("messages"));
    }

    @Test
    void at_the_cap_the_broker_answers_in_the_models_place_and_after_a_raise_the_model_does() throws Exception {
        follow(day(COST, OnCap.ANSWER));
        assertTrue(chat(100).endsWith(DONE));
        String got = chat(500);
        assertTrue(got.startsWith("HTTP/1.1 200 ") && got.contains("\"content\":\"I have used up today's budget (0.0030 USD). It is renewed on "), got);
        assertTrue(got.contains("x-botmaker-refused: budget"), got);
        assertEquals(1, scene.asked.size());
        assertEquals("budget", scene.activity.toJson().elements().getFirst().get("refused").elements().getFirst().get("kind").string());
        assertEquals("used-up", scene.ledger.events().elements().getLast().get("event").string());
        follow(day(2 * COST, OnCap.ANSWER));
        assertTrue(chat(100).endsWith(DONE));
    }

    @Test
    void at_the_cap_the_broker_refuses_where_that_is_chosen() throws Exception {
        follow(day(COST, OnCap.REFUSE));
        chat(100);
        String got = chat(500);
        assertTrue(got.startsWith("HTTP/1.1 400 ") && got.contains("botmaker_budget") && got.contains("BotMaker: I have used up"), got);
    }

    @Test
    void the_provider_is_asked_for_no_more_than_is_left() throws Exception {
        follow(day(10_000_000, OnCap.ANSWER));
        chat(500);
        assertEquals(500, limit(scene.asked.getLast()));
        chat(500_000);
        assertTrue(limit(scene.asked.getLast()) < 700, scene.asked.getLast());
    }

    @Test
    void a_client_that_leaves_pays_for_what_was_written() throws Exception {
        follow(Budget.NONE);
        answer = (socket, _) -> {
            Scene.Server.say(socket, "HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(PART.length()) + "\r\n" + PART + "\r\n");
            assertEquals(-1, socket.getInputStream().read(), "the provider is stopped");
        };
        Scene.Client client = scene.plain("a", "m0").send(request(5000, true));
        client.until("xxx\"}}]}\n\n");
        client.socket().close();
        PastCall call = calls("a", 1).getFirst();
        assertEquals(Ended.LEFT, call.ended());
        assertEquals(By.ESTIMATED, call.costBy());
        assertTrue(call.output() >= 1000 && call.output() <= 5000, call.toString());
        assertEquals(call.input() * 2000 + call.output() * 10_000, call.cost().orElseThrow());
    }

    @Test
    void a_provider_that_breaks_off_or_refuses_is_told_apart() throws Exception {
        follow(Budget.NONE);
        answer = (socket, _) -> {
            Scene.Server.say(socket, "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n" + DONE);
            socket.close();
        };
        scene.plain("a", "m0").send(request(100, false)).rest();
        answer = (socket, _) -> Scene.Server.say(socket, whole(401, "{\"error\":{}}"));
        chat(100);
        answer = (socket, _) -> Scene.Server.say(socket, whole(500, "{\"error\":{}}"));
        chat(100);
        assertEquals(List.of("REFUSED 500 0", "REFUSED 401 0", "BROKEN 200 " + COST), calls("a", 3).stream()
                .map(it -> it.ended() + " " + it.status().orElseThrow() + " " + it.cost().orElseThrow()).toList());
    }

    /// A bot that asks in a loop for what it may not have fills neither the disk nor the log nor the memory.
    @Test
    void what_the_broker_refuses_in_a_loop_takes_no_row_and_one_line() throws Exception {
        follow(Budget.NONE);
        List<String> lines;
        try (Journal journal = new Journal()) {
            Scene.Client client = scene.plain("a", "m0");
            for (int i = 0; i < 300; i++) {
                String got = client.send("GET /v1/files/" + i + " HTTP/1.1\r\nHost: model.botmaker.internal:11434\r\nAuthorization: Bearer "
                        + PLACEHOLDER + "\r\n\r\n").answer();
                assertTrue(got.startsWith("HTTP/1.1 404 "), got);
            }
            lines = journal.records().stream().filter(it -> it.contains("bot a: refused")).toList();
        }
        assertEquals(1, lines.size(), lines.toString());
        assertEquals("[300]", scene.activity.toJson().get(0).get("refused").elements().stream().map(it -> it.get("count").integer()).toList().toString());
        assertEquals(List.of(), calls("a", 0));
        assertEquals(List.of(), scene.asked);
    }

    /// 56 calls at once of seven bots that share a key, with a dollar left on it; the provider writes as much as it may.
    @Test
    void many_bots_at_once_cannot_overdraw_a_key() throws Exception {
        String[] bots = IntStream.range(0, 7).mapToObj(i -> "b" + i).toArray(String[]::new);
        follow(Budget.NONE, bots);
        scene.ledger.follow(new Policy(List.of(), ZoneOffset.UTC, List.of(), Map.of("k1", Budget.DOLLAR)));
        answer = (socket, request) -> Scene.Server.say(socket, whole(200, DONE.replace(":1000,", ":20,")
                .replace(":100}", ":" + limit(request) + "}")));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (String bot : bots) {
                for (int i = 0; i < 8; i++) {
                    answers.add(threads.submit(() -> scene.plain(bot, "m0").send(request(5000, false)).answer()));
                }
            }
            for (Future<String> got : answers) {
                assertTrue(got.get().startsWith("HTTP/1.1 200 "), got.get());
            }
        }
        int sent = scene.asked.size();
        long cost = 0;
        long recorded = 0;
        for (String bot : bots) {
            List<PastCall> calls = calls(bot, 0);
            recorded += calls.size();
            cost += calls.stream().mapToLong(it -> it.cost().orElseThrow()).sum();
        }
        assertEquals(sent, recorded);
        assertTrue(cost <= Budget.DOLLAR + Budget.DOLLAR / 100, "overspent: " + cost);
        assertTrue(sent >= 15 && sent < 56, sent + " calls");
    }
}
