package botmaker.bot.lifecycle;

import static botmaker.bot.model.BotRecord.Desired.RUNNING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Containers;
import botmaker.bot.Rows;
import botmaker.bot.host.BotHost.Container.State;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CrashLoopDetectorTest {
    private long now = Long.MAX_VALUE - 1000; // a monotonic clock may be anywhere, and overflow
    private final CrashLoopDetector brake = new CrashLoopDetector(() -> now);

    private Optional<String> look(State state, int exitCode, long restarts) {
        return brake.observe(Rows.ready(RUNNING), Containers.with(state, exitCode, false, restarts));
    }

    @Test
    void the_fifth_death_in_ten_minutes_trips_it() {
        for (int death = 1; death <= 4; death++) {
            assertEquals(Optional.empty(), look(State.RESTARTING, 1, death));
            now += Duration.ofMinutes(2).toNanos();
        }
        assertEquals("crash loop: died 5 times in 10 minutes, the last time: exited with code 1",
                look(State.RESTARTING, 1, 5).orElseThrow());
    }

    @Test
    void deaths_further_apart_do_not() {
        for (int death = 1; death <= 20; death++) {
            assertEquals(Optional.empty(), look(State.RUNNING, 0, death));
            now += Duration.ofSeconds(151).toNanos();
        }
    }

    @Test
    void deaths_that_no_event_told_of_count() {
        assertEquals(Optional.empty(), look(State.RUNNING, 0, 2));
        assertTrue(look(State.RUNNING, 0, 7).isPresent());
    }

    /// BotMaker was restarted, and stopped a healthy bot that had died five times in its life.
    @Test
    void deaths_before_the_first_look_are_the_past() {
        assertEquals(Optional.empty(), look(State.RUNNING, 0, 7));
        assertEquals(Optional.empty(), look(State.RESTARTING, 1, 8));
        assertEquals(Optional.empty(), look(State.RUNNING, 0, 11));
        assertTrue(look(State.RESTARTING, 1, 12).isPresent());
    }

    @Test
    void looking_twice_does_not_count_twice() {
        for (int i = 0; i < 20; i++) {
            assertEquals(Optional.empty(), look(State.RESTARTING, 1, 4));
        }
    }

    @Test
    void a_start_by_hand_begins_anew() {
        assertEquals(Optional.empty(), look(State.RESTARTING, 1, 4));
        brake.forget(Containers.in(State.RUNNING).id());
        assertEquals(Optional.empty(), look(State.RESTARTING, 1, 4));
    }

    @Test
    void a_refused_configuration_trips_it_at_once() {
        assertEquals("OpenClaw refused its configuration (exit code 78)", look(State.RESTARTING, 78, 1).orElseThrow());
    }

    /// What was decided about a bot before a new start must not count against it.
    @Test
    void a_verdict_stands_until_the_container_is_started_anew() {
        look(State.RESTARTING, 78, 1);
        assertTrue(look(State.RUNNING, 0, 2).isPresent());
        String id = Containers.in(State.RUNNING).id();
        assertTrue(brake.verdict(id).isPresent());
        brake.forget(id);
        assertEquals(Optional.empty(), brake.verdict(id));
    }
}
