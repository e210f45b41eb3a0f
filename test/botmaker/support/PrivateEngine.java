package botmaker.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.docker.Engine;
import botmaker.error.Failure;
import botmaker.file.PrivateFiles;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A Docker Engine of the test's own, which may be stopped, killed and frozen: on a "host" of its own that has network,
/// mounts and processes of its own and its disk in memory. Needs root.
///
/// ```
/// disk:  sh with the tmpfs that holds all data          lives until close()
///  host: sh, process 1 of its namespaces                lives until reboot() or close()
///   dockerd, its containerd, the containers             live as the test likes
/// ```
///
/// Both shells end when the test's JVM does, and the kernel then ends and unmounts all that was below them.
public final class PrivateEngine implements AutoCloseable {
    private static final Duration UP = Duration.ofMinutes(1);

    private final Path directory;
    private final Path socket;
    private final String cgroup = "botmaker-test-" + HexFormat.of().toHexDigits(new Random().nextInt());
    private final Process disk;
    private Process host;
    private Optional<Process> daemon = Optional.empty();

    private PrivateEngine() throws IOException {
        this.directory = Files.createTempDirectory("private-engine");
        this.socket = directory.resolve("docker.sock");
        Files.createDirectory(directory.resolve("root"));
        this.disk = shell(List.of("unshare", "--mount", "--propagation", "private"), "mount -t tmpfs tmpfs root");
        this.host = host();
    }

    /// A host whose engine does not run yet.
    public static PrivateEngine off() throws IOException {
        assumeTrue(PrivateFiles.isRoot(), "an engine of its own needs root");
        return new PrivateEngine();
    }

    /// An engine that answers.
    public static PrivateEngine on() throws IOException {
        return configured("{}");
    }

    /// An engine that answers, with a configuration of its own (`daemon.json`).
    public static PrivateEngine configured(String daemonJson) throws IOException {
        PrivateEngine engine = off();
        try {
            Files.writeString(engine.configuration(), daemonJson);
            engine.start();
            return engine;
        } catch (IOException | RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    public Path socket() {
        return socket;
    }

    private Path configuration() {
        return directory.resolve("daemon.json");
    }

    /// A file of the engine's data directory, as seen from outside its mounts.
    public Path onItsDisk(String file) {
        return Path.of("/proc/" + disk.pid() + "/root" + directory.resolve("root").resolve(file));
    }

    /// The control group that holds those of its containers.
    String cgroup() {
        return cgroup;
    }

    /// Starts the engine, and returns when it answers.
    public void start() throws IOException {
        begin();
        await("the engine answers", this::answers);
    }

    /// Starts the engine without waiting for it.
    public void begin() throws IOException {
        List<String> command = new ArrayList<>(into(host, "--net", "--pid"));
        command.addAll(List.of("sh", "-c", "rm -f /run/docker.pid; exec dockerd \"$@\"", "sh",
                "--host", "unix://" + socket, "--data-root", directory.resolve("root").toString(),
                "--exec-root", "/run/docker", "--pidfile", "/run/docker.pid",
                "--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", "/" + cgroup));
        if (Files.exists(configuration())) {
            command.addAll(List.of("--config-file", configuration().toString()));
        }
        File log = directory.resolve("dockerd.log").toFile();
        daemon = Optional.of(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start());
    }

    /// Whether it answers now.
    public boolean answers() {
        try {
            new Engine(socket).ping();
            return true;
        } catch (Failure.EngineDown e) {
            return false;
        }
    }

    /// Stops it as a service manager does: with its containers, in peace.
    public void stop() throws IOException {
        end("-TERM");
    }

    /// Kills it; the containers live on.
    public void kill() throws IOException {
        end("-KILL");
    }

    private void end(String signal) throws IOException {
        signal(signal);
        await("the engine has ended", () -> {
            daemon.ifPresent(PrivateEngine::wake);
            return !daemon.orElseThrow().isAlive();
        });
        daemon = Optional.empty();
    }

    /// From now on it accepts connections and says nothing.
    public void freeze() throws IOException {
        signal("-STOP");
    }

    public void thaw() throws IOException {
        signal("-CONT");
    }

    /// nsenter stops with what it started, and would not see it end.
    private static void wake(Process nsenter) {
        try {
            new ProcessBuilder("kill", "-CONT", Long.toString(nsenter.pid())).start().onExit().join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) throws IOException {
        run("kill", signal, Long.toString(daemon.orElseThrow().children().findFirst().orElseThrow().pid()));
    }

    /// Takes away the socket's file: new connections are refused, those that are open go on.
    public void hideSocket() throws IOException {
        Files.move(socket, directory.resolve("hidden.sock"));
    }

    public void showSocket() throws IOException {
        Files.move(directory.resolve("hidden.sock"), socket);
    }

    /// Ends everything that runs on the host, as a power cut does, and starts the engine anew.
    public void reboot() throws IOException {
        endHost();
        host = host();
        start();
    }

    private Process host() throws IOException {
        List<String> command = new ArrayList<>(into(disk));
        command.addAll(List.of("unshare", "--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child",
                "--mount-proc"));
        return shell(command, "ip link set lo up && mount -t tmpfs tmpfs /run");
    }

    /// A shell in namespaces of its own, which stays until this JVM ends or closes its input.
    private Process shell(List<String> namespaces, String first) throws IOException {
        List<String> command = new ArrayList<>(namespaces);
        command.addAll(List.of("sh", "-c", first + " && echo ready && cat >/dev/null"));
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        if (!"ready".equals(line)) {
            throw new IOException("no namespaces: " + line);
        }
        return process;
    }

    private List<String> into(Process process, String... more) {
        long pid = process == disk ? disk.pid() : process.children().findFirst().orElseThrow().pid();
        return Stream.concat(Stream.of("nsenter", "--target", Long.toString(pid), "--mount"), Arrays.stream(more)).toList();
    }

    private void endHost() throws IOException {
        daemon.ifPresent(Process::destroyForcibly); // only nsenter, which may be stopped
        host.children().forEach(ProcessHandle::destroyForcibly); // process 1: the kernel ends the others with it
        await("the host has ended", () -> !host.isAlive());
        daemon = Optional.empty();
        Files.deleteIfExists(socket);
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.onExit().join().exitValue(), String.join(" ", command));
    }

    private static void await(String what, BooleanSupplier condition) throws IOException {
        long deadline = System.nanoTime() + UP.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "never happened: " + what);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    /// Leaves nothing: no process, no mount, no control group, no file.
    @Override
    public void close() throws IOException {
        endHost();
        disk.destroyForcibly();
        try {
            assertTrue(disk.waitFor(UP.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        removeControlGroups();
        for (String name : List.of("daemon.json", "dockerd.log", "hidden.sock", "root")) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Files.delete(directory);
    }

    private void removeControlGroups() throws IOException {
        run("sh", "-c", "find /sys/fs/cgroup -maxdepth 2 -name \"$0\" | while read -r group; do "
                + "find \"$group\" -depth -type d -exec rmdir {} + ; done", cgroup);
    }
}
