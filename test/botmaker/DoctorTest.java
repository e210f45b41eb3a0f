package botmaker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.RecordedEngine;
import botmaker.docker.Reply;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    @TempDir
    Path data;

    /// The one command that is for engines that do not work ended in a stack trace.
    @Test
    void an_engine_that_refuses_everything_is_a_finding() throws Exception {
        try (RecordedEngine recorded = RecordedEngine.start()) {
            recorded.on("GET /info", Reply.error(500, "storage on fire"));
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            assertFalse(Doctor.examine(Settings.load(Optional.empty(), Map.of(
                    "BOTMAKER_DATA_DIR", data.toString(),
                    "BOTMAKER_DOCKER_SOCKET", recorded.socket().toString())), new PrintStream(out)));

            String report = out.toString(StandardCharsets.UTF_8);
            assertTrue(report.contains("FAIL  engine   storage on fire"), report);
            assertTrue(report.contains("FAIL  image    cannot be looked up"), report);
            assertTrue(report.contains("port"), report);
        }
    }
}
