package botmaker.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ProtocolException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseHeadTest {

    @Test
    void status_and_headers_are_read() throws Exception {
        ResponseHead head = parse("HTTP/1.1 201 Created\r\nApi-Version:1.41\r\nX-Empty:\r\nContent-Length: 17 \r\n\r\n");
        assertEquals(201, head.status());
        assertEquals(Optional.of("1.41"), head.header("api-version"));
        assertEquals(Optional.of(""), head.header("x-empty"));
        Framing framing = head.framing();
        assertEquals(16, framing.decode(new byte[16], 0, 16));
        assertFalse(framing.complete());
        assertEquals(1, framing.decode(new byte[16], 0, 16));
        assertTrue(framing.complete());
    }

    @Test
    void a_reason_may_be_missing() throws Exception {
        assertEquals(204, parse("HTTP/1.1 204\r\n\r\n").status());
    }

    @Test
    void a_hijacked_stream_ends_with_its_connection() throws Exception {
        for (String head : List.of("HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n")) {
            Framing framing = parse(head).framing();
            assertEquals(9, framing.decode(new byte[9], 0, 9));
            assertFalse(framing.complete());
            framing.endOfInput();
            assertTrue(framing.complete());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 99 Low\r\n\r\n",
        "HTTP/1.1 2000 High\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 200 O\u0001K\r\n\r\n",
        "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n", "HTTP/1.1 200 OK\r\nName : v\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\nB: c\r\n\r\n", "HTTP/1.1 200 OK\r\n: v\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"})
    void garbage_is_refused(String wire) {
        assertThrows(ProtocolException.class, () -> parse(wire).framing());
    }

    @Test
    void too_many_headers_are_refused() {
        assertThrows(ProtocolException.class, () -> parse("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(101) + "\r\n"));
    }

    @Test
    void too_large_a_header_is_refused_before_it_ends() {
        byte[] huge = ("HTTP/1.1 200 OK\r\nA: " + "x".repeat(ResponseHead.MAX_BYTES)).getBytes(ISO_8859_1);
        assertThrows(ProtocolException.class, () -> ResponseHead.end(huge, huge.length));
    }

    @Test
    void garbage_is_noticed_by_its_first_bytes() {
        assertThrows(ProtocolException.class, () -> ResponseHead.end("HTTQ".getBytes(ISO_8859_1), 4));
    }

    private static ResponseHead parse(String wire) throws ProtocolException {
        byte[] bytes = wire.getBytes(ISO_8859_1);
        int end = ResponseHead.end(bytes, bytes.length);
        assertEquals(bytes.length, end);
        return ResponseHead.parse(bytes, end);
    }
}
