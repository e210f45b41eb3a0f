package botmaker.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.net.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FramingTest {
    private static final String WHOLE = "5;name=\"v\"\r\nhello\r\n0007 \r\n, wörld\r\n0\r\nTrailer: yes\r\nOther: x\r\n\r\n";

    @Test
    void wherever_the_bytes_are_cut_the_body_is_the_same() throws Exception {
        for (int cut = 0; cut <= WHOLE.length(); cut++) {
            var framing = Framing.chunked();
            String body = decode(framing, WHOLE.substring(0, cut)) + decode(framing, WHOLE.substring(cut));
            assertEquals("hello, wörld", body, "cut at " + cut);
            assertTrue(framing.complete());
        }
    }

    @Test
    void one_byte_at_a_time_is_enough() throws Exception {
        var framing = Framing.chunked();
        StringBuilder body = new StringBuilder();
        for (char c : WHOLE.toCharArray()) {
            body.append(decode(framing, String.valueOf(c)));
        }
        assertEquals("hello, wörld", body.toString());
    }

    @Test
    void every_truncation_is_noticed() throws Exception {
        for (int length = 0; length < WHOLE.length(); length++) {
            var framing = Framing.chunked();
            decode(framing, WHOLE.substring(0, length));
            assertFalse(framing.complete());
            assertThrows(EOFException.class, framing::endOfInput, "of length " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "x\r\n", "-1\r\n", "+5\r\nhello", "5\nhello", "5\r\nhelloX", "5\r\nhello\rX", "5\rX",
            "80000000\r\n", "ffffffffffffffff1\r\n", "0x5\r\nhello", "5;a\nb\r\n", "0\r\nT: 1\n\r\n", "0\r\n\rX"})
    void garbage_is_refused(String wire) {
        assertThrows(ProtocolException.class, () -> decode(Framing.chunked(), wire));
    }

    @Test
    void endless_extensions_and_trailers_are_refused() {
        assertThrows(ProtocolException.class, () -> decode(Framing.chunked(), "5;" + "x".repeat(9000)));
        assertThrows(ProtocolException.class, () -> decode(Framing.chunked(), "0\r\n" + "Trailer: 1\r\n".repeat(1000)));
    }

    private static String decode(Framing framing, String wire) throws ProtocolException {
        byte[] padded = ("#" + wire).getBytes(ISO_8859_1);
        int count = framing.decode(padded, 1, padded.length);
        return new String(padded, 1, count, ISO_8859_1);
    }
}
