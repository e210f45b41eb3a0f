package botmaker.bot.host;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import botmaker.openclaw.Gateway;
import botmaker.openclaw.GatewayCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The way to the gateway of a bot without a network, in a directory where the bot may put anything.
class BotSocketTest {
    @TempDir
    private Path temp;
    private Path state;
    private ServerSocketChannel listener;
    private volatile String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private final List<String> received = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() throws IOException {
        state = Files.createDirectories(temp.resolve("bots/0123456789abcdef/state"));
        listener = listen(Files.createDirectory(state.resolve(".link")).resolve("in"));
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private ServerSocketChannel listen(Path socket) throws IOException {
        ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        opened.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(() -> {
            while (opened.isOpen()) {
                try (SocketChannel client = opened.accept()) {
                    received.add(head(Channels.newInputStream(client)));
                    client.write(ByteBuffer.wrap(answer.getBytes(US_ASCII)));
                    if (answer.isEmpty()) {
                        Thread.sleep(Duration.ofMinutes(1));
                    }
                } catch (IOException | InterruptedException _) {
                    // the test ends, or the client has left
                }
            }
        });
        return opened;
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int next; !head.toString(US_ASCII).endsWith("\r\n\r\n") && (next = in.read()) >= 0; ) {
            head.write(next);
        }
        return head.toString(US_ASCII);
    }

    private Gateway gateway(int uid) {
        return new Gateway(new BotSocket(state, uid), "s3cret");
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    private String get(Gateway gateway) throws Exception {
        try (GatewayCall call = GatewayCall.get(gateway, "/readyz", in(Duration.ofSeconds(20)))) {
            return call.status() + " " + new String(call.body().readAllBytes(), US_ASCII);
        }
    }

    @Test
    void a_request_reaches_the_socket_of_the_bots_own_user() throws Exception {
        assertEquals("200 ok", get(gateway(PrivateFiles.currentUid())));
        assertEquals("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:18789\r\nAuthorization: Bearer s3cret\r\nConnection: close\r\n\r\n",
                received.getFirst());
    }

    @Test
    void the_path_may_be_longer_than_an_address_can_be() throws Exception {
        Path deep = Files.createDirectories(temp.resolve("d".repeat(120)));
        Files.move(temp.resolve("bots"), deep.resolve("bots"));
        state = deep.resolve("bots/0123456789abcdef/state");

        assertEquals("200 ok", get(gateway(PrivateFiles.currentUid())));
    }

    /// The token must not reach another program of the host to which the bot has led BotMaker.
    @Test
    void a_socket_of_another_user_gets_nothing() throws Exception {
        assertThrows(ConnectException.class, () -> get(gateway(PrivateFiles.currentUid() + 1)));

        assertEquals("200 ok", get(gateway(PrivateFiles.currentUid())));
        assertEquals(List.of("", "GET"), received.stream().map(head -> head.split(" ")[0]).toList());
    }

    @Test
    void no_link_is_followed() throws Exception {
        Path elsewhere = temp.resolve("elsewhere");
        try (ServerSocketChannel _ = listen(elsewhere)) {
            Files.delete(state.resolve(".link/in"));
            Files.createSymbolicLink(state.resolve(".link/in"), elsewhere);
            assertThrows(ConnectException.class, () -> get(gateway(PrivateFiles.currentUid())));

            Files.move(state.resolve(".link"), temp.resolve("moved"));
            Files.delete(temp.resolve("moved/in"));
            Files.createSymbolicLink(state.resolve(".link"), temp.resolve("moved"));
            try (ServerSocketChannel _ = listen(temp.resolve("moved/in"))) {
                assertThrows(ConnectException.class, () -> get(gateway(PrivateFiles.currentUid())));
            }
        }
        assertEquals(List.of(), received);
    }

    @Test
    void a_bot_that_does_not_listen_is_told_from_one_that_does_not_answer() throws Exception {
        answer = "";
        assertThrows(TimeoutException.class, () -> GatewayCall.get(gateway(PrivateFiles.currentUid()), "/readyz", in(Duration.ofMillis(300))));

        listener.close();
        assertThrows(ConnectException.class, () -> get(gateway(PrivateFiles.currentUid())));
        Files.delete(state.resolve(".link/in"));
        assertThrows(ConnectException.class, () -> get(gateway(PrivateFiles.currentUid())));
    }

    @Test
    void an_answer_that_breaks_off_is_not_complete() throws Exception {
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok";
        assertThrows(IOException.class, () -> get(gateway(PrivateFiles.currentUid())));
        answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n";
        assertThrows(IOException.class, () -> get(gateway(PrivateFiles.currentUid())));
        answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
        assertEquals("200 ok", get(gateway(PrivateFiles.currentUid())));
    }

    @Test
    void an_interrupt_ends_it() throws Exception {
        answer = "";
        Thread self = Thread.currentThread();
        Thread.ofVirtual().start(() -> {
            while (received.isEmpty()) {
                Thread.yield();
            }
            self.interrupt();
        });
        assertThrows(InterruptedException.class, () -> get(gateway(PrivateFiles.currentUid())));
        assertTrue(received.getFirst().startsWith("GET /readyz"));
    }
}
