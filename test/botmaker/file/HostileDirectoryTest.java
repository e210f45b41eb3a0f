package botmaker.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.support.ChildJvm;
import botmaker.support.Leaseholder;
import botmaker.support.OrdinaryUser;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileDirectoryTest {
    private static final Path WORK = Path.of("work");
    private static final Path NOTE = Path.of("note");

    @TempDir
    private Path temp;
    private Path state;
    private Path outside;

    @BeforeEach
    void makeDirectories() throws IOException {
        state = Files.createDirectory(temp.resolve("state"));
        outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("note"), "precious");
    }

    private void pipe(Path path) throws Exception {
        assertEquals("0:", ChildJvm.run("mkfifo", path.toString()));
    }

    @Test
    void a_file_in_a_directory_is_read_and_replaced() throws Exception {
        Files.createDirectory(state.resolve("work"));
        Path prepared = Files.writeString(temp.resolve("prepared"), "new");
        try (HostileDirectory directory = HostileDirectory.open(state); HostileDirectory work = directory.enter(WORK)) {
            assertEquals(Optional.empty(), work.read(NOTE, 10));
            work.put(prepared, NOTE);
            assertArrayEquals("new".getBytes(UTF_8), work.read(NOTE, 10).orElseThrow());
            assertEquals(3, work.read(NOTE, 2).orElseThrow().length, "one more than asked for, to tell that there is more");
        }
        assertFalse(Files.exists(prepared));
    }

    @Test
    void a_link_is_no_directory() throws Exception {
        Files.createSymbolicLink(state.resolve("work"), Path.of("../outside"));
        try (HostileDirectory directory = HostileDirectory.open(state)) {
            assertThrows(NotDirectoryException.class, () -> directory.enter(WORK));
        }
    }

    @Test
    void a_pipe_is_neither_a_directory_nor_a_file() throws Exception {
        pipe(state.resolve("work"));
        pipe(state.resolve("note"));
        try (HostileDirectory directory = HostileDirectory.open(state)) {
            assertThrows(NotDirectoryException.class, () -> directory.enter(WORK));
            assertThrows(IOException.class, () -> directory.read(NOTE, 10));
        }
    }

    @Test
    void links_are_not_read_and_are_replaced_themselves() throws Exception {
        Files.createSymbolicLink(state.resolve("note"), Path.of("../outside/note"));
        Path prepared = Files.writeString(temp.resolve("prepared"), "new");
        try (HostileDirectory directory = HostileDirectory.open(state)) {
            assertThrows(IOException.class, () -> directory.read(NOTE, 10));
            directory.put(prepared, NOTE);
        }
        assertTrue(Files.isRegularFile(state.resolve("note"), LinkOption.NOFOLLOW_LINKS));
        assertEquals("precious", Files.readString(outside.resolve("note")));
    }

    @Test
    void a_pipe_is_replaced_and_a_directory_is_not() throws Exception {
        pipe(state.resolve("note"));
        Files.createDirectories(state.resolve("work/full"));
        Path prepared = Files.writeString(temp.resolve("prepared"), "new");
        try (HostileDirectory directory = HostileDirectory.open(state)) {
            assertThrows(IOException.class, () -> directory.put(prepared, WORK));
            directory.put(prepared, NOTE);
        }
        assertEquals("new", Files.readString(state.resolve("note")));
        assertTrue(Files.isDirectory(state.resolve("work/full")));
    }

    /// A process that held a lease kept whoever opened the file waiting for 45 seconds, in the kernel, where nothing interrupts
    /// it. `O_NONBLOCK` does not wait; and what is only looked at, replaced or deleted is not opened at all.
    @Test
    void a_lease_holds_nobody_up() throws Exception {
        int uid = PrivateFiles.isRoot() ? OrdinaryUser.UID : PrivateFiles.currentUid();
        Path work = Files.createDirectory(state.resolve("work"));
        for (Path path : new Path[] {Files.writeString(work.resolve("note"), "mine"), Files.writeString(work.resolve("other"), "mine"), work}) {
            PrivateFiles.chown(path, uid, uid);
        }
        long begun = System.nanoTime();
        try (Leaseholder _ = Leaseholder.hold(temp, work, uid, "note", "other");
                HostileDirectory directory = HostileDirectory.open(state); HostileDirectory inside = directory.enter(WORK)) {
            FileSystemException held = assertThrows(FileSystemException.class, () -> inside.read(NOTE, 10));
            assertTrue(held.getReason().contains("lease"), held.toString());
            assertEquals(work.resolve("note").toString(), held.getFile());
            assertThrows(FileSystemException.class, () -> Trees.copy(state, temp.resolve("copy"), uid, uid));
            assertEquals(8, Trees.size(state, 100));
            inside.put(Files.writeString(temp.resolve("prepared"), "new"), NOTE);
            assertArrayEquals("new".getBytes(UTF_8), inside.read(NOTE, 10).orElseThrow());
            TreeDeletion.delete(state);
        }
        assertTrue(Files.notExists(state));
        assertTrue(System.nanoTime() - begun < Duration.ofSeconds(20).toNanos(), "it waited");
    }

    /// What is only opened to find out what it is may be a pipe by then: nothing is opened before it is known to be a file.
    @Test
    void a_pipe_in_the_place_of_a_file_is_not_opened() throws Exception {
        pipe(state.resolve("note"));
        try (HostileDirectory directory = HostileDirectory.open(state)) {
            FileSystemException refused = assertThrows(FileSystemException.class, () -> directory.openToRead(NOTE));
            assertTrue(refused.getReason().contains("not a regular file"), refused.toString());
        }
    }

    /// The look says directory, and at the opening it is a link to somebody else's, or a pipe at which one would wait for
    /// ever. Whatever comes of it, nothing outside is read or written.
    @Test
    void swapping_leads_nowhere_and_never_hangs() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Path work = Files.createDirectory(state.resolve("work"));
        Files.writeString(work.resolve("note"), "mine");
        Path link = Files.createSymbolicLink(state.resolve("link"), Path.of("../outside"));
        Path pipe = state.resolve("pipe");
        pipe(pipe);
        Path aside = state.resolve("aside");
        int entered = 0;
        try (ExecutorService bot = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> swapping = bot.submit(() -> {
                while (!stop.get()) {
                    for (Path other : new Path[] {link, pipe}) {
                        Files.move(work, aside);
                        Files.move(other, work);
                        Files.move(work, other);
                        Files.move(aside, work);
                    }
                }
                return null;
            });
            for (int i = 0; i < 3000; i++) {
                try (HostileDirectory directory = HostileDirectory.open(state); HostileDirectory inside = directory.enter(WORK)) {
                    assertEquals("mine", new String(inside.read(NOTE, 100).orElseThrow(), UTF_8));
                    inside.put(Files.writeString(temp.resolve("prepared"), "mine"), NOTE);
                    entered++;
                } catch (NotDirectoryException beaten) {
                    // allowed, while somebody else works against it
                } catch (IOException beaten) {
                    assertFalse(beaten.getMessage().contains("precious"));
                }
            }
            stop.set(true);
            swapping.get(10, TimeUnit.SECONDS);
        }
        assertEquals("precious", Files.readString(outside.resolve("note")));
        assertTrue(entered > 0);
    }
}
