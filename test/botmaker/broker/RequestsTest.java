package botmaker.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Scene.Client;
import botmaker.policy.Reach;
import botmaker.wire.HeaderFields;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests as a hostile or unlucky bot sends them, and answers as it gets them.
@Timeout(90)
final class RequestsTest {
    private static final String HOST = "model.botmaker.internal:11434";
    private static final String LINE = "Host: " + HOST + "\r\n";

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {
        "GET / HTTP/1.0\r\n" + LINE, "GET / HTTP/2\r\n" + LINE, "get / HTTP/1.1\r\n" + LINE, "GET  / HTTP/1.1\r\n" + LINE,
        "GET http://x/ HTTP/1.1\r\n" + LINE, "GET * HTTP/1.1\r\n" + LINE, "GET x HTTP/1.1\r\n" + LINE, "GET /#a HTTP/1.1\r\n" + LINE,
        "GET /a b HTTP/1.1\r\n" + LINE, "GET /\u0080 HTTP/1.1\r\n" + LINE, "GET /a\\b HTTP/1.1\r\n" + LINE,
        "GET //v1 HTTP/1.1\r\n" + LINE, "GET /v1//x HTTP/1.1\r\n" + LINE, "GET /v1/../x HTTP/1.1\r\n" + LINE, "GET /.. HTTP/1.1\r\n" + LINE,
        "GET /v1/%2e%2e/x HTTP/1.1\r\n" + LINE, "GET /v1/%2E/x HTTP/1.1\r\n" + LINE, "GET /v1%2fx HTTP/1.1\r\n" + LINE,
        "GET /v1%2Fx HTTP/1.1\r\n" + LINE, "GET /v1%5cx HTTP/1.1\r\n" + LINE, "GET /v1%00 HTTP/1.1\r\n" + LINE,
        "CONNECT a.test:443 HTTP/1.1\r\n" + LINE,
        "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n" + LINE + LINE, "GET / HTTP/1.1\r\nHost: foreign.test\r\n", "GET / HTTP/1.1\r\nHost:\r\n",
        "GET / HTTP/1.1\r\nHost: " + HOST + ", foreign.test\r\n", "GET / HTTP/1.1\r\nHost: model.botmaker.internal\r\n",
        "GET / HTTP/1.1\r\n" + LINE + "A: b\r\n c\r\n", "GET / HTTP/1.1\r\n" + LINE + "A : b\r\n", "GET / HTTP/1.1\r\n" + LINE + "A\r\n",
        "GET / HTTP/1.1\r\n" + LINE + ": b\r\n", "GET / HTTP/1.1\r\n" + LINE + "A: \u0000\r\n", "GET / HTTP/1.1\r\n" + LINE + "A: \u007f\r\n",
        "GET / HTTP/1.1\r\n" + LINE + "A: b\nB: c\r\n", "GET / HTTP/1.1\r\n" + LINE + "A: b\rB: c\r\n", "GET / HTTP/1.1\n" + LINE,
        "POST / HTTP/1.1\r\n" + LINE + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "POST / HTTP/1.1\r\n" + LINE + "Content-Length: 1\r\nContent-Length: 1\r\n", "POST / HTTP/1.1\r\n" + LINE + "Content-Length: 1, 1\r\n",
        "POST / HTTP/1.1\r\n" + LINE + "Content-Length: +1\r\n", "POST / HTTP/1.1\r\n" + LINE + "Content-Length: -1\r\n",
        "POST / HTTP/1.1\r\n" + LINE + "Content-Length: 0x1\r\n", "POST / HTTP/1.1\r\n" + LINE + "Content-Length: 9999999999999999999\r\n",
        "POST / HTTP/1.1\r\n" + LINE + "Transfer-Encoding: gzip, chunked\r\n", "POST / HTTP/1.1\r\n" + LINE + "Transfer-Encoding: identity\r\n",
        "POST / HTTP/1.1\r\n" + LINE + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "POST / HTTP/1.1\r\n" + LINE + "Transfer-Encoding: \u000bchunked\r\n"})
    void what_two_programs_could_read_differently_is_refused(String head) throws Exception {
        AtomicInteger handled = new AtomicInteger();
        try (Scene scene = new Scene(dir, (_, _) -> handled.incrementAndGet()).sealed()) {
            String answer = scene.plain("a", "m0").send(head + "\r\n").rest();
            assertTrue(answer.startsWith("HTTP/1.1 400 ") && answer.contains("Connection: close\r\n") && answer.contains("BotMaker: "), answer);
            assertEquals(0, handled.get());
        }
    }

    @Test
    void large_heads_are_refused_and_large_enough_ones_are_not() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            String start = "GET / HTTP/1.1\r\n" + LINE;
            assertTrue(scene.plain("a", "m0").send(start + "A: " + "x".repeat(30_000) + "\r\n\r\n").answer().startsWith("HTTP/1.1 200 "));
            assertTrue(scene.plain("a", "m0").send(start + "A: " + "x".repeat(40_000)).rest().startsWith("HTTP/1.1 400 "));
            assertTrue(scene.plain("a", "m0").send(start + "A: b\r\n".repeat(99) + "\r\n").answer().startsWith("HTTP/1.1 200 "));
            assertTrue(scene.plain("a", "m0").send(start + "A: b\r\n".repeat(100) + "\r\n").rest().startsWith("HTTP/1.1 400 "));
        }
    }

    @Test
    void a_head_that_arrives_byte_by_byte_is_read() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            Client client = scene.plain("a", "m0");
            for (char c : ("POST /v1/x HTTP/1.1\r\n" + LINE + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertTrue(client.answer().endsWith(" 5"));
            assertTrue(client.get(HOST, "/").answer().endsWith(" 0"), "the connection goes on");
        }
    }

    @Test
    void a_client_that_waits_for_100_gets_it_only_if_the_body_is_wanted() throws Exception {
        Handler choosy = (request, answer) -> {
            byte[] body = request.head().path().equals("/wanted") ? request.readBody(100) : new byte[0];
            answer.send(200, HeaderFields.NONE, body);
        };
        String fields = LINE + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n";
        try (Scene scene = new Scene(dir, choosy).sealed()) {
            Client client = scene.plain("a", "m0").send("POST /wanted HTTP/1.1\r\n" + fields);
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.until("\r\n\r\n"));
            assertTrue(client.send("12345").answer().endsWith("12345"));
            Client unwanted = scene.plain("a", "m0").send("POST /unwanted HTTP/1.1\r\n" + fields);
            assertTrue(unwanted.until("\r\n\r\n").startsWith("HTTP/1.1 200 "));
            assertTrue(scene.plain("a", "m0").send("POST / HTTP/1.1\r\n" + LINE + "Expect: miracles\r\n\r\n").rest().startsWith("HTTP/1.1 417 "));
        }
    }

    @Test
    void a_query_that_would_take_long_to_read_is_refused() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            assertTrue(scene.plain("a", "m0").get(HOST, "/?" + "%&".repeat(2000)).answer().startsWith("HTTP/1.1 200 "));
            assertTrue(scene.plain("a", "m0").get(HOST, "/?" + "%&".repeat(2000) + "%").rest().startsWith("HTTP/1.1 414 "));
        }
    }

    /// One body that needs much waits for room, and others that need little go on.
    @Test
    void who_needs_little_memory_does_not_wait_behind_who_needs_much() throws Exception {
        BodyMemory memory = new BodyMemory(12 * 1024, 60_000); // half of it for each bot, and twice its size for each body
        BodyMemory.Taken first = memory.shareOfBot().nothing();
        first.growTo(3 * 1024);
        memory.shareOfBot().nothing().growTo(2 * 1024);
        CompletableFuture<Void> granted = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                memory.shareOfBot().nothing().growTo(3 * 1024);
                granted.complete(null);
            } catch (BodyRefused e) {
                granted.completeExceptionally(e);
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        memory.shareOfBot().nothing().growTo(1024);
        assertFalse(granted.isDone());
        first.release();
        granted.join();
    }

    @Test
    void a_body_over_the_maximum_is_refused_and_the_answer_arrives() throws Exception {
        Handler small = (request, answer) -> answer.send(200, HeaderFields.NONE, request.readBody(1000));
        try (Scene scene = new Scene(dir, small).sealed()) {
            assertTrue(scene.plain("a", "m0").post(HOST, "x".repeat(1000)).answer().endsWith("x".repeat(1000)));
            String whole = scene.plain("a", "m0").post(HOST, "x".repeat(50_000)).rest();
            assertTrue(whole.startsWith("HTTP/1.1 413 ") && whole.endsWith("larger than 1000 bytes.\n"), whole); // no reset behind it
            String chunked = "POST / HTTP/1.1\r\n" + LINE + "Transfer-Encoding: chunked\r\n\r\n";
            assertTrue(scene.plain("a", "m0").send(chunked + "3e8\r\n" + "x".repeat(1000) + "\r\n0\r\n\r\n").answer().endsWith("x".repeat(1000)));
            assertTrue(scene.plain("a", "m0").send(chunked + "3e9\r\n" + "x".repeat(1001) + "\r\n0\r\n\r\n").rest().startsWith("HTTP/1.1 413 "));
            assertTrue(scene.plain("a", "m0").send(chunked + "zz\r\n").rest().startsWith("HTTP/1.1 400 "));
        }
    }

    @Test
    void one_bot_s_bodies_leave_memory_for_the_others() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        Handler holding = (request, answer) -> {
            byte[] body = request.readBody(BotRequest.MAX_BODY);
            try {
                if (body.length > 1_000_000) {
                    held.await(60, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            answer.send(200, HeaderFields.NONE, new byte[0]);
        };
        try (Scene scene = new Scene(dir, holding)) {
            scene.links.follow(List.of(scene.bot("a", Reach.SEALED), scene.bot("b", Reach.SEALED), scene.bot("c", Reach.SEALED)));
            String large = "x".repeat(BotRequest.MAX_BODY);
            Client first = scene.plain("a", "m0").post(HOST, large);
            String refused = scene.plain("a", "m0").post(HOST, "x".repeat(100_000)).rest();
            assertTrue(refused.startsWith("HTTP/1.1 503 ") && refused.contains("memory"), refused);
            assertTrue(scene.plain("b", "m0").post(HOST, "x".repeat(100_000)).answer().startsWith("HTTP/1.1 200 "));
            Client second = scene.plain("b", "m0").post(HOST, "x".repeat(15_000_000));
            assertTrue(scene.plain("c", "m0").post(HOST, "x".repeat(900_000)).answer().startsWith("HTTP/1.1 200 "));
            String over = scene.plain("c", "m0").post(HOST, "x".repeat(2_000_000)).rest();
            assertTrue(over.startsWith("HTTP/1.1 503 "), "each counts twice, for its copies: " + over);
            held.countDown();
            assertTrue(first.answer().startsWith("HTTP/1.1 200 "));
            assertTrue(second.answer().startsWith("HTTP/1.1 200 "));
            assertTrue(scene.plain("a", "m0").post(HOST, "x".repeat(100_000)).answer().startsWith("HTTP/1.1 200 "), "it was given back");
        }
    }

    @Test
    void memory_that_the_handler_gives_back_is_there_for_others_before_its_answer_ended() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        Handler giving = (request, answer) -> {
            int length = request.readBody(BotRequest.MAX_BODY).length;
            request.releaseBody();
            answer.begin(200, HeaderFields.NONE);
            try {
                if (length > 1_000_000) {
                    held.await(60, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            answer.end();
        };
        try (Scene scene = new Scene(dir, giving).sealed()) {
            Client first = scene.plain("a", "m0").post(HOST, "x".repeat(BotRequest.MAX_BODY));
            first.until("\r\n\r\n");
            Client second = scene.plain("a", "m0").post(HOST, "x".repeat(BotRequest.MAX_BODY));
            assertTrue(second.until("\r\n\r\n").startsWith("HTTP/1.1 200 "));
            held.countDown();
            first.until("0\r\n\r\n");
            second.until("0\r\n\r\n");
        }
    }

    @Test
    void a_body_that_is_only_declared_takes_no_memory() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            for (int i = 0; i < 40; i++) {
                scene.plain("a", "m0").send("POST / HTTP/1.1\r\n" + LINE + "Content-Length: " + BotRequest.MAX_BODY + "\r\n\r\nx");
            }
            assertTrue(scene.plain("a", "m0").post(HOST, "x".repeat(1_000_000)).answer().startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void an_answer_streams_as_it_is_written() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        Handler slow = (_, answer) -> {
            answer.begin(200, HeaderFields.of("X-A", "1", "Connection", "X-Hop", "X-Hop", "2", "Keep-Alive", "3"));
            answer.write("event one".getBytes(ISO_8859_1), 0, 9);
            try {
                assertTrue(seen.await(60, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            answer.write("-event two-".getBytes(ISO_8859_1), 1, 10);
            answer.end();
        };
        try (Scene scene = new Scene(dir, slow).sealed()) {
            Client client = scene.encrypted("a", "api.vendor.test").get("api.vendor.test", "/");
            String first = client.until("event one\r\n");
            assertEquals("HTTP/1.1 200 \r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nevent one\r\n", first);
            seen.countDown();
            assertEquals("9\r\nevent two\r\n0\r\n\r\n", client.until("0\r\n\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"return", "throw", "fail", "short", "long"})
    void an_answer_that_does_not_end_whole_is_broken_off(String how) throws Exception {
        Handler broken = (_, answer) -> {
            boolean framed = how.equals("short") || how.equals("long");
            answer.begin(200, framed ? HeaderFields.of("Content-Length", "13") : HeaderFields.NONE);
            answer.write("12345".getBytes(ISO_8859_1), 0, 5);
            switch (how) {
                case "return" -> { }
                case "throw" -> throw new IOException("the upstream broke off");
                case "fail" -> throw new IllegalStateException("a fault of the broker");
                case "short" -> answer.end();
                default -> answer.write("123456789".getBytes(ISO_8859_1), 0, 9);
            }
        };
        try (Scene scene = new Scene(dir, broken).sealed()) {
            String plain = scene.plain("a", "m0").get(HOST, "/").rest();
            assertTrue(plain.contains("12345") && !plain.contains("0\r\n\r\n") && !plain.contains("123456"), plain);
            String encrypted = scene.encrypted("a", "api.vendor.test").get("api.vendor.test", "/").rest();
            assertTrue(encrypted.contains("12345") && !encrypted.contains("0\r\n\r\n") && !encrypted.contains("123456"), encrypted);
        }
    }

    @Test
    void an_answer_to_head_and_204_has_no_body() throws Exception {
        Handler handler = (request, answer) -> {
            if (request.head().method().equals("HEAD")) {
                answer.send(200, HeaderFields.NONE, new byte[5]);
            } else {
                answer.begin(204, HeaderFields.NONE);
                answer.end();
            }
        };
        try (Scene scene = new Scene(dir, handler).sealed()) {
            Client client = scene.plain("a", "m0");
            assertTrue(client.send("HEAD / HTTP/1.1\r\n" + LINE + "\r\n").until("\r\n\r\n").endsWith("Content-Length: 5\r\n\r\n"));
            assertEquals("HTTP/1.1 204 \r\n\r\n", client.get(HOST, "/").until("\r\n\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_client_that_leaves_while_it_waits_closes_the_upstream_at_once(boolean encrypted) throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        Handler handler = (request, _) -> {
            request.readBody(1000);
            request.closeOnLeave(closed::countDown);
            waiting.countDown();
            try {
                closed.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            left.set(request.hasLeft());
        };
        try (Scene scene = new Scene(dir, handler).sealed()) {
            Client client = encrypted ? scene.encrypted("a", "api.vendor.test").post("api.vendor.test", "x") : scene.plain("a", "m0").post(HOST, "x");
            assertTrue(waiting.await(30, TimeUnit.SECONDS));
            assertFalse(closed.await(100, TimeUnit.MILLISECONDS), "it waits still");
            client.socket().close();
            assertTrue(closed.await(30, TimeUnit.SECONDS));
            LinksTest.await(left::get);
            LinksTest.await(() -> scene.links.connections() == 0);
        }
    }

    @Test
    void a_request_that_comes_too_early_waits_for_its_turn() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            String request = "GET /x HTTP/1.1\r\n" + LINE + "\r\n";
            Client client = scene.plain("a", "m0").send(request + request + request);
            for (int i = 0; i < 3; i++) {
                assertTrue(client.answer().endsWith("GET /x 0"));
            }
        }
    }

    @Test
    void a_client_that_asks_to_close_is_closed() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            String answer = scene.encrypted("a", "api.vendor.test").send("GET /x HTTP/1.1\r\nHost: api.vendor.test\r\nConnection: close\r\n\r\n").rest();
            assertTrue(answer.contains("Connection: close\r\n") && answer.endsWith("GET /x 0"), answer);
        }
    }

    @Test
    void clients_that_never_read_cost_no_memory() throws Exception {
        AtomicLong written = new AtomicLong();
        Handler flood = (_, answer) -> {
            byte[] piece = new byte[16 * 1024];
            answer.begin(200, HeaderFields.NONE);
            for (int i = 0; i < 100_000; i++) {
                answer.write(piece, 0, piece.length);
                written.addAndGet(piece.length);
            }
        };
        try (Scene scene = new Scene(dir, flood).sealed()) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(scene.encrypted("a", "api.vendor.test").get("api.vendor.test", "/"));
            }
            long before = -1;
            while (before != written.get()) { // until all of them are stuck
                before = written.get();
                Thread.sleep(500);
            }
            long heap = usedHeap();
            Thread.sleep(1000);
            assertEquals(before, written.get());
            assertTrue(written.get() < 20 * 1_500_000, written + " bytes were taken by nobody");
            assertTrue(usedHeap() - heap < 5_000_000, "the heap grows");
            clients.forEach(client -> assertTrue(client.socket().isConnected()));
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void a_head_that_does_not_come_is_not_waited_for() throws Exception {
        try (Scene scene = new Scene(dir, Scene.ECHO).sealed()) {
            long start = System.nanoTime();
            Client client = scene.plain("a", "m0").send("GET / HTTP/1.1\r\nHost");
            assertEquals("", client.rest().replace(" (broken)", ""));
            assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() >= 15, "it got its time");
        }
    }
}
