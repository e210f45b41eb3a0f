package botmaker.docker;

import botmaker.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The engine and its host (Engine API `GET /info`).
///
/// @param name         the host's name
/// @param version      of the engine, such as `20.10.24`
/// @param apiVersion   the newest API version that it speaks
/// @param rootless     whether it runs without root, which shifts user ids
/// @param usernsRemap  whether it maps the containers' user ids to others
/// @param runtime      the default runtime of containers, such as `runc`
/// @param seccomp      the default seccomp profile: `default` or `builtin` is Docker's own, otherwise a path, or
///                     `unconfined`; empty without seccomp
/// @param cpus         how many processors the host has
/// @param memory       bytes of memory of the host
/// @param unenforced   limits that this host's kernel does not enforce: of `memory`, `swap`, `cpu`, `pids`
/// @param systemTime   the engine's clock when it answered
public record EngineInfo(
        String name,
        String version,
        String apiVersion,
        String os,
        String architecture,
        boolean rootless,
        boolean usernsRemap,
        String runtime,
        String seccomp,
        int cpus,
        long memory,
        Set<String> unenforced,
        Instant systemTime) {

    private static final Map<String, String> ENFORCED_IF =
            Map.of("memory", "MemoryLimit", "swap", "SwapLimit", "cpu", "CpuCfsQuota", "pids", "PidsLimit");

    public EngineInfo {
        unenforced = Set.copyOf(unenforced);
    }

    static EngineInfo of(JsonValue info, String apiVersion) {
        List<String> security = Fields.list(info, "SecurityOptions").stream().map(JsonValue::string).toList();
        return new EngineInfo(
                Fields.text(info, "Name").orElse(""),
                info.get("ServerVersion").string(),
                apiVersion,
                Fields.text(info, "OperatingSystem").orElse(""),
                Fields.text(info, "Architecture").orElse(""),
                has(security, "rootless"),
                has(security, "userns"),
                Fields.text(info, "DefaultRuntime").orElse("runc"),
                seccomp(security),
                Math.toIntExact(Fields.number(info, "NCPU")),
                Fields.number(info, "MemTotal"),
                unenforced(info),
                Instant.parse(info.get("SystemTime").string()));
    }

    /// Reads an option such as `name=seccomp,profile=default`.
    private static boolean has(List<String> security, String name) {
        return security.stream().anyMatch(option -> List.of(option.split(",")).contains("name=" + name));
    }

    private static String seccomp(List<String> security) {
        return security.stream().map(option -> List.of(option.split(","))).filter(option -> option.contains("name=seccomp"))
                .flatMap(List::stream).filter(part -> part.startsWith("profile=")).map(part -> part.substring(8))
                .findFirst().orElse("");
    }

    private static Set<String> unenforced(JsonValue info) {
        Set<String> missing = new TreeSet<>();
        ENFORCED_IF.forEach((limit, flag) -> {
            if (!Fields.flag(info, flag)) {
                missing.add(limit);
            }
        });
        return missing;
    }
}
