package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.Networks;
import botmaker.json.JsonValue;
import botmaker.support.Cli;
import botmaker.support.FirewallScene;
import botmaker.support.RunningApp;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a bot that somebody has taken over reaches of other bots and of BotMaker: tried from inside one.
@Tag("docker")
class ReachTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final String BEHIND_PROXY = "BOTMAKER_SERVER_BEHIND_PROXY";
    private static final String ADDRESS = "BOTMAKER_SERVER_ADDRESS";

    @TempDir
    Path data;

    @Test
    void a_bot_reaches_no_other_bot_by_address_name_or_published_port() throws Exception {
        try (RunningApp app = RunningApp.start(data, Map.of("BOTMAKER_OPENCLAW_IMAGE", FirewallScene.listening(ENGINE)))) {
            Container attacker = bot(app, "attacker", false);
            Container victim = bot(app, "victim", true);
            String address = victim.addresses().values().iterator().next().getHostAddress();
            String gateway = gateway(attacker);
            assertEquals("ok", fromHost(address, 18789), "the victim does not even listen");
            assertEquals("ok", fromHost("127.0.0.1", port(victim)), "the victim's Control UI is not even published");

            for (String target : List.of(address + " 18789", victim.name() + " 18789", "bot-" + victim.name().substring(9) + " 18789",
                    gateway + " " + port(victim), "127.0.0.1 " + port(victim), address + " " + port(victim))) {
                assertEquals("", fromBot(attacker, "nc -w 3 " + target + " </dev/null"), target);
            }
        }
    }

    /// Bound to the loopback address there is nothing to reach; bound to any other it is reached, and says no.
    @Test
    void a_bot_gets_nothing_from_botmaker_whatever_it_listens_on() throws Exception {
        Map<String, String> image = Map.of("BOTMAKER_OPENCLAW_IMAGE", FirewallScene.listening(ENGINE));
        RunningApp app = RunningApp.start(data, image);
        try {
            Container bot = bot(app, "attacker", false);
            int port = URI.create(app.url()).getPort();
            assertEquals("", ask(bot, gateway(bot), port));
            String bridge = RunningApp.bridge().getHostAddress();
            for (String listen : List.of("0.0.0.0", gateway(bot), bridge, "::")) {
                app.stop();
                app = app.again(Map.of("BOTMAKER_OPENCLAW_IMAGE", image.get("BOTMAKER_OPENCLAW_IMAGE"), ADDRESS, listen, BEHIND_PROXY, "true"));
                String target = listen.equals(bridge) ? bridge : gateway(bot);
                String answer = ask(bot, target, port);
                assertTrue(answer.startsWith("HTTP/1.1 403 "), "listening on " + listen + ": " + answer);
                assertFalse(answer.contains("\"engine\""), answer);
            }
            linkLocal(bot, port);
        } finally {
            app.stop();
            app = app.again(Map.of(ADDRESS, "127.0.0.1"));
            app.close();
        }
    }

    /// A bot has no IPv6; one whose container was remade by hand may have, and every bridge has a link-local address.
    private static void linkLocal(Container bot, int port) throws Exception {
        String network = bot.addresses().keySet().iterator().next();
        String bridge = Networks.device(network);
        Inet6Address host = NetworkInterface.getByName(bridge).inetAddresses().filter(Inet6Address.class::isInstance)
                .map(Inet6Address.class::cast).findFirst().orElseThrow();
        String id = Cli.docker("run", "--detach", "--network", network, "--sysctl", "net.ipv6.conf.all.disable_ipv6=0",
                "--sysctl", "net.ipv6.conf.default.disable_ipv6=0", FirewallScene.listening(ENGINE));
        try {
            String address = host.getHostAddress().replaceFirst("%.*", "%eth0");
            String answer = "";
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (answer.isEmpty() && System.nanoTime() - deadline < 0) { // its own address is tentative for a while
                answer = ask(ENGINE.inspect(id), address, port);
            }
            assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
        } finally {
            ENGINE.remove(id, true);
        }
    }

    private static Container bot(RunningApp app, String name, boolean controlUi) throws Exception {
        var answer = app.post("/api/bots", """
                {"name": "%s", "controlUi": %s, "reach": "legacy", "channel": {"type": "webchat"},
                 "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"}}""".formatted(name, controlUi));
        assertEquals(201, answer.statusCode(), answer.body());
        return ENGINE.inspect(JsonValue.parse(answer.body()).get("containerId").string());
    }

    private static int port(Container bot) {
        return Integer.parseInt(bot.raw().get("HostConfig").get("PortBindings").get("18789/tcp").get(0).get("HostPort").string());
    }

    private static String gateway(Container bot) {
        return bot.raw().get("NetworkSettings").get("Networks").members().values().iterator().next().get("Gateway").string();
    }

    private static String ask(Container bot, String address, int port) {
        return fromBot(bot, "printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' | nc -w 3 %s %d"
                .formatted(address, port));
    }

    private static String fromBot(Container bot, String shell) {
        return ENGINE.exec(bot.id(), List.of("timeout", "8", "sh", "-c", shell), Duration.ofSeconds(60)).orElseThrow().output().strip();
    }

    private static String fromHost(String address, int port) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(address, port), 5000);
                InputStream in = socket.getInputStream();
                String said = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
                if (!said.isEmpty() || System.nanoTime() - deadline > 0) {
                    return said;
                }
            } catch (IOException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
            Thread.sleep(100);
        }
    }
}
