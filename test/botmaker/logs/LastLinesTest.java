package botmaker.logs;

import static botmaker.docker.LogFrame.Source.ERR;
import static botmaker.docker.LogFrame.Source.OUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastLinesTest {
    private static final int FULL = 16 * 1024;
    private static final String VALUE = "sk-" + "0123456789abcdef".repeat(3);
    private static final String MARKER = "[redacted:ai-api-key]";

    private final MemoryLog log = new MemoryLog();
    private SecretStore secrets;
    private LoggedBots.Redaction redaction;

    @BeforeEach
    void keep(@TempDir Path directory) throws Exception {
        secrets = new SecretStore(directory.resolve("secrets"));
        secrets.create("b1", Map.of(new SecretName("ai-api-key"), Secret.of(VALUE)), PrivateFiles.currentUid(), PrivateFiles.currentGid());
        redaction = secrets.redactor("b1")::applyToPart;
    }

    @Test
    void the_last_ten_come_without_their_times() {
        for (int i = 1; i <= 30; i++) {
            log.write(MemoryLog.frame(i, i % 2 == 0 ? OUT : ERR, i + " \r\n"));
        }
        assertEquals(IntStream.rangeClosed(21, 30).mapToObj(String::valueOf).toList(), LastLines.read(log, redaction));
    }

    /// Ten lines of 16 KiB were in every answer and every event: 164 kB.
    @Test
    void a_long_line_is_cut_after_its_secrets_were_removed() {
        log.write(MemoryLog.frame(1, OUT, "x".repeat(980) + VALUE + "y".repeat(100) + "\n"));
        assertEquals(List.of("x".repeat(980) + MARKER.substring(0, 20) + "…"), LastLines.read(log, redaction));
    }

    /// Of a key that a frame's border cut, 47 of the 51 characters were shown when the frame before was not read.
    @Test
    void a_secret_across_the_frames_of_a_long_line_is_not_shown_in_part() {
        for (int cut = 1; cut < VALUE.length(); cut++) {
            String text = "x".repeat(FULL - cut) + VALUE + " end";
            MemoryLog rest = new MemoryLog();
            rest.write(MemoryLog.frame(1, OUT, text.substring(FULL) + "\n"));
            for (int i = 0; i < 9; i++) {
                rest.write(MemoryLog.frame(2 + i, OUT, "line " + i));
            }
            String first = LastLines.read(rest, redaction).getFirst();
            assertEquals(VALUE.length() - cut < 4 ? VALUE.substring(cut) + " end" : MARKER + " end", first);
        }
    }

    @Test
    void where_the_secrets_cannot_be_read_nothing_is_shown() throws Exception {
        log.write(MemoryLog.frame(1, OUT, "any text\n"));
        Files.writeString(secrets.directory("b1").resolve("ai-api-key"), "x".repeat(70_000));
        List<String> shown = LastLines.read(log, redaction);
        assertEquals(1, shown.size());
        assertTrue(shown.getFirst().startsWith("[not shown"), shown::toString);
    }
}
