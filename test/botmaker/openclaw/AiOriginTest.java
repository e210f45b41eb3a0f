package botmaker.openclaw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where a bot without a network asks for its AI, and what its configuration says of it.
class AiOriginTest {
    private static AiOrigin origin(String provider, String baseUrl) {
        return AiOrigin.of(new AiSettings(provider, "m", Optional.ofNullable(baseUrl)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "anthropic  |                               | 443=tls    | api.anthropic.com                 | https://api.anthropic.com",
        "openai     |                               | 443=tls    | api.openai.com                    | https://api.openai.com/v1",
        "google     |                               | 443=tls    | generativelanguage.googleapis.com | https://generativelanguage.googleapis.com",
        "openrouter |                               | 443=tls    | openrouter.ai                     | https://openrouter.ai/api/v1",
        "xai        |                               | 443=tls    | api.x.ai                          | https://api.x.ai/v1",
        "together   |                               | 443=tls    | api.together.xyz                  | https://api.together.xyz/v1",
        "nvidia     |                               | 443=tls    | integrate.api.nvidia.com          | https://integrate.api.nvidia.com/v1",
        "anthropic  | https://LLM.example.com       | 443=tls    | llm.example.com                   | https://LLM.example.com",
        "openai     | https://llm.example.com:8443/ | 8443=tls   | llm.example.com                   | https://llm.example.com:8443",
        "ollama     | http://192.168.1.20:11434     | 11434=m0   | model.botmaker.internal           | http://192.168.1.20:11434",
        "ollama     | http://localhost:11434        | 11434=m0   | model.botmaker.internal           | http://localhost:11434",
        "ollama     | http://ollama.lan             | 80=m0      | ollama.lan                        | http://ollama.lan",
        "openai-compatible | http://[fd00::1]:8000/v1 | 8000=m0  | model.botmaker.internal           | http://[fd00::1]:8000/v1",
        "openai-compatible | https://10.0.0.2/v1   | 443=tls    | model.botmaker.internal           | https://10.0.0.2/v1",
        "openai-compatible | http://10.0.0.1:18789 | 28789=m0   | model.botmaker.internal           | http://10.0.0.1:18789",
        "openai-compatible | http://10.0.0.1:3128  | 13128=m0   | model.botmaker.internal           | http://10.0.0.1:3128"
    })
    void its_name_port_link_and_upstream_belong_together(String provider, String baseUrl, String links, String host, String upstream) {
        AiOrigin origin = origin(provider, baseUrl);

        assertEquals(links, origin.links(false));
        assertEquals(links + " 3128=out", origin.links(true));
        assertEquals(host, origin.host());
        assertEquals(upstream, origin.upstream().toString());
        assertEquals(origin.tls(), origin.link().equals(Link.TLS));
        assertEquals(provider, origin.dialect());
    }

    @ParameterizedTest
    @CsvSource({
        "https://llm.example.com, https://llm.example.com",
        "https://llm.example.com/v1/, https://llm.example.com/v1",
        "http://127.0.0.1:8000/a%20b, http://model.botmaker.internal:8000/a%20b",
        "http://10.0.0.1, http://model.botmaker.internal",
        "https://10.0.0.1:80/v1, https://model.botmaker.internal:80/v1"
    })
    void the_bot_asks_at_the_same_port_and_path(String baseUrl, String asked) {
        assertEquals(asked, origin("openai-compatible", baseUrl).baseUrl());
    }

    private static BotConfig bot(AiSettings ai, boolean hasApiKey, Egress egress) {
        return new BotConfig(ai, hasApiKey, new ChannelSettings("webchat", Map.of()), Set.of(), new Access(Access.Policy.PAIRING, List.of()),
                OptionalInt.empty(), Optional.empty(), egress);
    }

    /// With a base URL, OpenClaw takes the provider for another one, and sends longer prompts without caching.
    @Test
    void a_provider_at_its_usual_address_is_left_as_openclaw_knows_it() {
        for (Provider provider : Catalog.PROVIDERS) {
            if (!provider.api().root().isEmpty()) {
                JsonValue models = OpenClawConfig.render(bot(new AiSettings(provider.id(), "m", Optional.empty()), true, Egress.BROKER_ONLY))
                        .get("models");
                assertEquals("""
                        {"apiKey":{"source":"file","provider":"ai_api_key","id":"value"},"request":{"allowPrivateNetwork":true}}""",
                        sorted(models.get("providers").get(provider.id()), "apiKey", "request"), provider.id());
            }
        }
    }

    private static String sorted(JsonValue object, String... names) {
        assertEquals(Set.of(names), object.members().keySet());
        return List.of(names).stream().map(name -> "\"" + name + "\":" + object.get(name)).collect(Collectors.joining(",", "{", "}"));
    }

    @Test
    void a_server_of_ones_own_is_asked_by_name_and_tells_what_a_stream_used() {
        JsonValue config = OpenClawConfig.render(bot(new AiSettings("openai-compatible", "m", Optional.of("http://10.0.0.7:8080/v1")), false,
                Egress.BROKER_ONLY));
        assertEquals(JsonValue.parse("""
                {"openai-compatible": {"baseUrl": "http://model.botmaker.internal:8080/v1", "request": {"allowPrivateNetwork": true},
                  "apiKey": "botmaker-no-key", "api": "openai-completions", "models": [{"id": "m", "name": "m", "contextWindow": 128000, "maxTokens": 8192,
                    "compat": {"supportsUsageInStreaming": true}}]}}"""), config.get("models").get("providers"));
    }

    @Test
    void the_gateway_of_a_bot_behind_a_broker_listens_inside_only_and_web_goes_by_the_proxy() {
        AiSettings ai = new AiSettings("anthropic", "m", Optional.empty());
        JsonValue sealed = OpenClawConfig.render(bot(ai, true, Egress.BROKER_ONLY));
        assertEquals("loopback", sealed.get("gateway").get("bind").string());
        assertTrue(sealed.find("proxy").isEmpty());
        assertEquals("{\"web\":{\"search\":{\"enabled\":false},\"fetch\":{\"enabled\":false}}}", sealed.get("tools").toString());
        assertTrue(OpenClawConfig.render(bot(ai, true, Egress.BROKER_AND_NETWORK)).find("tools").isEmpty());

        JsonValue web = OpenClawConfig.render(bot(ai, true, Egress.BROKER_AND_WEB));
        assertEquals("{\"enabled\":true,\"proxyUrl\":\"http://127.0.0.1:3128\"}", web.get("proxy").toString());
        assertEquals("lan", OpenClawConfig.render(bot(ai, true, Egress.DIRECT)).get("gateway").get("bind").string());
    }
}
