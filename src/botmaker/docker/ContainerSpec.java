package botmaker.docker;

import static java.util.Objects.requireNonNull;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything a container is created from. What is missing here cannot be requested: every container has a read-only
/// root, no capabilities, no way to gain privileges, the default seccomp profile, namespaces of its own, rotated logs, no
/// terminal and none of the engine's init processes.
///
/// @param image       reference or id
/// @param command     replaces the image's command; empty keeps it
/// @param user        `uid:gid` in digits
/// @param environment never holds a secret: anybody who may inspect the container can read it
/// @param tmpfs       target → options, such as `/tmp` → `size=64m,uid=1,gid=1,mode=0700`
/// @param network     a bridge's id (better than a name, which need not be unique) or name; empty for none but the loopback device
/// @param localNames  names that mean 127.0.0.1 in the container
/// @param restart     what the engine does when the container's process ends
/// @param stopTimeout how long the engine waits between SIGTERM and SIGKILL, whole seconds
public record ContainerSpec(
        String image,
        List<String> command,
        String user,
        String hostname,
        Map<String, String> environment,
        Map<String, String> labels,
        List<Mount> mounts,
        Map<String, String> tmpfs,
        Resources resources,
        Optional<String> network,
        Set<String> localNames,
        List<Port> ports,
        Restart restart,
        Duration stopTimeout) {

    /// The engine's restart policy.
    public enum Restart {
        NEVER("no"), UNLESS_STOPPED("unless-stopped");

        private final String policy;

        Restart(String policy) {
            this.policy = policy;
        }
    }

    /// A directory of the host inside a container. The engine refuses a source that does not exist.
    ///
    /// @param source absolute, on the host
    /// @param target absolute, in the container
    public record Mount(Path source, String target, boolean readOnly) {
        public Mount {
            if (!source.isAbsolute() || !target.startsWith("/")) {
                throw new IllegalArgumentException("a mount needs absolute paths");
            }
        }

        /// Writes `ReadOnly` only when true, as the engine's own answers do.
        JsonObject toJson() {
            ObjectBuilder mount = Json.object().put("Type", "bind").put("Source", source.toString()).put("Target", target);
            return readOnly ? mount.put("ReadOnly", true).build() : mount.build();
        }
    }

    /// The most that a container may use; memory limits memory and swap together.
    ///
    /// @param memoryBytes bytes
    /// @param nanoCpus    billionths of a CPU: 2,000,000,000 is two CPUs
    /// @param pids        processes and threads
    public record Resources(long memoryBytes, long nanoCpus, int pids) {
        public Resources {
            if (memoryBytes <= 0 || nanoCpus <= 0 || pids <= 0) {
                throw new IllegalArgumentException("every resource needs a limit"); // the engine takes 0 for unlimited
            }
        }
    }

    /// A TCP port of the container that is reachable on 127.0.0.1 of the host, and nowhere else.
    public record Port(int container, int host) {
        public Port {
            if (container < 1 || container > 65535 || host < 1 || host > 65535) {
                throw new IllegalArgumentException("a port is a number from 1 to 65535");
            }
        }
    }

    /// What the engine calls the network of a container that has none.
    public static final String NO_NETWORK = "none";
    /// The kernel's own default, set explicitly so that all containers are alike.
    static final long CPU_SHARES = 1024;
    private static final String LOG_FILE_SIZE = "10m";
    private static final String LOG_FILES = "3";

    public ContainerSpec {
        requireNonNull(image);
        command = List.copyOf(command);
        if (!user.matches("[0-9]{1,10}:[0-9]{1,10}")) {
            throw new IllegalArgumentException("the user must be uid:gid in digits");
        }
        requireNonNull(hostname);
        environment = Map.copyOf(environment);
        labels = Map.copyOf(labels);
        mounts = List.copyOf(mounts);
        tmpfs = Map.copyOf(tmpfs);
        requireNonNull(resources);
        requireNonNull(network);
        localNames = Set.copyOf(localNames);
        ports = List.copyOf(ports);
        if (network.isEmpty() && !ports.isEmpty()) {
            throw new IllegalArgumentException("a container without a network has no ports");
        }
        if (!localNames.stream().allMatch(name -> name.matches("[a-z0-9._-]{1,253}"))) {
            throw new IllegalArgumentException("a local name must be a host's name in lower case");
        }
        requireNonNull(restart);
        if (stopTimeout.isNegative()) {
            throw new IllegalArgumentException("the stop timeout must not be negative");
        }
    }

    /// Returns the same with other labels.
    public ContainerSpec labelled(Map<String, String> others) {
        return new ContainerSpec(image, command, user, hostname, environment, others, mounts, tmpfs, resources, network, localNames, ports,
                restart, stopTimeout);
    }

    /// Returns the body of `POST /containers/create`.
    public JsonObject toJson() {
        ObjectBuilder body = Json.object()
                .put("Image", image)
                .put("User", user)
                .put("Hostname", hostname)
                .put("Env", Json.strings(environment.entrySet().stream().sorted(Map.Entry.comparingByKey())
                        .map(variable -> variable.getKey() + "=" + variable.getValue()).toList()))
                .put("Labels", Fields.object(labels))
                .put("Tty", false)
                .put("StopTimeout", stopTimeout.toSeconds())
                .put("ExposedPorts", exposedPorts())
                .put("HostConfig", hostConfig());
        if (!command.isEmpty()) {
            body.put("Cmd", Json.strings(command));
        }
        return body.build();
    }

    private JsonObject hostConfig() {
        ObjectBuilder config = Json.object()
                .put("ReadonlyRootfs", true)
                .put("CapDrop", Json.strings(List.of("ALL")))
                .put("SecurityOpt", Json.strings(List.of("no-new-privileges:true")))
                .put("Privileged", false)
                .put("Mounts", Json.array(mounts.stream().map(Mount::toJson).toList()))
                .put("Tmpfs", Fields.object(tmpfs))
                .put("Memory", resources.memoryBytes())
                .put("MemorySwap", resources.memoryBytes())
                .put("NanoCpus", resources.nanoCpus())
                .put("CpuShares", CPU_SHARES)
                .put("PidsLimit", resources.pids())
                .put("IpcMode", "private")
                .put("CgroupnsMode", "private")
                .put("Init", false) // the image brings its own
                .put("LogConfig", Json.object().put("Type", "json-file")
                        .put("Config", Fields.object(Map.of("max-size", LOG_FILE_SIZE, "max-file", LOG_FILES))).build())
                .put("RestartPolicy", Json.object().put("Name", restart.policy).build())
                .put("NetworkMode", network.orElse(NO_NETWORK))
                .put("PublishAllPorts", false)
                .put("PortBindings", portBindings());
        if (!localNames.isEmpty()) {
            config.put("ExtraHosts", Json.strings(localNames.stream().sorted().map(name -> name + ":127.0.0.1").toList()));
        }
        return config.build();
    }

    private JsonObject exposedPorts() {
        ObjectBuilder exposed = Json.object();
        ports.forEach(port -> exposed.put(port.container() + "/tcp", Json.object().build()));
        return exposed.build();
    }

    private JsonObject portBindings() {
        ObjectBuilder bindings = Json.object();
        ports.forEach(port -> bindings.put(port.container() + "/tcp", Json.array(Json.object()
                .put("HostIp", "127.0.0.1").put("HostPort", String.valueOf(port.host())).build())));
        return bindings.build();
    }
}
