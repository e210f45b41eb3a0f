package botmaker.bot.view;

import static botmaker.bot.model.BotRecord.Desired.RUNNING;
import static botmaker.bot.model.BotRecord.Desired.STOPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import botmaker.bot.Containers;
import botmaker.bot.Rows;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.host.BotHost.Container.State;
import botmaker.bot.host.BotHost.Container;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StatusTest {
    private static ObservedState seen(Optional<Container> container) {
        return ObservedState.absent().seen(new ObservedState.Look(container, List.of(), false, 0));
    }

    private static final Instant EARLIER = Rows.CREATED.minusSeconds(1);
    private static final Instant LATER = Rows.CREATED.plusSeconds(1);

    static Stream<Arguments> states() {
        return Stream.of(
                arguments(RUNNING, Containers.in(State.RUNNING), "running", ""),
                arguments(STOPPED, Containers.at(State.RUNNING, LATER), "running", "started outside BotMaker"),
                arguments(STOPPED, Containers.at(State.RUNNING, EARLIER), "running", "should be stopped: stop it again"),
                arguments(STOPPED, Containers.exited(0), "stopped", "stopped by you"),
                arguments(STOPPED, Containers.exited(137), "stopped", "stopped by you"),
                arguments(STOPPED, Containers.exited(1), "stopped", "stopped by you"),
                arguments(RUNNING, Containers.at(State.EXITED, LATER), "stopped", "stopped outside BotMaker"),
                arguments(RUNNING, Containers.at(State.EXITED, EARLIER), "stopped", "should run: start it again"),
                arguments(RUNNING, Containers.exited(143), "stopped", "should run: start it again"),
                arguments(RUNNING, Containers.exited(137), "error", "killed (exit code 137)"),
                arguments(RUNNING, Containers.exited(1), "error", "exited with code 1"),
                arguments(RUNNING, Containers.with(State.EXITED, 137, true, 0), "error", "out of memory (limit 2048 MiB)"),
                arguments(RUNNING, Containers.with(State.EXITED, 0, true, 0), "error", "out of memory (limit 2048 MiB)"),
                arguments(RUNNING, Containers.with(State.RESTARTING, 1, false, 3), "error", "exited with code 1, restarted 3 times"),
                arguments(RUNNING, Containers.with(State.RESTARTING, 78, false, 1), "error",
                        "OpenClaw refused its configuration (exit code 78), restarted once"),
                arguments(RUNNING, Containers.in(State.PAUSED), "error", "paused outside BotMaker: start the bot to resume it"),
                arguments(RUNNING, Containers.in(State.REMOVING), "error", "its container is being removed outside BotMaker"),
                arguments(RUNNING, Containers.in(State.DEAD), "error", "dead: the engine could not remove its container"),
                arguments(RUNNING, Containers.in(State.CREATED), "error", "its container was created but never started: start the bot"),
                arguments(STOPPED, Containers.in(State.CREATED), "stopped", "not started yet"));
    }

    @ParameterizedTest
    @MethodSource("states")
    void each_state_of_the_engine_is_told_in_words(Desired desired, Container container, String word, String reason) {
        Status status = Status.of(Rows.ready(desired), seen(Optional.of(container)), Optional.empty());

        assertEquals(word, status.word().toString());
        assertEquals(reason, status.reason().orElse(""));
    }

    /// A bot that was being stopped was "started outside BotMaker" for as long as it took.
    @ParameterizedTest
    @CsvSource({"RUNNING, running", "EXITED, stopped", "RESTARTING, stopped", "CREATED, stopped"})
    void what_is_seen_during_our_own_work_is_not_told_as_somebody_elses(State state, String word) {
        for (Desired desired : Desired.values()) {
            Status status = Status.of(Rows.ready(desired), seen(Optional.of(Containers.in(state))),
                    Optional.empty()).during(Optional.of("being restarted"));

            assertEquals(word, status.word().toString());
            assertEquals("being restarted", status.reason().orElseThrow());
        }
    }

    @Test
    void a_bot_without_a_container_is_an_error() {
        Status status = Status.of(Rows.ready(RUNNING), ObservedState.absent(), Optional.empty());

        assertEquals(Status.Word.ERROR, status.word());
        assertTrue(status.reason().orElseThrow().startsWith("container missing"));
    }

    /// After a rename, a bot that somebody had stopped outside BotMaker was one that should run and had not been started yet.
    @Test
    void a_change_of_the_record_does_not_change_who_stopped_a_bot() {
        BotRecord row = Rows.ready(RUNNING);
        ObservedState stopped = seen(Optional.of(Containers.at(State.EXITED, Rows.CREATED.plusSeconds(1))));
        BotRecord renamed = row.changed(Rows.spec("b"), BotRecord.Pending.NOTHING, Rows.CREATED.plusSeconds(2));

        assertEquals(Optional.of("stopped outside BotMaker"), Status.of(row, stopped, Optional.empty()).reason());
        assertEquals(Status.of(row, stopped, Optional.empty()), Status.of(renamed, stopped, Optional.empty()));
    }

    @Test
    void a_quarantined_bot_tells_why() {
        BotRecord row = Rows.ready(RUNNING).quarantined("crash loop", Rows.CREATED);

        assertEquals(new Status(Status.Word.ERROR, Optional.of("crash loop")),
                Status.of(row, seen(Optional.of(Containers.exited(0))), Optional.empty()));
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void without_the_engine_nothing_is_claimed(State state) {
        Status status = Status.of(Rows.ready(RUNNING), seen(Optional.of(Containers.in(state))),
                Optional.of("engine away"));

        assertEquals(new Status(Status.Word.UNKNOWN, Optional.of("engine away")), status);
    }

    @Test
    void beginnings_and_ends_are_shown_whatever_the_engine_says() {
        assertEquals(Status.Word.CREATING, Status.of(Rows.in(Phase.CREATING, RUNNING), ObservedState.absent(), Optional.empty()).word());
        assertEquals(Status.Word.DELETING, Status.of(Rows.in(Phase.DELETING, STOPPED), ObservedState.absent(), Optional.of("away")).word());
    }
}
