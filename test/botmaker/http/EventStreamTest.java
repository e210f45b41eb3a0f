package botmaker.http;

import static botmaker.http.Route.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Event streams on the wire, and PROMISES 24 and 25 as far as they are HTTP's.
@Timeout(60)
class EventStreamTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private interface Script {
        void run(EventStream out) throws IOException, InterruptedException;
    }

    /// Runs a script, and knows when it was closed.
    private static final class Source implements Response.Source<EventStream> {
        private final Script script;
        private final CountDownLatch closed = new CountDownLatch(1);
        private final AtomicInteger closes = new AtomicInteger();

        Source(Script script) {
            this.script = script;
        }

        @Override
        public void writeTo(EventStream out) throws IOException, InterruptedException {
            script.run(out);
        }

        @Override
        public void close() {
            closes.incrementAndGet();
            closed.countDown();
        }

        void assertClosed() throws InterruptedException {
            assertTrue(closed.await(10, TimeUnit.SECONDS), "not closed");
            assertEquals(1, closes.get());
        }
    }

    private static TestServer serve(Source source) throws IOException {
        return serve(source, LONG, LONG);
    }

    private static TestServer serve(Source source, Duration heartbeat, Duration stall) throws IOException {
        return TestServer.start(TestServer.patience(heartbeat, stall), get("/events", _ -> Response.events(source)));
    }

    /// An open stream, in HTTP/1.0 so that there are no chunks in between.
    private static RawHttp open(RawHttp raw) throws IOException {
        raw.sendLines("GET /events HTTP/1.0\nHost: localhost\nAuthorization: " + TestServer.AUTHORIZATION + "\n\n");
        assertEquals(200, raw.head().status());
        return raw;
    }

    private static void plain(EventStream out, String data) throws IOException {
        out.send(Optional.empty(), Optional.empty(), data);
    }

    private static void waitForever() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    @Test
    void events_are_framed_as_the_standard_says() throws Exception {
        Source source = new Source(out -> {
            out.send(Optional.of("started"), Optional.of("7.1"), "{\"a\":1}");
            plain(out, "one\ntwo\r\nthree\rfour\n");
            plain(out, "");
            plain(out, "id: x\n\nevent: evil é€\uD83D\uDE00");
        });
        try (TestServer server = serve(source)) {
            var answer = server.get("/events");
            assertEquals("text/event-stream", answer.headers().firstValue("Content-Type").orElseThrow());
            assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElseThrow());
            assertEquals("no", answer.headers().firstValue("X-Accel-Buffering").orElseThrow());
            assertEquals("""
                    event: started
                    id: 7.1
                    data: {"a":1}

                    data: one
                    data: two
                    data: three
                    data: four
                    data:\s

                    data:\s

                    data: id: x
                    data:\s
                    data: event: evil é€😀

                    """, answer.body());
            source.assertClosed();
        }
    }

    @Test
    void a_name_or_id_cannot_break_out_of_its_line() throws Exception {
        Source source = new Source(out -> {
            for (String bad : new String[] {"a\nb", "a\rb", "a\0b"}) {
                assertThrows(IllegalArgumentException.class, () -> out.send(Optional.of(bad), Optional.empty(), "x"));
                assertThrows(IllegalArgumentException.class, () -> out.send(Optional.of("x"), Optional.of(bad), "x"));
            }
            plain(out, "fine");
        });
        try (TestServer server = serve(source)) {
            assertEquals("data: fine\n\n", server.get("/events").body());
        }
    }

    @Test
    void a_large_event_arrives_whole() throws Exception {
        String data = "0123456789".repeat(100_000);
        try (TestServer server = serve(new Source(out -> plain(out, data)))) {
            assertEquals("data: " + data + "\n\n", server.get("/events").body());
        }
    }

    @Test
    void what_is_flushed_arrives_at_once_and_the_header_before_it() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Source source = new Source(out -> {
            go.await();
            plain(out, "first");
            out.flush();
            waitForever();
        });
        try (TestServer server = serve(source); RawHttp raw = open(server.raw())) {
            go.countDown();
            assertEquals("data: first", raw.line());
        }
    }

    @Test
    void a_failure_before_the_first_byte_is_a_problem() throws Exception {
        try (TestServer server = TestServer.start(get("/events", _ -> {
            throw new Failure.NotFound("no such bot");
        }))) {
            assertEquals(404, server.get("/events").statusCode());
        }
    }

    @Test
    void a_failure_after_it_is_an_end_with_the_reason() throws Exception {
        Source known = new Source(out -> {
            plain(out, "x");
            throw new Failure.Conflict("moved");
        });
        try (TestServer server = serve(known)) {
            assertEquals("data: x\n\nevent: end\ndata: {\"reason\":\"moved\"}\n\n", server.get("/events").body());
            known.assertClosed();
        }
        Source unknown = new Source(_ -> {
            throw new IllegalStateException("the secret");
        });
        try (TestServer server = serve(unknown)) {
            String body = server.get("/events").body();
            assertTrue(body.startsWith("event: end\ndata: {\"reason\":\"failed, see error "), body);
            assertFalse(body.contains("secret"), body);
        }
    }

    @Test
    void head_opens_nothing() throws Exception {
        Source source = new Source(_ -> {
            throw new AssertionError("streamed");
        });
        try (TestServer server = serve(source)) {
            assertEquals(200, server.send("HEAD", "/events", "").statusCode());
            source.assertClosed();
        }
    }

    @Test
    void a_quiet_stream_is_kept_alive() throws Exception {
        Source source = new Source(out -> {
            plain(out, "not flushed yet");
            waitForever();
        });
        try (TestServer server = serve(source, Duration.ofMillis(50), LONG); RawHttp raw = open(server.raw())) {
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                lines.add(raw.line());
            }
            assertEquals(List.of("data: not flushed yet", "", ":", "", ":", ""), lines);
        }
    }

    @Test
    void a_busy_stream_has_no_heartbeat_inside_an_event() throws Exception {
        Source source = new Source(out -> {
            for (int i = 0; i < 20_000; i++) {
                plain(out, "line " + i);
                if (i % 100 == 0) {
                    out.flush();
                    Thread.sleep(1);
                }
            }
        });
        try (TestServer server = serve(source, Duration.ofNanos(1), LONG)) {
            String[] events = server.get("/events").body().replace(":\n\n", "").split("\n\n");
            assertEquals(20_000, events.length);
            for (int i = 0; i < events.length; i++) {
                assertEquals("data: line " + i, events[i]);
            }
        }
    }

    /// A client that left shows only in a failing write; without the heartbeat a quiet stream would stay for good.
    @Test
    void a_client_that_left_is_noticed() throws Exception {
        Source source = new Source(_ -> waitForever());
        try (TestServer server = serve(source, Duration.ofMillis(50), LONG)) {
            open(server.raw()).close();
            source.assertClosed();
        }
    }

    @Test
    void a_reader_that_does_not_read_is_dropped_and_harms_nobody() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        Source stuck = new Source(out -> {
            while (true) {
                plain(out, "x".repeat(10_000));
                sent.incrementAndGet();
            }
        });
        try (TestServer server = TestServer.start(
                TestServer.patience(LONG, Duration.ofMillis(500)),
                get("/events", _ -> Response.events(stuck)),
                get("/", _ -> TestServer.text("ok")))) {
            try (RawHttp _ = open(RawHttp.connectDeaf(server.port()))) {
                assertEquals(200, server.get("/").statusCode());
                stuck.assertClosed();
                assertTrue(sent.get() < 2_000, "no backpressure: " + sent.get());
            }
        }
    }

    /// The same for a stream whose heartbeat is what gets stuck.
    @Test
    void a_stuck_heartbeat_ends_its_stream() throws Exception {
        Source source = new Source(_ -> waitForever());
        try (Streams streams = new Streams(Duration.ofMillis(20), Duration.ofMillis(200))) {
            CountDownLatch never = new CountDownLatch(1);
            Thread owner = Thread.ofVirtual().start(() -> {
                try (source) {
                    streams.sendEvents(source, () -> true, streams.output(new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                        }
                    }));
                } catch (IOException _) {
                    // as it should
                }
            });
            source.assertClosed();
            assertTrue(owner.join(Duration.ofSeconds(5)));
        }
    }

    @Test
    void a_client_that_does_not_read_its_answers_is_dropped() throws Exception {
        CountDownLatch handled = new CountDownLatch(1);
        byte[] large = new byte[8 << 20];
        try (TestServer server = TestServer.start(
                TestServer.patience(LONG, Duration.ofMillis(300)),
                get("/events", _ -> {
                    handled.countDown();
                    return Response.of(200, "application/octet-stream", large);
                }))) {
            try (RawHttp raw = RawHttp.connectDeaf(server.port())) {
                raw.sendLines("GET /events HTTP/1.1\nHost: localhost\nAuthorization: " + TestServer.AUTHORIZATION + "\n\n");
                assertTrue(handled.await(5, TimeUnit.SECONDS));
                Thread.sleep(1_000);
                assertTrue(raw.rest().length() < large.length, "was not dropped");
            }
        }
    }

    @Test
    void all_streams_end_when_the_server_closes() throws Exception {
        TestServer server = TestServer.start(get("/events", _ -> Response.events(new Source(out -> {
            plain(out, "hello");
            out.flush();
            waitForever();
        }))));
        List<RawHttp> clients = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            RawHttp client = open(server.raw());
            assertEquals("data: hello", client.line());
            clients.add(client);
        }
        long start = System.nanoTime();
        server.close();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        for (RawHttp client : clients) {
            assertEquals("\nevent: end\ndata: {\"reason\":\"shutdown\"}\n\n", client.rest());
            client.close();
        }
        assertTrue(took.toMillis() < 20_000, took.toString());
    }

    @Test
    void a_busy_stream_ends_between_two_events() throws Exception {
        String data = "0123456789".repeat(50);
        for (int round = 0; round < 20; round++) {
            TestServer server = serve(new Source(out -> {
                while (true) {
                    plain(out, data);
                    out.flush();
                }
            }));
            try (RawHttp client = open(server.raw())) {
                assertEquals("data: " + data, client.line());
                assertEquals("", client.line());
                Thread closing = Thread.ofVirtual().start(server::close);
                String all = client.rest();
                closing.join();
                assertEquals("event: end\ndata: {\"reason\":\"shutdown\"}\n\n", all.replace("data: " + data + "\n\n", ""));
                assertTrue(all.endsWith("event: end\ndata: {\"reason\":\"shutdown\"}\n\n"), all);
            }
        }
    }

    @Test
    void closing_takes_less_than_five_seconds_with_stuck_readers_and_handlers() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        TestServer server = TestServer.start(
                get("/events", _ -> Response.events(new Source(out -> {
                    while (true) {
                        plain(out, "x".repeat(10_000));
                    }
                }))),
                get("/slow", _ -> {
                    try {
                        waitForever();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                    return Response.noContent();
                }));
        List<RawHttp> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(open(RawHttp.connectDeaf(server.port())));
        }
        RawHttp slow = server.raw();
        slow.sendLines("GET /slow HTTP/1.1\nHost: localhost\nAuthorization: " + TestServer.AUTHORIZATION + "\n\n");
        Thread.sleep(200);
        long start = System.nanoTime();
        server.close();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.toMillis() < 20_000, took.toString());
        assertTrue(interrupted.await(1, TimeUnit.SECONDS));
        assertEquals(503, slow.answer().status());
        slow.close();
        for (RawHttp client : clients) {
            client.close();
        }
    }

    @Test
    void a_request_in_flight_is_finished_when_the_server_closes() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        TestServer server = TestServer.start(get("/slow", _ -> {
            begun.countDown();
            Thread.sleep(500);
            return TestServer.text("done");
        }));
        try (RawHttp raw = server.raw()) {
            raw.sendLines("GET /slow HTTP/1.1\nHost: localhost\nAuthorization: " + TestServer.AUTHORIZATION + "\n\n");
            assertTrue(begun.await(5, TimeUnit.SECONDS));
            server.close();
            assertEquals("done", raw.answer().body());
        }
        assertThrows(IOException.class, () -> RawHttp.connect(server.port()).close());
    }
}
