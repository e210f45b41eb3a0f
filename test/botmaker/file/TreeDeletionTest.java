package botmaker.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.support.ChildJvm;
import botmaker.support.OrdinaryUser;
import botmaker.support.TinyDisk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeDeletionTest {
    /// A shell that fills the directory `$1` with what a bot may have thought of. Its links lead nowhere but into the
    /// test's own directory: the tests run as root, and a deletion that did follow a link must not reach the host.
    private static final String HOSTILE = """
            cd "$1" || exit 1
            ln -s "$(cd .. && pwd)/outside" absolute; ln -s ../outside outside; ln -s nowhere dangling; ln -s loop loop; ln -s . self
            mkfifo pipe; mkdir -p a/b/c; ln -s ../../../../outside a/b/c/outside; ln ../outside/file hard
            touch -- "$(printf '\\377\\376')" "$(printf 'two\\nlines')" -rf ' ' '*' "$(printf 'a\\\\b')" '...' a/.hidden
            mkdir "$(printf '\\351t\\351')"; touch "$(printf '\\351t\\351/\\303')" ; mkdir "$(printf '\\033[31m')"
            mkdir $(printf 'n%.0s' $(seq 250)); chmod u+s a/.hidden
            mkdir -p shut/in/deeper read-only/in; touch shut/in/deeper/file read-only/in/file
            chmod 000 shut/in/deeper shut/in shut; chmod 500 read-only/in read-only""";

    @TempDir
    private Path temp;
    private Path top;
    private Path outside;

    @BeforeEach
    void makeDirectories() throws IOException {
        top = Files.createDirectory(temp.resolve("top"));
        outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("file"), "precious");
    }

    /// Deletes what it is told to.
    static final class Deleter {
        public static void main(String[] arguments) throws IOException {
            TreeDeletion.delete(Path.of(arguments[0]));
        }
    }

    @Test
    void a_hostile_tree_goes_and_nothing_else_does() throws Exception {
        makeHostile();
        TreeDeletion.delete(top);
        assertOnlyTopIsGone();
    }

    /// With `LC_ALL=C` Java cannot decode such names; they must still reach the kernel as they are.
    @Test
    void names_need_not_be_text() throws Exception {
        makeHostile();
        assertEquals("0:", ChildJvm.run(ChildJvm.commandAfter("export LC_ALL=C", Deleter.class, top)));
        assertOnlyTopIsGone();
    }

    @Test
    void an_ordinary_user_gets_into_its_own_closed_directories() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.in(temp)) {
            Path tree = user.home().resolve("tree");
            assertEquals("0:", user.run("sh", "-c", """
                    mkdir "$1" "$1/../outside" && touch "$1/../outside/file"
                    """ + HOSTILE, "sh", tree.toString()));
            assertEquals("0:", user.run("true", Deleter.class, tree));
            assertFalse(Files.exists(tree));
            assertTrue(Files.exists(user.home().resolve("outside/file")));
        }
    }

    /// A recursive deletion overflows its stack, runs out of descriptors, or fails beyond PATH_MAX.
    @Test
    void depth_costs_neither_stack_nor_descriptors() throws Exception {
        Path chain = Files.createDirectory(temp.resolve("level"));
        for (int level = 0; level < 5_000; level++) { // built from the inside, as no path could name it
            Path above = Files.createDirectory(temp.resolve("above"));
            Files.move(chain, above.resolve("level"));
            Files.move(above, chain);
        }
        Files.move(chain, top.resolve("level"));
        assertEquals("0:", ChildJvm.run(ChildJvm.commandAfter("ulimit -n 40", Deleter.class, top)));
        assertOnlyTopIsGone();
    }

    @Test
    void width_is_no_problem() throws IOException {
        for (int i = 0; i < 500; i++) {
            Files.createDirectories(top.resolve("wide").resolve("d" + i).resolve("e"));
            Files.createFile(top.resolve("f" + i));
        }
        TreeDeletion.delete(top);
        assertOnlyTopIsGone();
    }

    @Test
    void a_link_in_the_place_of_the_directory_is_unlinked() throws IOException {
        Files.delete(top);
        Files.createSymbolicLink(top, outside);
        TreeDeletion.delete(top);
        assertOnlyTopIsGone();
    }

    @Test
    void what_is_absent_is_deleted_already() throws IOException {
        TreeDeletion.delete(temp.resolve("absent"));
        TreeDeletion.delete(temp.resolve("absent/too"));
    }

    /// Between a look and the descent, a directory becomes a link to somebody else's files.
    @Test
    void swapping_directories_for_links_leads_nowhere() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        for (int i = 0; i < 200; i++) {
            Files.createDirectories(top.resolve("d" + i + "/sub/sub"));
        }
        try (ExecutorService bot = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> swapping = bot.submit(() -> {
                while (!stop.get()) {
                    for (int i = 0; i < 200; i++) {
                        swap(top.resolve("d" + i), top.resolve("aside"));
                        swap(top.resolve("d" + i + "/sub"), top.resolve("d" + i + "/aside"));
                    }
                }
            });
            for (int i = 0; i < 20; i++) {
                try {
                    TreeDeletion.delete(top);
                    Files.createDirectories(top.resolve("d" + i + "/sub/sub"));
                } catch (IOException beaten) {
                    // allowed, while somebody else works against it
                }
            }
            stop.set(true);
            swapping.get();
        }
        TreeDeletion.delete(top);
        assertOnlyTopIsGone();
    }

    @Test
    void two_may_delete_the_same_tree() throws Exception {
        for (int i = 0; i < 300; i++) {
            Files.createDirectories(top.resolve("d" + i % 7 + "/e" + i + "/f"));
        }
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> deletions = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                deletions.add(both.submit(() -> {
                    TreeDeletion.delete(top);
                    return null;
                }));
            }
            for (Future<?> deletion : deletions) {
                deletion.get();
            }
        }
        assertOnlyTopIsGone();
    }

    @Test
    void an_interrupt_stops_it_and_it_can_be_repeated() throws IOException {
        Files.createDirectories(top.resolve("a/b/c"));
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> TreeDeletion.delete(top));
        assertTrue(Thread.interrupted());
        TreeDeletion.delete(top);
        assertOnlyTopIsGone();
    }

    /// What an operator has mounted deep in a tree is not the tree's; the deletion fails before it gets there.
    @Test
    void a_mounted_file_system_is_not_emptied() throws Exception {
        Files.createDirectories(top.resolve("state"));
        Path mounted = top.resolve("state/mounted");
        try (TinyDisk _ = TinyDisk.mount(mounted, "size=64k")) {
            Files.writeString(mounted.resolve("file"), "precious");
            assertThrows(IOException.class, () -> TreeDeletion.delete(top));
            assertEquals("precious", Files.readString(mounted.resolve("file")));
        }
        TreeDeletion.delete(top);
        assertOnlyTopIsGone();
    }

    private void makeHostile() throws IOException, InterruptedException {
        assumeTrue(PrivateFiles.isRoot(), "only root can list all of it here");
        assertEquals("0:", ChildJvm.run("sh", "-c", HOSTILE, "sh", top.toString()));
    }

    private static void swap(Path directory, Path aside) {
        try {
            Files.move(directory, aside);
            Files.createSymbolicLink(directory, Path.of("../outside"));
            Files.delete(directory);
            Files.move(aside, directory);
        } catch (IOException gone) {
            // deleted meanwhile
        }
    }

    private void assertOnlyTopIsGone() throws IOException {
        assertFalse(Files.exists(top, LinkOption.NOFOLLOW_LINKS));
        assertEquals("precious", Files.readString(outside.resolve("file"), UTF_8));
    }
}
