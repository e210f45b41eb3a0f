package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The systemd units, judged by systemd itself. Runs in the repository's root.
class SystemdTest {
    private static final Path UNITS = Path.of("systemd");
    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

    @TempDir
    Path scratch;

    /// `web/docs/install.md` states these scores: from 0, well closed, to 10, wide open.
    @ParameterizedTest
    @CsvSource({"botmaker.service, 2.3", "botmaker-user.service, 1.6", "botmaker-firewall.service, 4.2", "botmaker-broker.service, 1.8"})
    void a_unit_is_as_closed_as_the_docs_say(String unit, double exposure) throws Exception {
        assumeTrue(Files.isExecutable(ANALYZE), "needs systemd-analyze");
        String threshold = Long.toString(Math.round(exposure * 10));
        assertEquals("", run(ANALYZE.toString(), "security", "--offline=true", "--no-pager", "--threshold=" + threshold,
                UNITS.resolve(unit).toString()));
        assertTrue(Files.readString(Path.of("web", "docs", "install.md")).contains(Double.toString(exposure)), "the page states another score");
    }

    @ParameterizedTest
    @ValueSource(strings = {"botmaker.service", "botmaker-user.service", "botmaker-firewall.service", "botmaker-broker.service"})
    void systemd_finds_nothing_wrong_with_a_unit(String unit) throws Exception {
        assumeTrue(Files.isExecutable(ANALYZE), "needs systemd-analyze");
        Path copy = scratch.resolve(unit); // what it starts need not be on this machine
        Files.writeString(copy, Files.readString(UNITS.resolve(unit)).replaceAll("(?m)^ExecStart=\\S+", "ExecStart=/bin/true"));
        assertEquals("", run(ANALYZE.toString(), "verify", "--man=no", copy.toString()));
    }

    @Test
    void java_gets_the_flags_that_make_run_gives_it() throws Exception {
        String flags = find("scripts/botmaker", "flags=\\((-XX.*)\\)");
        for (String unit : List.of("botmaker.service", "botmaker-user.service")) {
            assertEquals(flags, find("systemd/" + unit, "ExecStart=\\S+ (-XX.*)\\s+-XX:\\+AutoCreateSharedArchive "));
        }
    }

    private static String find(String file, String pattern) throws Exception {
        var found = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)).replaceAll("\\\\\n *", ""));
        assertTrue(found.find(), file);
        return found.group(1).strip();
    }

    /// What a command complains of; nothing where it succeeds.
    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : output;
    }
}
