package botmaker.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.crash.Faults.Kind;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A failing disk never gets a false yes: one call fails, or the disk is full from one call on; then the answer is no, bots
/// are still shown, and as soon as the disk works again the next try succeeds and leaves nothing behind, without a restart.
@Tag("docker")
class FailingDiskSweepTest {
    private static final int SAMPLE = 30;

    @TempDir
    private Path temp;

    @Test
    void at_some_calls_a_failing_disk_gets_no_false_yes() throws Exception {
        try (Sweep sweep = new Sweep(temp)) {
            for (Change change : Change.values()) {
                fail(sweep, change, Kind.EIO, false, SAMPLE);
            }
            fail(sweep, Change.CREATE, Kind.ENOSPC, true, SAMPLE);
            fail(sweep, Change.EDIT, Kind.ENOSPC, true, SAMPLE);
        }
    }

    @Tag("soak")
    @ParameterizedTest
    @CsvSource({
            "CREATE, EIO, false", "DELETE, EIO, false", "EDIT, EIO, false", "REPLACE_KEY, EIO, false", "REPLACE_TOKEN, EIO, false",
            "CREATE, ENOSPC, true", "DELETE, ENOSPC, true", "EDIT, ENOSPC, true", "REPLACE_KEY, ENOSPC, true", "REPLACE_TOKEN, ENOSPC, true"})
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void at_every_call_a_failing_disk_gets_no_false_yes(Change change, Kind kind, boolean lasting) throws Exception {
        try (Sweep sweep = new Sweep(temp)) {
            fail(sweep, change, kind, lasting, 1);
        }
    }

    private static void fail(Sweep sweep, Change change, Kind kind, boolean lasting, int step) throws Exception {
        sweep.turnTo(change);
        List<String> calls = sweep.calls(kind);
        int first = ThreadLocalRandom.current().nextInt(step) + 1;
        int call = first;
        while (sweep.fail(kind, call, lasting)) {
            call += step;
        }
        System.out.printf("    %s%s at every %d. of %d calls from %d on: %s; yes nevertheless: %s%n",
                kind, lasting ? " from then on" : "", step, calls.size(), first, sweep, sweep.tolerated());
        assertTrue(call + step > calls.size() / 2, "it hardly got anywhere");
    }
}
