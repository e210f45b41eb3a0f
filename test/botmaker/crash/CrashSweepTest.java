package botmaker.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.crash.Faults.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Killed at any moment, it comes back whole: after each kill and start no orphan is in any of the three stores, no bot that
/// was acknowledged is lost, and every bot is the old one or the new one.
@Tag("docker")
class CrashSweepTest {
    private static final System.Logger LOG = System.getLogger(CrashSweepTest.class.getName());
    private static final int SAMPLE = 20;

    @TempDir
    private Path temp;

    @Test
    void killed_at_some_calls_it_comes_back_whole() throws Exception {
        try (Sweep sweep = new Sweep(temp)) {
            for (Change change : Change.values()) {
                kill(sweep, change, ThreadLocalRandom.current().nextInt(SAMPLE) + 1, SAMPLE);
            }
        }
    }

    @Tag("soak")
    @ParameterizedTest
    @EnumSource
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void killed_at_every_call_it_comes_back_whole(Change change) throws Exception {
        try (Sweep sweep = new Sweep(temp)) {
            kill(sweep, change, 1, 1);
        }
    }

    private static void kill(Sweep sweep, Change change, long first, long step) throws Exception {
        sweep.turnTo(change);
        List<String> calls = sweep.calls(Kind.KILL);
        LOG.log(System.Logger.Level.INFO, "{0} takes {1} calls:\n{2}", change, calls.size(), String.join("\n", calls));
        long call = first;
        while (sweep.kill(call)) {
            call += step;
        }
        System.out.printf("    killed at every %d. of %d calls from %d on: %s%n", step, calls.size(), first, sweep);
        assertTrue(call + step > calls.size() / 2, "it hardly got anywhere");
    }
}
