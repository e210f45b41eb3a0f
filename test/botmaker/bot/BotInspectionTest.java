package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.bot.host.DockerHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore.PortRange;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.Limits;
import botmaker.bot.model.Schema;
import botmaker.docker.Engine;
import botmaker.store.Database;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `doctor` finds out about bots without changing anything.
@Timeout(30)
class BotInspectionTest {
    @TempDir
    Path data;

    /// `doctor` said that all was well.
    @Test
    void a_bot_that_should_run_and_has_no_container_is_a_finding() throws Exception {
        BotRecord running;
        try (Database database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) {
            BotStore store = new BotStore(database);
            store.installation();
            running = add(store, "running", Desired.RUNNING);
            add(store, "stopped", Desired.STOPPED);
        }
        try (RecordedEngine engine = RecordedEngine.start()) {
            engine.on("GET /containers/json", Reply.json(200, "[]")).on("GET /networks", Reply.json(200, "[]"));
            BotInspection inspection = BotInspection.of(data, DockerHost.on(new Engine(engine.socket())), new Bots.Options(
                    data.resolve("bots"), data.resolve("kept"), "x:1", new Limits(2L << 30, 1000, 512), Duration.ofSeconds(5), 1_900_000_000,
                    PortRange.USUAL, Map.of(), data.resolve("broker").resolve("policy.json"), ZoneOffset.UTC)).orElseThrow();

            assertEquals(List.of("bot running (" + running.id() + "): should run, but has no container; start it"), inspection.drifted());
        }
    }

    private static BotRecord add(BotStore store, String name, Desired desired) {
        return store.update(store.add(BotId.random(), Rows.spec(name), desired, "x:1", Rows.CREATED, _ -> new Owner(7, 8))
                .with(Phase.READY, Rows.CREATED));
    }
}
