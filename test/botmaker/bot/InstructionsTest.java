package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotId;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.Leaseholder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The one file that BotMaker writes where the bot may have laid traps.
@Tag("docker")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InstructionsTest {
    @TempDir
    Path data;

    private Path workspace(BotId id) {
        return data.resolve("bots/" + id + "/state/workspace");
    }

    private static String read(Workshop shop, BotId id) {
        return shop.bots.service().instructions(id).get("text").string();
    }

    private static void write(Workshop shop, BotId id, String text) throws InterruptedException {
        shop.bots.service().writeInstructions(id, Json.object().put("text", text).build());
    }

    @Test
    void they_are_a_file_of_the_bots_own_in_its_workspace() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            assertEquals("", read(shop, id));

            write(shop, id, "You are Ümit.\r\n\tBe brief.\n");

            Path file = workspace(id).resolve("SOUL.md");
            assertEquals("You are Ümit.\r\n\tBe brief.\n", read(shop, id));
            assertEquals("You are Ümit.\r\n\tBe brief.\n", Files.readString(file));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            assertEquals(1_900_000_000, Files.getAttribute(file, "unix:uid"));
            assertEquals(1_900_000_000, Files.getAttribute(workspace(id), "unix:uid"));
            assertEquals(List.of("config", "state"), shop.entries("bots/" + id));
            write(shop, id, "");
            assertEquals("", read(shop, id));
        }
    }

    @Test
    void a_new_bot_can_have_them_from_the_start() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            JsonValue request = JsonValue.parse("""
                    {"name": "a", "instructions": "Be brief.", "start": false, "reach": "legacy", "channel": {"type": "webchat"},
                     "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"}}""");
            BotId id = shop.bots.service().create(NewBot.from(request, new Limits(2L << 30, 1000, 512), KeptKeys.NONE)).row().id();

            assertEquals("Be brief.", read(shop, id));
        }
    }

    @Test
    void what_is_too_long_or_no_text_is_refused() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();

            write(shop, id, "ü".repeat(16 << 10));
            for (String text : List.of("ü".repeat(16 << 10) + "x", "a\u0000b", "a\u001b[31mb", "\ud800")) {
                assertThrows(Failure.Invalid.class, () -> write(shop, id, text));
            }
            for (String body : List.of("{}", "[]", "{\"text\": 1}", "{\"text\": \"a\", \"x\": 1}")) {
                assertThrows(Failure.Invalid.class, () -> shop.bots.service().writeInstructions(id, JsonValue.parse(body)), body);
            }
            assertThrows(Failure.NotFound.class, () -> read(shop, BotId.random()));
            assertEquals(16 << 10, read(shop, id).length());
        }
    }

    @Test
    void a_workspace_that_is_a_link_or_a_pipe_or_a_file_is_refused() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            Path outside = Files.createDirectory(data.resolve("outside"));
            Files.writeString(outside.resolve("SOUL.md"), "precious");

            for (String trap : List.of("ln -s ../../../outside workspace", "ln -s . workspace", "mkfifo workspace", "touch workspace")) {
                lay(id, trap);
                assertThrows(Failure.Conflict.class, () -> read(shop, id), trap);
                assertThrows(Failure.Conflict.class, () -> write(shop, id, "new"), trap);
                Files.delete(workspace(id));
            }

            assertEquals("precious", Files.readString(outside.resolve("SOUL.md")));
            assertEquals(List.of("config", "state"), shop.entries("bots/" + id), "nothing is left beside the state");
            write(shop, id, "new");
            assertEquals("new", read(shop, id));
        }
    }

    @Test
    void a_file_that_is_a_link_or_a_pipe_or_too_long_is_not_read_and_is_replaced() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            Path outside = Files.writeString(data.resolve("outside"), "precious");
            Path file = workspace(id).resolve("SOUL.md");
            write(shop, id, "old");

            for (String trap : List.of("ln -sf ../../../../outside workspace/SOUL.md", "ln -sf SOUL.md workspace/SOUL.md",
                    "rm workspace/SOUL.md; mkfifo workspace/SOUL.md", "head -c 40000 /dev/zero > workspace/SOUL.md",
                    "printf '\\377' > workspace/SOUL.md", "truncate -s 1T workspace/SOUL.md")) {
                lay(id, trap);
                assertThrows(Failure.Conflict.class, () -> read(shop, id), trap);
                write(shop, id, "new");
                assertEquals("new", read(shop, id), trap);
                assertTrue(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
            }
            assertEquals("precious", Files.readString(outside));
        }
    }

    @Test
    void a_directory_in_its_place_is_refused_and_kept() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            lay(id, "mkdir -p workspace/SOUL.md/full");

            assertThrows(Failure.Conflict.class, () -> read(shop, id));
            assertThrows(Failure.Conflict.class, () -> write(shop, id, "new"));
            assertTrue(Files.isDirectory(workspace(id).resolve("SOUL.md/full")));
            assertFalse(shop.entries("bots/" + id).contains("incoming"));
        }
    }

    /// As the bot would, from within its state.
    private void lay(BotId id, String shell) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", shell).directory(workspace(id).getParent().toFile()).inheritIO().start();
        assertEquals(0, process.waitFor(), shell);
    }

    /// A process in the bot held a lease on the file (`fcntl(2)`, `F_SETLEASE`): each reader then waited 45 seconds in the kernel,
    /// on a thread that all requests shared.
    @Test
    void a_lease_of_the_bots_delays_nobody() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            write(shop, id, "old");
            long begun = System.nanoTime();
            try (Leaseholder _ = Leaseholder.hold(data, workspace(id), 1_900_000_000, "SOUL.md")) {
                for (int i = 0; i < 3; i++) {
                    assertThrows(Failure.Conflict.class, () -> read(shop, id));
                }
                write(shop, id, "new");
                assertEquals("new", read(shop, id));
            }
            assertTrue(System.nanoTime() - begun < Duration.ofSeconds(20).toNanos(), "it waited");
        }
    }
}
