package botmaker.supply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs a program to its end, which the time limit of every test bounds. It gets the processor when nobody else wants it: compilers
/// measure nothing, while tests beside them wait for something to happen in time.
final class Program {
    /// @param exit its exit code
    /// @param text what it wrote, standard output and error together
    record Outcome(int exit, String text) { }

    private Program() { }

    static Outcome run(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        List<String> nice = new ArrayList<>(List.of("nice", "-n", "10"));
        nice.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(nice).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), text);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
