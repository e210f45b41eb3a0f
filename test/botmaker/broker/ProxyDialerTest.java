package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Scene.Server;
import botmaker.wire.ChannelSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ProxyDialerTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private Dialer through(Server proxy) {
        Dialer toProxy = new DirectDialer(host -> {
            assertEquals("proxy.test", host, "no other name is resolved here");
            return List.of(InetAddress.getLoopbackAddress());
        }, _ -> true, Duration.ofSeconds(10), Duration.ofSeconds(10));
        return new ProxyDialer(toProxy, "proxy.test", proxy.port(), PublicAddresses::contain, Duration.ofSeconds(5));
    }

    private Server proxy(String answer) throws IOException {
        return new Server(Optional.empty(), socket -> {
            asked.add(Server.request(socket).orElseThrow());
            Server.say(socket, answer);
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
    }

    @Test
    void the_proxy_is_asked_for_the_name() throws Exception {
        try (Server proxy = proxy("HTTP/1.1 200 Fine\r\n\r\n"); ChannelSocket socket = through(proxy).dial("vendor.test", 443, _ -> { })) {
            socket.getOutputStream().write(new byte[] {1, 2, 3});
            assertEquals(3, socket.getInputStream().readNBytes(3).length);
            assertEquals(List.of("CONNECT vendor.test:443 HTTP/1.1\r\nHost: vendor.test:443\r\n\r\n"), asked);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 407 Who are you\r\n\r\n", "HTTP/1.1 200 Fine\r\n\r\ntoo early", "HTTP/1.1 ", "220 mail\r\n"})
    void whatever_else_it_says_is_a_refusal(String answer) throws Exception {
        try (Server proxy = proxy(answer)) {
            assertThrows(IOException.class, () -> through(proxy).dial("vendor.test", 443, _ -> { }));
        }
    }

    @Test
    void an_address_that_is_asked_for_as_such_is_judged() throws Exception {
        try (Server proxy = proxy("HTTP/1.1 200 Fine\r\n\r\n")) {
            for (String address : List.of("127.0.0.1", "::1", "::ffff:8.8.8.8")) {
                assertThrows(Dialer.NotPublic.class, () -> through(proxy).dial(address, 443, _ -> { }));
            }
            through(proxy).dial("8.8.8.8", 443, _ -> { }).close();
            assertTrue(asked.getFirst().startsWith("CONNECT 8.8.8.8:443 "), asked.toString());
            through(proxy).dial("2606:4700::1111", 443, _ -> { }).close();
            assertTrue(asked.getLast().startsWith("CONNECT [2606:4700::1111]:443 HTTP/1.1\r\nHost: [2606:4700::1111]:443\r\n"), asked.toString());
        }
    }
}
