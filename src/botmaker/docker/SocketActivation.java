package botmaker.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Tells whether a connection would start an engine that somebody stopped.
///
/// With `docker.socket` systemd listens while `docker.service` is stopped, and starts the service for whoever connects (also for
/// a connection that was made while the service was stopping). A client that keeps trying would make it impossible to stop Docker.
///
/// @param listening the control group of the active unit `docker.socket`
/// @param socket    what that unit listens on
/// @param service   asks for the state of `docker.service`, in systemd's words
record SocketActivation(Path listening, Path socket, Supplier<String> service) {
    private static final Set<String> STOPPED = Set.of("inactive", "deactivating", "failed");

    static SocketActivation ofThisHost() {
        Path unified = Path.of("/sys/fs/cgroup/system.slice");
        Path slice = Files.isDirectory(unified) ? unified : Path.of("/sys/fs/cgroup/systemd/system.slice");
        return new SocketActivation(slice.resolve("docker.socket"), Path.of("/run/docker.sock"), SocketActivation::state);
    }

    /// Returns whether systemd listens on a socket and the engine's service is stopped.
    boolean wouldStart(Path connecting) {
        return Files.isDirectory(listening) && isListening(connecting) && STOPPED.contains(service.get());
    }

    private boolean isListening(Path connecting) {
        try {
            return connecting.toRealPath().equals(socket.toRealPath()); // /var/run is a link
        } catch (IOException e) {
            return false;
        }
    }

    private static String state() {
        try {
            Process asked = new ProcessBuilder("systemctl", "is-active", "docker.service").redirectErrorStream(true).start();
            if (!asked.waitFor(2, TimeUnit.SECONDS)) {
                asked.destroyForcibly();
                return "unknown";
            }
            return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
