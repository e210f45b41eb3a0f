package botmaker.support;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The program as a process of its own, in a directory of the test's own, to which its output goes.
public final class Program {
    private static final long DEADLINE_SECONDS = 120;

    private final Path directory;

    public record Outcome(int exit, String out, String err) { }

    public Program(Path directory) {
        this.directory = directory;
    }

    private static String absoluteClassPath() {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(":", entries);
    }

    /// Starts it and writes all that it is to read.
    public Process start(Map<String, String> environment, String input, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED", "-cp", absoluteClassPath(), "botmaker.cli.Launcher"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectOutput(directory.resolve("out").toFile()).redirectError(directory.resolve("err").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        return process;
    }

    public Outcome run(Map<String, String> environment, String input, String... arguments) throws Exception {
        return outcome(start(environment, input, arguments));
    }

    /// Waits for its end.
    public Outcome outcome(Process process) throws Exception {
        boolean ended = process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended, () -> "it does not end: " + err());
        return new Outcome(process.exitValue(), out(), err());
    }

    public String out() {
        return read("out");
    }

    public String err() {
        return read("err");
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
