package botmaker.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A process of a bot's user that holds leases on files of its own (`fcntl(2)`, `F_SETLEASE`), which needs no privilege:
/// whoever opens one of them waits until the process gives it up, or for 45 seconds.
public final class Leaseholder implements AutoCloseable {
    private static final String SOURCE = """
            #define _GNU_SOURCE
            #include <fcntl.h>
            #include <signal.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <unistd.h>
            int main(int count, char **word) {
                signal(SIGIO, SIG_IGN);
                int id = atoi(word[2]);
                if (chdir(word[1]) || setgid(id) || setuid(id)) { perror("lease"); return 1; }
                for (int i = 3; i < count; i++) {
                    int file = open(word[i], O_RDONLY);
                    if (file < 0 || fcntl(file, F_SETLEASE, F_WRLCK)) { perror(word[i]); return 1; }
                }
                puts("held"); fflush(stdout);
                pause();
            }
            """;

    private final Process process;

    private Leaseholder(Process process) {
        this.process = process;
    }

    /// Takes leases on files, each a path below a directory.
    ///
    /// @param work a directory for the program that does it
    /// @param uid  the user that owns the files
    public static Leaseholder hold(Path work, Path directory, int uid, String... files) throws IOException {
        Path program = work.resolve("lease");
        if (!Files.exists(program)) {
            Path source = Files.writeString(work.resolve("lease.c"), SOURCE);
            assertEquals("0:", ChildJvm.run("cc", "-o", program.toString(), source.toString()));
        }
        List<String> command = new ArrayList<>(List.of(program.toString(), directory.toString(), Integer.toString(uid)));
        command.addAll(Arrays.asList(files));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        @SuppressWarnings("resource") // goes with the process
        BufferedReader output = process.inputReader();
        assertEquals("held", output.readLine());
        return new Leaseholder(process);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
