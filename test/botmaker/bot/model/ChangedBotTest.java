package botmaker.bot.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import botmaker.openclaw.BotConfig.Access;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangedBotTest {
    private static final NewBot BOT = NewBot.from(JsonValue.parse("""
            {"name": "support",
             "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1", "apiKey": "canary-ai-key"},
             "reach": "legacy", "channel": {"type": "telegram", "settings": {"apiRoot": "http://10.9.8.7:1"},
                         "credentials": {"token": "123456789:AAcanary-canary-canary-canary-canary"}},
             "access": {"policy": "allowlist", "allow": ["12", "34"]},
             "limits": {"cpus": 2.3}}"""), new Limits(2L << 30, 1000, 512), KeptKeys.NONE);
    /// As the settings have them now.
    private static final Limits DEFAULTS = new Limits(3L << 30, 4000, 1024);

    private static NewBot patched(String patch) {
        return new NewBot(BOT.spec(), BOT.secrets()).changed(JsonValue.parse(patch), DEFAULTS, KeptKeys.NONE);
    }

    private static List<String> refused(String patch) {
        List<FieldError> errors = assertThrows(Failure.Invalid.class, () -> patched(patch)).errors();
        assertFalse(errors.toString().contains("canary"), "a secret is in an error");
        return errors.stream().map(FieldError::field).sorted().toList();
    }

    @Test
    void an_empty_patch_changes_nothing() {
        NewBot after = patched("{}");

        assertEquals(BOT.spec(), after.spec());
        assertEquals(BOT.secrets(), after.secrets());
    }

    /// 2.3 times 1000 is 2299.9999999999995: the form that was sent back as it came changed the limits each time.
    @Test
    void limits_sent_back_as_they_came_are_the_same() {
        assertEquals(2300, BOT.spec().limits().cpus());
        assertEquals(BOT.spec().limits(), patched("{\"limits\": %s}".formatted(BOT.spec().limits().toJson())).spec().limits());
    }

    @Test
    void only_what_is_named_changes() {
        BotSpec after = patched("""
                {"name": "Küche", "ai": {"model": "n"}, "access": {"allow": ["56"]}, "limits": {"pids": 600}}""").spec();

        assertEquals("Küche", after.name().value());
        assertEquals("n", after.ai().model());
        assertEquals(BOT.spec().ai().baseUrl(), after.ai().baseUrl());
        assertEquals(new Access(Access.Policy.ALLOWLIST, List.of("56")), after.access());
        assertEquals(new Limits(2L << 30, 2300, 600), after.limits());
        assertEquals(BOT.spec().channel(), after.channel());
    }

    @Test
    void null_removes() {
        NewBot after = patched("{\"ai\": {\"apiKey\": null}}");

        assertEquals(Set.of("gateway-token", "channel-token"),
                after.secrets().files().keySet().stream().map(SecretName::value).collect(Collectors.toSet()));
    }

    /// It was answered as if it were done, and changed nothing.
    @Test
    void a_limit_that_is_removed_is_the_one_of_the_settings() {
        assertEquals(new Limits(3L << 30, 2300, 512), patched("{\"limits\": {\"memory\": null}}").spec().limits());
        assertEquals(DEFAULTS, patched("{\"limits\": null}").spec().limits());
    }

    @Test
    void the_gateways_token_stays() {
        assertEquals(BOT.secrets().files().get(NewBot.GATEWAY_TOKEN), patched("{\"ai\": {\"apiKey\": \"another-key\"}}").secrets().files().get(NewBot.GATEWAY_TOKEN));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[]                                              | ''",
        "{\"name\": null}                                | /name",
        "{\"name\": \" x\"}                              | /name",
        "{\"name\": 5}                                   | /name",
        "{\"start\": true, \"colour\": 1}                | /colour,/start",
        "{\"instructions\": \"x\"}                       | /instructions",
        "{\"reach\": \"legacy\", \"channel\": {\"type\": \"webchat\"}}          | /channel/type",
        "{\"channel\": {\"settings\": {\"x\": \"y\"}}}   | /channel/settings/x",
        "{\"channel\": {\"credentials\": {\"token\": null}}} | /channel/credentials/token",
        "{\"ai\": 5}                                     | /ai,/ai/model,/ai/provider",
        "{\"access\": {\"allow\": []}}                   | /access/allow",
        "{\"access\": {\"policy\": \"x\"}}               | /access/policy",
        "{\"limits\": {\"memory\": 1}}                   | /limits/memory",
        "{\"ai\": {\"provider\": \"anthropic\", \"model\": \"claude-sonnet-5\", \"apiKey\": null}} | /ai/apiKey",
    })
    void a_bot_that_could_not_be_made_is_refused(String patch, String fields) {
        List<String> refused = refused(patch);
        assertEquals(fields, String.join(",", refused));
    }

    /// At its creation, by a change and by a replacement of the secret alone.
    @Test
    void a_short_secret_is_refused_everywhere() {
        String irc = """
                {"name": "support", "ai": {"provider": "anthropic", "model": "m", "apiKey": "canary-ai-key"},
                 "reach": "legacy", "channel": {"type": "irc", "settings": {"host": "irc.example.org", "nick": "bot"}, "credentials": {"password": "%s"}}}""";
        Limits limits = new Limits(2L << 30, 1000, 512);
        NewBot bot = NewBot.from(JsonValue.parse(irc.formatted("canary-8")), limits, KeptKeys.NONE);
        JsonValue patch = JsonValue.parse("{\"channel\": {\"credentials\": {\"password\": \"canary7\"}}}");
        for (Executable shortened : List.<Executable>of(
                () -> NewBot.from(JsonValue.parse(irc.formatted("canary7")), limits, KeptKeys.NONE),
                () -> bot.changed(patch, DEFAULTS, KeptKeys.NONE))) {
            List<FieldError> errors = assertThrows(Failure.Invalid.class, shortened).errors();
            assertEquals(List.of(new FieldError("/channel/credentials/password", "This is too short: it needs at least 8 characters.")), errors);
        }
        assertEquals(List.of("/ai/apiKey"), refused("{\"ai\": {\"apiKey\": \"sk-1234\"}}"));
        assertEquals(List.of(new FieldError("/value", "This is too short: it needs at least 8 characters.")), assertThrows(
                Failure.Invalid.class, () -> bot.replaceSecret("channel-token", JsonValue.parse("{\"value\": \"canary7\"}"))).errors());
    }

    /// A merge patch removes what it sets to null, wherever that is, also what was never there (RFC 7396).
    @Test
    void null_removes_a_whole_object_or_nothing() {
        assertEquals(List.of("/channel/credentials/token"), refused("{\"channel\": {\"credentials\": null}}"));
        assertEquals(List.of("/access/allow"), refused("{\"access\": {\"allow\": null}}"));
        assertEquals(new Access(Access.Policy.PAIRING, List.of()), patched("{\"access\": null}").spec().access());
        assertEquals(BOT.spec(), patched("{\"colour\": null, \"channel\": {}, \"controlUi\": null}").spec());
        assertEquals(List.of("/ai/model", "/ai/provider"), refused("{\"ai\": null}"));
    }

    /// Secrets are replaced as values: no text that holds all of them is ever made.
    @Test
    void a_replaced_secret_leaves_the_others_alone() {
        Map<SecretName, Secret> after = new HashMap<>(BOT.replaceSecret("ai-api-key", JsonValue.parse("{\"value\": \"canary-new-key\"}")).files());
        assertEquals(Secret.of("canary-new-key"), after.get(NewBot.AI_API_KEY));
        assertEquals(BOT.secrets().files().keySet(), after.keySet());
        after.remove(NewBot.AI_API_KEY);
        assertTrue(BOT.secrets().files().entrySet().containsAll(after.entrySet()));

        assertNotEquals(BOT.secrets().files().get(NewBot.GATEWAY_TOKEN), BOT.replaceSecret("gateway-token", JsonValue.parse("{}")).files().get(NewBot.GATEWAY_TOKEN));
        assertThrows(Failure.NotFound.class, () -> BOT.replaceSecret("channel-app-token", JsonValue.parse("{\"value\": \"canary-value\"}")));
    }

    /// Whoever may change a bot could otherwise have its write-only secrets sent to a server of his own.
    @Test
    void a_secret_does_not_go_to_another_server() {
        assertEquals(List.of("/ai/apiKey"), refused("{\"ai\": {\"baseUrl\": \"http://10.6.6.6/v1\"}}"));
        assertEquals(List.of("/channel/credentials/token"), refused("{\"channel\": {\"settings\": {\"apiRoot\": null}}}"));

        assertEquals(Optional.of("http://10.6.6.6/v1"),
                patched("{\"ai\": {\"baseUrl\": \"http://10.6.6.6/v1\", \"apiKey\": \"its-own-key\"}}").spec().ai().baseUrl());
        assertEquals(Map.of(), patched("""
                {"channel": {"settings": {"apiRoot": null}, "credentials": {"token": "123456789:AAanother-another-another-anoth"}}}""")
                .spec().channel().settings());
    }
}
