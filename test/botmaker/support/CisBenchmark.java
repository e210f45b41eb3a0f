package botmaker.support;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Section 5, "Container Runtime", of the CIS Docker Benchmark 1.3 (5.1 to 5.31), as docker-bench-security checks it, on one
/// running container.
///
/// Two checks ask for something else than a bot's container has, on purpose or by nature:
/// - 5.14 wants `on-failure:5`. OpenClaw ends with 0 to be started again, which that policy would not do; the bound of five is
///   BotMaker's brake, which stops a bot for good at the fifth death in ten minutes.
/// - 5.1 and 5.2 want AppArmor and SELinux, which the host has or has not. Nothing in a container's specification switches
///   them off, so that Docker's `docker-default` profile holds wherever the host has AppArmor: that is what 5.1 checks then.
public final class CisBenchmark {
    private static final List<String> SENSITIVE = List.of("/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr", "/var/run", "/run");

    private final JsonValue raw;
    private final JsonValue host;
    private final Map<String, String> results = new TreeMap<>();
    private final Map<String, String> warnings = new TreeMap<>();

    private CisBenchmark(Container container) {
        this.raw = container.raw();
        this.host = raw.get("HostConfig");
    }

    public static CisBenchmark of(Engine engine, Container container) {
        CisBenchmark benchmark = new CisBenchmark(container);
        benchmark.check(engine, container);
        return benchmark;
    }

    /// Those that did not pass, by number, with what they want.
    public Map<String, String> warnings() {
        return warnings;
    }

    public int checks() {
        return results.size();
    }

    private void check(Engine engine, Container container) {
        String processes = engine.exec(container.id(), List.of("sh", "-c", "cat /proc/[0-9]*/comm"), Duration.ofSeconds(60)).orElseThrow().output();
        String executed = engine.exec(container.id(), List.of("sh", "-c", "id -u; grep CapEff /proc/self/status"), Duration.ofSeconds(60)).orElseThrow().output();
        expect("5.1", "an AppArmor profile", text(raw, "AppArmorProfile").equals("docker-default"));
        expect("5.2", "SELinux security options", host.get("SecurityOpt").toString().contains("label="));
        expect("5.3", "Linux kernel capabilities restricted", empty(host, "CapAdd") && host.get("CapDrop").toString().equals("[\"ALL\"]"));
        expect("5.4", "no privileged container", !host.get("Privileged").bool());
        expect("5.5", "no sensitive directory of the host mounted", mounts().stream().noneMatch(source -> source.equals("/")
                || SENSITIVE.stream().anyMatch(it -> source.equals(it) || source.startsWith(it + "/"))));
        expect("5.6", "no sshd within", processes.lines().noneMatch("sshd"::equals));
        expect("5.7", "no privileged port mapped", ports().stream().allMatch(it -> Integer.parseInt(it.get("HostPort").string()) >= 1024));
        expect("5.8", "only needed ports open", !host.get("PublishAllPorts").bool()
                && Set.of("18789/tcp").containsAll(host.get("PortBindings").members().keySet()));
        expect("5.9", "not the host's network", !text(host, "NetworkMode").equals("host"));
        expect("5.10", "memory limited", host.get("Memory").integer() > 0);
        expect("5.11", "CPU priority set", host.get("CpuShares").integer() > 0 && host.get("NanoCpus").integer() > 0);
        expect("5.12", "root file system read-only", host.get("ReadonlyRootfs").bool());
        expect("5.13", "traffic bound to one interface of the host", ports().stream().allMatch(it -> it.get("HostIp").string().equals("127.0.0.1")));
        expect("5.14", "restart policy on-failure with 5 retries", host.get("RestartPolicy").get("MaximumRetryCount").integer() == 5);
        expect("5.15", "not the host's processes", text(host, "PidMode").isEmpty());
        expect("5.16", "not the host's IPC", text(host, "IpcMode").equals("private"));
        expect("5.17", "no device of the host", empty(host, "Devices") && empty(host, "DeviceCgroupRules") && empty(host, "DeviceRequests"));
        expect("5.18", "the default ulimits overwritten only where needed", empty(host, "Ulimits"));
        expect("5.19", "no shared mount propagation", raw.get("Mounts").elements().stream()
                .noneMatch(it -> text(it, "Propagation").contains("shared")));
        expect("5.20", "not the host's UTS namespace", text(host, "UTSMode").isEmpty());
        expect("5.21", "the default seccomp profile", !host.get("SecurityOpt").toString().contains("seccomp"));
        expect("5.22", "docker exec without privileges", executed.contains("0000000000000000"));
        expect("5.23", "docker exec not as root", !executed.startsWith("0\n"));
        expect("5.24", "the usual cgroup", text(host, "CgroupParent").isEmpty());
        expect("5.25", "no additional privileges", host.get("SecurityOpt").toString().contains("no-new-privileges"));
        expect("5.26", "health checked at run time", raw.get("State").find("Health").isPresent());
        expect("5.27", "the image that was meant", raw.get("Image").string().startsWith("sha256:"));
        expect("5.28", "a limit of processes", host.get("PidsLimit").integer() > 0);
        expect("5.29", "not the default bridge docker0", !Set.of("bridge", "default").contains(text(host, "NetworkMode")));
        expect("5.30", "not the host's user namespace", !text(host, "UsernsMode").equals("host"));
        expect("5.31", "no Docker socket within", mounts().stream().noneMatch(it -> it.endsWith("docker.sock")));
    }

    private void expect(String number, String what, boolean passes) {
        results.put(number, what);
        if (!passes) {
            warnings.put(number, what);
        }
    }

    private List<String> mounts() {
        return raw.get("Mounts").elements().stream().map(it -> text(it, "Source")).toList();
    }

    private List<JsonValue> ports() {
        return host.get("PortBindings").members().values().stream().flatMap(it -> it.elements().stream()).toList();
    }

    private static String text(JsonValue object, String name) {
        return object.find(name).filter(it -> !it.isNull()).map(JsonValue::string).orElse("");
    }

    private static boolean empty(JsonValue object, String name) {
        return object.find(name).filter(it -> !it.isNull()).map(it -> it.elements().isEmpty()).orElse(true);
    }

    @Override
    public String toString() {
        return "wanted and not there: " + warnings;
    }
}
