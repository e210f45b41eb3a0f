package botmaker.bot.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NewBotTest {
    private static final Limits DEFAULTS = new Limits(2L << 30, 2000, 512);
    private static final String GOOD = """
            {"name": "support",
             "ai": {"provider": "anthropic", "model": "claude-sonnet-4-5", "apiKey": "sk-ant-api03-0123456789abcdef"},
             "reach": "legacy", "channel": {"type": "telegram", "credentials": {"token": "123456789:AAF0123456789abcdefghijklmnopqrstuv"}}}""";

    private static NewBot read(String json) {
        return NewBot.from(JsonValue.parse(json), DEFAULTS, KeptKeys.NONE);
    }

    private static Set<String> refused(String json) {
        List<FieldError> errors = assertThrows(Failure.Invalid.class, () -> read(json)).errors();
        Set<String> fields = errors.stream().map(FieldError::field).collect(Collectors.toSet());
        assertEquals(fields.size(), errors.size(), "each field is reported once: " + errors);
        return fields;
    }

    @Test
    void a_complete_request_is_read() {
        NewBot bot = read(GOOD);

        assertEquals("support", bot.spec().name().value());
        assertEquals(DEFAULTS, bot.spec().limits());
        assertTrue(bot.start());
        assertEquals(Set.of("gateway-token", "ai-api-key", "channel-token"),
                bot.secrets().files().keySet().stream().map(name -> name.value()).collect(Collectors.toSet()));
    }

    @Test
    void its_text_form_tells_no_secret() {
        String text = read(GOOD).toString();

        assertFalse(text.contains("0123456789abcdef"), text);
    }

    @Test
    void every_bot_gets_a_gateway_token_of_its_own() {
        String first = read(GOOD).secrets().files().get(NewBot.GATEWAY_TOKEN).reveal();
        String second = read(GOOD).secrets().files().get(NewBot.GATEWAY_TOKEN).reveal();

        assertEquals(64, first.length());
        assertFalse(first.equals(second));
    }

    @Test
    void all_errors_are_told_at_once() {
        assertEquals(Set.of("/name", "/ai/model", "/ai/apiKey", "/ai/temperature", "/channel/credentials/token", "/start", "/x~1y"),
                refused("""
                {"name": "", "start": "yes", "x/y": 1,
                 "ai": {"provider": "anthropic", "apiKey": 7, "temperature": 1},
                 "reach": "legacy", "channel": {"type": "telegram", "credentials": {"token": "no token"}}}"""));
    }

    @Test
    void what_is_no_object_is_refused() {
        assertTrue(refused("[]").contains(""));
        assertTrue(refused("{\"name\": null}").contains("/name"));
        assertTrue(refused("{\"name\": \"a\", \"ai\": 1, \"channel\": []}").containsAll(Set.of("/ai", "/channel")));
    }

    @Test
    void limits_have_limits() {
        String request = GOOD.replace("{\"name\"", "{\"limits\": %s, \"name\"");

        assertEquals(500L, read(request.formatted("{\"cpus\": 0.5}")).spec().limits().cpus());
        assertEquals(Set.of("/limits/memory", "/limits/cpus", "/limits/pids"),
                refused(request.formatted("{\"memory\": 1, \"cpus\": 1e9, \"pids\": -1}")));
        // fractions were rounded, so that somebody got what he had not asked for
        for (String fraction : List.of("\"memory\": 2147483648.5", "\"pids\": 512.5", "\"cpus\": 1.0005", "\"cpus\": 1e-9999999999")) {
            assertEquals(Set.of("/limits/" + fraction.split("\"")[1]), refused(request.formatted("{" + fraction + "}")), fraction);
        }
        assertEquals(2010L, read(request.formatted("{\"cpus\": 2.01}")).spec().limits().cpus());
        assertEquals(512L, read(request.formatted("{\"pids\": 5.12e2}")).spec().limits().pids());
        assertEquals(Set.of("/limits/disk", "/limits/cpus"), refused(request.formatted("{\"disk\": 1, \"cpus\": \"2\"}")));
    }

    @Test
    void instructions_are_read_and_have_a_limit() {
        String request = GOOD.replace("{\"name\"", "{\"instructions\": \"%s\", \"name\"");

        assertEquals(Optional.of("Be brief."), read(request.formatted("Be brief.")).instructions());
        assertEquals(Optional.empty(), read(GOOD).instructions());
        assertEquals(Set.of("/instructions"), refused(request.formatted("x".repeat((32 << 10) + 1))));
        assertEquals(Set.of("/instructions"), refused(request.formatted("\\u001b[2J")));
    }

    @Test
    void messages_never_repeat_a_secret() {
        var errors = assertThrows(Failure.Invalid.class, () -> read(GOOD.replace("sk-ant-api03-", "sk-or- secret "))).errors();

        assertFalse(errors.toString().contains("secret "), errors.toString());
    }
}
