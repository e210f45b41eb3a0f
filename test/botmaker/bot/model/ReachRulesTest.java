package botmaker.bot.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.policy.Reach;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A bot's reach, and the kept key that it uses.
class ReachRulesTest {
    private static final Limits DEFAULTS = new Limits(2L << 30, 1000, 512);
    private static final Map<String, KeptKeys.KeptKey> KEYS = Map.of(
            "k1", new KeptKeys.KeptKey("anthropic", Optional.empty()),
            "k2", new KeptKeys.KeptKey("openai", Optional.empty()),
            "k3", new KeptKeys.KeptKey("openai-compatible", Optional.of("https://llm.example.com/v1")));

    private final AtomicInteger made = new AtomicInteger();
    private final List<String> kept = new ArrayList<>();
    private final KeptKeys keys = new KeptKeys() {
        @Override
        public Optional<KeptKey> find(String id) {
            return Optional.ofNullable(KEYS.get(id));
        }

        @Override
        public Map<String, Long> months() {
            return Map.of();
        }

        @Override
        public Kept keep(BotName bot, String provider, Optional<String> baseUrl, Secret value, boolean wasInBot) {
            kept.add(String.join(" ", bot.value(), provider, baseUrl.orElse("-"), value.reveal(), Boolean.toString(wasInBot)));
            return new Kept("k" + (3 + kept.size()), true);
        }

        @Override
        public void forget(String id) {
            throw new AssertionError();
        }

        @Override
        public Secret value(String id) {
            return Secret.of("sk-ant-api03-of-" + id);
        }

        @Override
        public Secret placeholder(String id) {
            return Secret.of("sk-ant-placeholder-" + id + "-" + made.incrementAndGet());
        }
    };

    private NewBot read(String reach, String ai, String channel) {
        return NewBot.from(JsonValue.parse("{\"name\": \"a\", \"reach\": \"%s\", \"ai\": %s, \"channel\": %s}"
                .formatted(reach, ai, channel)), DEFAULTS, keys);
    }

    private NewBot sealed() {
        return read("sealed", "{\"provider\": \"anthropic\", \"model\": \"m\", \"key\": \"k1\"}", "{\"type\": \"webchat\"}");
    }

    private NewBot patched(NewBot bot, String patch) {
        return new NewBot(bot.spec(), bot.secrets()).changed(JsonValue.parse(patch), DEFAULTS, keys);
    }

    private static List<String> refused(Executable request) {
        return assertThrows(Failure.Invalid.class, request).errors().stream().map(FieldError::field).sorted().toList();
    }

    private static Optional<String> aiKey(NewBot bot) {
        return Optional.ofNullable(bot.secrets().files().get(NewBot.AI_API_KEY)).map(Secret::reveal);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "WEB    | {'type': 'webchat'}",
        "WEB    | {'type': 'telegram', 'credentials': {'token': '123456789:AAF0123456789abcdefghijklmnopqrstuv'}}",
        "SEALED | {'type': 'telegram', 'credentials': {'token': '123456789:AAF0123456789abcdefghijklmnopqrstuv'}}, 'access': {'policy': 'open'}",
        "OPEN   | {'type': 'irc', 'settings': {'host': 'irc.example.org', 'nick': 'bot'}}",
    })
    void a_bot_whose_request_names_no_reach_gives_up_its_key_and_reaches_as_far_as_is_safe(Reach reach, String channel) {
        NewBot bot = NewBot.from(JsonValue.parse("{\"name\": \"a\", \"ai\": {\"provider\": \"anthropic\", \"model\": \"m\", \"key\": \"k1\"}, \"channel\": "
                + channel.replace('\'', '"') + "}"), DEFAULTS, keys);

        assertEquals(reach, bot.spec().reach());
        assertEquals(Optional.of("k1"), bot.spec().aiKey());
    }

    @Test
    void the_catalogue_names_the_reaches_of_each_channel_the_proposed_one_first_and_says_why_it_lacks_others() {
        Map<String, JsonValue> channels = NewBot.catalog().get("channels").elements().stream()
                .collect(Collectors.toMap(it -> it.get("id").string(), it -> it));
        channels.forEach((id, channel) -> assertEquals(id.equals("irc") ? "[\"open\",\"legacy\"]" : "[\"web\",\"sealed\",\"open\",\"legacy\"]",
                channel.get("reaches").toString(), id));
        assertEquals(Set.of("sealed", "web"), channels.get("irc").get("reachProblems").members().keySet());
        assertTrue(channels.get("irc").get("reachProblems").get("web").string().startsWith("IRC is not HTTP"));
    }

    @Test
    void a_bot_with_a_kept_key_gets_a_placeholder() {
        NewBot bot = sealed();

        assertEquals(Reach.SEALED, bot.spec().reach());
        assertEquals(Optional.of("k1"), bot.spec().aiKey());
        assertEquals(Optional.of("sk-ant-placeholder-k1-1"), aiKey(bot));
    }

    @Test
    void a_server_that_asks_for_no_key_needs_none() {
        NewBot bot = read("sealed", "{\"provider\": \"ollama\", \"model\": \"m\", \"baseUrl\": \"http://10.0.0.1:11434\"}",
                "{\"type\": \"webchat\"}");

        assertEquals(Optional.empty(), bot.spec().aiKey());
        assertEquals(Optional.empty(), aiKey(bot));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "legacy | {'provider': 'anthropic', 'model': 'm', 'key': 'k1'}                                  | /ai/apiKey /ai/key",
        "sealed | {'provider': 'anthropic', 'model': 'm', 'key': 'k1', 'apiKey': 'sk-ant-api03-canary'} | /ai/key",
        "legacy | {'provider': 'anthropic', 'model': 'm', 'key': 'k1', 'apiKey': 'sk-ant-api03-canary'} | /ai/key",
        "sealed | {'provider': 'anthropic', 'model': 'm', 'apiKey': 'sk-canary'}                        | /ai/apiKey",
        "sealed | {'provider': 'anthropic', 'model': 'm'}                                               | /ai/key",
        "web    | {'provider': 'anthropic', 'model': 'm', 'key': 'k9'}                                  | /ai/key",
        "open   | {'provider': 'anthropic', 'model': 'm', 'key': 'k2'}                                  | /ai/key",
        "sealed | {'provider': 'openai-compatible', 'model': 'm', 'key': 'k3', 'baseUrl': 'https://llm.example.org/v1'} | /ai/key",
        "closed | {'provider': 'anthropic', 'model': 'm', 'apiKey': 'sk-ant-api03-canary'}              | /reach"
    })
    void a_key_is_either_kept_or_the_bots_own_as_its_reach_says(String reach, String ai, String fields) {
        assertEquals(List.of(fields.split(" ")), refused(() -> read(reach, ai.replace('\'', '"'), "{\"type\": \"webchat\"}")));
    }

    @ParameterizedTest
    @CsvSource({
        "sealed, telegram, true", "web, telegram, true", "open, telegram, true", "legacy, telegram, true",
        "sealed, irc, false", "web, irc, false", "open, irc, true", "web, slack, true", "sealed, slack, true", "open, slack, true", "sealed, discord, true", "web, discord, true",
        "sealed, matrix, true", "web, matrix, true", "sealed, mattermost, true", "web, mattermost, true"
    })
    void a_channel_without_a_network_is_refused_at_the_reach(String reach, String channel, boolean works) {
        String settings = switch (channel) {
            case "telegram" -> "{'type': 'telegram', 'credentials': {'token': '123456789:AAF0123456789abcdefghijklmnopqrstuv'}}";
            case "discord" -> "{'type': 'discord', 'credentials': {'token': '" + "A".repeat(24) + ".GaBcDe." + "B".repeat(38) + "'}}";
            case "matrix" -> "{'type': 'matrix', 'settings': {'homeserver': 'https://matrix.example.org'}, 'credentials': {'token': 'syt_abcdefgh'}}";
            case "mattermost" -> "{'type': 'mattermost', 'settings': {'baseUrl': 'https://chat.example.org'}, 'credentials': {'token': '"
                    + "a1".repeat(13) + "'}}";
            case "irc" -> "{'type': 'irc', 'settings': {'host': 'irc.example.org', 'nick': 'bot', 'channels': '#a'}}";
            default -> "{'type': 'slack', 'credentials': {'botToken': 'xoxb-1-2-abcdefghijklmnopqrstuvwx', "
                    + "'appToken': 'xapp-1-A0-1-abcdefghijklmnopqrstuvwx'}}";
        };
        String ai = reach.equals("legacy") ? "{'provider': 'anthropic', 'model': 'm', 'apiKey': 'sk-ant-api03-canary'}"
                : "{'provider': 'anthropic', 'model': 'm', 'key': 'k1'}";
        if (works) {
            assertEquals(reach, read(reach, ai.replace('\'', '"'), settings.replace('\'', '"')).spec().reach().id());
        } else {
            assertTrue(refused(() -> read(reach, ai.replace('\'', '"'), settings.replace('\'', '"'))).contains("/reach"));
        }
    }

    @Test
    void a_channels_token_is_held_and_its_file_has_a_placeholder_of_the_same_shape() {
        String token = "123456789:AAF0123456789abcdefghijklmnopqrstuv";
        String ai = "{\"provider\": \"anthropic\", \"model\": \"m\", \"key\": \"k1\"}";
        NewBot bot = read("sealed", ai, "{\"type\": \"telegram\", \"credentials\": {\"token\": \"%s\"}}".formatted(token));
        SecretName file = new SecretName("channel-token");
        assertEquals(Map.of(file, Secret.of(token)), bot.secrets().held());
        String placeholder = bot.secrets().files().get(file).reveal();
        assertTrue(placeholder.startsWith("123456789:") && placeholder.length() == token.length() && !placeholder.equals(token), "another shape");

        assertEquals(bot.secrets(), patched(bot, "{\"name\": \"b\"}").secrets());
        String next = "123456789:BBF0123456789abcdefghijklmnopqrstuv";
        NewBot replaced = patched(bot, "{\"channel\": {\"credentials\": {\"token\": \"%s\"}}}".formatted(next));
        assertEquals(Map.of(file, Secret.of(next)), replaced.secrets().held());
        assertEquals(bot.secrets().files(), replaced.secrets().files(), "the bot would need a restart");
        assertEquals(replaced.secrets(), bot.replaceSecret("channel-token", JsonValue.parse("{\"value\": \"%s\"}".formatted(next))));
        NewBot another = patched(bot, "{\"channel\": {\"credentials\": {\"token\": \"%s\"}}}".formatted(next.replace("123456789", "987654321")));
        assertTrue(another.secrets().files().get(file).reveal().startsWith("987654321:"), "the account of another bot");
        assertNotEquals(bot.secrets().files().get(file), patched(bot, "{\"reach\": \"web\"}").secrets().files().get(file));

        NewBot legacy = patched(bot, "{\"reach\": \"legacy\", \"ai\": {\"apiKey\": \"sk-ant-api03-canary\"}}");
        assertEquals(Map.of(), legacy.secrets().held());
        assertEquals(Secret.of(token), legacy.secrets().files().get(file));
        assertEquals(Map.of(file, Secret.of(token)), patched(legacy, "{\"reach\": \"open\", \"ai\": {\"key\": \"k1\"}}").secrets().held());
    }

    @Test
    void a_patch_of_something_else_leaves_reach_key_and_placeholder() {
        NewBot bot = sealed();
        NewBot renamed = patched(bot, "{\"name\": \"b\", \"ai\": {\"model\": \"other\"}}");

        assertEquals(bot.secrets(), renamed.secrets());
        assertEquals(Reach.SEALED, renamed.spec().reach());
        assertEquals(Optional.of("k1"), renamed.spec().aiKey());
        assertTrue(renamed.spec().hasContainerOf(bot.spec()));
    }

    /// Whoever had the bot before may know its placeholder.
    @Test
    void a_change_of_reach_or_key_makes_a_new_placeholder() {
        NewBot bot = sealed();
        NewBot wider = patched(bot, "{\"reach\": \"web\"}");
        assertNotEquals(aiKey(bot), aiKey(wider));
        assertFalse(wider.spec().hasContainerOf(bot.spec()));

        NewBot other = patched(bot, "{\"ai\": {\"provider\": \"openai\", \"key\": \"k2\"}}");
        assertEquals(Optional.of("sk-ant-placeholder-k2-3"), aiKey(other));
        assertFalse(other.spec().hasContainerOf(bot.spec()), "the links are those of another provider");
    }

    @Test
    void a_sealed_bot_gives_up_the_key_that_it_had_and_a_legacy_one_holds_it_again() {
        NewBot legacy = read("legacy", "{\"provider\": \"anthropic\", \"model\": \"m\", \"apiKey\": \"sk-ant-api03-canary\"}",
                "{\"type\": \"webchat\"}");

        NewBot moved = patched(legacy, "{\"reach\": \"sealed\"}");
        assertEquals(List.of("a anthropic - sk-ant-api03-canary true"), kept);
        assertEquals(Optional.of("k4"), moved.spec().aiKey());
        assertEquals(Optional.of("sk-ant-placeholder-k4-1"), aiKey(moved));
        assertEquals(Optional.of("sk-ant-placeholder-k1-2"), aiKey(patched(legacy, "{\"reach\": \"sealed\", \"ai\": {\"key\": \"k1\"}}")));

        NewBot itself = patched(sealed(), "{\"reach\": \"legacy\"}");
        assertEquals(Optional.of("sk-ant-api03-of-k1"), aiKey(itself));
        assertEquals("a anthropic - sk-ant-api03-of-k1 true", kept.getLast(), "it is not said that the key is in a bot");
        assertEquals(List.of("/ai/apiKey"), refused(() -> patched(sealed(), "{\"reach\": \"legacy\", \"ai\": {\"baseUrl\": \"https://elsewhere.example.com\"}}")));
        NewBot back = patched(sealed(), "{\"reach\": \"legacy\", \"ai\": {\"apiKey\": \"sk-ant-api03-canary\"}}");
        assertEquals(Optional.of("sk-ant-api03-canary"), aiKey(back));
        assertEquals(Optional.empty(), back.spec().aiKey());
    }

    @Test
    void a_key_that_is_entered_for_a_brokered_bot_is_kept_under_its_name() {
        NewBot bot = read("sealed", "{\"provider\": \"anthropic\", \"model\": \"m\", \"apiKey\": \"sk-ant-api03-canary\"}",
                "{\"type\": \"webchat\"}");
        assertEquals(List.of("a anthropic - sk-ant-api03-canary false"), kept);
        assertEquals(Optional.of("k4"), bot.spec().aiKey());
        assertEquals(Optional.of("sk-ant-placeholder-k4-1"), aiKey(bot));

        NewBot other = patched(bot, "{\"ai\": {\"apiKey\": \"sk-ant-api03-other\"}}");
        assertEquals("a anthropic - sk-ant-api03-other false", kept.getLast());
        assertEquals(Optional.of("k5"), other.spec().aiKey());
    }

    @Test
    void a_key_is_kept_for_no_other_server_than_the_one_it_was_entered_for() {
        NewBot legacy = read("legacy", "{\"provider\": \"ollama\", \"model\": \"m\", \"baseUrl\": \"http://10.0.0.1:11434\", \"apiKey\": \"canary-key\"}",
                "{\"type\": \"webchat\"}");
        assertEquals(List.of("/ai/apiKey"), refused(() -> patched(legacy,
                "{\"reach\": \"sealed\", \"ai\": {\"baseUrl\": \"http://10.0.0.2:11434\"}}")));
        assertEquals(List.of(), kept);
    }

    @Test
    void a_refused_change_keeps_no_key() {
        NewBot legacy = read("legacy", "{\"provider\": \"anthropic\", \"model\": \"m\", \"apiKey\": \"sk-ant-api03-canary\"}",
                "{\"type\": \"telegram\", \"credentials\": {\"token\": \"123456789:AAF0123456789abcdefghijklmnopqrstuv\"}}");
        assertEquals(List.of("/channel/credentials/token"), refused(() -> patched(legacy,
                "{\"reach\": \"open\", \"channel\": {\"settings\": {\"apiRoot\": \"https://elsewhere.example.com\"}}}")));
        assertEquals(List.of(), kept);
    }

    @Test
    void the_placeholder_cannot_be_replaced_as_a_secret() {
        NewBot bot = sealed();

        assertThrows(Failure.Conflict.class, () -> bot.replaceSecret("ai-api-key", JsonValue.parse("{\"value\": \"sk-ant-api03-canary\"}")));
    }
}
