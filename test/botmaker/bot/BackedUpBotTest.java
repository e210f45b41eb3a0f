package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.view.BotView;
import botmaker.docker.Container;
import botmaker.error.Failure;
import botmaker.file.DirectoryLock;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("docker")
class BackedUpBotTest {
    @TempDir
    Path data;

    /// It was an error, "paused outside BotMaker", its history said "exited with code 0", and Start made the bot write into the
    /// files that were being copied.
    @Test
    void a_bot_that_is_being_backed_up_says_so_goes_on_in_the_same_run_and_cannot_be_started() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotView bot = shop.create("support");
            BotId id = bot.row().id();
            String container = bot.seen().container().orElseThrow().id();
            List<?> history = shop.bots.registry().history(id);
            try (DirectoryLock _ = DirectoryLock.forBackup(data).orElseThrow()) {
                shop.engine.pause(container);
                Workshop.await("it is said", () -> shop.bot(id).status().reason().equals(Optional.of("being backed up")));

                assertThrows(Failure.Conflict.class, () -> shop.bots.service().start(id));
                assertThrows(Failure.Conflict.class, () -> shop.bots.service().restart(id));
                assertEquals(Pending.NOTHING, shop.bot(id).row().rollout().pending(), "a refused restart is not made later");
                assertEquals(Container.State.PAUSED, shop.engine.inspect(container).state());
                shop.engine.unpause(container);
                Workshop.await("it runs", () -> shop.bot(id).status().word().toString().equals("running"));
            }
            assertEquals(0, shop.bots.registry().history(id).stream().filter(it -> it.what().startsWith("ended")).count(),
                    shop.bots.registry().history(id) + " after " + history);

            shop.engine.pause(container);
            shop.bots.service().start(id);
            assertEquals(Container.State.RUNNING, shop.engine.inspect(container).state());
        }
    }
}
