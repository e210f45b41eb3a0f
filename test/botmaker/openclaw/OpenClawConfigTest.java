package botmaker.openclaw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.openclaw.BotConfig.Egress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenClawConfigTest {
    private static final AiSettings ANTHROPIC = new AiSettings("anthropic", "claude-sonnet-5", Optional.empty());

    @Test
    void a_bot_for_one_person_on_telegram() {
        assertEquals(JsonValue.parse("""
                {
                  "gateway": {
                    "mode": "local", "bind": "lan", "port": 18789,
                    "auth": {"mode": "token", "token": {"source": "file", "provider": "gateway_token", "id": "value"}},
                    "controlUi": {"enabled": false},
                    "terminal": {"enabled": false},
                    "http": {"endpoints": {"chatCompletions": {"enabled": true}}}
                  },
                  "secrets": {"providers": {
                    "ai_api_key": {"source": "file", "path": "/run/secrets/ai-api-key", "mode": "singleValue"},
                    "gateway_token": {"source": "file", "path": "/run/secrets/gateway-token", "mode": "singleValue"}
                  }},
                  "agents": {"defaults": {
                    "model": {"primary": "anthropic/claude-sonnet-5"}, "utilityModel": "", "heartbeat": {"every": "0m"}, "skipBootstrap": true,
                    "bootstrapMaxChars": 32768
                  }},
                  "models": {
                    "catalogRefresh": {"enabled": false},
                    "providers": {"anthropic": {"apiKey": {"source": "file", "provider": "ai_api_key", "id": "value"}}}
                  },
                  "channels": {"telegram": {
                    "enabled": true, "configWrites": false, "tokenFile": "/run/secrets/channel-token",
                    "dmPolicy": "allowlist", "allowFrom": ["4242"],
                    "groupPolicy": "allowlist", "contextVisibility": "allowlist", "groups": {"*": {"requireMention": true}},
                    "joinIntro": false, "groupAllowFrom": ["4242"]
                  }},
                  "session": {"dmScope": "per-channel-peer"},
                  "plugins": {"entries": {"admin-http-rpc": {"enabled": true}}},
                  "commands": {"ownerAllowFrom": ["telegram:4242"]},
                  "logging": {"consoleStyle": "json"},
                  "update": {"checkOnStart": false},
                  "discovery": {"mdns": {"mode": "off"}}
                }"""),
                OpenClawConfig.render(new BotConfig(ANTHROPIC, true, new ChannelSettings("telegram", Map.of()), Set.of("token"),
                        new Access(Access.Policy.ALLOWLIST, List.of("4242")), OptionalInt.empty(), Optional.empty(), Egress.DIRECT)));
    }

    @Test
    void a_bot_for_everyone_on_irc_with_a_server_of_ones_own() {
        JsonObject json = OpenClawConfig.render(new BotConfig(
                new AiSettings("openai-compatible", "local/model:7b", Optional.of("http://10.0.0.7:8080/v1")), false,
                new ChannelSettings("irc", Map.of("host", "irc.example.org", "port", "6667", "tls", "false", "nick", "bot", "channels", "#b,#a")),
                Set.of("password"), new Access(Access.Policy.OPEN, List.of()), OptionalInt.of(19100), Optional.empty(), Egress.DIRECT));
        assertEquals(JsonValue.parse("""
                {
                  "catalogRefresh": {"enabled": false},
                  "mode": "replace",
                  "providers": {"openai-compatible": {
                    "baseUrl": "http://10.0.0.7:8080/v1", "api": "openai-completions",
                    "models": [{"id": "local/model:7b", "name": "local/model:7b", "contextWindow": 128000, "maxTokens": 8192}]
                  }}
                }"""), json.get("models"));
        assertEquals(JsonValue.parse("""
                {"irc": {
                  "enabled": true, "configWrites": false, "host": "irc.example.org", "port": 6667, "tls": false, "nick": "bot",
                  "passwordFile": "/run/secrets/channel-token", "dmPolicy": "open", "allowFrom": ["*"],
                  "channels": ["#b", "#a"], "groupPolicy": "allowlist", "contextVisibility": "allowlist",
                  "groups": {"#a": {"requireMention": true, "allowFrom": ["*"]}, "#b": {"requireMention": true, "allowFrom": ["*"]}}
                }}"""), json.get("channels"));
        assertEquals(JsonValue.parse("""
                {"enabled": true, "allowedOrigins": ["http://127.0.0.1:19100", "http://localhost:19100"]}"""),
                json.get("gateway").get("controlUi"));
        assertEquals(Set.of("admin-http-rpc", "irc"), json.get("plugins").get("entries").members().keySet());
    }

    @Test
    void matrix_has_its_own_words_for_direct_messages() {
        Channel matrix = Catalog.channel("matrix").orElseThrow();
        assertEquals(JsonValue.parse("""
                {"matrix": {
                  "enabled": true, "configWrites": false, "accessToken": {"source": "file", "provider": "channel_token", "id": "value"},
                  "homeserver": "https://matrix.example.org", "network": {"dangerouslyAllowPrivateNetwork": true}, "autoJoin": "always",
                  "dm": {"policy": "pairing", "allowFrom": []}, "groupPolicy": "disabled", "joinIntro": false
                }}"""), render(matrix, new Access(Access.Policy.PAIRING, List.of())).get("channels"));
    }

    @Test
    void several_channel_secrets_are_separate_files() {
        JsonObject json = render(Catalog.channel("slack").orElseThrow(), new Access(Access.Policy.PAIRING, List.of()));
        assertEquals("channel_app_token", json.get("channels").get("slack").get("appToken").get("provider").string());
        assertEquals("/run/secrets/channel-app-token",
                json.get("secrets").get("providers").get("channel_app_token").get("path").string());
    }

    /// A bot that strangers may talk to must not run commands for them: its tools could read its secrets.
    @Test
    void only_a_bot_for_everyone_loses_its_tools() {
        Channel telegram = Catalog.channel("telegram").orElseThrow();
        JsonValue open = render(telegram, new Access(Access.Policy.OPEN, List.of("4242")));
        assertEquals("deny", open.get("tools").get("exec").get("security").string());
        assertTrue(open.get("tools").get("deny").toString().contains("group:fs"));
        assertEquals("[\"*\"]", open.get("channels").get("telegram").get("allowFrom").toString());
        assertEquals("[\"telegram:4242\"]", open.get("commands").get("ownerAllowFrom").toString());
        assertFalse(render(telegram, new Access(Access.Policy.PAIRING, List.of())).members().containsKey("tools"));
    }

    /// OpenClaw itself cannot write down whom it was paired with first: its configuration is read-only.
    @Test
    void who_was_paired_first_is_the_owner_unless_the_operator_listed_one() {
        assertEquals("[\"telegram:7\"]", owners(new Access(Access.Policy.PAIRING, List.of()), Optional.of("telegram:7")));
        assertEquals("[\"telegram:4242\"]", owners(new Access(Access.Policy.PAIRING, List.of("4242")), Optional.of("telegram:7")));
        assertEquals("", owners(new Access(Access.Policy.PAIRING, List.of()), Optional.empty()));
    }

    private static String owners(Access access, Optional<String> paired) {
        return OpenClawConfig.render(new BotConfig(ANTHROPIC, true, new ChannelSettings("telegram", Map.of()), Set.of("token"),
                access, OptionalInt.empty(), paired, Egress.DIRECT)).find("commands").map(it -> it.get("ownerAllowFrom").toString()).orElse("");
    }

    @Test
    void rooms_are_closed_unless_people_are_listed_and_even_then_want_a_mention() {
        for (Channel channel : Catalog.CHANNELS) {
            if (channel.person().isEmpty()) {
                continue;
            }
            JsonValue pairing = render(channel, new Access(Access.Policy.PAIRING, List.of())).get("channels").get(channel.id());
            assertEquals("disabled", pairing.get("groupPolicy").string(), channel.id());
            JsonValue listed = render(channel, new Access(Access.Policy.ALLOWLIST, Samples.people(channel))).get("channels").get(channel.id());
            assertEquals("allowlist", listed.get("groupPolicy").string(), channel.id());
            assertFalse(listed.toString().contains("\"requireMention\":false"), channel.id());
            assertTrue(listed.toString().contains("\"requireMention\":true"), channel.id());
            assertFalse(listed.toString().contains("[\"*\"]"), channel.id());
        }
    }

    private static JsonObject render(Channel channel, Access access) {
        return OpenClawConfig.render(Samples.bot(Catalog.provider("anthropic").orElseThrow(), channel, access, OptionalInt.empty()));
    }

    private static JsonValue brokered(String channel, Map<String, String> settings) {
        return OpenClawConfig.render(new BotConfig(ANTHROPIC, true, new ChannelSettings(channel, settings), Set.of("token", "botToken", "appToken"),
                new Access(Access.Policy.PAIRING, List.of()), OptionalInt.empty(), Optional.empty(), Egress.BROKER_ONLY))
                .get("channels").get(channel);
    }

    /// Which way each plugin can go was tried with the real OpenClaw.
    @Test
    void a_brokered_channel_asks_through_the_proxy_or_at_a_name_that_means_the_container_itself() {
        assertEquals(Optional.of("http://127.0.0.1:3128"), brokered("telegram", Map.of()).textAt("proxy"));
        assertEquals(Optional.of("http://127.0.0.1:3128"), brokered("discord", Map.of()).textAt("proxy"));
        assertEquals(Optional.empty(), brokered("slack", Map.of()).textAt("proxy"));
        JsonValue matrix = brokered("matrix", Map.of("homeserver", "https://matrix.example.org/"));
        assertEquals("https://matrix.example.org", matrix.get("homeserver").string());
        JsonValue mattermost = brokered("mattermost", Map.of("baseUrl", "http://10.0.0.1:8065/team"));
        assertEquals("http://chat.botmaker.internal:8065/team", mattermost.get("baseUrl").string());
        for (JsonValue channel : List.of(matrix, mattermost)) {
            assertTrue(channel.get("network").get("dangerouslyAllowPrivateNetwork").bool());
            assertEquals(Optional.empty(), channel.textAt("proxy"));
        }
        assertEquals(Optional.empty(), brokered("irc", Map.of("host", "irc.example.org", "nick", "b")).textAt("proxy"));
    }
}
