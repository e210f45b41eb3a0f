package botmaker.store;

import static botmaker.store.TestSchema.addShelf;
import static botmaker.store.TestSchema.shelves;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.support.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledTest {
    private static final int ENOUGH = 300;

    @TempDir
    private Path temp;

    /// Writes rows from the given number on, and prints each number when its write has returned.
    static final class Writer {
        public static void main(String[] arguments) {
            try (Database database = TestSchema.open(Path.of(arguments[0]))) {
                for (long id = Long.parseLong(arguments[1]); ; id++) {
                    addShelf(database, id, "shelf " + id);
                    System.out.println(id);
                }
            }
        }
    }

    @Test
    void what_was_acknowledged_before_a_kill_is_there() throws Exception {
        long acknowledged = 0;
        for (int round = 0; round < 2; round++) {
            long first = acknowledged + 2; // one may have been written and not acknowledged
            List<String> command = ChildJvm.command(Writer.class, temp, first);
            command.add(1, "-Djava.io.tmpdir=" + Files.createDirectories(temp.resolve("tmp")));
            acknowledged = killWhileWriting(command, first);
            try (Database database = TestSchema.open(temp)) {
                List<Long> ids = shelves(database);
                assertTrue(ids.containsAll(Stream.iterate(first, i -> i + 1).limit(ENOUGH).toList()));
                assertTrue(ids.contains(acknowledged), "lost " + acknowledged);
                assertTrue(ids.getLast() <= acknowledged + 1, "more than the one in flight");
            }
        }
        // sqlite-jdbc by itself would have left two copies of its native library
        try (Stream<Path> left = Files.list(temp.resolve("tmp"))) {
            assertEquals(List.of(), left.filter(file -> file.toString().contains("sqlite")).toList());
        }
    }

    private static long killWhileWriting(List<String> command, long first) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader output = child.inputReader()) {
            long acknowledged = 0;
            while (acknowledged < first + ENOUGH - 1) {
                acknowledged = Long.parseLong(output.readLine());
            }
            child.toHandle().destroyForcibly(); // unlike Process, leaves its output to be read
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                acknowledged = Long.parseLong(line);
            }
            return acknowledged;
        } finally {
            child.waitFor();
        }
    }
}
