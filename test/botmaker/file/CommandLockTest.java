package botmaker.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.support.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server with its commands, and a backup in a process of its own.
class CommandLockTest {
    @TempDir
    private Path data;

    /// Tries to begin a pause, says whether it could, and holds it until its input ends.
    static final class Backup {
        public static void main(String[] arguments) throws Exception {
            Optional<CommandLock.Held> held = CommandLock.of(Path.of(arguments[0])).beginPause(Duration.ofMillis(Long.parseLong(arguments[1])));
            System.out.println(held.isPresent() ? "pauses" : "does not");
            System.in.read();
            if (held.isPresent()) {
                held.get().close();
            }
        }
    }

    private String pause(long millis) throws Exception {
        return ChildJvm.run(ChildJvm.command(Backup.class, data, millis));
    }

    @Test
    void no_bot_is_paused_while_any_command_runs() throws Exception {
        assertEquals("0:pauses", pause(0), "the server has run no command yet");
        CommandLock lock = CommandLock.of(data);
        CommandLock.Held one = lock.beginCommand();
        CommandLock.Held two = CommandLock.of(data).beginCommand();
        assertEquals("0:does not", pause(200));
        one.close();
        assertEquals("0:does not", pause(200), "another command still runs");
        two.close();
        assertEquals("0:pauses", pause(0));
    }

    @Test
    void a_command_waits_until_the_pause_is_made() throws Exception {
        CommandLock lock = CommandLock.of(data);
        lock.beginCommand().close();
        Process backup = new ProcessBuilder(ChildJvm.command(Backup.class, data, 0)).start();
        assertEquals("pauses", backup.inputReader().readLine());
        Thread command = Thread.ofPlatform().start(() -> {
            try {
                lock.beginCommand().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        command.join(300);
        assertTrue(command.isAlive(), "the command began meanwhile");
        backup.getOutputStream().close();
        command.join(10_000);
        assertTrue(!command.isAlive(), "the command never began");
        assertEquals(0, backup.waitFor());
    }

    @Test
    void a_backup_needs_no_right_to_write() throws Exception {
        CommandLock.of(data).beginCommand().close();
        Path file = data.resolve("commands.lock");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertEquals("0:pauses", pause(0));
    }
}
