package botmaker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
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
                options -> options.allowedHosts(List.of("Bots.Example", "192.0.2.7", "2001:db8::7")),
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
    @ValueSource(strings = {"localhost", "LOCALHOST", "localhost:7100", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:7100",
        "bots.example", "BOTS.EXAMPLE:8443", "192.0.2.7", "[2001:db8::7]:1"})
    void our_names_are_answered_on_any_port(String host) throws IOException {
        assertEquals(200, ask("/", host).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.", "localhost.evil.example", "evil-localhost", "127.0.0.2", "127.1",
        "2130706433", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]", "bots.example.", "xbots.example"})
    void other_names_are_misdirected_and_not_authenticated(String host) throws IOException {
        RawHttp.Answer answer = ask("/", host);
        assertEquals(421, answer.status());
        assertTrue(answer.body().contains("server.allowed-hosts"), answer.body());
        assertEquals(421, ask("/open", host).status());
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
        try (TestServer closed = TestServer.start(options -> options.refusedPeers(peer -> peer.isLoopbackAddress()),
                Route.get("/open", _ -> TestServer.text("ok")).withoutCredentials())) {
            assertTrue(closed.exchange("GET /open HTTP/1.1\nHost: localhost\n\n").startsWith("HTTP/1.1 403 "));
            assertTrue(closed.exchange("GET /open HTTP/1.1\nHost: evil.example\n\n").startsWith("HTTP/1.1 403 "));
        }
    }
}
