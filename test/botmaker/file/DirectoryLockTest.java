package botmaker.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.support.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    private Path temp;

    /// Takes the lock, says so, and holds it until its input ends.
    static final class Holder {
        public static void main(String[] arguments) throws IOException {
            try (DirectoryLock _ = DirectoryLock.acquire(Path.of(arguments[0]))) {
                System.out.println("locked");
                System.in.read();
            } catch (IOException refused) {
                System.out.println(refused.getMessage());
            }
        }
    }

    @Test
    void the_lock_keeps_other_processes_out_even_through_a_link() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), temp);
        try (DirectoryLock _ = DirectoryLock.acquire(temp)) {
            assertRefused(temp);
            assertRefused(link);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(temp.resolve("lock"))));
        }
        assertEquals("0:locked", tryToHold(temp));
    }

    /// Closing a second descriptor of the file, even in vain, would drop the first one's lock.
    @Test
    void a_second_try_in_this_process_is_refused_and_does_no_harm() throws Exception {
        try (DirectoryLock _ = DirectoryLock.acquire(temp)) {
            assertThrows(IOException.class, () -> DirectoryLock.acquire(temp));
            assertRefused(temp);
        }
        DirectoryLock.acquire(temp).close();
    }

    @Test
    void a_killed_holder_leaves_no_lock() throws Exception {
        Process holder = new ProcessBuilder(ChildJvm.command(Holder.class, temp)).start();
        assertEquals("locked", holder.inputReader().readLine());
        IOException refused = assertThrows(IOException.class, () -> DirectoryLock.acquire(temp));
        assertTrue(refused.getMessage().contains("process " + holder.pid()), refused.getMessage());
        holder.destroyForcibly().waitFor();
        DirectoryLock.acquire(temp).close();
    }

    @Test
    void a_link_in_the_place_of_the_lock_is_not_followed() throws IOException {
        Files.createSymbolicLink(temp.resolve("lock"), Files.writeString(temp.resolve("other"), "precious"));
        assertThrows(IOException.class, () -> DirectoryLock.acquire(temp));
        assertEquals("precious", Files.readString(temp.resolve("other")));
    }

    @Test
    void the_directory_must_be_there() {
        assertThrows(NoSuchFileException.class, () -> DirectoryLock.acquire(temp.resolve("absent")));
    }

    private static void assertRefused(Path directory) throws Exception {
        String answer = tryToHold(directory);
        assertTrue(answer.contains("another BotMaker (process " + ProcessHandle.current().pid() + ") uses"), answer);
    }

    private static String tryToHold(Path directory) throws Exception {
        return ChildJvm.run(ChildJvm.command(Holder.class, directory));
    }
}
