package botmaker.bot.host;

import botmaker.docker.EngineInfo;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What every engine adds to a specification, which is no drift. What the configuration of one engine adds is not here:
/// [DriftDetector] finds it out.
///
/// An engine that writes null, zero or empty where the specification says nothing is not listed: its language writes
/// absent values so.
final class EngineDefaults {
    /// What containers cannot see below `/proc` and `/sys`. Newer engines add to it; lifting the protection empties it.
    private static final List<String> MASKED = List.of("/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys",
            "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /// What a container inherits from its image unless its specification says otherwise.
    static final Set<String> INHERITED = Set.of("User", "ExposedPorts", "Env", "Labels", "Cmd", "ArgsEscaped", "Entrypoint",
            "Healthcheck", "WorkingDir", "Volumes", "StopSignal");

    private final Map<String, Predicate<JsonValue>> usual = new HashMap<>();

    EngineDefaults(EngineInfo engine) {
        fills("Config.Image", _ -> true); // by name or by digest: the image itself is compared by its digest
        fills("HostConfig.CpuShares", JsonValue::isNull); // the kernel's own default, which is what is specified
        fills("HostConfig.ShmSize", value -> value.isNull() || isNumber(value, 64L << 20));
        fills("HostConfig.ConsoleSize", value -> value.isNull() || value.elements().stream().allMatch(it -> isNumber(it, 0)));
        fills("HostConfig.MemorySwappiness", value -> value.isNull() || isNumber(value, -1));
        fills("HostConfig.Runtime", value -> value.isNull() || value.equals(Json.of(engine.runtime())));
        fills("HostConfig.MaskedPaths", value -> contains(value, MASKED));
        fills("HostConfig.ReadonlyPaths", value -> contains(value, READ_ONLY));
        forgets(engine, "memory", "HostConfig.Memory", "HostConfig.MemorySwap");
        forgets(engine, "swap", "HostConfig.MemorySwap");
        forgets(engine, "cpu", "HostConfig.NanoCpus");
        forgets(engine, "pids", "HostConfig.PidsLimit");
    }

    /// Returns whether engines write something of their own at a place.
    boolean fillsIn(String path) {
        return usual.containsKey(path);
    }

    /// Returns whether such a place has what was specified, or what an engine writes there by itself.
    boolean accepts(String path, Optional<JsonValue> expected, Optional<JsonValue> found) {
        return expected.isPresent() && expected.equals(found) || usual.get(path).test(found.orElse(Json.NULL));
    }

    private void fills(String path, Predicate<JsonValue> with) {
        usual.put(path, with);
    }

    /// Accepts that a limit is missing which the host's kernel does not enforce; the system page says so.
    private void forgets(EngineInfo engine, String limit, String... paths) {
        if (engine.unenforced().contains(limit)) {
            for (String path : paths) {
                fills(path, value -> value.isNull() || isNumber(value, -1));
            }
        }
    }

    private static boolean isNumber(JsonValue value, long number) {
        return value.equals(Json.of(number));
    }

    private static boolean contains(JsonValue found, List<String> known) {
        return !found.isNull() && new HashSet<>(found.elements()).containsAll(known.stream().map(Json::of).toList());
    }
}
