package botmaker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogFormatTest {
    /// A bot that called a file so wrote into BotMaker's log, where its name stood in a stack trace.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_name_makes_no_line_that_looks_like_one_of_BotMakers(boolean otherFormat) {
        LogRecord record = new LogRecord(Level.WARNING, "a container called\nINFO botmaker.App all is well\r\u001b[2J");
        record.setThrown(new IllegalStateException(new FileSystemException("a\nINFO botmaker.App all is well")));

        String text = new LogFormat(otherFormat ? Optional.of(new SimpleFormatter()) : Optional.empty()).format(record);

        List<String> lines = text.lines().toList();
        assertTrue(lines.stream().skip(1).allMatch(line -> line.startsWith("    ")), text);
        assertEquals(0, text.chars().filter(c -> c == '\r' || c == 0x1b).count());
        assertTrue(text.endsWith("\n") && lines.size() > 4, text);
    }
}
