package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.Status;
import botmaker.docker.Container;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import botmaker.policy.BotPolicy;
import botmaker.policy.Policy;
import botmaker.support.Cli;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The containers of bots that reach their AI through the broker, on a real engine with a small image.
@Tag("docker")
class ReachTest {
    private static final String AI = "{\"provider\": \"openai-compatible\", \"model\": \"m\", \"baseUrl\": \"https://llm.example.com/v1\"}";

    @TempDir
    private Path data;

    private static BotId create(Workshop shop, String reach) throws InterruptedException {
        NewBot request = NewBot.from(JsonValue.parse("""
                {"name": "a", "reach": "%s", "controlUi": true, "channel": {"type": "webchat"}, "ai": %s}""".formatted(reach, AI)),
                new Limits(2L << 30, 1000, 512), KeptKeys.NONE);
        return shop.bots.service().create(request).row().id();
    }

    /// Changes a bot's reach, and takes it for proved: what is in these containers does not.
    private static void move(Workshop shop, BotId id, String reach) throws InterruptedException {
        shop.bots.service().change(id, JsonValue.parse("{\"reach\": \"" + reach + "\"}"));
        shop.bots.service().revise(id, BotRecord::confirmed, _ -> { });
    }

    private static Container container(Workshop shop, BotId id) {
        return shop.engine.inspect(shop.bots.convergence.refresh(id).seen().containerId().orElseThrow());
    }

    private static Map<String, String> variables(Container container) {
        return container.raw().get("Config").get("Env").elements().stream().map(it -> it.string().split("=", 2))
                .collect(Collectors.toMap(it -> it[0], it -> it[1], (a, _) -> a, TreeMap::new));
    }

    private static JsonValue host(Container container, String name) {
        return container.raw().get("HostConfig").get(name);
    }

    private static Set<String> drift(Workshop shop, BotId id) {
        shop.bots.look();
        return shop.bot(id).seen().drift().stream().map(it -> it.what()).collect(Collectors.toSet());
    }

    @Test
    void a_sealed_bot_has_no_network_and_no_port_but_links() throws Exception {
        try (Workshop shop = Workshop.withLinks(data)) {
            BotId id = create(shop, "sealed");
            Container container = container(shop, id);

            assertEquals(Map.of(), container.addresses());
            assertEquals("none", host(container, "NetworkMode").string());
            assertEquals("[\"llm.example.com:127.0.0.1\"]", host(container, "ExtraHosts").toString());
            assertEquals("{}", host(container, "PortBindings").toString());
            assertTrue(shop.bot(id).row().spec().controlUi().port().isPresent(), "BotMaker listens there itself");
            JsonValue link = host(container, "Mounts").elements().getLast();
            assertEquals(data.resolve("bots/" + id + "/link").toString(), link.get("Source").string());
            assertEquals("/run/botmaker", link.get("Target").string());
            assertTrue(link.get("ReadOnly").bool());
            Map<String, String> variables = variables(container);
            assertEquals("443=tls", variables.get("BOTMAKER_LINKS"));
            assertEquals("/run/botmaker/ca.pem", variables.get("NODE_EXTRA_CA_CERTS"));
            assertEquals(Set.of(), drift(shop, id));
        }
    }

    @Test
    void a_network_that_somebody_connects_is_drift_and_repaired() throws Exception {
        try (Workshop shop = Workshop.withLinks(data)) {
            BotId id = create(shop, "sealed");
            Container before = container(shop, id);
            Cli.docker("network", "disconnect", "none", before.id());
            Cli.docker("network", "connect", "bridge", before.id());
            assertEquals(Set.of("Networks"), drift(shop, id));

            shop.bots.service().repair(id);
            assertEquals(Map.of(), container(shop, id).addresses());
            assertEquals(Set.of(), drift(shop, id));
        }
    }

    @Test
    void a_change_of_reach_makes_the_container_anew_around_the_same_files() throws Exception {
        try (Workshop shop = Workshop.withLinks(data)) {
            BotId id = create(shop, "legacy");
            Container legacy = container(shop, id);
            assertFalse(Files.exists(data.resolve("bots/" + id + "/link")));
            Files.writeString(data.resolve("bots/" + id + "/state/memory"), "kept");
            assertEquals(1, legacy.addresses().size());
            assertFalse(host(legacy, "PortBindings").members().isEmpty());
            assertFalse(variables(legacy).containsKey("BOTMAKER_LINKS"));
            assertTrue(host(legacy, "ExtraHosts").isNull());

            move(shop, id, "sealed");
            Container sealed = container(shop, id);
            assertNotEquals(legacy.id(), sealed.id());
            assertEquals("none", host(sealed, "NetworkMode").string());
            assertEquals("kept", Files.readString(data.resolve("bots/" + id + "/state/memory")));
            assertEquals("loopback", config(id).get("gateway").get("bind").string());
            assertEquals(Set.of(), drift(shop, id));

            shop.bots.service().change(id, JsonValue.parse("{\"ai\": {\"baseUrl\": \"http://10.9.8.7:8080/v1\"}}"));
            Container moved = container(shop, id);
            assertEquals("8080=m0", variables(moved).get("BOTMAKER_LINKS"));
            assertEquals("[\"model.botmaker.internal:127.0.0.1\"]", host(moved, "ExtraHosts").toString());

            move(shop, id, "open");
            Container open = container(shop, id);
            assertEquals(1, open.addresses().size());
            assertEquals("{}", host(open, "PortBindings").toString());
            assertEquals(Set.of(), drift(shop, id));

            shop.bots.service().change(id, JsonValue.parse("{\"reach\": \"legacy\"}"));
            assertEquals("lan", config(id).get("gateway").get("bind").string());
            assertEquals("http://10.9.8.7:8080/v1", config(id).get("models").get("providers").get("openai-compatible").get("baseUrl").string());
            assertEquals(Set.of(), drift(shop, id));
        }
    }

    private JsonValue config(BotId id) throws Exception {
        return JsonValue.parse(Files.readString(data.resolve("bots/" + id + "/config/openclaw.json")));
    }

    /// The host's proxy is in the network that such a bot does not have.
    @Test
    void a_bot_without_a_network_is_not_told_of_the_hosts_proxy() throws Exception {
        try (Workshop shop = Workshop.withLinks(data, Map.of("HTTPS_PROXY", "http://10.0.0.1:3128", "NO_PROXY", "intranet"))) {
            BotId id = create(shop, "sealed");
            assertFalse(variables(container(shop, id)).keySet().stream().anyMatch(name -> name.toUpperCase(Locale.ROOT).endsWith("_PROXY")));

            move(shop, id, "web");
            Map<String, String> web = variables(container(shop, id));
            assertEquals("443=tls 3128=out", web.get("BOTMAKER_LINKS"));
            assertEquals("http://127.0.0.1:3128", web.get("HTTPS_PROXY"));
            assertEquals("http://127.0.0.1:3128", web.get("http_proxy"), "curl takes it in small letters only");
            assertEquals("127.0.0.1,localhost", web.get("NO_PROXY"));

            move(shop, id, "open");
            Map<String, String> open = variables(container(shop, id));
            assertEquals("http://10.0.0.1:3128", open.get("HTTPS_PROXY"));
            assertEquals("intranet,llm.example.com", open.get("NO_PROXY"), "its AI is asked through the broker");
        }
    }

    /// The broker follows the policy; a bot that was restarted would forget what it is doing.
    @Test
    void budget_hosts_and_pause_take_effect_by_policy_only() throws Exception {
        try (Workshop shop = Workshop.withLinks(data)) {
            BotId id = create(shop, "web");
            Container before = container(shop, id);
            String config = config(id).toString();

            shop.bots.service().change(id, JsonValue.parse("{\"budget\": {\"tokensDay\": 5000}, \"webHosts\": [\"example.com\"]}"));
            assertEquals(List.of("example.com"), policy().webHosts());
            assertEquals(Optional.of(5000L), policy().budget().tokensDay());
            shop.bots.service().pauseAi(id, Optional.of("Back on Monday."));
            assertEquals(Optional.of("Back on Monday."), policy().paused());
            Container after = container(shop, id);
            assertEquals(before.id(), after.id());
            assertEquals(before.raw().get("State").get("StartedAt"), after.raw().get("State").get("StartedAt"));
            assertEquals(config, config(id).toString());
            assertEquals(Set.of(), drift(shop, id));
        }
    }

    private BotPolicy policy() throws Exception {
        return Policy.read(data.resolve("broker/policy.json")).bots().getFirst();
    }

    @Test
    void an_image_that_knows_no_links_is_refused_before_anything_is_made() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            assertTrue(assertThrows(Failure.Conflict.class, () -> create(shop, "sealed")).getMessage().contains("is too old"));
            assertEquals(List.of(), shop.stored());

            BotId id = create(shop, "legacy");
            String before = container(shop, id).id();
            assertThrows(Failure.Conflict.class, () -> shop.bots.service().change(id, JsonValue.parse("{\"reach\": \"sealed\"}")));
            assertEquals(before, container(shop, id).id());
            assertEquals("legacy", shop.bot(id).row().spec().reach().id());
            assertEquals(Optional.of(Status.Word.RUNNING), Optional.of(shop.bot(id).status().word()));
        }
    }
}
