package botmaker.openclaw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure.FieldError;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckTest {
    private static final ChannelSettings WEBCHAT = new ChannelSettings("webchat", Map.of());
    private static final String KEY = "sk-ant-0123456789";

    @Test
    void every_error_is_reported_at_once_and_at_its_place() {
        List<FieldError> errors = Catalog.check(
                new AiSettings("anthropic", "no model!", Optional.of("ftp://example.org")), Optional.empty(),
                new ChannelSettings("matrix", Map.of("homeserver", "example.org", "a/b~c", "x")),
                Map.of("token", "too short", "password", "unasked"), Optional.of("everyone"), List.of("@alice:example.org", "alice"));
        assertEquals(List.of("/ai/model", "/ai/baseUrl", "/ai/apiKey", "/channel/settings/homeserver", "/channel/settings/a~1b~0c",
                "/channel/credentials/token", "/channel/credentials/password", "/access/policy", "/access/allow/1"),
                errors.stream().map(FieldError::field).toList());
    }

    @Test
    void an_unknown_provider_and_channel_are_refused() {
        assertEquals(List.of("/ai/provider", "/channel/type"), Catalog.check(new AiSettings("skynet", "t-800", Optional.empty()),
                Optional.empty(), new ChannelSettings("pigeon", Map.of()), Map.of(), Optional.empty(), List.of())
                .stream().map(FieldError::field).toList());
    }

    /// An answer may be logged on its way, and a key in the wrong field is still a key.
    @Test
    void no_message_repeats_a_value() {
        String secret = "canary-5up3r-53cr3t \n";
        List<FieldError> errors = Catalog.check(new AiSettings("openai", secret, Optional.of(secret)), Optional.of(secret),
                new ChannelSettings("matrix", Map.of("homeserver", secret)), Map.of("token", secret),
                Optional.of(secret), List.of(secret));
        assertTrue(errors.size() >= 6, errors.toString());
        assertFalse(errors.stream().anyMatch(error -> error.message().contains("canary")), errors.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            anthropic         | sk-ant-api03-0123456789     | -
            anthropic         | somethingnewfromthem        | -
            anthropic         | sk-proj-0123456789          | This looks like a key from OpenAI.
            anthropic         | AIzaSy0123456789            | This looks like a key from Google Gemini.
            openai            | sk-proj-0123456789          | -
            openai            | sk-ant-api03-0123456789     | This looks like a key from Anthropic.
            openai            | sk-or-v1-0123456789         | This looks like a key from OpenRouter.
            openai            | xai-0123456789              | This looks like a key from xAI.
            openrouter        | sk-or-v1-0123456789         | -
            google            | AIzaSy0123456789            | -
            google            | AQ.newkindofkey             | -
            together          | sk-0123456789               | -
            openai-compatible | sk-ant-0123456789           | -
            openai            | sk-0123                     | This is too short: it needs at least 8 characters.
            openai            | sk-0123 456789              | This contains white space: copy it again, without anything around it.
            openai            | 'sk-0123456789\n'           | This contains a line break or another control character.
            openai            | 'sk-0123\u200b456789'       | This contains a line break or another control character.
            openai            | ''                          | This field is empty.
            openai            | -                           | OpenAI needs an API key.
            """)
    void api_key(String provider, String key, String problem) {
        Optional<String> baseUrl = provider.equals("openai-compatible") ? Optional.of("https://llm.example.org/v1") : Optional.empty();
        String unescaped = key == null ? null : key.replace("\\n", "\n").replace("\\u200b", "\u200b");
        assertEquals(Optional.ofNullable(problem), at("/ai/apiKey", ai(new AiSettings(provider, "model", baseUrl), Optional.ofNullable(unescaped))));
    }

    /// A key with a no-break space was accepted, and no request could carry it.
    @Test
    void a_credential_that_no_header_can_carry_is_refused_at_each_field() {
        for (String odd : List.of("\u00a0", "\u2007", "\u202f", "\u3000", "\u00fc", "\u201c", "\ud83d\ude00", "\u007f")) {
            String key = "sk-0123" + odd + "456789";
            Catalog.PROVIDERS.forEach(provider ->
                    assertTrue(provider.apiKey().problem(key).isPresent(), () -> provider.id() + " takes " + (int) odd.charAt(0)));
            Catalog.CHANNELS.forEach(channel -> channel.credentials().stream()
                    .filter(field -> field.kind() == Field.Kind.SECRET)
                    .forEach(field -> assertTrue(field.problem(key).filter(it -> it.startsWith("This contains")).isPresent(),
                            () -> channel.id() + " takes " + (int) odd.charAt(0))));
        }
    }

    @Test
    void a_gateway_of_ones_own_has_keys_of_any_form() {
        assertEquals(List.of(), ai(new AiSettings("openai", "gpt", Optional.of("https://gateway.example.org/v1")), Optional.of(KEY)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.7:8080/v1", "https://llm.example.org", "https://[fd00::1]:443/v1", "HTTPS://llm.example.org/"})
    void base_urls_that_are_accepted(String url) {
        assertEquals(Optional.empty(), at("/ai/baseUrl", ai(new AiSettings("openai-compatible", "m", Optional.of(url)), Optional.empty())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "llm.example.org", "/v1", "//llm.example.org", "file:///etc/passwd", "ftp://llm.example.org", "http:llm",
            "http://", "http://user:pass@llm.example.org", "http://user@llm.example.org", "http://llm.example.org/#x",
            "http://llm.example.org/?key=1", "http://llm.example.org:0", "http://llm.example.org:99999", "http://llm example.org",
            "http://llm.example.org/\r\nX: y", "http://llm.example.org/\u202e", "javascript:alert(1)"})
    void base_urls_that_are_refused(String url) {
        assertTrue(at("/ai/baseUrl", ai(new AiSettings("openai-compatible", "m", Optional.of(url)), Optional.empty())).isPresent());
    }

    @Test
    void a_base_url_is_wanted_where_there_is_none_and_refused_where_it_cannot_be_chosen() {
        assertTrue(at("/ai/baseUrl", ai(new AiSettings("ollama", "m", Optional.empty()), Optional.empty())).isPresent());
        assertTrue(at("/ai/baseUrl", ai(new AiSettings("google", "m", Optional.of("https://x.example.org")), Optional.of("AIza0123456")))
                .isPresent());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            anthropic  | claude-opus-5-5               | true
            anthropic  | anthropic/claude-opus-5-5     | false
            anthropic  | "../../etc"                   | false
            anthropic  | ""                            | false
            anthropic  | "a b"                         | false
            anthropic  | "-x"                          | false
            openai     | ft:gpt-4o:org::id             | true
            openrouter | anthropic/claude-sonnet-5     | true
            openrouter | openai/gpt-6-sol:free         | true
            openrouter | <x>                           | false
            """)
    void model(String provider, String model, boolean accepted) {
        assertEquals(accepted, at("/ai/model", ai(new AiSettings(provider, model, Optional.empty()), Optional.of("0123456789"))).isEmpty());
    }

    @Test
    void a_model_of_any_length_is_refused_quickly() {
        assertTrue(at("/ai/model", ai(new AiSettings("openrouter", "a/".repeat(30_000), Optional.empty()), Optional.of("0123456789")))
                .isPresent());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            telegram   | credentials/token     | 123456789:AAEhBP0av28aBcDeFgHiJkLmNoPqRsTuVwX | true
            telegram   | credentials/token     | 123456789                                     | false
            telegram   | credentials/token     | "bot123456789:AAEhBP0av28aBcDeFgHiJkLmNoPqRs" | false
            telegram   | settings/apiRoot      | http://172.17.0.1:8081                        | true
            telegram   | settings/apiRoot      | 172.17.0.1:8081                               | false
            discord    | credentials/token     | no.dots                                       | false
            slack      | credentials/botToken  | xapp-1-A0123456789-abcdefghij                 | false
            slack      | credentials/appToken  | xoxb-1234567890-abcdefghij                    | false
            matrix     | settings/homeserver   | https://matrix.example.org:8448               | true
            matrix     | settings/privateNetwork | yes                                         | false
            mattermost | credentials/token     | UPPERCASE0123456789ABCDEFGH                   | false
            irc        | settings/host         | irc.libera.chat                               | true
            irc        | settings/host         | 192.0.2.7                                     | true
            irc        | settings/host         | fd00::7                                       | true
            irc        | settings/host         | "irc.libera.chat/x"                           | false
            irc        | settings/host         | "-oProxyCommand=x"                            | false
            irc        | settings/port         | 6697                                          | true
            irc        | settings/port         | 0                                             | false
            irc        | settings/port         | 65536                                         | false
            irc        | settings/port         | +6697                                         | false
            irc        | settings/tls          | false                                         | true
            irc        | settings/nick         | "my-bot[1]"                                   | true
            irc        | settings/nick         | 1bot                                          | false
            irc        | settings/nick         | "bot\\r\\nQUIT"                               | false
            irc        | settings/channels     | "#a, #b"                                      | true
            irc        | settings/channels     | support                                       | false
            irc        | credentials/password  | hunter22                                      | true
            irc        | credentials/password  | "a b c d "                                    | true
            irc        | credentials/password  | hunter2                                       | false
            irc        | credentials/password  | "x\\r\\nQUIT"                                 | false
            """)
    void channel_field(String type, String place, String value, boolean accepted) {
        Channel channel = Catalog.channel(type).orElseThrow();
        Map<String, String> settings = new HashMap<>(Samples.settings(channel).settings());
        Map<String, String> credentials = new HashMap<>(Samples.credentials(channel));
        String[] path = place.split("/");
        (path[0].equals("settings") ? settings : credentials).put(path[1], value.replace("\\r\\n", "\r\n"));
        List<FieldError> errors = Catalog.check(new AiSettings("anthropic", "m", Optional.empty()), Optional.of(KEY),
                new ChannelSettings(type, settings), credentials, Optional.empty(), List.of());
        assertEquals(accepted ? List.of() : List.of("/channel/" + place), errors.stream().map(FieldError::field).toList());
    }

    /// Redaction leaves a value under 8 characters alone, so none may be one; the password of IRC had no minimum.
    @Test
    void no_secret_of_the_catalogue_may_be_short() {
        List<Field> secrets = Stream.concat(
                Catalog.PROVIDERS.stream().map(Provider::apiKey),
                Catalog.CHANNELS.stream().flatMap(channel -> channel.credentials().stream())).toList();
        assertTrue(secrets.size() > 10, secrets.toString());
        for (Field field : secrets) {
            assertTrue(field.secret(), field.key());
            assertTrue(field.problem("abcdefg").isPresent(), field.toString());
            assertTrue(field.problem("1234567").isPresent(), field.toString());
        }
    }

    /// Half a character was let through and became a question mark in OpenClaw's configuration.
    @Test
    void half_a_character_is_refused_in_every_kind_of_field() {
        for (Field.Kind kind : Field.Kind.values()) {
            for (String half : List.of("half\ud83d half", "\ude00half half", "half half\ud83d")) {
                assertEquals(Optional.of("This contains a line break or another control character."), Field.optional(kind, "key", "Label", "Hint.").problem(half), kind.name());
            }
        }
        assertEquals(Optional.empty(), Field.optional(Field.Kind.TEXT, "key", "Label", "Hint.").problem("whole \ud83d\ude00"));
    }

    @Test
    void a_missing_required_field_is_named_with_its_hint() {
        List<FieldError> errors = Catalog.check(new AiSettings("anthropic", "m", Optional.empty()), Optional.of(KEY),
                new ChannelSettings("slack", Map.of()), Map.of(), Optional.empty(), List.of());
        assertEquals(List.of("/channel/credentials/botToken", "/channel/credentials/appToken"), errors.stream().map(FieldError::field).toList());
        assertTrue(errors.getFirst().message().contains("xoxb-"), errors.getFirst().message());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            telegram | pairing   | ""              | ""
            telegram | open      | ""              | ""
            telegram | open      | 4242            | ""
            telegram | allowlist | 4242            | ""
            telegram | allowlist | ""              | /access/allow
            telegram | disabled  | ""              | /access/policy
            telegram | OPEN      | ""              | /access/policy
            telegram | allowlist | @alice          | /access/allow/0
            telegram | allowlist | -100123         | /access/allow/0
            telegram | allowlist | "42 43"         | /access/allow/0
            telegram | allowlist | *               | /access/allow/0
            telegram | allowlist | "42;43;42"      | /access/allow/2
            discord  | allowlist | 42              | /access/allow/0
            slack    | allowlist | U0123ABCD       | ""
            slack    | allowlist | alice           | /access/allow/0
            matrix   | allowlist | @a:example.org  | ""
            matrix   | allowlist | a@example.org   | /access/allow/0
            irc      | allowlist | alice           | /access/allow/0
            irc      | allowlist | a!~a@host       | ""
            irc      | allowlist | *!*@*           | /access/allow/0
            webchat  | open      | ""              | /access
            """)
    void access(String type, String policy, String allow, String place) {
        Channel channel = Catalog.channel(type).orElseThrow();
        List<FieldError> errors = Catalog.check(new AiSettings("anthropic", "m", Optional.empty()), Optional.of(KEY),
                Samples.settings(channel), Samples.credentials(channel), Optional.of(policy),
                allow.isEmpty() ? List.of() : List.of(allow.split(";")));
        assertEquals(place.isEmpty() ? List.of() : List.of(place), errors.stream().map(FieldError::field).toList());
    }

    private static List<FieldError> ai(AiSettings ai, Optional<String> key) {
        return Catalog.check(ai, key, WEBCHAT, Map.of(), Optional.empty(), List.of());
    }

    private static Optional<String> at(String field, List<FieldError> errors) {
        return errors.stream().filter(error -> error.field().equals(field)).map(FieldError::message).findFirst();
    }
}
