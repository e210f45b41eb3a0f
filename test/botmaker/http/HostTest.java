package botmaker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// PROMISES 6: only known hosts are answered, and the others before credentials are looked at.
class HostTest {
    private final AtomicInteger authentications = new AtomicInteger();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(
                _ -> new WebServer.Options(TestServer.ANY_PORT, Set.of("Bots.Example", "192.0.2.7", "2001:db8::7"), _ -> false, false, Optional.empty()),
                _ -> {
                    authentications.incrementAndGet();
                    return "admin";
                },
                List.of(Route.get("/", _ -> TestServer.text("ok")),
                        Route.get("/open", _ -> TestServer.text("ok")).withoutCredentials()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawHttp.Answer ask(String target, String host) throws IOException {
        try (RawHttp raw = server.raw()) {
            return raw.sendLines("GET " + target + " HTTP/1.1\nHost: " + host + "\n\n").answer();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "localhost:7100", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:7100", "[0:0:0:0:0:0:0:1]", "[0::0001]:80",
        "bots.example", "BOTS.EXAMPLE:8443", "192.0.2.7", "[2001:db8::7]:1", "[2001:DB8:0:0::7]"})
    void our_names_are_answered_on_any_port(String host) throws IOException {
        assertEquals(200, ask("/", host).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.", "localhost.evil.example", "evil-localhost", "127.0.0.2", "127.1",
        "2130706433", "0.0.0.0", "[::]", "[::2]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:0:1]", "bots.example.", "xbots.example"})
    void other_names_are_misdirected_and_not_authenticated(String host) throws IOException {
        RawHttp.Answer answer = ask("/", host);
        assertEquals(421, answer.status());
        assertTrue(answer.body().contains("server.allowed-hosts"), answer.body());
        assertEquals(0, authentications.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost:", "localhost:x", "localhost:123456", "user@localhost", "localhost/", "::1", "[::1",
        "localhost, localhost", "localhost evil", "localhost\u00e9", "[::1%25lo]"})
    void what_is_no_host_is_malformed(String host) throws IOException {
        assertEquals(400, ask("/", host).status());
        assertEquals(0, authentications.get());
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost/, localhost, 200",
        "http://bots.example:1/, localhost, 200",
        "HTTPS://localhost/, localhost, 200",
        "http://evil.example/, localhost, 421",
        "http://localhost/, evil.example, 421",
        "http://localhost./, localhost, 421",
        "http://user@localhost/, localhost, 400",
        "http://localhost/open, localhost, 200",
    })
    void in_absolute_form_both_names_count(String target, String host, int status) throws IOException {
        assertEquals(status, ask(target, host).status());
    }

    /// Load balancers check the health in HTTP/1.0, without a host or by a name of their own: they were answered 400 and 421, and
    /// took the server for dead.
    @Test
    void an_open_route_answers_to_any_name_or_none() throws IOException {
        for (String host : new String[] {"evil.example", "10.0.0.9:8080", "[::2]", "_", "", "a b"}) {
            assertEquals(200, ask("/open", host).status(), host);
        }
        for (String request : new String[] {"GET /open HTTP/1.0\n\n", "HEAD /open HTTP/1.0\n\n", "GET /open HTTP/1.0\nHost: x\n\n",
            "GET http://evil.example/open HTTP/1.1\nHost: evil.example\n\n", "GET /open?now=1 HTTP/1.0\nConnection: Keep-Alive\n\n"}) {
            assertTrue(server.exchange(request).startsWith("HTTP/1.1 200 "), request);
        }
        assertTrue(server.exchange("GET /open HTTP/1.1\n\n").startsWith("HTTP/1.1 400 "), "RFC 9112 §3.2 demands it");
        assertTrue(server.exchange("POST /open HTTP/1.1\nHost: evil.example\n\n").startsWith("HTTP/1.1 405 "), "no route posts");
        assertEquals(0, authentications.get());
    }

    /// The URL that is printed at the start was answered 421 where `server.address` was no loopback name.
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "0.0.0.0", "::", "::1", "fe80::1%1", "2001:db8::1", "127.3.2.1"})
    void the_address_that_is_listened_on_is_a_name(String address) throws Exception {
        InetAddress listening = InetAddress.getByName(address);
        HostAllowList hosts = new HostAllowList(listening, Set.of());
        hosts.check(HostAllowList.authority(listening) + ":7100");
        assertThrows(HttpError.class, () -> hosts.check("127.0.0.3"));
    }

    @Test
    void a_server_answers_to_the_address_it_listens_on() throws Exception {
        InetAddress address = InetAddress.getByName("127.0.0.2");
        try (WebServer other = WebServer.open(
                new WebServer.Options(new InetSocketAddress(address, 0), Set.of(), _ -> false, false, Optional.empty()),
                List.of(Route.get("/", _ -> TestServer.text("ok"))), _ -> "admin", AuditListener.NONE)) {
            other.start();
            try (RawHttp raw = RawHttp.over(new Socket(address, other.port()))) {
                assertEquals(200, raw.sendLines("GET / HTTP/1.1\nHost: 127.0.0.2:" + other.port() + "\n\n").answer().status());
            }
        }
    }

    @Test
    void a_misdirected_connection_is_closed() throws IOException {
        try (RawHttp raw = server.raw()) {
            raw.sendLines("GET / HTTP/1.1\nHost: evil.example\n\nGET / HTTP/1.1\nHost: localhost\n\n");
            assertEquals(421, raw.answer().status());
            assertEquals("", raw.rest());
        }
    }

    @Test
    void a_refused_peer_gets_403_whatever_it_asks() throws IOException {
        try (TestServer closed = TestServer.start(_ -> new WebServer.Options(
                TestServer.ANY_PORT, Set.of(), InetAddress::isLoopbackAddress, false, Optional.empty()),
                Route.get("/open", _ -> TestServer.text("ok")).withoutCredentials())) {
            assertTrue(closed.exchange("GET /open HTTP/1.1\nHost: localhost\n\n").startsWith("HTTP/1.1 403 "));
            assertTrue(closed.exchange("GET /open HTTP/1.1\nHost: evil.example\n\n").startsWith("HTTP/1.1 403 "));
        }
    }
}
