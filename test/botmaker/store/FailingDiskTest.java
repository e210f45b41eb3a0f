package botmaker.store;

import static botmaker.store.TestSchema.addShelf;
import static botmaker.store.TestSchema.shelves;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.error.Failure;
import botmaker.support.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// System calls of the writing thread fail for a while, by `strace --inject`, which counts them per thread: a commit is
/// one `fsync` and four `pwrite64`, and opening needs fewer of both than come before the first failure.
class FailingDiskTest {
    @TempDir
    private Path temp;

    /// Writes twenty rows with room to fail, and prints what it was told about each, and what it can read.
    static final class Writer {
        public static void main(String[] arguments) {
            try (Database database = TestSchema.open(Path.of(arguments[0]))) {
                for (long id = 1; id <= 20; id++) {
                    System.out.println(attempt(database, id) + " " + id + (shelves(database).isEmpty() ? " unread;" : ";"));
                }
            }
        }

        private static String attempt(Database database, long id) {
            try {
                addShelf(database, id, "shelf " + id);
                return "yes";
            } catch (StoreException e) {
                return "no";
            } catch (Failure.DiskFull e) {
                return "full";
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"fsync,EIO,15..18,no", "pwrite64,EIO,42..47,no", "pwrite64,ENOSPC,42..47,full"})
    void a_write_that_the_disk_refused_is_not_acknowledged_and_later_ones_are(
            String call, String error, String when, String answer) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", temp.resolve("trace").toString(),
                "-e", "trace=" + call, "-e", "inject=" + call + ":error=" + error + ":when=" + when));
        command.addAll(ChildJvm.command(Writer.class, temp));
        String output = ChildJvm.run(command);

        assertTrue(output.startsWith("0:"), output);
        List<Long> acknowledged = ids("yes", output);
        assertTrue(!ids(answer, output).isEmpty(), output);
        assertEquals(20, acknowledged.size() + ids(answer, output).size(), output);
        assertEquals(20, acknowledged.getLast(), output);
        try (Database database = TestSchema.open(temp)) {
            assertEquals(acknowledged, shelves(database), output);
        }
    }

    /// Writes until it is refused once, and is gone.
    static final class Victim {
        public static void main(String[] arguments) {
            Database database = TestSchema.open(Path.of(arguments[0]));
            for (long id = 1; ; id++) {
                try {
                    addShelf(database, id, "shelf " + id);
                    System.out.println("yes " + id + ";");
                } catch (StoreException e) {
                    System.out.println("no " + id + ";");
                    System.out.flush();
                    Runtime.getRuntime().halt(0);
                }
            }
        }
    }

    /// A commit whose `fsync` had failed was in the write-ahead log, and came back with the recovery after a crash.
    @ParameterizedTest
    @ValueSource(strings = {"15", "15..18"})
    void a_commit_that_failed_does_not_come_back_after_a_crash(String when) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", temp.resolve("trace").toString(),
                "-e", "trace=fsync", "-e", "inject=fsync:error=EIO:when=" + when));
        command.addAll(ChildJvm.command(Victim.class, temp));
        String output = ChildJvm.run(command);

        assertEquals(1, ids("no", output).size(), output);
        try (Database database = TestSchema.open(temp)) {
            assertEquals(ids("yes", output), shelves(database), output);
        }
    }

    private static List<Long> ids(String answer, String output) {
        return Pattern.compile(answer + " ([0-9]+);").matcher(output).results()
                .map((MatchResult match) -> Long.valueOf(match.group(1))).toList();
    }
}
