package botmaker.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Scene.Client;
import botmaker.file.PrivateFiles;
import botmaker.json.JsonValue;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Reach;
import botmaker.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls of a bot to its AI, from its socket to a server that a test plays.
@Timeout(90)
final class ExchangeTest {
    private static final String HOST = "model.botmaker.internal:11434";
    private static final String KEY = "sk-real-key-of-the-operator-0123456789";
    private static final String PLACEHOLDER = "botmaker-placeholder-0123456789abcdef";
    private static final String DONE = "{\"choices\":[{\"message\":{\"content\":\"hi\"}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}";

    @TempDir
    Path dir;
    private volatile String answer = whole(200, DONE);
    private volatile CountDownLatch held = new CountDownLatch(0);
    private AiScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new AiScene(dir, (socket, _) -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            Scene.Server.say(socket, answer);
            if (!answer.contains("Content-Length")) {
                socket.close();
            }
        });
        scene.keep(KEY);
        follow(Reach.SEALED, Optional.empty());
    }

    @AfterEach
    void close() throws IOException {
        held.countDown();
        scene.close();
    }

    private void follow(Reach reach, Optional<String> paused, String... also) throws IOException {
        follow(reach, paused, Budget.NONE, also);
    }

    private void follow(Reach reach, Optional<String> paused, Budget budget, String... also) throws IOException {
        Path own = dir.resolve("a");
        Files.createDirectories(own);
        scene.follow(List.of(new BotPolicy("a", reach, own, List.of(new Origin("m0", "model.botmaker.internal", 11434, false,
                scene.url("/v1"), "openai-compatible",
                Optional.of(new Origin.Credential(Optional.of("k1"), PLACEHOLDER)), List.of("m"))), List.of(), paused, budget, List.of(also))));
    }

    private static String whole(int status, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body;
    }

    private String call(String credential, String path, String body) throws IOException {
        return scene.plain("a", "m0").send("POST " + path + " HTTP/1.1\r\nHost: " + HOST + "\r\n" + credential
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).answer();
    }

    private String chat(String body) throws IOException {
        return call("Authorization: Bearer " + PLACEHOLDER + "\r\n", "/v1/chat/completions", body);
    }

    private String chat() throws IOException {
        return chat("{\"model\":\"m\",\"messages\":[]}");
    }

    private List<String> refusals() {
        return scene.activity.toJson().elements().stream().flatMap(bot -> bot.get("refused").elements().stream())
                .map(it -> it.get("kind").string()).toList();
    }

    @Test
    void the_key_is_put_in_and_the_rest_is_what_the_bot_sent() throws Exception {
        String got = chat("{ \"model\": \"m\", \"messages\": [] }");
        assertTrue(got.startsWith("HTTP/1.1 200 ") && got.endsWith(DONE), got);
        String sent = scene.asked.getFirst();
        assertTrue(sent.startsWith("POST /v1/chat/completions HTTP/1.1\r\n"), sent);
        assertTrue(sent.contains("Authorization: Bearer " + KEY + "\r\n"), "no key");
        assertTrue(sent.contains("Host: 127.0.0.1:" + scene.ai.port() + "\r\n"), "another host");
        assertTrue(sent.endsWith("\r\n\r\n{ \"model\": \"m\", \"messages\": [] }"), "another body");
        assertFalse(sent.contains(PLACEHOLDER));
    }

    /// A bot that held back its body could have its AI answer for a minute after the operator had paused it.
    @Test
    void a_pause_counts_for_a_call_whose_body_is_still_coming() throws Exception {
        String body = "{\"model\":\"m\",\"messages\":[]}";
        Scene.Client bot = scene.plain("a", "m0").send("POST /v1/chat/completions HTTP/1.1\r\nHost: " + HOST + "\r\nAuthorization: Bearer " + PLACEHOLDER
                + "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: " + body.length() + "\r\n\r\n");
        bot.until("100 Continue\r\n\r\n");
        follow(Reach.SEALED, Optional.of("I am paused."));
        String got = bot.send(body).answer();
        assertTrue(got.startsWith("HTTP/1.1 200 ") && got.contains("I am paused."), got);
        assertEquals(List.of(), scene.asked);
    }

    @Test
    void a_pause_counts_for_a_call_that_waits_for_its_budget() throws Exception {
        Budget budget = new Budget(Optional.empty(), Optional.empty(), Optional.of(1000L), Budget.OnCap.ANSWER);
        follow(Reach.SEALED, Optional.empty(), budget);
        held = new CountDownLatch(1);
        String body = "{\"model\":\"m\",\"max_tokens\":900,\"messages\":[]}";
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = threads.submit(() -> chat(body));
            LinksTest.await(() -> scene.asked.size() == 1);
            Future<String> second = threads.submit(() -> chat(body));
            Thread.sleep(500); // until it waits for what is reserved for the first
            follow(Reach.SEALED, Optional.of("I am paused."), budget);
            held.countDown();
            assertTrue(first.get().endsWith(DONE), first.get());
            assertTrue(second.get().contains("I am paused."), second.get());
        }
        assertEquals(1, scene.asked.size());
    }

    @Test
    void a_call_is_refused_whose_server_was_changed_while_its_body_came() throws Exception {
        Scene.Client bot = scene.plain("a", "m0").send("POST /v1/chat/completions HTTP/1.1\r\nHost: " + HOST + "\r\nAuthorization: Bearer " + PLACEHOLDER
                + "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        bot.until("100 Continue\r\n\r\n");
        scene.follow(List.of(new BotPolicy("a", Reach.SEALED, dir.resolve("a"), List.of(new Origin("m0", "model.botmaker.internal", 11434, false,
                URI.create("http://127.0.0.1:1/v1"), "openai-compatible", Optional.of(new Origin.Credential(Optional.of("k2"), PLACEHOLDER)),
                List.of("m"))), List.of(), Optional.empty(), Budget.NONE)));
        String got = bot.send("{}").answer();
        assertTrue(got.startsWith("HTTP/1.1 503 ") && got.contains("was changed meanwhile"), got);
        assertEquals(List.of(), scene.asked);
    }

    /// A server that quotes what it was sent gave the bot its key, in a field or in an answer that is no error.
    @Test
    void the_key_never_comes_back_wherever_it_is_quoted() throws Exception {
        String masked = "Bearer " + "*".repeat(KEY.length());
        String body = "{\"choices\":[],\"scene.asked\":\"Bearer " + KEY + "\"}";
        answer = "HTTP/1.1 200 X\r\nX-Asked: Bearer " + KEY + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        String got = chat();
        assertTrue(got.contains("X-Asked: " + masked + "\r\n") && got.endsWith(body.replace("Bearer " + KEY, masked)), "the key, or another answer");

        answer = "HTTP/1.1 500 X\r\nX-Asked: " + KEY + "\r\nContent-Length: 2\r\n\r\n{}";
        assertFalse(chat().contains(KEY), "a field of an error");

        String half = "data: " + KEY.substring(0, 20);
        answer = "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(half.length()) + "\r\n" + half + "\r\n"
                + Integer.toHexString(KEY.length() - 20) + "\r\n" + KEY.substring(20) + "\r\n0\r\n\r\n";
        String ask = "{\"model\":\"m\",\"messages\":[]}";
        String streamed = scene.plain("a", "m0").send("POST /v1/chat/completions HTTP/1.1\r\nHost: " + HOST + "\r\nAuthorization: Bearer " + PLACEHOLDER
                + "\r\nContent-Length: " + ask.length() + "\r\n\r\n" + ask).until("0\r\n\r\n");
        assertTrue(streamed.contains("*".repeat(20)) && !streamed.contains(KEY.substring(0, 20)) && !streamed.contains(KEY.substring(20)), "cut in two");
    }

    @Test
    void a_replaced_key_counts_from_the_next_call_on() throws Exception {
        chat();
        scene.keys.replace("k1", AiScene.VALUE, Secret.of("sk-next"), PrivateFiles.currentUid(), PrivateFiles.currentGid());
        chat();
        assertTrue(scene.asked.getLast().contains("Authorization: Bearer sk-next\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "Authorization: Bearer sk-somebody-elses\r\n", "Authorization: Bearer " + PLACEHOLDER + "x\r\n", "x-api-key: " + PLACEHOLDER + "\r\n",
        "Authorization: Bearer " + PLACEHOLDER + "\r\nx-api-key: sk-somebody-elses\r\n",
        "Authorization: Bearer " + PLACEHOLDER + "\r\nAuthorization: Bearer sk-somebody-elses\r\n", "Authorization: Basic " + PLACEHOLDER + "\r\n",
        "Authorization: Bearer " + PLACEHOLDER + "\r\nx-goog-api-key: sk-somebody-elses\r\n"})
    void any_other_credential_than_the_placeholder_is_refused_and_told(String credential) throws Exception {
        String got = call(credential, "/v1/chat/completions", "{\"model\":\"m\",\"messages\":[]}");
        assertTrue(got.startsWith("HTTP/1.1 401 ") && got.contains("\"error\""), got);
        assertFalse(got.contains("somebody") || got.contains(PLACEHOLDER), "a credential is repeated: " + got);
        assertEquals(List.of(), scene.asked);
        assertEquals(List.of("credential"), refusals());
    }

    @Test
    void a_refused_model_is_told_in_the_word_that_allows_it() throws Exception {
        String other = "{\"model\":\"Vendor/other-2:free\",\"messages\":[]}";
        assertTrue(chat(other).startsWith("HTTP/1.1 404 "));
        assertTrue(chat("{\"model\":\"<b>\",\"messages\":[]}").startsWith("HTTP/1.1 404 "));
        assertEquals("[\"model:Vendor/other-2:free\"]", scene.activity.toJson().get(0).get("allowable").toString(), "a made-up name is not offered");
        assertEquals(List.of(), scene.asked);

        follow(Reach.SEALED, Optional.empty(), "model:Vendor/other-2:free");

        assertTrue(chat(other).startsWith("HTTP/1.1 200 "));
        assertTrue(chat().startsWith("HTTP/1.1 200 "), "its own");
        assertTrue(chat("{\"model\":\"third\",\"messages\":[]}").startsWith("HTTP/1.1 404 "));
        assertEquals(2, scene.asked.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/v1/chat/completions | {'model':'other','messages':[]}                                         | 404 | model",
        "/v1/chat/completions | {'model':'m','model':'other','messages':[]}                             | 400 | body",
        "/v1/chat/completions | {'model':'m','mod\\u0065l':'other','messages':[]}                       | 400 | body",
        "/v1/chat/completions | {'messages':[]}                                                         | 404 | model",
        "/v1/chat/completions | {                                                                       | 400 | body",
        "/v1/files            | {'model':'m'}                                                           | 404 | route",
        "/v2/chat/completions | {'model':'m','messages':[]}                                             | 404 | route",
        "/chat/completions    | {'model':'m','messages':[]}                                             | 404 | route",
        "/v1/chat/completions | {'model':'m','messages':[{'content':[{'type':'image_url','image_url':{'url':'https://x.test/'}}]}]} | 400 | way-out",
    })
    void what_the_policy_does_not_allow_never_leaves(String path, String body, int status, String kind) throws Exception {
        String got = call("Authorization: Bearer " + PLACEHOLDER + "\r\n", path.strip(), body.strip().replace('\'', '"'));
        assertTrue(got.startsWith("HTTP/1.1 " + status + " "), got);
        assertTrue(got.contains("x-botmaker-refused: " + kind), got);
        assertEquals(List.of(), scene.asked);
        assertEquals(List.of(kind), refusals());
    }

    @ParameterizedTest
    @CsvSource({"401, refused my key", "402, no credit is left", "403, refused this call", "400, refused my key"})
    void a_refused_key_is_told_in_the_models_place_and_locks_nothing(int status, String words) throws Exception {
        answer = whole(status, "{\"error\":{\"message\":\"Incorrect API key provided: " + KEY + "\"}}");
        String got = chat();
        assertTrue(got.startsWith("HTTP/1.1 200 ") && got.contains(words) && got.contains("(status " + status + ")"), got);
        assertFalse(got.contains(KEY));
        assertEquals(List.of("key"), refusals());
    }

    /// A bot could have the operator replace a good key.
    @ParameterizedTest
    @ValueSource(strings = {
        "{\"error\":{\"message\":\"Invalid value: 'invalid api key'. Supported values are: 'user'.\",\"code\":\"invalid_value\"}}",
        "{\"error\":{\"message\":\"Invalid value: '\\\"message\\\": \\\"Incorrect API key'.\"}}",
        "{\"error\":{\"message\":\"Unknown name API_KEY_INVALID\",\"status\":\"INVALID_ARGUMENT\"}}"})
    void an_error_that_quotes_the_bot_says_nothing_of_the_key(String error) throws Exception {
        answer = whole(400, error);
        String got = chat();
        assertTrue(got.startsWith("HTTP/1.1 400 ") && got.endsWith(error), got);
        assertEquals(List.of(), refusals());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "[{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid API key.\",\"status\":\"INVALID_ARGUMENT\"}}]",
        "{\"error\": {\"details\": [{\"reason\": \"API_KEY_INVALID\", \"domain\": \"googleapis.com\"}]}}",
        "{\"code\":\"Client specified an invalid argument\",\"error\":\"Incorrect API key provided: xa***45. You can obtain an API key.\"}"})
    void a_wrong_key_that_a_provider_calls_a_bad_request_is_told(String error) throws Exception {
        answer = whole(400, error);
        assertTrue(chat().contains("refused my key"));
        assertEquals(List.of("key"), refusals());
    }

    @Test
    void a_missing_key_is_told_in_the_models_place() throws Exception {
        scene.keys.delete("k1");
        assertTrue(chat().contains("My key is missing"));
        assertEquals(List.of(), scene.asked);
    }

    @Test
    void an_error_passes_without_the_key_that_it_quotes() throws Exception {
        answer = whole(429, "{\"error\":{\"message\":\"too much for " + KEY + "\"}}");
        String got = chat();
        assertTrue(got.startsWith("HTTP/1.1 429 ") && got.contains("too much for " + "*".repeat(KEY.length())), got);
    }

    @Test
    void an_error_without_an_end_does_not_look_whole() throws Exception {
        answer = whole(500, "x".repeat(2_000_000));
        assertTrue(chat().startsWith("HTTP/1.1 503 "));
    }

    @Test
    void a_redirect_is_not_followed_nor_passed_on() throws Exception {
        answer = "HTTP/1.1 307 X\r\nLocation: http://elsewhere.test/\r\nContent-Length: 0\r\n\r\n";
        String got = chat();
        assertTrue(got.startsWith("HTTP/1.1 503 ") && !got.contains("elsewhere"), got);
        assertEquals(1, scene.asked.size());
    }

    @Test
    void an_answer_that_breaks_off_is_never_whole() throws Exception {
        answer = "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo";
        Client client = scene.plain("a", "m0").send("POST /v1/chat/completions HTTP/1.1\r\nHost: " + HOST + "\r\nAuthorization: Bearer "
                + PLACEHOLDER + "\r\nContent-Length: 27\r\n\r\n{\"model\":\"m\",\"messages\":[]}");
        String got = client.rest();
        assertTrue(got.contains("hello"), got);
        assertFalse(got.contains("\r\n0\r\n\r\n"), "the answer looks whole: " + got);
    }

    @Test
    void a_server_that_is_away_is_a_passing_failure() throws Exception {
        scene.ai.close();
        String got = chat();
        assertTrue(got.startsWith("HTTP/1.1 503 ") && got.contains("Retry-After"), got);
        assertEquals(List.of("unavailable"), refusals());
    }

    @Test
    void a_paused_ai_answers_with_the_operators_words() throws Exception {
        follow(Reach.SEALED, Optional.of("I am having a rest until Monday."));
        String got = chat();
        assertTrue(got.startsWith("HTTP/1.1 200 ") && got.contains("I am having a rest until Monday."), got);
        assertEquals(List.of(), scene.asked);
    }

    @Test
    void a_bot_makes_eight_calls_at_once_and_no_more() throws Exception {
        held = new CountDownLatch(1);
        List<Client> clients = new ArrayList<>();
        String request = "POST /v1/chat/completions HTTP/1.1\r\nHost: " + HOST + "\r\nAuthorization: Bearer " + PLACEHOLDER
                + "\r\nContent-Length: 27\r\n\r\n{\"model\":\"m\",\"messages\":[]}";
        for (int i = 0; i < CallLimit.AT_ONCE; i++) {
            clients.add(scene.plain("a", "m0").send(request));
        }
        while (scene.asked.size() < CallLimit.AT_ONCE) {
            Thread.sleep(10);
        }
        assertTrue(chat().startsWith("HTTP/1.1 429 "));
        held.countDown();
        for (Client client : clients) {
            assertTrue(client.answer().startsWith("HTTP/1.1 200 "));
        }
        assertTrue(chat().startsWith("HTTP/1.1 200 "));
    }

    @Test
    void a_drain_answers_what_is_under_way_and_refuses_the_rest() throws Exception {
        held = new CountDownLatch(1);
        Client before = scene.plain("a", "m0").send("POST /v1/chat/completions HTTP/1.1\r\nHost: " + HOST + "\r\nAuthorization: Bearer "
                + PLACEHOLDER + "\r\nContent-Length: 27\r\n\r\n{\"model\":\"m\",\"messages\":[]}");
        while (scene.asked.isEmpty()) {
            Thread.sleep(10);
        }
        Thread drain = Thread.ofVirtual().start(() -> scene.exchange.drain(60));
        String refused;
        do {
            refused = chat();
        } while (!refused.startsWith("HTTP/1.1 503 ") && drain.isAlive());
        assertTrue(refused.startsWith("HTTP/1.1 503 ") && drain.isAlive(), refused);
        held.countDown();
        assertTrue(before.answer().startsWith("HTTP/1.1 200 "));
        drain.join();
    }

    @Test
    void what_bots_did_is_counted_without_what_they_said() throws Exception {
        chat("{\"model\":\"m\",\"messages\":[{\"content\":\"a secret of the chat\"}]}");
        JsonValue bot = scene.activity.toJson().get(0);
        assertEquals("a", bot.get("id").string());
        assertEquals(1, bot.get("calls").integer());
        assertFalse(scene.activity.toJson().toString().contains("secret of the chat"));
    }
}
