package botmaker.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;

/// Other programs, which must succeed.
final class Programs {
    private Programs() { }

    /// @return what it printed
    static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        succeeded(command, process);
        return output;
    }

    /// @return the seconds that it took
    static double time(List<String> command) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        succeeded(command, new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).redirectError(Redirect.INHERIT).start());
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void succeeded(List<String> command, Process process) throws IOException, InterruptedException {
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(command.getFirst() + " failed with " + code);
        }
    }
}
