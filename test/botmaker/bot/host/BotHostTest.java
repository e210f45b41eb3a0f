package botmaker.bot.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.bot.model.BotId;
import botmaker.docker.Engine;
import botmaker.error.Failure;
import botmaker.policy.Reach;
import botmaker.secret.SecretStore;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class BotHostTest {
    @TempDir
    Path data;

    /// They were 500s to the user, and a stack trace every half second in the log, while the bots' states grew old.
    @Test
    void an_engine_that_fails_to_look_something_up_is_down() throws Exception {
        try (RecordedEngine recorded = RecordedEngine.start()) {
            for (String line : new String[] {"GET /info", "GET /containers/json", "GET /containers/c/json", "GET /events"}) {
                recorded.on(line, Reply.error(500, "storage on fire"));
            }
            BotHost host = DockerHost.on(new Engine(recorded.socket())).of("0123456789abcdef",
                    new BotFiles(data, data), new SecretStore(data), Map.of(), Duration.ofSeconds(1));

            down(() -> host.requireUsable("x:1", Reach.LEGACY));
            down(() -> host.find(BotId.random()));
            down(() -> host.all(() -> { }));
            down(() -> host.inspect("c"));
            down(host::events);
        }
    }

    private static void down(Executable call) {
        assertEquals("The Docker Engine does not work: storage on fire",
                assertThrows(Failure.EngineDown.class, call).getMessage());
    }
}
