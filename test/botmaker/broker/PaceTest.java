package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PaceTest {
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1) / Pace.A_SECOND;

    private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - INTERVAL); // wraps around, as System.nanoTime() may
    private final Pace pace = new Pace(time::get);

    private long waits(int times) {
        return LongStream.range(0, times).map(_ -> pace.next()).sum();
    }

    @Test
    void some_go_on_at_once_and_each_further_one_waits_for_its_turn() {
        assertEquals(0, waits(Pace.AT_ONCE));
        assertEquals(INTERVAL, pace.next());
        assertEquals(2 * INTERVAL, pace.next());
    }

    @Test
    void a_steady_flow_at_the_rate_never_waits() {
        waits(Pace.AT_ONCE);
        for (int i = 0; i < 1_000; i++) {
            time.addAndGet(INTERVAL);
            assertEquals(0, pace.next());
        }
    }

    @Test
    void a_rest_however_long_allows_no_more_at_once() {
        waits(Pace.AT_ONCE);
        time.addAndGet(TimeUnit.DAYS.toNanos(30));
        assertEquals(0, waits(Pace.AT_ONCE));
        assertEquals(INTERVAL, pace.next());
    }
}
