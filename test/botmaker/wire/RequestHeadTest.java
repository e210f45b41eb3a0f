package botmaker.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Heads of requests, and the fields of any head. What is refused is tested at the broker's sockets, too.
final class RequestHeadTest {
    @Test
    void a_head_is_read_as_it_came() throws Exception {
        RequestHead head = parse("POST /v1/models/a%20b:run?alt=sse&x=%2f HTTP/1.1\r\nhOsT: API.vendor.test:443\r\nA: 1\r\na:\t 2 \r\nB:\r\n\r\n");
        assertEquals("POST", head.method());
        assertEquals("/v1/models/a%20b:run", head.path());
        assertEquals("alt=sse&x=%2f", head.query());
        assertEquals("/v1/models/a%20b:run?alt=sse&x=%2f", head.target());
        assertEquals("api.vendor.test:443", head.host());
        assertEquals(List.of("1", "2"), head.fields().all("A"));
        assertEquals(Optional.of(""), head.fields().first("b"));
        assertEquals(List.of("hOsT", "A", "a", "B"), head.fields().list().stream().map(HeaderFields.Field::name).toList());
        assertTrue(head.framing().complete(), "no body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /a//b", "GET /a/..", "GET /./a", "GET /a/./b", "GET /a/.", "GET /a/.?b", "GET /%2E%2e/", "GET /%2F", "GET /%5C", "GET /%00", "GET /?a%00b", "GET /#", "GET /\\", "GET a", "GET", "GET ",
            "GET / /", "G\u00c4T /", "GET http://a/", "GET *"})
    void an_ambiguous_request_line_is_refused(String line) {
        assertThrows(ProtocolException.class, () -> parse(line + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: \r\n", "Host: a\r\nHost: a\r\n", "Host: a b\r\n", "Host: a,b\r\n", "Host: a:b\r\n", "Host: user@a\r\n", "Host: [::1\r\n",
            "Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n", "Host: a\r\nTransfer-Encoding: x\r\n", "Host: a\r\nContent-Length: 1 1\r\n"})
    void ambiguous_fields_are_refused(String fields) {
        assertThrows(ProtocolException.class, () -> parse("GET / HTTP/1.1\r\n" + fields + "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: a\rb", "GET / HTTP/1.1\r\nHost: a\nB: c", "\n"})
    void a_bare_line_end_is_noticed_before_the_head_ends(String wire) {
        assertThrows(ProtocolException.class, () -> parse(wire + "x"));
    }

    @Test
    void what_is_meant_for_one_connection_is_left_out() {
        HeaderFields fields = HeaderFields.of("A", "1", "Connection", "close, X-Mine", "x-mine", "2", "Keep-Alive", "3", "TE", "x", "Trailer", "y",
                "Transfer-Encoding", "chunked", "Upgrade", "z", "Proxy-Authorization", "p", "Proxy-Connection", "q", "B", "4");
        assertEquals(HeaderFields.of("A", "1", "B", "4"), fields.endToEnd());
        assertTrue(fields.closes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nB: c", "a\nb", "a\rb", "\u0000", "\u20ac"})
    void a_value_that_is_more_than_a_line_cannot_be_written(String value) {
        assertThrows(IllegalArgumentException.class, () -> HeaderFields.of("A", value));
        assertThrows(IllegalArgumentException.class, () -> HeaderFields.of("A:" + value, "b"));
    }

    @Test
    void messages_follow_one_another_on_a_connection() throws Exception {
        String wire = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcPOST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\nde\r\n1\r\nf\r\n0\r\nT: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n";
        for (int step : new int[] {1, 2, 7, 1000}) {
            MessageReader reader = new MessageReader(new Steps(wire, step));
            for (String expected : List.of("/1 abc", "/2 def", "/3 ")) {
                RequestHead head = RequestHead.of(reader.head(1000));
                assertEquals(expected, head.path() + " " + body(reader, head.framing()), "in steps of " + step);
            }
            assertThrows(EOFException.class, () -> reader.head(1000));
        }
    }

    @Test
    void a_body_that_ends_early_is_noticed() throws Exception {
        MessageReader reader = new MessageReader(new Steps("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab", 100));
        RequestHead head = RequestHead.of(reader.head(1000));
        assertThrows(EOFException.class, () -> body(reader, head.framing()));
    }

    private static String body(MessageReader reader, Framing framing) throws IOException {
        StringBuilder body = new StringBuilder();
        byte[] buffer = new byte[2];
        for (int count; (count = reader.read(framing, buffer, 0, 2)) >= 0; ) {
            body.append(new String(buffer, 0, count, ISO_8859_1));
        }
        return body.toString();
    }

    private static RequestHead parse(String wire) throws IOException {
        return RequestHead.of(new MessageReader(new Steps(wire, 1000)).head(RequestHead.MAX_BYTES));
    }

    /// Arrives in steps.
    private static final class Steps extends ByteArrayInputStream {
        private final int step;

        Steps(String wire, int step) {
            super(wire.getBytes(ISO_8859_1));
            this.step = step;
        }

        @Override
        public synchronized int read(byte[] bytes, int from, int length) {
            return super.read(bytes, from, Math.min(length, step));
        }
    }
}
