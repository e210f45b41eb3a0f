package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Scene.Client;
import botmaker.json.JsonValue;
import botmaker.ledger.HostUse;
import botmaker.ledger.UsageReader;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Budget.OnCap;
import botmaker.policy.Origin;
import botmaker.policy.Policy;
import botmaker.policy.Reach;
import botmaker.wire.ChannelSocket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A whole broker when something around it fails: its policy, its record of what bots use, a bot that floods it.
@Timeout(90)
final class BrokerTest {
    private static final String HOST = "model.botmaker.internal";
    private static final String QUESTION = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    @TempDir
    Path data;
    private Scene.Server provider;
    private final CountDownLatch slow = new CountDownLatch(1);

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(data.resolve("broker"));
        provider = new Scene.Server(Optional.empty(), socket -> {
            for (Optional<String> request; (request = Scene.Server.request(socket)).isPresent(); ) {
                if (request.get().contains("slow")) {
                    await(slow);
                }
                Scene.Server.say(socket, ChatScene.whole(200, "{\"model\":\"m\",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":7}}"));
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        slow.countDown();
        provider.close();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Broker start() throws IOException {
        return Broker.start(data, new Broker.Options(Optional.empty(), Optional.empty(), List.of(), Duration.ZERO));
    }

    private BotPolicy bot(String id, Budget budget) throws IOException {
        Path links = Files.createDirectories(data.resolve("bots").resolve(id).resolve("link"));
        Origin origin = new Origin("m0", HOST, 80, false, URI.create("http://127.0.0.1:" + provider.port()), "openai-compatible",
                Optional.empty(), List.of("m"));
        return new BotPolicy(id, Reach.SEALED, links, List.of(origin), List.of(), Optional.empty(), budget);
    }

    private Path policy() {
        return data.resolve("broker").resolve("policy.json");
    }

    private void allow(BotPolicy... bots) throws IOException {
        new Policy(List.of(bots), ZoneOffset.UTC, List.of(), Map.of()).write(policy());
    }

    private static ChannelSocket connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new ChannelSocket(channel, Duration.ofMinutes(1));
    }

    private Client bot(String id) throws IOException {
        return new Client(connect(data.resolve("bots").resolve(id).resolve("link").resolve("m0")));
    }

    private String asks(String id, String question) throws IOException {
        try (ChannelSocket socket = (ChannelSocket) bot(id).socket()) {
            return send(new Client(socket), question).answer();
        }
    }

    private static Client send(Client client, String question) throws IOException {
        return client.send("POST /chat/completions HTTP/1.1\r\nHost: " + HOST + "\r\nContent-Type: application/json\r\nContent-Length: "
                + question.length() + "\r\n\r\n" + question);
    }

    private static void assertServed(String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 200 ") && answer.contains("\"completion_tokens\":7"), answer);
    }

    /// Has the broker do something, and returns its state.
    private JsonValue control(String request) throws IOException {
        try (ChannelSocket socket = connect(data.resolve("broker").resolve("control"))) {
            String answer = new Client(socket).send(request + " HTTP/1.1\r\nHost: control\r\n\r\n").rest();
            return JsonValue.parse(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        }
    }

    @Test
    void one_whose_authority_has_another_key_does_not_start() throws Exception {
        allow(bot("b", Budget.NONE));
        start().close();
        Path other = Files.createDirectory(data.resolve("other"));
        Authority.open(other, InstantSource.system());
        Files.move(other.resolve("ca.key"), data.resolve("broker").resolve("ca.key"), StandardCopyOption.REPLACE_EXISTING);
        String said = assertThrows(IOException.class, this::start).getMessage();
        assertTrue(said.contains("ca.key is not the key of") && said.contains("Remove both files"), said);
        assertFalse(Files.exists(new Broker.Layout(data).control()), "its socket is still there");
        assertFalse(Files.exists(data.resolve("bots").resolve("b").resolve("link").resolve("m0")), "a bot's socket is still there");
        Files.delete(data.resolve("broker").resolve("ca.key"));
        start().close();
    }

    @Test
    void a_policy_that_cannot_be_read_changes_nothing_and_its_line_is_told() throws Exception {
        allow(bot("a", Budget.NONE));
        try (Broker _ = start()) {
            assertServed(asks("a", QUESTION));
            String whole = Files.readString(policy());
            for (String broken : List.of("{\"version\": 1,\n \"bots\": [],\n oops", whole.substring(0, whole.length() / 2), "",
                    whole.replace("\"version\": 1", "\"version\": 2"), whole.replace("\"sealed\"", "\"everything\""))) {
                Files.writeString(policy(), broken);
                String problem = control("POST /reload").get("policyProblem").string();
                assertTrue(problem.contains(policy() + " cannot be read"), problem);
                assertEquals(broken.contains("oops"), problem.contains("Line 3, column 2"), problem);
                assertServed(asks("a", QUESTION));
            }
            allow(bot("b", Budget.NONE));
            assertTrue(control("POST /reload").find("policyProblem").isEmpty());
            assertServed(asks("b", QUESTION));
            assertFalse(Files.exists(data.resolve("bots/a/link/m0")), "a bot that is gone is still served");
        }
    }

    @Test
    void with_a_broken_policy_it_starts_and_serves_nobody_until_that_is_mended() throws Exception {
        BotPolicy bot = bot("a", Budget.NONE);
        Files.writeString(policy(), "{");
        try (Broker _ = start()) {
            assertTrue(control("GET /status").get("policyProblem").string().contains("cannot be read"));
            assertFalse(Files.exists(bot.links().resolve("m0")));
            allow(bot);
            while (!Files.exists(bot.links().resolve("m0"))) { // nobody tells it: it watches the file
                Thread.sleep(50);
            }
            assertServed(asks("a", QUESTION));
            assertTrue(control("GET /status").find("policyProblem").isEmpty());
        }
    }

    @Test
    void where_usage_cannot_be_recorded_bots_with_a_budget_are_refused_and_others_served_and_counted() throws Exception {
        allow(bot("free", Budget.NONE), bot("limited",
                new Budget(Optional.empty(), Optional.empty(), Optional.of(1_000_000L), OnCap.REFUSE)));
        Path usage = data.resolve("broker").resolve(UsageReader.FILE);
        Files.writeString(usage, "no database".repeat(1000));
        try (Broker _ = start()) {
            assertServed(asks("free", QUESTION));
            String refused = asks("limited", QUESTION);
            assertTrue(refused.startsWith("HTTP/1.1 503 ") && refused.contains("x-botmaker-refused: unavailable"), refused);
            String problem = control("GET /status").get("usageProblem").string();
            assertTrue(problem.contains("damaged"), problem);

            Files.delete(usage);
            assertServed(asks("limited", QUESTION));
            assertTrue(control("GET /status").find("usageProblem").isEmpty());
        }
        try (UsageReader reader = new UsageReader(usage, InstantSource.system(), ZoneOffset.UTC)) {
            assertEquals(1, reader.calls("free", 9, Optional.empty()).size(), "the call that was counted in memory");
            assertEquals(1, reader.calls("limited", 9, Optional.empty()).size());
        }
    }

    @Test
    void one_bot_with_all_its_connections_and_calls_takes_none_from_another() throws Exception {
        allow(bot("flood", Budget.NONE), bot("other", Budget.NONE));
        try (Broker _ = start()) {
            List<Client> flood = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                flood.add(i < CallLimit.AT_ONCE ? send(bot("flood"), QUESTION.replace("Hi", "slow")) : bot("flood").send("POST /chat"));
            }
            assertEquals("", bot("flood").rest().replace(" (broken)", ""), "a 65th connection");
            assertServed(asks("other", QUESTION));
            slow.countDown();
            for (Client client : flood.subList(0, CallLimit.AT_ONCE)) {
                assertServed(client.answer());
            }
            for (Client client : flood) {
                client.socket().close();
            }
        }
    }

    /// Through a proxy of the operator, since a test reaches nothing that is public.
    @Test
    void which_hosts_a_bot_reached_can_be_read_while_it_reaches_them() throws Exception {
        Path links = bot("a", Budget.NONE).links();
        allow(new BotPolicy("a", Reach.WEB, links, List.of(), List.of(), Optional.empty(), Budget.NONE));
        try (Scene.Server proxy = new Scene.Server(Optional.empty(), socket -> {
                Scene.Server.request(socket);
                Scene.Server.say(socket, "HTTP/1.1 200 Fine\r\n\r\n");
                socket.getInputStream().transferTo(socket.getOutputStream());
            }); UsageReader reader = new UsageReader(data.resolve("broker").resolve(UsageReader.FILE), InstantSource.system(), ZoneOffset.UTC);
                Broker _ = Broker.start(data, new Broker.Options(Optional.empty(), Optional.of(URI.create("http://127.0.0.1:" + proxy.port())),
                        List.of(), Duration.ZERO));
                ChannelSocket socket = connect(links.resolve("out"))) {
            Client client = new Client(socket).send("CONNECT Docs.example.com:443 HTTP/1.1\r\n\r\n");
            client.until("\r\n\r\n");
            client.send("hello").until("hello");
            List<HostUse> uses = reader.hosts("a", 2);
            while (uses.isEmpty() || uses.getFirst().down() < 5) { // it is written within two seconds
                Thread.sleep(50);
                uses = reader.hosts("a", 2);
            }
            assertEquals(List.of(new HostUse(uses.getFirst().day(), Optional.of("docs.example.com"), 1, 5, 5)), uses);
        }
    }
}
