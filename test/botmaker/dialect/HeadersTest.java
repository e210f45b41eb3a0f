package botmaker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.dialect.Refused.Reason;
import botmaker.wire.HeaderFields;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Credentials of a request, and which fields go on and come back.
class HeadersTest {
    private static final String PLACEHOLDER = "sk-placeholder-of-the-bot";
    private static final String KEY = "sk-the-operators-own-key";

    private static Dialect dialect(String id) {
        return Dialects.of(id).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, x-api-key, '', x-api-key",
        "anthropic, X-Api-Key, '', x-api-key",
        "anthropic, Authorization, 'Bearer ', authorization",
        "openai, Authorization, 'Bearer ', authorization",
        "openai, authorization, 'bearer ', authorization",
        "google, x-goog-api-key, '', x-goog-api-key",
        "openrouter, Authorization, 'Bearer ', authorization",
        "xai, Authorization, 'Bearer ', authorization",
        "together, Authorization, 'Bearer ', authorization",
        "nvidia, Authorization, 'Bearer ', authorization",
        "openai-compatible, Authorization, 'Bearer ', authorization",
        "ollama, Authorization, 'Bearer ', authorization",
    })
    void a_credential_in_its_place_is_expected(String id, String name, String before, String place) {
        HeaderFields fields = HeaderFields.of("Content-Type", "application/json", name, before + PLACEHOLDER, "User-Agent", "x");
        assertEquals(List.of(new Credential(place, PLACEHOLDER, true)), dialect(id).credentials(fields, "alt=sse"));
    }

    @ParameterizedTest
    @CsvSource({
        "openai, x-api-key, ''", "openai, api-key, ''", "openai, Authorization, 'Basic '", "openai, Authorization, ''",
        "openai, Authorization, 'Token '", "openai, x-goog-api-key, ''", "openai, Proxy-Authorization, 'Basic '",
        "anthropic, x-goog-api-key, ''", "anthropic, Authorization, 'Basic '", "anthropic, anthropic-api-key, ''",
        "google, Authorization, 'Bearer '", "google, x-api-key, ''", "ollama, x-api-key, ''", "xai, X-Auth-Token, ''",
        "nvidia, Ocp-Apim-Subscription-Key, ''", "together, X-Amz-Security-Token, ''", "openrouter, x-secret, ''",
        "openai, cf-aig-authorization, ''", "openai, Private-Token, ''", "openai, access-token, ''",
    })
    void a_credential_anywhere_else_is_seen_and_not_expected(String id, String name, String before) {
        List<Credential> found = dialect(id).credentials(HeaderFields.of(name, before + PLACEHOLDER), "");
        assertEquals(1, found.size());
        assertFalse(found.getFirst().expected());
    }

    @Test
    void every_one_of_several_is_seen() {
        HeaderFields two = HeaderFields.of("x-api-key", PLACEHOLDER, "x-api-key", "sk-ant-of-somebody-else");
        assertEquals(2, dialect("anthropic").credentials(two, "").size());
        HeaderFields other = HeaderFields.of("x-api-key", PLACEHOLDER, "Authorization", "Bearer sk-ant-oat01-else");
        assertEquals(2, dialect("anthropic").credentials(other, "").size());
        assertEquals(3, dialect("anthropic").credentials(two, "key=AIza").size());
        assertEquals(0, dialect("anthropic").credentials(HeaderFields.of("anthropic-version", "2023-06-01"), "limit=1000").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"key=K", "alt=sse&key=K", "%6Bey=K", "k%65y=K&alt=sse", "a=b;key=K"})
    void a_key_in_googles_query_is_expected_and_not_sent_on(String query) {
        assertEquals(List.of(new Credential("?key", "K", true)), dialect("google").credentials(HeaderFields.NONE, query));
        assertFalse(dialect("google").query(query).contains("K"));
        assertFalse(dialect("openai").credentials(HeaderFields.NONE, query).getFirst().expected());
    }

    @ParameterizedTest
    @ValueSource(strings = {"api_key=K", "api-key=K", "apikey=K", "access_token=K", "token=K", "X-Api-Key=K", "auth=K"})
    void a_credential_in_any_query_is_seen(String query) {
        List<Credential> found = dialect("openai").credentials(HeaderFields.NONE, query);
        assertEquals("K", found.getFirst().value());
        assertFalse(found.getFirst().expected());
    }

    /// They are in the log and on the page.
    @Test
    void names_that_a_bot_makes_up_are_shown_without_words_and_in_part() {
        assertEquals("?secretenterthekeyathttpsxtest" + "x".repeat(11), dialect("openai").credentials(HeaderFields.NONE,
                "secret%20Enter%20the%20key%20at%20https://x.test" + "x".repeat(300) + "=K").getFirst().place());
        assertEquals(40, dialect("openai").credentials(HeaderFields.of("x-secret-" + "x".repeat(300), "K"), "").getFirst().place().length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alt=sse", "limit=1000&after_id=x", "pageSize=1000&pageToken=abc%20d", "a;b", "beta=true&&"})
    void any_other_query_goes_through_as_it_came(String query) {
        assertEquals(query, dialect("google").query(query));
        assertEquals(List.of(), dialect("google").credentials(HeaderFields.NONE, query));
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, x-api-key, '', sk-ant-api03-real, x-api-key, ''",
        "anthropic, x-api-key, '', sk-ant-oat01-real, Authorization, 'Bearer '",
        "anthropic, Authorization, 'Bearer ', sk-ant-oat01-real, Authorization, 'Bearer '",
        "anthropic, Authorization, 'Bearer ', sk-ant-api03-real, x-api-key, ''",
        "anthropic, Authorization, 'Bearer ', of-a-gateway, Authorization, 'Bearer '",
        "anthropic, x-api-key, '', of-a-gateway, x-api-key, ''",
        "openai, Authorization, 'Bearer ', sk-real, Authorization, 'Bearer '",
        "google, x-goog-api-key, '', AIzaReal, x-goog-api-key, ''",
        "google, Accept, '', AIzaReal, x-goog-api-key, ''",
        "ollama, Authorization, 'Bearer ', real, Authorization, 'Bearer '",
    })
    void the_real_key_takes_the_placeholders_place(String id, String name, String before, String key, String place, String form) {
        HeaderFields sent = dialect(id).fields(HeaderFields.of(name, before + PLACEHOLDER), Optional.of(key));
        assertEquals(List.of(form + key), sent.all(place));
        assertEquals(1, dialect(id).credentials(sent, "").size());
    }

    @Test
    void where_there_is_no_key_no_credential_is_sent() {
        HeaderFields sent = dialect("ollama").fields(HeaderFields.of("Authorization", "Bearer " + PLACEHOLDER), Optional.empty());
        assertEquals(HeaderFields.of("Accept-Encoding", "identity"), sent);
    }

    @Test
    void what_is_for_the_way_or_tells_of_the_sender_is_not_sent_and_all_else_is_as_it_was() {
        HeaderFields asked = HeaderFields.of(
                "Host", "api.anthropic.com", "Content-Length", "12", "Transfer-Encoding", "chunked", "Connection", "keep-alive, X-Hop",
                "X-Hop", "1", "Keep-Alive", "1", "TE", "trailers", "Upgrade", "h2c", "Expect", "100-continue",
                "Proxy-Authorization", "Basic x", "Proxy-Whatever", "1", "X-Forwarded-For", "10.0.0.1", "X-Forwarded-Host", "h",
                "X-Real-IP", "10.0.0.1", "Forwarded", "for=10.0.0.1", "Via", "1.1 x", "traceparent", "00-1", "tracestate", "a=b", "Baggage", "a",
                "Cookie", "session=1", "Accept-Encoding", "gzip, br", "x-api-key", PLACEHOLDER,
                "anthropic-version", "2023-06-01", "Anthropic-Beta", "a,b", "anthropic-beta", "c", "User-Agent", "OpenClaw", "accept", "*/*",
                "Content-Type", "application/json", "x-stainless-lang", "js", "Idempotency-Key", "abc");
        assertEquals(HeaderFields.of("anthropic-version", "2023-06-01", "Anthropic-Beta", "a,b", "anthropic-beta", "c",
                        "User-Agent", "OpenClaw", "accept", "*/*", "Content-Type", "application/json", "x-stainless-lang", "js",
                        "Idempotency-Key", "abc", "Accept-Encoding", "identity", "x-api-key", KEY),
                dialect("anthropic").fields(asked, Optional.of(KEY)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-portkey-custom-host", "helicone-target-url", "X-HTTP-Method-Override", "OpenAI-Organization", "OpenAI-Project",
        "X-Goog-User-Project", "x-goog-iam-authority-selector", "Content-Encoding", "x-litellm-tags", "x-openclaw-model", "anthropic-organization-id"})
    void what_may_lead_elsewhere_or_choose_an_account_is_not_sent(String name) {
        assertEquals(List.of(), dialect("openai").fields(HeaderFields.of(name, "x"), Optional.of(KEY)).all(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP-Referer", "X-Title", "X-OpenRouter-Title", "X-OpenRouter-Categories", "OpenAI-Beta", "x-goog-api-client",
        "originator", "version", "session_id", "x-session-affinity", "x-client-request-id", "X-BILLING-INVOKE-ORIGIN", "x-app",
        "anthropic-dangerous-direct-browser-access", "X-Stainless-Retry-Count", "accept-language", "sec-fetch-mode"})
    void what_openclaw_sends_is_sent(String name) {
        assertEquals(List.of("x"), dialect("openai").fields(HeaderFields.of(name, "x"), Optional.of(KEY)).all(name));
    }

    private static Call read(String id, String method, String path, String query, HeaderFields fields) throws Refused {
        return dialect(id).read(dialect(id).route(method, path, "").orElseThrow(), query, fields, "{\"model\":\"m\"}".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "google, POST, /v1beta/models/m:streamGenerateContent, alt=sse", "google, POST, /v1beta/models/m:generateContent, key=K&alt=json",
        "google, GET, /v1beta/models, pageSize=1000&pageToken=abc%20d",
        "anthropic, POST, /v1/messages, beta=true", "anthropic, GET, /v1/models, limit=1000&after_id=x", "openai, POST, /responses, ''",
    })
    void a_query_that_a_call_needs_passes(String id, String method, String path, String query) {
        assertDoesNotThrow(() -> read(id, method, path, query, HeaderFields.NONE));
    }

    @ParameterizedTest
    @CsvSource({
        "google, POST, /v1beta/models/m:generateContent, $httpHeaders=X-Goog-Api-Key:EVIL", "google, GET, /v1beta/models, $httpMethod=DELETE",
        "google, POST, /v1beta/models/m:generateContent, %24httpMethod=GET", "google, POST, /v1beta/models/m:generateContent, alt=media",
        "google, POST, /v1beta/models/m:generateContent, alt=sse;$httpMethod=GET", "anthropic, POST, /v1/messages, limit=1",
        "google, POST, /v1beta/models/m:generateContent, quotaUser=x", "openai, POST, /responses, beta=true",
    })
    void any_other_query_is_refused(String id, String method, String path, String query) {
        assertEquals(Reason.ROUTE, assertThrows(Refused.class, () -> read(id, method, path, query, HeaderFields.NONE)).reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"})
    void a_body_of_json_is_called_that(String type) {
        assertDoesNotThrow(() -> read("openai", "POST", "/responses", "", HeaderFields.of("Content-Type", type)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", "application/json; charset=utf-7", ""})
    void a_body_of_json_that_is_called_something_else_is_refused(String type) {
        HeaderFields once = HeaderFields.of("Content-Type", type);
        assertEquals(Reason.BODY, assertThrows(Refused.class, () -> read("openai", "POST", "/responses", "", once)).reason());
        HeaderFields twice = HeaderFields.of("Content-Type", "application/json", "content-type", "application/json");
        assertEquals(Reason.BODY, assertThrows(Refused.class, () -> read("openai", "POST", "/responses", "", twice)).reason());
    }

    @Test
    void an_answer_keeps_its_fields_but_for_cookies_other_servers_and_the_operators_account() {
        HeaderFields answered = HeaderFields.of("Content-Type", "text/event-stream", "Set-Cookie", "__cf_bm=1", "set-cookie", "b", "Alt-Svc", "h3",
                "anthropic-organization-id", "1", "openai-organization", "o", "OpenAI-Project", "p", "Location", "https://example.com",
                "Connection", "close", "Transfer-Encoding", "chunked", "request-id", "req_1", "retry-after", "8", "Content-Length", "5",
                "anthropic-ratelimit-requests-remaining", "9", "X-Botmaker-Refused", "budget");
        assertEquals(HeaderFields.of("Content-Type", "text/event-stream", "request-id", "req_1", "retry-after", "8", "Content-Length", "5",
                "anthropic-ratelimit-requests-remaining", "9"), dialect("anthropic").answerFields(answered));
    }

    @Test
    void a_credential_is_never_written_out() {
        assertEquals("Credential[x-api-key]", new Credential("x-api-key", KEY, true).toString());
        assertEquals("Credential[?key, unexpected]", new Credential("?key", KEY, false).toString());
    }
}
