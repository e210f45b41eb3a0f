package botmaker.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs scripts of `test/browser` with node.
public final class NodeScript {
    private static final Path SCRIPTS = Path.of("test", "browser");
    private static final int MINUTES = 10;

    private NodeScript() { }

    /// Runs a script to its end, and fails with all its output if it fails.
    ///
    /// @param name the file's name in `test/browser`
    public static void run(String name, String... arguments) throws Exception {
        start(List.of("node", SCRIPTS.resolve(name).toString()), arguments);
    }

    /// Runs a script that brings its own server, in a network namespace of its own: Chromium aborts its requests whenever a network
    /// of the host changes, and other tests' containers change it all the time.
    public static void runApart(String name) throws Exception {
        start(List.of("unshare", "--net", "sh", "-c", "ip link set lo up && exec node \"$0\"", SCRIPTS.resolve(name).toString()));
    }

    /// Runs a file of tests for node's own test runner.
    public static void test(String name) throws Exception {
        start(List.of("node", "--test", SCRIPTS.resolve(name).toString()));
    }

    private static void start(List<String> script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(script);
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("botmaker-script", ".out");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), () -> "the script hangs:\n" + read(output));
            assertEquals(0, process.exitValue(), () -> read(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    private static String read(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
