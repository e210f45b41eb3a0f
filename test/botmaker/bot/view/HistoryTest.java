package botmaker.bot.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.bot.Containers;
import botmaker.bot.Rows;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.ObservedState.Health;
import botmaker.bot.host.BotHost.Container.State;
import botmaker.bot.host.BotHost.Container;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
    private static final BotRecord ROW = Rows.ready(Desired.RUNNING);

    private final History history = new History();
    private ObservedState seen = ObservedState.absent();

    private void look(Container container) {
        become(seen.seen(new ObservedState.Look(Optional.of(container), List.of(), false, 0)));
    }

    private void become(ObservedState now) {
        history.observe(ROW, seen, now, NOW);
        seen = now;
    }

    private List<String> words() {
        return history.of(ROW.id()).reversed().stream().map(History.TimelineEntry::what).toList();
    }

    private static Container run(int n) {
        return Containers.started(State.RUNNING, 0, false, 0, Containers.STARTED.plusSeconds(n));
    }

    @Test
    void what_is_seen_is_told() {
        look(run(0));
        look(run(0));
        become(seen.probed(Health.HEALTHY, Optional.empty()));
        look(Containers.exited(1));
        look(run(1));
        become(seen.probed(Health.UNHEALTHY, Optional.of("telegram: its token was refused.")));

        assertEquals(List.of("started", "became healthy", "ended: exited with code 1", "started",
                "became unhealthy: telegram: its token was refused."), words());
    }

    @Test
    void what_was_announced_is_not_told_twice() {
        history.expect(ROW.id(), NOW, "made by you", false, true);
        look(run(0));
        history.expect(ROW.id(), NOW, "restarted by you", true, true);
        look(Containers.exited(143));
        look(run(1));
        history.expect(ROW.id(), NOW, "stopped by you", true, false);
        look(Containers.exited(0));

        assertEquals(List.of("made by you", "restarted by you", "stopped by you"), words());
    }

    @Test
    void a_death_after_an_announced_start_is_told() {
        history.expect(ROW.id(), NOW, "started by you", false, true);
        look(run(0));
        look(Containers.exited(3));

        assertEquals(List.of("started by you", "ended: exited with code 3"), words());
    }

    @Test
    void a_death_that_was_over_before_the_next_look_is_told() {
        look(run(0));
        look(run(5));

        assertEquals(List.of("started", "ended", "started"), words());
    }

    @Test
    void ten_are_kept_the_newest_first() {
        for (int i = 0; i < 25; i++) {
            history.note(ROW.id(), NOW, "n" + i);
        }

        assertEquals(10, history.of(ROW.id()).size());
        assertEquals("n24", history.of(ROW.id()).getFirst().what());
        history.forget(ROW.id());
        assertEquals(List.of(), history.of(ROW.id()));
    }
}
