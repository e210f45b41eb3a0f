package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Scene.Client;
import botmaker.broker.Scene.Server;
import botmaker.json.JsonValue;
import botmaker.ledger.Ledger;
import botmaker.ledger.UsageReader;
import botmaker.policy.BotPolicy;
import botmaker.policy.Reach;
import botmaker.support.ChildJvm;
import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The way out of a bot without a network. Ports 443 and 80 belong to the system, so a test that gets through connects to whatever
/// the test's dialer has behind them.
@Timeout(90)
final class EgressTest {
    private static final Predicate<InetAddress> ANY = _ -> true;
    private static final Resolver LOOPBACK = _ -> List.of(InetAddress.getLoopbackAddress());

    @TempDir
    Path dir;

    private final List<String> resolved = new CopyOnWriteArrayList<>();

    private Scene scene(Reach reach, Resolver resolver, Predicate<InetAddress> reachable, String... hosts) throws IOException {
        Resolver noting = host -> {
            resolved.add(host);
            return resolver.resolve(host);
        };
        Scene scene = new Scene(dir, Scene.ECHO, new DirectDialer(noting, reachable, Duration.ofSeconds(5), Duration.ofSeconds(60)));
        scene.links.follow(List.of(scene.bot("a", reach, hosts)));
        return scene;
    }

    private static Client connect(Scene scene, String target) throws IOException {
        return scene.plain("a", "out").send("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "example.com", "example.com:0", "example.com:65536", "example.com:443:1", "example.com:+443", ":443", "exa mple.com:443",
        "example.com.:443", ".example.com:443", "exa..mple:443", "127.1:443", "0x7f.1:443", "0x7f000001:443", "2130706433:443",
        "017700000001:443", "127.0.0.1.:443", "1.2.3.4.5:443", "1.2.3.256:443", "01.2.3.4:443", "1.2.3.0x4:443", "a.1:443", "a.0x1:443",
        "[::1:443", "[2130706433]:443", "[8.8.8.8]:443", "::1:443", "[fe80::1%eth0]:443", "user@example.com:443", "example.com/:443", "ex\u00e4mple.com:443", "http://example.com:443"})
    void a_destination_that_is_spelled_oddly_is_refused(String target) throws Exception {
        try (Scene scene = scene(Reach.WEB, LOOPBACK, ANY)) {
            String answer = connect(scene, target).rest();
            assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
            assertEquals(List.of(), resolved);
        }
    }

    @Test
    void a_head_over_8_KB_is_refused() throws Exception {
        try (Scene scene = scene(Reach.WEB, LOOPBACK, ANY)) {
            assertTrue(scene.plain("a", "out").send("CONNECT a.test:443 HTTP/1.1\r\nA: " + "x".repeat(9000)).rest().startsWith("HTTP/1.1 400 "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SEALED", "OPEN"})
    void a_bot_that_may_not_reach_the_web_is_told_so(Reach reach) throws Exception {
        try (Scene scene = scene(reach, LOOPBACK, ANY)) {
            String answer = connect(scene, "example.com:443").rest();
            assertTrue(answer.startsWith("HTTP/1.1 403 ") && answer.contains("BotMaker: this bot may not reach example.com:443 (its reach is")
                    && answer.contains("X-BotMaker-Refused: host\r\n"), answer);
            assertEquals(List.of(), resolved, "not even the name is resolved");
        }
    }

    @ParameterizedTest
    @CsvSource({"SEALED", "WEB", "OPEN"})
    void the_bot_s_own_origins_are_served_with_and_without_tls(Reach reach) throws Exception {
        try (Scene scene = scene(reach, LOOPBACK, ANY, "nothing.test")) {
            Client tunnel = connect(scene, "API.vendor.test:443");
            assertEquals("HTTP/1.1 200 Connection established\r\n\r\n", tunnel.until("\r\n\r\n"));
            Client inside = scene.encrypted(tunnel.socket(), "api.vendor.test", "http/1.1");
            assertTrue(inside.post("api.vendor.test", "x").answer().endsWith("a api.vendor.test POST /v1/x 1"));

            Client plain = connect(scene, "model.botmaker.internal:11434");
            plain.until("\r\n\r\n");
            assertTrue(plain.get("model.botmaker.internal:11434", "/y").answer().endsWith("a model.botmaker.internal GET /y 0"));
            assertEquals(List.of(), resolved);
        }
    }

    @Test
    void a_tunnel_to_one_origin_leads_to_no_other() throws Exception {
        try (Scene scene = scene(Reach.SEALED, LOOPBACK, ANY)) {
            Client tunnel = connect(scene, "api.vendor.test:443");
            tunnel.until("\r\n\r\n");
            assertThrows(SSLException.class, () -> scene.encrypted(tunnel.socket(), "other.vendor.test", "http/1.1"));
            Client unencrypted = connect(scene, "api.vendor.test:443");
            unencrypted.until("\r\n\r\n");
            assertTrue(unencrypted.get("api.vendor.test", "/").rest().startsWith("HTTP/1.1 400 "));
        }
    }

    /// Its connection was taken for a tunnel that the policy no longer allows.
    @Test
    void a_refusal_arrives_also_while_the_policy_is_followed() throws Exception {
        try (Scene scene = scene(Reach.WEB, LOOPBACK, ANY, "listed.test")) {
            List<BotPolicy> policy = List.of(scene.bot("a", Reach.WEB, "listed.test"));
            AtomicBoolean ended = new AtomicBoolean();
            Thread following = Thread.ofVirtual().start(() -> {
                while (!ended.get()) {
                    scene.links.follow(policy);
                    LockSupport.parkNanos(100_000);
                }
            });
            for (int n = 0; n < 200; n++) {
                Client client = connect(scene, "other.test:443");
                String answer = client.rest();
                client.socket().close();
                assertTrue(answer.startsWith("HTTP/1.1 403 "), "request " + n + ": " + answer);
            }
            ended.set(true);
            following.join();
        }
    }

    /// A tunnel to a host that the operator took from the list went on for as long as something passed.
    @Test
    void a_tunnel_ends_when_the_policy_no_longer_allows_it() throws Exception {
        try (Server server = new Server(Optional.empty(), socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
                Scene scene = new Scene(dir, Scene.ECHO, (_, _, started) ->
                        new DirectDialer(LOOPBACK, ANY, Duration.ofSeconds(10), Duration.ofSeconds(60)).dial("any.test", server.port(), started))) {
            scene.links.follow(List.of(scene.bot("a", Reach.WEB)));
            Client kept = connect(scene, "kept.test:443");
            Client taken = connect(scene, "taken.test:443");
            kept.until("\r\n\r\n");
            taken.until("\r\n\r\n");
            scene.links.follow(List.of(scene.bot("a", Reach.WEB, "kept.test")));
            assertTrue(taken.rest().isEmpty() || taken.rest().endsWith("(broken)"));
            kept.send("still here").until("still here");
        }
    }

    @Test
    void only_the_ports_of_the_web_are_reached() throws Exception {
        try (Scene scene = scene(Reach.WEB, LOOPBACK, ANY)) {
            for (int port : new int[] {22, 25, 8080, 8443, 65535}) {
                assertTrue(connect(scene, "example.com:" + port).rest().startsWith("HTTP/1.1 403 "), "port " + port);
            }
            assertEquals(List.of(), resolved);
        }
    }

    /// The operator was sent to a setting that there is not.
    @Test
    void a_refusal_names_a_setting_only_where_one_would_help() throws Exception {
        try (Scene scene = scene(Reach.WEB, _ -> List.of(InetAddress.ofLiteral("10.0.0.1")), PublicAddresses::contain, "inside.test")) {
            assertTrue(connect(scene, "169.254.169.254:80").rest().contains("no setting of this reach allows it"));
            assertTrue(connect(scene, "inside.test:443").rest().contains("no setting of this reach allows it"));
            assertTrue(connect(scene, "example.com:8080").rest().contains("Only the ports 80 and 443 can be allowed"));
            assertTrue(connect(scene, "example.com:443").rest().contains("can change that in its settings"));
            JsonValue told = scene.activity.toJson().get(0);
            assertEquals("[\"example.com\"]", told.get("unlistedHosts").toString());
            assertEquals(4, told.get("refused").elements().size());
        }
    }

    @Test
    void a_list_of_hosts_holds() throws Exception {
        try (Scene scene = scene(Reach.WEB, _ -> List.of(InetAddress.ofLiteral("10.0.0.1")), PublicAddresses::contain, "example.com", "*.example.org")) {
            for (String host : List.of("example.net", "www.example.com", "example.org", "evilexample.org", "example.com.evil.test")) {
                assertTrue(connect(scene, host + ":443").rest().startsWith("HTTP/1.1 403 "), host);
            }
            assertEquals(List.of(), resolved);
            for (String host : List.of("example.com", "a.example.org", "a.b.example.org")) {
                connect(scene, host + ":443").rest();
            }
            assertEquals(List.of("example.com", "a.example.org", "a.b.example.org"), resolved);
            JsonValue told = scene.activity.toJson().get(0);
            assertEquals("[\"example.net\",\"www.example.com\",\"example.org\",\"evilexample.org\",\"example.com.evil.test\"]",
                    told.get("unlistedHosts").toString());
            assertEquals("host", told.get("refused").get(0).get("kind").string());
        }
    }

    /// Each address that is judged takes time, and a name server can send thousands.
    @Test
    void of_many_addresses_the_first_are_judged_and_tried() throws Exception {
        List<InetAddress> judged = new ArrayList<>();
        Resolver many = _ -> Collections.nCopies(4000, InetAddress.getLoopbackAddress());
        try (Scene scene = scene(Reach.WEB, many, judged::add)) {
            connect(scene, "many.test:443").until("\r\n");
        }
        assertEquals(3, judged.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[fd00::1]", "[fe80::1]", "[::ffff:8.8.8.8]", "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0", "255.255.255.255", "[::]", "[::8.8.8.8]"})
    void an_address_that_is_not_public_is_refused(String address) throws Exception {
        try (Scene scene = scene(Reach.WEB, LOOPBACK, PublicAddresses::contain)) {
            assertTrue(connect(scene, address + ":443").rest().startsWith("HTTP/1.1 403 "));
            assertEquals(List.of(), resolved);
        }
    }

    @Test
    void a_name_with_any_address_that_is_not_public_is_refused() throws Exception {
        List<InetAddress> mixed = List.of(InetAddress.ofLiteral("93.184.216.34"), InetAddress.ofLiteral("192.168.0.1"));
        try (Scene scene = scene(Reach.WEB, _ -> mixed, PublicAddresses::contain)) {
            assertTrue(connect(scene, "mixed.test:443").rest().startsWith("HTTP/1.1 403 "));
        }
    }

    @Test
    void a_name_is_resolved_once_so_that_rebinding_gains_nothing() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        Resolver rebinding = _ -> List.of(InetAddress.ofLiteral(answers.incrementAndGet() == 1 ? "127.0.0.77" : "127.0.0.78"));
        try (Scene scene = scene(Reach.WEB, rebinding, address -> address.getHostAddress().equals("127.0.0.77"))) {
            connect(scene, "rebinding.test:443").rest();
            assertEquals(List.of("rebinding.test"), resolved);
        }
    }

    @Test
    void a_name_that_is_not_known_is_told() throws Exception {
        Resolver none = host -> {
            throw new UnknownHostException(host);
        };
        try (Scene scene = scene(Reach.WEB, none, ANY)) {
            String answer = connect(scene, "unknown.test:443").rest();
            assertTrue(answer.startsWith("HTTP/1.1 502 ") && answer.contains("unknown.test cannot be resolved"), answer);
        }
    }

    @Test
    void a_tunnel_passes_bytes_both_ways_and_an_end_in_one() throws Exception {
        try (Server server = new Server(Optional.empty(), socket -> {
                byte[] all = socket.getInputStream().readAllBytes();
                Server.say(socket, "got " + all.length);
            }); Tunneled tunneled = new Tunneled(server)) {
            Client client = tunneled.connect("CONNECT anything.test:443 HTTP/1.1\r\n\r\nearly");
            assertEquals("HTTP/1.1 200 Connection established\r\n\r\n", client.until("\r\n\r\n"));
            client.send("x".repeat(1_000_000));
            client.socket().shutdownOutput();
            assertEquals("got 1000005", client.rest());
            assertEquals(List.of("anything.test 1 1000005 11"), tunneled.reached());
        }
    }

    @Test
    void a_url_is_fetched_for_clients_that_use_no_tunnel() throws Exception {
        List<String> seen = new ArrayList<>();
        try (Server server = new Server(Optional.empty(), socket -> {
                seen.add(Server.request(socket).orElseThrow());
                Server.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }); Tunneled tunneled = new Tunneled(server)) {
            Client client = tunneled.connect("POST http://Anything.test/x?y HTTP/1.1\r\nHost: other.test\r\nProxy-Authorization: x\r\n"
                    + "Proxy-Connection: keep-alive\r\nContent-Length: 4\r\n\r\nbody");
            assertTrue(client.rest().endsWith("\r\n\r\nok"));
            assertEquals("POST /x?y HTTP/1.1\r\nContent-Length: 4\r\nHost: Anything.test\r\nConnection: close\r\n\r\nbody", seen.getFirst());
        }
    }

    @Test
    void a_33rd_tunnel_is_refused() throws Exception {
        try (Server server = new Server(Optional.empty(), socket -> socket.getInputStream().read()); Tunneled tunneled = new Tunneled(server)) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                clients.add(tunneled.connect("CONNECT a.test:443 HTTP/1.1\r\n\r\n"));
                clients.getLast().until("\r\n\r\n");
            }
            assertTrue(tunneled.connect("CONNECT a.test:443 HTTP/1.1\r\n\r\n").rest().startsWith("HTTP/1.1 503 "));
            clients.getFirst().socket().close();
            LinksTest.await(() -> tunneled.tunnels.count() == 31);
            assertTrue(tunneled.connect("CONNECT a.test:443 HTTP/1.1\r\n\r\n").until("\r\n\r\n").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void a_server_that_breaks_off_breaks_the_client_off() throws Exception {
        try (Server server = new Server(Optional.empty(), socket -> {
                Server.say(socket, "half");
                socket.setSoLinger(true, 0); // an abort, not an end
                socket.getInputStream().read();
            }); Tunneled tunneled = new Tunneled(server)) {
            Client client = tunneled.connect("CONNECT a.test:443 HTTP/1.1\r\n\r\n");
            client.until("half");
            client.send("x");
            assertTrue(client.rest().length() < 20);
        }
    }

    @ParameterizedTest
    @CsvSource({"example.com, example.com, true", "example.com, www.example.com, false", "*.example.com, www.example.com, true",
            "*.example.com, example.com, false", "*.example.com, .example.com, false", "*.example.com, notexample.com, false",
            "1.2.3.4, 1.2.3.4, true"})
    void hosts_are_matched_as_the_operator_means_it(String listed, String host, boolean matches) {
        assertEquals(matches, Egress.matches(listed, host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
            "198.17.255.255", "223.255.255.255", "2606:4700::1111", "2a00:1450::1"})
    void addresses_of_the_internet_are_public(String address) {
        assertTrue(PublicAddresses.contain(InetAddress.ofLiteral(address)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255",
            "168.63.129.16", "169.254.0.1", "172.16.0.0", "172.31.255.255", "192.0.0.8", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255",
            "224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.255", "::", "::1", "::8.8.8.8", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1",
            "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:808:808::1", "3fff::1", "4000::1"})
    void all_others_are_not(String address) {
        assertFalse(PublicAddresses.contain(InetAddress.ofLiteral(address)));
    }

    @Test
    void this_host_s_own_addresses_are_not_public() throws Exception {
        List<InetAddress> own = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
        assertTrue(own.size() > 1);
        own.forEach(address -> assertFalse(PublicAddresses.contain(address), address.toString()));
    }

    /// Says which addresses are public.
    static final class Judge {
        public static void main(String[] addresses) {
            System.out.println(Stream.of(addresses).filter(it -> PublicAddresses.contain(InetAddress.ofLiteral(it))).toList());
        }
    }

    /// In a network of its own, where this host has an address of the internet.
    @Test
    void nor_is_one_of_the_internet_that_is_this_host_s_own() throws Exception {
        List<String> command = new ArrayList<>(List.of("unshare", "--net"));
        command.addAll(ChildJvm.commandAfter("ip link set lo up && ip address add 8.8.8.8/32 dev lo", Judge.class, "8.8.8.8", "8.8.4.4"));
        assertEquals("0:[8.8.4.4]", ChildJvm.run(command));
    }

    /// A way out that leads to one server of the test, whatever the port.
    private final class Tunneled implements AutoCloseable {
        private final Scene scene;
        private final LinkSocket socket;
        private final Tunnels tunnels = new Tunnels(32);
        private final Ledger ledger = Ledger.open(dir.resolve("usage.db"), Clock.systemUTC());

        Tunneled(Server server) throws IOException {
            scene = new Scene(dir, Scene.ECHO);
            BotPolicy bot = scene.bot("a", Reach.WEB);
            Dialer there = (_, _, started) -> new DirectDialer(LOOPBACK, ANY, Duration.ofSeconds(10), Duration.ofSeconds(60))
                    .dial("any.test", server.port(), started);
            Egress egress = new Egress(new LinkConnection(scene.authority.serverContext(), Scene.ECHO, new BodyMemory(1024, 1).shareOfBot(), new Pace(System::nanoTime)), there,
                    scene.activity, ledger.reached());
            socket = LinkSocket.open(bot.links().resolve("out"), 0600, channel -> Thread.startVirtualThread(() -> {
                try (var client = new ChannelSocket(channel, Duration.ofSeconds(60));
                        var deadline = new Deadline(channel)) {
                    egress.serve(() -> bot, tunnels, client, deadline);
                } catch (IOException _) {
                    // the test sees it from the other side
                }
            }));
        }

        Client connect(String head) throws IOException {
            return scene.plain("a", "out").send(head);
        }

        /// Returns host, connections and bytes up and down, as the dashboard reads them once the broker has ended.
        List<String> reached() {
            ledger.close();
            try (UsageReader reader = new UsageReader(dir.resolve("usage.db"), Clock.systemUTC(), ZoneOffset.UTC)) {
                return reader.hosts("a", 2).stream()
                        .map(use -> use.host().orElse("others") + " " + use.opened() + " " + use.up() + " " + use.down()).toList();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
            scene.close();
            ledger.close();
        }
    }
}
