package botmaker.support;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Runs a `main` of the tests in a JVM of its own, for what cannot be tried within this one: SIGKILL, a umask, a user.
public final class ChildJvm {
    private ChildJvm() {
    }

    /// A command for `ProcessBuilder`, with the class path of the tests.
    public static List<String> command(Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                "-cp", classPath(main), main.getName()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return command;
    }

    /// The same, after a piece of shell: `umask 000`.
    public static List<String> commandAfter(String shell, Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", shell + "; exec \"$@\"", "sh"));
        command.addAll(command(main, arguments));
        return command;
    }

    /// Runs a command to its end.
    ///
    /// @return its exit status in words and all that it printed: `0:` and the output when it went well
    public static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        return process.onExit().join().exitValue() + ":" + output.strip();
    }

    /// As above.
    public static String run(String... command) throws IOException {
        return run(List.of(command));
    }

    private static String classPath(Class<?> main) {
        if (main.getClassLoader() instanceof URLClassLoader loader) { // JUnit's console launcher with its -cp
            return Arrays.stream(loader.getURLs()).map(ChildJvm::path).collect(Collectors.joining(":"));
        }
        return System.getProperty("java.class.path");
    }

    private static String path(URL url) {
        try {
            return Path.of(url.toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
