package botmaker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.backup.BackupSource.BackupBot;
import botmaker.backup.BackupSource.PausedBot;
import botmaker.docker.Engine;
import botmaker.file.CommandLock;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pausing a bot for a backup, on an engine that does as it is told here.
class EngineBackupSourceTest {
    private static final BackupBot BOT = new BackupBot("0123456789abcdef", 1, 1, "row");
    private static final String PAUSE = "POST /containers/c1/pause";
    private static final String UNPAUSE = "POST /containers/c1/unpause";

    @TempDir
    Path data;
    private RecordedEngine recorded;
    private EngineBackupSource roster;

    @BeforeEach
    void start() {
        recorded = RecordedEngine.start();
        containers("running");
        roster = new EngineBackupSource(new Engine(recorded.socket()), CommandLock.of(data), true);
    }

    @AfterEach
    void close() throws IOException {
        recorded.close();
    }

    private void containers(String state) {
        recorded.on("GET /containers/json", Reply.json(200, """
                [{"Id": "c1", "Names": ["/botmaker-x"], "ImageID": "sha256:1", "State": "%s", "Status": "Up",
                  "Labels": {"botmaker.bot-id": "0123456789abcdef"}}]""".formatted(state)));
    }

    private List<String> changes() {
        return recorded.requests().stream().map(RecordedEngine.Request::line).filter(line -> line.startsWith("POST")).toList();
    }

    @Test
    void a_running_bot_is_paused_and_goes_on_also_when_interrupted() {
        recorded.on(PAUSE, Reply.json(204, "")).on(UNPAUSE, Reply.json(204, ""));
        PausedBot still = roster.pause(BOT);
        assertTrue(still.problem().isEmpty());
        Thread.currentThread().interrupt();
        assertTrue(still.resume().get().isEmpty());
        assertTrue(Thread.interrupted());
        assertEquals(List.of(PAUSE, UNPAUSE), changes());
    }

    /// The answer got lost: it may be paused, so it must be let go on.
    @Test
    void a_bot_that_may_be_paused_goes_on() {
        recorded.on(PAUSE, Reply.raw("HTTP/1.1 204 No")).on(UNPAUSE, Reply.json(204, ""));
        PausedBot still = roster.pause(BOT);
        assertTrue(still.problem().isPresent());
        assertTrue(still.resume().get().isEmpty());
        assertEquals(List.of(PAUSE, UNPAUSE), changes());
    }

    @Test
    void an_engine_that_falls_silent_is_asked_again() {
        recorded.on(PAUSE, Reply.json(204, "")).on(UNPAUSE, Reply.raw("garbage"), Reply.json(204, ""));
        assertTrue(roster.pause(BOT).resume().get().isEmpty());
        assertEquals(List.of(PAUSE, UNPAUSE, UNPAUSE), changes());
    }

    @Test
    void a_bot_that_somebody_else_has_paused_stays_so() {
        recorded.on(PAUSE, Reply.error(409, "is already paused"));
        PausedBot still = roster.pause(BOT);
        assertTrue(still.problem().orElseThrow().contains("already paused"));
        assertTrue(still.resume().get().isEmpty());
        containers("paused");
        assertTrue(roster.pause(BOT).resume().get().isEmpty());
        assertEquals(List.of(PAUSE), changes());
    }

    @Test
    void without_an_engine_it_is_said_and_copied_as_it_is() throws IOException {
        recorded.goAway();
        assertTrue(roster.pause(BOT).problem().orElseThrow().contains("cannot be paused"));
        recorded.comeBack();
        assertTrue(new EngineBackupSource(new Engine(recorded.socket()), CommandLock.of(data), false).pause(BOT).problem().orElseThrow().contains("is not paused"));
        assertEquals(List.of(), changes());
    }
}
