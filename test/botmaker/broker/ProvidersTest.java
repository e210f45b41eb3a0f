package botmaker.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Scene.Client;
import botmaker.json.JsonValue;
import botmaker.openclaw.AiOrigin;
import botmaker.openclaw.Catalog;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A call in each provider's own form, from a bot's socket through TLS to a server that a test plays: what arrives there, and what comes
/// back, byte for byte.
@Timeout(90)
final class ProvidersTest {
    private static final String PLACEHOLDER = "sk-ant-placeholder-of-the-bot-0123456789";
    private static final String LINE = "\r\n";

    /// Answers in pieces, cut where no event ends.
    private static final List<String> ANTHROPIC = List.of("event: message_start\ndata: {\"type\":\"message_start\",\"mess",
            "age\":{\"model\":\"m\",\"usage\":{\"input_tokens\":3}}}\n\n", "event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":4}}\n\n");
    private static final List<String> RESPONSES = List.of("event: response.completed\nda",
            "ta: {\"type\":\"response.completed\",\"response\":{\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}}\n\n");
    private static final List<String> CHAT = List.of("data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\nda", "ta: [DONE]\n\n");
    private static final List<String> GEMINI = List.of("data: {\"candidates\":[],\"usageMetadata\":", "{\"promptTokenCount\":5}}\r\n\r\n");
    private static final List<String> OLLAMA = List.of("{\"message\":{\"content\":\"hi\"},\"done\":false}\n{\"do", "ne\":true,\"eval_count\":3}\n");
    private static final Map<String, List<String>> ANSWERS = Map.of("anthropic", ANTHROPIC, "openai", RESPONSES, "google", GEMINI,
            "openrouter", CHAT, "xai", RESPONSES, "together", CHAT, "nvidia", CHAT, "ollama", OLLAMA, "openai-compatible", CHAT);

    @TempDir
    Path dir;
    private volatile String answer = "";
    private AiScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new AiScene(dir, (socket, _) -> Scene.Server.say(socket, answer));
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    /// A sealed bot of one provider, whose key is this.
    private void follow(String dialect, String base, String key) throws IOException {
        scene.keep(key);
        Path own = dir.resolve("a");
        Files.createDirectories(own);
        scene.follow(List.of(new BotPolicy("a", Reach.SEALED, own, List.of(new Origin("tls", "api.vendor.test", 443, true,
                scene.url(base), dialect, Optional.of(new Origin.Credential(Optional.of("k1"), PLACEHOLDER)),
                List.of("m"))), List.of(), Optional.empty(), Budget.NONE)));
    }

    /// Every provider whose servers may ask for no key.
    static List<String> withoutKey() {
        return Catalog.toJson().get("providers").elements().stream().filter(it -> !it.get("key").find("required").map(JsonValue::bool).orElse(false))
                .map(it -> it.get("id").string()).toList();
    }

    /// A bot without a key sends one all the same, or none. The broker refused what it sent.
    @ParameterizedTest
    @MethodSource("withoutKey")
    void what_a_bot_without_a_key_sends_in_its_place_is_taken_out_and_any_other_is_refused(String provider) throws Exception {
        Path own = Files.createDirectories(dir.resolve("a"));
        scene.follow(List.of(new BotPolicy("a", Reach.SEALED, own, List.of(new Origin("tls", "api.vendor.test", 443, true,
                scene.url(""), provider, Optional.of(new Origin.Credential(Optional.empty(), AiOrigin.NO_KEY)),
                List.of("m"))), List.of(), Optional.empty(), Budget.NONE)));
        answer = chunked(List.of("{}"));
        String target = provider.equals("ollama") ? "/api/chat" : "/chat/completions";
        for (String credential : List.of("Authorization: Bearer " + AiOrigin.NO_KEY, "Accept: */*")) {
            assertTrue(send("POST", target, credential, "{\"model\":\"m\",\"messages\":[]}").until(LINE).contains("200"), credential);
            assertFalse(scene.asked.removeFirst().contains(AiOrigin.NO_KEY));
        }
        for (String foreign : List.of("Authorization: Bearer sk-somebody-elses", "x-api-key: " + AiOrigin.NO_KEY)) {
            assertTrue(send("POST", target, foreign, "{\"model\":\"m\",\"messages\":[]}").until(LINE).contains("401"), foreign);
        }
        assertEquals(List.of(), scene.asked);
    }

    private Client send(String method, String target, String fields, String body) throws IOException {
        return scene.encrypted("a", "api.vendor.test").send(method + " " + target + " HTTP/1.1\r\nHost: api.vendor.test\r\n" + fields
                + "\r\nAccept-Encoding: gzip, br\r\ntraceparent: 00-1-2-01\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static String chunked(List<String> pieces) {
        StringBuilder answer = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nset-cookie: a=b\r\n"
                + "openai-organization: o\r\nrequest-id: req_1\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (String piece : pieces) {
            answer.append(Integer.toHexString(piece.getBytes(UTF_8).length)).append(LINE).append(piece).append(LINE);
        }
        return answer + "0\r\n\r\n";
    }

    /// Reads a chunked answer's body.
    private static String body(Client client) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            String size = client.until(LINE).strip();
            int length = Integer.parseInt(size, 16);
            body.append(new String(client.socket().getInputStream().readNBytes(length), ISO_8859_1));
            client.until(LINE);
            if (length == 0) {
                return body.toString();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | '' | x-api-key: P | /v1/messages?beta=true | {'model':'m','max_tokens':5,'stream':true} | x-api-key: K | /v1/messages?beta=true |",
        "anthropic | '' | Authorization: Bearer P | /v1/messages | {'model':'m','stream':true} | Authorization: Bearer K | /v1/messages |",
        "anthropic | /gate | x-api-key: P | /gate/v1/messages | {'model':'m','stream':true} | x-api-key: K | /gate/v1/messages |",
        "openai | /v1 | Authorization: Bearer P | /v1/responses | {'model':'m','stream':true,'store':false} | Authorization: Bearer K | /v1/responses |",
        "google | '' | x-goog-api-key: P | /v1beta/models/m:streamGenerateContent?alt=sse | {'contents':[]} | x-goog-api-key: K | /v1beta/models/m:streamGenerateContent?alt=sse |",
        "google | '' | accept: */* | /v1beta/models/m:streamGenerateContent?key=P&alt=sse | {'contents':[]} | x-goog-api-key: K | /v1beta/models/m:streamGenerateContent?alt=sse |",
        "openrouter | /api/v1 | Authorization: Bearer P | /api/v1/chat/completions | {'model':'openrouter/m','stream':true} | Authorization: Bearer K | /api/v1/chat/completions |",
        "xai | /v1 | Authorization: Bearer P | /v1/responses | {'model':'m','stream':true} | Authorization: Bearer K | /v1/responses |",
        "together | /v1 | Authorization: Bearer P | /v1/chat/completions | {'model':'m','stream':true} | Authorization: Bearer K | /v1/chat/completions | {'stream_options':{'include_usage':true},'model':'m','stream':true}",
        "nvidia | /v1 | Authorization: Bearer P | /v1/chat/completions | {'stream':true,'model':'m'} | Authorization: Bearer K | /v1/chat/completions | {'stream_options':{'include_usage':true},'stream':true,'model':'m'}",
        "openai-compatible | /any/base | Authorization: Bearer P | /any/base/chat/completions | {'model':'m'} | Authorization: Bearer K | /any/base/chat/completions |",
        "ollama | '' | Authorization: Bearer P | /api/chat | {'model':'m','messages':[]} | Authorization: Bearer K | /api/chat |",
    })
    void a_call_arrives_as_the_bot_made_it_but_for_the_key_and_its_answer_passes_as_it_is(String dialect, String base, String credential,
            String target, String body, String sentCredential, String sentTarget, String sentBody) throws Exception {
        String key = credential.startsWith("Authorization") && dialect.equals("anthropic") ? "sk-ant-oat01-real" : "sk-of-the-operator";
        follow(dialect, base, key);
        List<String> pieces = ANSWERS.get(dialect);
        answer = chunked(pieces);
        Client client = send("POST", target.replace("=P", "=" + PLACEHOLDER), credential.replaceFirst("P$", PLACEHOLDER), body.replace('\'', '"'));
        String head = client.until("\r\n\r\n");
        assertTrue(head.startsWith("HTTP/1.1 200 "), head);
        assertEquals(String.join("", pieces), body(client));

        String sent = scene.asked.getFirst();
        assertTrue(sent.startsWith("POST " + sentTarget + " HTTP/1.1\r\n"), sent);
        assertTrue(sent.contains("\r\n" + sentCredential.replaceFirst("K$", key) + "\r\n"), sent);
        assertEquals((sentBody == null ? body : sentBody).replace('\'', '"'), sent.substring(sent.indexOf("\r\n\r\n") + 4));
        assertFalse(sent.contains(PLACEHOLDER) || sent.contains("traceparent") || sent.contains("gzip"), sent);
        assertTrue(head.contains("request-id: req_1"), head);
        assertFalse(head.contains("set-cookie") || head.contains("openai-organization"), head);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | '' | x-api-key: P | /v1/models?limit=1000",
        "openai | /v1 | Authorization: Bearer P | /v1/models",
        "google | '' | x-goog-api-key: P | /v1beta/models?pageSize=1000",
        "openrouter | /api/v1 | Authorization: Bearer P | /api/v1/models",
        "xai | /v1 | Authorization: Bearer P | /v1/models",
        "together | /v1 | Authorization: Bearer P | /v1/models",
        "nvidia | /v1 | Authorization: Bearer P | /v1/models",
        "openai-compatible | '' | Authorization: Bearer P | /models",
        "ollama | '' | Authorization: Bearer P | /api/tags",
    })
    void the_list_of_models_passes(String dialect, String base, String credential, String target) throws Exception {
        follow(dialect, base, "sk-of-the-operator");
        answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"data\":[]}";
        String got = send("GET", target, credential.replaceFirst("P$", PLACEHOLDER), "").answer();
        assertTrue(got.startsWith("HTTP/1.1 200 ") && got.endsWith("{\"data\":[]}"), got);
        assertTrue(scene.asked.getFirst().startsWith("GET " + target + " HTTP/1.1\r\n") && scene.asked.getFirst().contains("sk-of-the-operator"));
    }

    /// OpenClaw reads OpenRouter's list without a key at start.
    @Test
    void a_public_list_passes_without_a_key_and_nothing_else_does() throws Exception {
        follow("openrouter", "/api/v1", "sk-of-the-operator");
        answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"data\":[]}";
        assertTrue(send("GET", "/api/v1/models", "accept: */*", "").answer().startsWith("HTTP/1.1 200 "));
        assertFalse(scene.asked.getFirst().contains("sk-of-the-operator"), "the key is sent though no placeholder was");
        assertTrue(send("GET", "/api/v1/models", "Authorization: Bearer sk-else", "").answer().startsWith("HTTP/1.1 401 "));
        assertTrue(send("POST", "/api/v1/chat/completions", "accept: */*", "{\"model\":\"m\"}").answer().startsWith("HTTP/1.1 401 "));
        assertEquals(1, scene.asked.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic | '' | x-api-key: P | /v1/messages | {'model':'other'} | {\"type\":\"error\",\"error\":{\"type\":\"not_found_error\"",
        "openai | /v1 | Authorization: Bearer P | /v1/responses | {'model':'other'} | \"code\":\"model_not_found\"",
        "google | '' | x-goog-api-key: P | /v1beta/models/other:generateContent | {} | {\"error\":{\"code\":404,",
        "openrouter | /api/v1 | Authorization: Bearer P | /api/v1/chat/completions | {'model':'m','models':['m','other']} | \"code\":\"model_not_found\"",
        "xai | /v1 | Authorization: Bearer P | /v1/chat/completions | {'model':'other'} | \"code\":\"model_not_found\"",
        "ollama | '' | Authorization: Bearer P | /api/generate | {'model':'other'} | {\"error\":\"BotMaker: ",
        "ollama | '' | Authorization: Bearer P | /api/pull | {'model':'m'} | {\"error\":\"BotMaker: ",
    })
    void a_refusal_has_the_providers_form(String dialect, String base, String credential, String target, String body, String form) throws Exception {
        follow(dialect, base, "sk-of-the-operator");
        String got = send("POST", target, credential.replaceFirst("P$", PLACEHOLDER), body.replace('\'', '"')).answer();
        assertTrue(got.startsWith("HTTP/1.1 404 ") && got.contains(form), got);
        assertEquals(List.of(), scene.asked);
    }

    @Test
    void a_recording_arrives_as_it_was_sent() throws Exception {
        follow("openai", "/v1", "sk-of-the-operator");
        answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"text\":\"Hello\"}";
        String form = "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o-transcribe\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"n.ogg\"\r\nContent-Type: audio/ogg\r\n\r\n\u0000\r\n\u00ff-\r\n--b--\r\n";
        String got = send("POST", "/v1/audio/transcriptions", "Authorization: Bearer " + PLACEHOLDER
                + "\r\nContent-Type: multipart/form-data; boundary=b", form).answer();
        assertTrue(got.endsWith("{\"text\":\"Hello\"}"), got);
        assertTrue(scene.asked.getFirst().endsWith("\r\n\r\n" + form), scene.asked.getFirst());
    }
}
