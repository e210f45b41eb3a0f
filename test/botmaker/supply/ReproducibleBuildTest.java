package botmaker.supply;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Builds the sources twice, from nothing, on two machines that differ in whatever should not matter.
class ReproducibleBuildTest {
    private static final List<String> SOURCES = List.of("build.sh", "src", "web");

    @TempDir
    Path temp;

    @Test
    void two_clean_builds_give_the_same_bytes() throws Exception {
        Path one = copy("one");
        Path other = copy("a much longer name");
        build(one, "022", Map.of("TZ", "UTC", "LANG", "C"));
        build(other, "077", Map.of(
                "TZ", "Pacific/Kiritimati",
                "LANG", "tr_TR.UTF-8",
                "JAVA_TOOL_OPTIONS", "-Duser.language=tr -Duser.country=TR -Dfile.encoding=ISO-8859-9",
                "PATH", backwards() + ":" + System.getenv("PATH")));
        for (String product : List.of("botmaker.jar", "botmaker.cdx.json", "SHA256SUMS")) {
            assertArrayEquals(
                    Files.readAllBytes(one.resolve("build", product)), Files.readAllBytes(other.resolve("build", product)),
                    product + " differs");
        }
    }

    /// A directory with a `find` that finds the files in the opposite order: file systems promise none.
    private Path backwards() throws IOException {
        Path bin = Files.createDirectory(temp.resolve("bin"));
        Path find = bin.resolve("find");
        Files.writeString(find, "#!/bin/bash\nset -o pipefail\n\"$(type -ap find | sed -n 2p)\" \"$@\" | tac\n");
        Files.setPosixFilePermissions(find, PosixFilePermissions.fromString("rwxr-xr-x"));
        return bin;
    }

    /// The sources and the one dependency, with dates of this moment.
    private Path copy(String name) throws IOException {
        Path copy = Files.createDirectory(temp.resolve(name));
        for (String source : SOURCES) {
            copy(Path.of(source), copy);
        }
        Files.createDirectories(copy.resolve("build", "lib"));
        try (Stream<Path> jars = Files.list(Path.of("build", "lib"))) {
            for (Path jar : jars.filter(it -> it.getFileName().toString().startsWith("sqlite-jdbc")).toList()) {
                copy(jar, copy);
            }
        }
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file));
            }
        }
    }

    private static void build(Path directory, String umask, Map<String, String> environment) throws Exception {
        Program.Outcome outcome = Program.run(environment, List.of(
                "env", "JAVA_HOME=" + System.getProperty("java.home"),
                "bash", "-c", "umask " + umask + "; cd \"$0\"; exec ./build.sh", directory.toString()));
        assertEquals(0, outcome.exit(), outcome.text());
    }
}
