package botmaker.docker;

import botmaker.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What the engine says about itself and its host (Engine API `GET /info`).
///
/// @param name         the host's name
/// @param version      of the engine, such as `20.10.24`
/// @param apiVersion   the newest API version that it speaks
/// @param rootless     whether it runs without root: uids are shifted
/// @param usernsRemap  whether it maps the containers' uids to others
/// @param runtime      what runs containers that name no runtime of their own, such as `runc`
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
                unenforced(info),
                Instant.parse(info.get("SystemTime").string()));
    }

    /// An option reads `name=seccomp,profile=default`.
    private static boolean has(List<String> security, String name) {
        return security.stream().anyMatch(option -> List.of(option.split(",")).contains("name=" + name));
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
