package botmaker.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.checks.CredentialCheck.Result;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Provider;
import botmaker.support.StubService;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialCheckTest {
    private static final String KEY = "canary-0123456789";

    private StubService service;

    @BeforeEach
    void start() throws IOException {
        service = new StubService();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic,  /v1/models,      x-api-key,      canary-0123456789",
        "openai,     /v1/models,      Authorization,  Bearer canary-0123456789",
        "google,     /v1beta/models,  x-goog-api-key, canary-0123456789",
        "openrouter, /api/v1/key,     Authorization,  Bearer canary-0123456789",
        "xai,        /v1/models,      Authorization,  Bearer canary-0123456789",
        "together,   /v1/models,      Authorization,  Bearer canary-0123456789",
        "nvidia,     /v1/models,      Authorization,  Bearer canary-0123456789",
    })
    void each_provider_is_asked_in_its_own_way(String provider, String path, String header, String value) throws Exception {
        service.guarded(path, header, value, "{\"data\":[{\"id\":\"some-model\"}]}");
        service.on("/api/v1/models", 200, "{\"data\":[{\"id\":\"some-model\"}]}");

        Result good = check(provider, Optional.empty(), Optional.of(KEY));
        assertEquals(Optional.of(true), good.ok(), good.detail());
        assertEquals(List.of("some-model"), good.models());
        Result bad = check(provider, Optional.empty(), Optional.of("canary-wrong"));
        assertEquals(Optional.of(false), bad.ok());
        assertTrue(bad.detail().contains("refused the key (status 401)"), bad.detail());
        assertFalse(bad.toString().contains("canary"));
    }

    @Test
    void a_server_of_the_operators_own_is_asked_at_its_base_url() throws Exception {
        service.guarded("/llm/v1/models", "Authorization", "Bearer " + KEY, "{\"data\":[{\"id\":\"a\"},{\"id\":\"b/c\"},{\"id\":\"a\"}]}");
        Result result = check("openai-compatible", Optional.of(service.url() + "/llm/v1/"), Optional.of(KEY));
        assertEquals(Optional.of(true), result.ok(), result.detail());
        assertEquals(List.of("a", "b/c"), result.models());
        assertTrue(result.detail().contains("for a legacy bot, this address is the bot itself"), "it is a loopback address");
        assertTrue(check("openai-compatible", Optional.of(service.url() + "/llm/v1"), Optional.empty()).detail().contains("needs a key"));
    }

    @Test
    void ollama_needs_no_key() throws Exception {
        service.on("/api/tags", 200, "{\"models\":[{\"name\":\"gemma4\"}]}");
        Result result = check("ollama", Optional.of(service.url()), Optional.empty());
        assertEquals(Optional.of(true), result.ok());
        assertEquals(List.of("gemma4"), result.models());
    }

    @Test
    void a_list_that_everyone_gets_says_nothing_about_a_key() throws Exception {
        service.on("/v1/models", 200, "{\"data\":[{\"id\":\"m\"}]}");
        Result result = check("openai-compatible", Optional.of(service.url() + "/v1"), Optional.of(KEY));
        assertEquals(Optional.empty(), result.ok());
        assertEquals(List.of("m"), result.models());
        assertEquals("GET /v1/models []", service.requests.getLast());
    }

    @Test
    void a_redirect_is_refused_and_the_key_goes_nowhere_else() throws Exception {
        service.on("/v1/models", exchange -> StubService.redirect(exchange, "/elsewhere")).on("/elsewhere", 200, "{\"data\":[]}");
        Result result = check("openai", Optional.empty(), Optional.of(KEY));
        assertEquals(Optional.of(false), result.ok());
        assertTrue(result.detail().contains("elsewhere (status 302)"), result.detail());
        assertEquals(1, service.requests.size());
    }

    @Test
    void hostile_answers_are_words_and_never_models() throws Exception {
        for (String garbage : List.of("<html>", "null", "7", "{}", "{\"data\":7}", "[".repeat(5000))) {
            try (StubService hostile = new StubService().on("/v1/models", 200, garbage)) {
                Result result = check("openai-compatible", Optional.of(hostile.url() + "/v1"), Optional.of(KEY));
                assertEquals(Optional.of(false), result.ok(), garbage);
            }
        }
        service.on("/v1/models", 200, "{\"data\":[7,{\"id\":7},{\"id\":\"<img src=x>\"},{\"id\":\"ok\"},{\"id\":\"\\u202e\"}]}");
        assertEquals(List.of("ok"), check("openai-compatible", Optional.of(service.url() + "/v1"), Optional.empty()).models());
    }

    @Test
    void an_answer_without_end_costs_no_more_than_the_limit() throws Exception {
        service.on("/v1/models", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] blanks = " ".repeat(64 << 10).getBytes(StandardCharsets.UTF_8);
            while (true) {
                exchange.getResponseBody().write(blanks);
            }
        });
        assertTrue(check("openai", Optional.empty(), Optional.of(KEY)).detail().contains("a larger answer than BotMaker reads"));
    }

    @Test
    void an_answer_that_never_ends_costs_no_more_than_the_deadline() throws Exception {
        service.on("/v1/models", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            Thread.sleep(Duration.ofMinutes(1));
        });
        long start = System.nanoTime();
        try (CredentialCheck check = new CredentialCheck(Duration.ofMillis(300), url -> url.replaceFirst("https://[^/]+", service.url()))) {
            Result result = check.key(provider("openai"), Optional.empty(), Optional.of(KEY));
            assertEquals(Result.fails("OpenAI did not answer within 300 ms."), result);
        }
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
    }

    @Test
    void a_server_that_is_not_there_is_told_from_one_that_refuses() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        assertTrue(check("ollama", Optional.of("http://127.0.0.1:" + port), Optional.empty()).detail().contains("nothing answers"));
        assertTrue(check("ollama", Optional.of("http://no-such-host.invalid"), Optional.empty()).detail().contains("cannot be reached"));
    }

    /// The JDK's own message for such a header repeats it.
    @Test
    void a_key_that_cannot_be_sent_is_not_repeated() throws Exception {
        Result result = check("openai", Optional.empty(), Optional.of("canary-\u00e9\u4e2d\u0001"));
        assertEquals(Optional.of(false), result.ok());
        assertFalse(result.detail().contains("canary"), result.detail());
        assertEquals(List.of(), service.requests);
    }

    private Result check(String provider, Optional<String> baseUrl, Optional<String> key) throws InterruptedException {
        try (CredentialCheck check = new CredentialCheck(Duration.ofSeconds(10), url -> url.replaceFirst("https://[^/]+", service.url()))) {
            return check.key(provider(provider), baseUrl, key);
        }
    }

    private static Provider provider(String id) {
        return Catalog.provider(id).orElseThrow();
    }
}
