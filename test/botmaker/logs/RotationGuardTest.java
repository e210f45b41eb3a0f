package botmaker.logs;

import static botmaker.docker.LogFrame.Source.OUT;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.logs.ContainerLog.RotationGuard;
import org.junit.jupiter.api.Test;

final class RotationGuardTest {
    private static final long MILLI = 1_000_000;

    private final RotationGuard guard = new RotationGuard();
    private long time = 1_700_000_000_000L * MILLI;

    @Test
    void a_quiet_log_is_believed() {
        for (int i = 0; i < 1_000; i++) {
            believed(time += 100 * MILLI, 200);
        }
    }

    @Test
    void a_busy_log_is_believed_while_it_is_busy() {
        for (int i = 0; i < 100_000; i++) {
            believed(time += i % 100 == 0 ? -2 * MILLI : MILLI / 20, 150);
        }
    }

    /// 53,568 lines came, then line 213,485, and nothing told that the ones between were missing.
    @Test
    void a_pause_after_a_burst_is_doubted_until_it_is_settled() {
        burst();
        Line after = line(time + 500 * MILLI, 0, 150);
        assertTrue(guard.doubts(after));
        guard.passed(after); // by catching up
        time = after.time();
        believed(time += 500 * MILLI, 150);
    }

    @Test
    void a_line_with_an_equal_time_is_doubted() {
        believed(time, 10);
        assertTrue(guard.doubts(line(time, 1, 10)));
    }

    @Test
    void a_step_far_back_is_doubted_once() {
        believed(time, 10);
        Line repeated = line(time - 20 * MILLI, 0, 10);
        assertTrue(guard.doubts(repeated));
        guard.passed(repeated); // it was the clock
        believed(repeated.time() + 1, 10);
    }

    private void burst() {
        for (int i = 0; i < 1_000; i++) {
            believed(time += MILLI / 20, 150);
        }
    }

    private void believed(long at, int length) {
        Line line = line(at, 0, length);
        assertFalse(guard.doubts(line));
        guard.passed(line);
    }

    private static Line line(long time, int ordinal, int length) {
        return new Line(time, ordinal, OUT, new byte[0], 0, length, false, 0);
    }
}
