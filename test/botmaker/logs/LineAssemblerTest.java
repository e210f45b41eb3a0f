package botmaker.logs;

import static botmaker.docker.LogFrame.Source.ERR;
import static botmaker.docker.LogFrame.Source.OUT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.LogFrame;
import botmaker.error.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineAssemblerTest {
    private static final String FULL = "x".repeat(16 * 1024);

    private final List<Line> lines = new ArrayList<>();
    private final LineAssembler assembler = new LineAssembler(lines::add);

    @Test
    void a_frame_with_a_line_feed_is_a_line() {
        accept(7, OUT, "hello\n");
        assertEquals(List.of("hello"), texts());
        assertEquals(7, lines.getFirst().time());
        assertEquals(OUT, lines.getFirst().source());
    }

    @Test
    void an_empty_line_is_a_line() {
        accept(1, OUT, "\n");
        assertEquals(List.of(""), texts());
    }

    @Test
    void carriage_return_and_line_feed_end_a_line_and_other_ones_stay() {
        accept(1, OUT, "10%\r20%\r\n");
        accept(2, OUT, "a\r\r\n");
        accept(3, OUT, "\r\n");
        assertEquals(List.of("10%\r20%", "a\r", ""), texts());
    }

    @Test
    void full_frames_and_a_rest_with_one_time_are_one_line() {
        accept(1, OUT, FULL);
        accept(1, OUT, FULL);
        assertEquals(List.of(), texts());
        accept(1, OUT, "end\n");
        assertEquals(List.of(FULL + FULL + "end"), texts());
    }

    @Test
    void the_two_streams_are_put_together_on_their_own() {
        accept(1, OUT, FULL);
        accept(2, ERR, FULL);
        accept(3, ERR, "not the rest: another time\n");
        accept(1, OUT, "out\n");
        assertEquals(List.of(FULL, "not the rest: another time", FULL + "out"), texts());
        assertEquals(List.of(ERR, ERR, OUT), lines.stream().map(Line::source).toList());
    }

    /// A process that ended without a line feed had its last line glued to the first of its next run.
    @Test
    void a_short_frame_without_a_line_feed_is_a_whole_line() {
        accept(1, OUT, "Password: ");
        assertEquals(List.of("Password: "), texts());
        accept(9, OUT, "started\n");
        assertEquals(List.of("Password: ", "started"), texts());
    }

    @Test
    void a_full_frame_that_nothing_continues_is_a_line_when_the_next_begins() {
        accept(1, OUT, FULL);
        accept(2, OUT, "next\n");
        assertEquals(List.of(FULL, "next"), texts());
    }

    @Test
    void an_unfinished_line_can_be_ended() {
        accept(1, OUT, FULL);
        assembler.finish();
        assembler.finish();
        assertEquals(List.of(FULL), texts());
    }

    @Test
    void a_line_of_256_KiB_is_whole() {
        for (int i = 0; i < 15; i++) {
            accept(1, OUT, FULL);
        }
        accept(1, OUT, FULL.substring(1) + "\n"); // 16 KiB with the line feed
        assertEquals(List.of(FULL.repeat(16).substring(1)), texts());
        assertEquals(0, lines.getFirst().cut());
    }

    @Test
    void a_longer_line_is_cut_and_says_how_much_is_missing() {
        for (int i = 0; i < 20; i++) {
            accept(1, OUT, FULL);
        }
        accept(1, OUT, "end\n");
        assertEquals(256 * 1024, lines.getFirst().text().length());
        assertEquals(4 * 16 * 1024 + 3, lines.getFirst().cut());
        accept(2, OUT, "next\n");
        assertEquals("next", lines.getLast().text());
    }

    @Test
    void a_cut_leaves_no_half_character() {
        String bytes = "a" + new String("€".repeat(100_000).getBytes(StandardCharsets.UTF_8), ISO_8859_1);
        for (int at = 0; at < bytes.length(); at += FULL.length()) {
            String piece = bytes.substring(at, Math.min(bytes.length(), at + FULL.length()));
            assembler.accept(MemoryLog.frame(1, OUT, piece.getBytes(ISO_8859_1)));
        }
        String text = lines.getFirst().text();
        assertTrue(text.endsWith("€"), text.substring(text.length() - 3));
        assertEquals(text, "a" + "€".repeat(text.length() - 1));
    }

    @Test
    void a_character_split_between_two_frames_is_whole() {
        assembler.accept(MemoryLog.frame(1, OUT, (FULL.substring(1) + "\u00e2").getBytes(ISO_8859_1)));
        assembler.accept(MemoryLog.frame(1, OUT, "\u0082\u00ac\n".getBytes(ISO_8859_1)));
        assertEquals(List.of(FULL.substring(1) + "€"), texts());
    }

    @Test
    void malformed_utf_8_is_replaced() {
        assembler.accept(MemoryLog.frame(1, OUT, "a\u00ffb\u00c3\n".getBytes(ISO_8859_1)));
        assertEquals(List.of("a\ufffdb\ufffd"), texts());
    }

    @Test
    void equal_times_are_numbered_in_the_order_of_the_log_over_both_streams() {
        accept(5, OUT, "a\n");
        accept(5, ERR, "b\n");
        accept(4, OUT, "c\n");
        accept(5, OUT, "d\n");
        assertEquals(List.of(0, 1, 0, 2), lines.stream().map(Line::ordinal).toList());
    }

    @Test
    void a_frame_without_a_time_is_garbage() {
        for (String payload : List.of("", " ", "hello\n", "2026-13-01T00:00:00.000000000Z x\n", "2026-01-01 x\n")) {
            LogFrame frame = new LogFrame(OUT, payload.getBytes(ISO_8859_1));
            assertThrows(Failure.EngineDown.class, () -> assembler.accept(frame), payload);
        }
    }

    private void accept(long time, LogFrame.Source source, String text) {
        assembler.accept(MemoryLog.frame(time, source, text));
    }

    private List<String> texts() {
        return lines.stream().map(Line::text).toList();
    }
}
