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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Bodies that are written as they are made.
@Timeout(60)
class WrittenBodyTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final byte[] KILOBYTE = ("x".repeat(1023) + "\n").getBytes();

    private interface Script {
        void run(OutputStream out) throws IOException, InterruptedException;
    }

    /// Runs a script, counts what it got rid of, and knows when it was closed.
    private static final class Source implements Response.Source<OutputStream> {
        private final Script script;
        private final CountDownLatch closed = new CountDownLatch(1);
        private boolean ran;

        Source(Script script) {
            this.script = script;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException, InterruptedException {
            ran = true;
            script.run(out);
        }

        @Override
        public void close() {
            closed.countDown();
        }

        void assertClosed() throws InterruptedException {
            assertTrue(closed.await(10, TimeUnit.SECONDS), "not closed");
        }
    }

    private static TestServer serve(Source source, Duration stall) throws IOException {
        return TestServer.start(TestServer.patience(LONG, stall),
                get("/file", _ -> Response.written("text/plain; charset=utf-8", source)));
    }

    private static RawHttp ask(RawHttp raw) throws IOException {
        raw.sendLines("GET /file HTTP/1.1\nHost: localhost\nAuthorization: " + TestServer.AUTHORIZATION + "\n\n");
        assertEquals(200, raw.head().status());
        return raw;
    }

    @Test
    void all_of_it_arrives_with_the_usual_headers() throws Exception {
        Source source = new Source(out -> {
            for (int i = 0; i < 3_000; i++) {
                out.write(KILOBYTE);
            }
            out.write('!');
        });
        try (TestServer server = serve(source, LONG)) {
            var answer = server.get("/file");
            assertEquals(3_000 * 1024 + 1, answer.body().length());
            assertTrue(answer.body().endsWith("\n!"));
            assertEquals("text/plain; charset=utf-8", answer.headers().firstValue("Content-Type").orElseThrow());
            assertEquals("nosniff", answer.headers().firstValue("X-Content-Type-Options").orElseThrow());
            source.assertClosed();
            assertEquals(200, server.get("/file").statusCode(), "the connection is of use again");
        }
    }

    @Test
    void a_head_writes_nothing_and_closes() throws Exception {
        Source source = new Source(out -> out.write(KILOBYTE));
        try (TestServer server = serve(source, LONG)) {
            assertEquals(200, server.send("HEAD", "/file", "").statusCode());
            source.assertClosed();
            assertFalse(source.ran);
        }
    }

    @Test
    void a_client_that_reads_later_holds_up_the_source_and_gets_all() throws Exception {
        AtomicLong written = new AtomicLong();
        Source source = new Source(out -> {
            for (int i = 0; i < 30_000; i++) {
                out.write(KILOBYTE);
                written.incrementAndGet();
            }
        });
        try (TestServer server = serve(source, LONG); RawHttp slow = ask(RawHttp.connectDeaf(server.port()))) {
            Thread.sleep(500);
            long first = written.get();
            Thread.sleep(300);
            assertEquals(first, written.get(), "nothing is taken that cannot be sent");
            assertTrue(first < 15_000, "not all lies in buffers: " + first);
            slow.endOfInput();
            String rest = slow.patience(LONG).rest();
            assertTrue(rest.endsWith("\r\n0\r\n\r\n"), "it has its proper end");
            assertEquals(30_000, rest.chars().filter(c -> c == '\n').count() - rest.split("\r\n", -1).length + 1);
            source.assertClosed();
        }
    }

    @Test
    void a_client_that_never_reads_is_dropped() throws Exception {
        Source source = new Source(out -> {
            while (true) {
                out.write(KILOBYTE);
            }
        });
        try (TestServer server = serve(source, Duration.ofMillis(300)); RawHttp _ = ask(RawHttp.connectDeaf(server.port()))) {
            source.assertClosed();
        }
    }

    @Test
    void a_body_that_fails_is_seen_to_be_incomplete() throws Exception {
        Source source = new Source(out -> {
            out.write(KILOBYTE);
            out.flush();
            throw new Failure.EngineDown("The engine went.", null);
        });
        try (TestServer server = serve(source, LONG)) {
            assertThrows(IOException.class, () -> server.get("/file"));
            try (RawHttp raw = ask(server.raw())) {
                assertFalse(raw.rest().contains("0\r\n\r\n"));
            }
            source.assertClosed();
        }
    }

    /// A running download went on after the password was changed; only event streams ended.
    @Test
    void a_body_ends_when_its_reader_is_signed_out() throws Exception {
        AtomicBoolean welcome = new AtomicBoolean(true);
        Authenticator authenticator = new Authenticator() {
            @Override
            public String authenticate(Request.Head head) {
                return "admin";
            }

            @Override
            public boolean stillAuthentic(Request.Head head) {
                return welcome.get();
            }
        };
        Source source = new Source(out -> {
            while (true) {
                out.write(KILOBYTE);
                out.flush();
                Thread.sleep(10);
            }
        });
        try (TestServer server = TestServer.start(TestServer.patience(Duration.ofMillis(200), LONG), authenticator,
                List.of(get("/file", _ -> Response.written("text/plain", source)))); RawHttp raw = ask(server.raw())) {
            assertEquals("400", raw.line());
            assertFalse(source.closed.await(1, TimeUnit.SECONDS), "it ends only then");
            welcome.set(false);
            source.assertClosed();
            assertFalse(raw.rest().contains("\r\n0\r\n\r\n"), "and is seen to be incomplete");
        }
    }

    @Test
    void a_server_that_closes_does_not_wait_for_it() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Source source = new Source(out -> {
            out.flush();
            begun.countDown();
            new CountDownLatch(1).await();
        });
        TestServer server = serve(source, LONG);
        try (RawHttp _ = ask(server.raw())) {
            begun.await();
            long before = System.nanoTime();
            server.close();
            assertTrue(System.nanoTime() - before < Duration.ofSeconds(20).toNanos());
            source.assertClosed();
        }
    }
}
