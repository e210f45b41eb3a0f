package botmaker.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.wire.HeaderFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is written of an answer, and in how many pieces.
final class BotAnswerTest {
    private static final int RECORD = 16 * 1024;

    private final List<String> sent = new ArrayList<>();
    private final BotAnswer answer = new BotAnswer(new OutputStream() {
        @Override
        public void write(int one) {
            throw new IllegalStateException("one byte alone");
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            sent.add(new String(bytes, from, length, ISO_8859_1));
        }
    }, false, () -> false);

    private void add(String text) throws IOException {
        answer.add(text.getBytes(ISO_8859_1), 0, text.length());
    }

    private void begin(HeaderFields fields) throws IOException {
        answer.begin(200, fields);
        sent.clear();
    }

    @Test
    void small_parts_are_sent_together_when_asked_for() throws IOException {
        begin(HeaderFields.of("Content-Type", "text/plain"));
        add("one");
        add("another");
        assertEquals(List.of(), sent);
        answer.flush();
        answer.flush();
        add("last");
        answer.end();
        assertEquals(List.of("a\r\noneanother\r\n", "4\r\nlast\r\n", "0\r\n\r\n"), sent);
    }

    @Test
    void what_is_written_goes_at_once_with_what_was_added() throws IOException {
        begin(HeaderFields.of("Content-Length", "6"));
        add("one");
        answer.write("two".getBytes(ISO_8859_1), 0, 3);
        answer.end();
        assertEquals(List.of("onetwo"), sent);
    }

    @Test
    void what_fills_a_record_is_sent_as_one() throws IOException {
        for (int part : new int[] {1, 200, 1000, 8186, RECORD, 100_000}) {
            sent.clear();
            BotAnswerTest one = new BotAnswerTest();
            one.begin(HeaderFields.of());
            byte[] all = new byte[200_000];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) (i * 31 + i / 251);
            }
            for (int at = 0; at < all.length; at += part) {
                one.answer.add(all, at, Math.min(all.length, at + part));
            }
            one.answer.end();
            assertTrue(one.sent.stream().allMatch(it -> it.length() <= RECORD - 17), "parts of " + part);
            assertEquals(all.length / (RECORD - 40) + 2, one.sent.size(), "parts of " + part);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            for (String chunk : one.sent) {
                int start = chunk.indexOf("\r\n") + 2;
                int length = Integer.parseInt(chunk.substring(0, start - 2), 16);
                received.write(chunk.substring(start, start + length).getBytes(ISO_8859_1), 0, length);
            }
            assertTrue(Arrays.equals(all, received.toByteArray()), "parts of " + part);
        }
    }
}
