package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.file.PrivateFiles;
import botmaker.support.FirewallScene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The firewall rules that `doctor` prints, tried on a host of their own.
@Tag("heavy")
class FirewallTest {
    /// By a route to the bot's address: a port that is published on 127.0.0.1 is open there on engines before 28.
    private static final String NEIGHBOUR = "from the world to the bot";
    private static final Set<String> OPEN = Set.of("internet", "dns in a private network", "dns over udp in a private network",
            "from this host to the bot", "from this host to the bot's published port");
    private static final Set<String> CLOSED = Set.of("metadata service", "private network 10", "private network 172",
            "private network 192", "shared addresses", "this host", "this host on the bridge", NEIGHBOUR);

    @TempDir
    Path work;

    @Test
    @Tag("docker")
    void the_printed_rules_leave_bots_the_internet_and_dns_and_nothing_else_and_the_world_no_bot() throws Exception {
        assumeTrue(PrivateFiles.isRoot(), "a network of one's own needs root");
        Path output = work.resolve("output");
        Process scene = new ProcessBuilder("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), FirewallScene.class.getName(), work.toString())
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertTrue(scene.waitFor(8, TimeUnit.MINUTES), () -> read(output));
            assertEquals(0, scene.exitValue(), () -> read(output));
        } finally {
            scene.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output);
        Set<String> all = new TreeSet<>(OPEN);
        all.addAll(CLOSED);
        if (lines.stream().anyMatch(line -> line.matches("engine: (2[89]|[3-9]\\d)\\..*"))) {
            all.remove(NEIGHBOUR);
        }
        assertEquals(all, reached(lines, "before"), "without rules all of it is open, or the test proves nothing");
        assertEquals(new TreeSet<>(OPEN), reached(lines, "rules"));
        assertEquals(new TreeSet<>(OPEN), reached(lines, "restarted"), "after the network was made anew and the engine restarted");
    }

    private static Set<String> reached(List<String> lines, String when) {
        return lines.stream().filter(line -> line.startsWith(when + ": ") && line.endsWith(": true"))
                .map(line -> line.substring(when.length() + 2, line.length() - ": true".length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
