package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Scene.Client;
import botmaker.broker.Scene.Server;
import botmaker.policy.Reach;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// From a bot through the broker to a server and back, with TLS on both ways.
@Timeout(120)
final class RelayTest {
    private static final Upstreams.Limits LIMITS =
            new Upstreams.Limits(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60));

    @TempDir
    Path dir;

    /// Passes each request on to a server, and its answer back.
    private final class Chain implements AutoCloseable {
        private final Scene scene;
        private final Server server;
        private final Upstreams upstreams;

        Chain(Server.Play play) throws IOException {
            scene = new Scene(dir, this::relay);
            server = new Server(Optional.of(scene.authority), play);
            upstreams = new Upstreams(LIMITS.direct(_ -> List.of(InetAddress.getLoopbackAddress())),
                    Scene.trusting(scene.authority.pem()).getSocketFactory(), LIMITS);
            scene.links.follow(List.of(scene.bot("a", Reach.SEALED)));
        }

        private void relay(Inbound request, Outbound answer) throws IOException {
            byte[] body = request.readBody(BotRequest.MAX_BODY);
            UpstreamRequest onward = new UpstreamRequest(URI.create("https://vendor.test:" + server.port()), request.head().method(),
                    request.head().target(), request.head().fields(), body);
            try (UpstreamAnswer from = upstreams.send(onward, request::closeOnLeave)) {
                request.releaseBody();
                answer.begin(from.status(), from.fields());
                from.beforeWaiting(answer::flush);
                byte[] buffer = new byte[16 * 1024];
                for (int count; (count = from.read(buffer)) >= 0; ) {
                    answer.add(buffer, 0, count);
                }
                answer.end();
            }
        }

        Client ask() throws IOException {
            return scene.encrypted("a", "api.vendor.test").post("api.vendor.test", "question");
        }

        @Override
        public void close() throws IOException {
            server.close();
            scene.close();
            upstreams.close();
        }
    }

    private static void chunk(Socket socket, String text) throws IOException {
        Server.say(socket, Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    /// The server says the next one when the client has seen the one before.
    @Test
    void events_pass_one_by_one() throws Exception {
        Semaphore seen = new Semaphore(0);
        try (Chain chain = new Chain(socket -> {
            while (Server.request(socket).isPresent()) {
                Server.say(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < 5; i++) {
                    chunk(socket, "event " + i);
                    await(seen);
                }
                Server.say(socket, "0\r\n\r\n");
            }
        })) {
            Client client = chain.ask();
            for (int turn = 0; turn < 3; turn++) {
                assertEquals("HTTP/1.1 200 \r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n", client.until("\r\n\r\n"));
                for (int i = 0; i < 5; i++) {
                    assertEquals("7\r\nevent " + i + "\r\n", client.until(i + "\r\n"));
                    seen.release();
                }
                assertEquals("0\r\n\r\n", client.until("0\r\n\r\n"));
                client.post("api.vendor.test", "again");
            }
            assertEquals(1, chain.server.accepted.size(), "the connection is kept");
        }
    }

    private static void await(Semaphore seen) throws IOException {
        try {
            if (!seen.tryAcquire(20, TimeUnit.SECONDS)) {
                throw new IOException("nobody saw it");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void a_server_that_dies_in_the_middle_breaks_the_client_off() throws Exception {
        try (Chain chain = new Chain(socket -> {
            Server.request(socket);
            Server.say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            chunk(socket, "half an answer");
        })) {
            String answer = chain.ask().rest();
            assertTrue(answer.contains("half an answer") && !answer.contains("\r\n0\r\n"), answer);
        }
    }

    @Test
    void an_answer_that_ends_with_its_connection_breaks_the_client_off() throws Exception {
        try (Chain chain = new Chain(socket -> {
            Server.request(socket);
            Server.say(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nperhaps half");
        })) {
            String answer = chain.ask().rest();
            assertTrue(answer.contains("perhaps half") && !answer.contains("\r\n0\r\n"), answer);
        }
    }

    @Test
    void a_client_that_leaves_in_the_middle_stops_the_server() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicLong took = new AtomicLong();
        try (Chain chain = new Chain(socket -> {
            Server.request(socket);
            Server.say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            chunk(socket, "half an answer");
            long start = System.nanoTime();
            if (socket.getInputStream().read() < 0) {
                took.set(System.nanoTime() - start);
                stopped.countDown();
            }
        })) {
            Client client = chain.ask();
            client.until("half an answer");
            client.socket().close();
            assertTrue(stopped.await(30, TimeUnit.SECONDS));
            assertTrue(Duration.ofNanos(took.get()).toSeconds() < 10, "at once");
            LinksTest.await(() -> chain.scene.links.connections() == 0);
        }
    }

    @Test
    void a_server_that_pushes_to_clients_that_never_read_is_held_up() throws Exception {
        AtomicLong pushed = new AtomicLong();
        try (Chain chain = new Chain(socket -> {
            Server.request(socket);
            Server.say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            String piece = "x".repeat(16_000);
            while (true) {
                chunk(socket, piece);
                pushed.addAndGet(piece.length());
            }
        })) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(chain.ask());
            }
            long before = -1;
            while (before != pushed.get()) {
                before = pushed.get();
                Thread.sleep(1000);
            }
            assertTrue(pushed.get() < 20 * 12_000_000L, "only what sockets hold: " + pushed);
            System.gc();
            long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            assertTrue(heap < 100_000_000, "the heap holds " + heap);
            assertFalse(clients.isEmpty());
        }
    }

    @Test
    void many_megabytes_pass_both_ways() throws Exception {
        int size = 50_000_000;
        try (Chain chain = new Chain(socket -> {
            String request = Server.request(socket).orElseThrow();
            Server.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            byte[] answer = new byte[size];
            answer[size - 1] = (byte) (request.endsWith("end") ? 1 : 0);
            socket.getOutputStream().write(answer);
        })) {
            Client client = chain.scene.encrypted("a", "api.vendor.test").post("api.vendor.test", "x".repeat(15_000_000) + "end");
            client.until("\r\n\r\n");
            byte[] answer = client.socket().getInputStream().readNBytes(size);
            assertEquals(size, answer.length);
            assertEquals(1, answer[size - 1]);
        }
    }
}
