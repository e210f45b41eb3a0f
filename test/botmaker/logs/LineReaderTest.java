package botmaker.logs;

import static botmaker.docker.LogFrame.Source.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private final MemoryLog log = new MemoryLog();

    /// A line was held back for as long as the bot left the next one unfinished, and the lines of all other bots with it.
    @Test
    void a_piece_of_a_line_is_no_line_to_wait_for() throws Exception {
        log.write(MemoryLog.frame(1_000_000, OUT, "whole\n"));
        log.write(MemoryLog.frame(2_000_000, OUT, "x".repeat(16 * 1024)));
        try (LineReader reader = new LineReader(log.open(OptionalInt.empty(), true), OptionalInt.empty(), false, Optional.empty())) {
            assertTrue(reader.ready());
            assertEquals("whole", reader.next().orElseThrow().text());
            assertFalse(reader.ready());

            log.write(MemoryLog.frame(2_000_000, OUT, "y\n"));

            assertTrue(reader.ready());
            assertEquals(16 * 1024 + 1, reader.next().orElseThrow().text().length());
        }
    }
}
