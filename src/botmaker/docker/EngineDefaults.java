package botmaker.docker;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What an engine makes of a specification by itself, which is no drift: the one list of such things.
///
/// Where a specification says nothing, an engine that writes nothing, null, zero or empty is not listed: that is how its
/// language writes what is not there.
final class EngineDefaults {
    /// What containers may not see or write below `/proc` and `/sys`; newer engines add to it, and whoever lifts it empties it.
    private static final List<String> MASKED = List.of("/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys",
            "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /// What of its configuration a container has from its image, where its specification does not say.
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

    /// Whether engines write something of their own at a place.
    boolean fillsIn(String path) {
        return usual.containsKey(path);
    }

    /// Whether what is found at such a place is what was specified, or what an engine writes there by itself.
    boolean accepts(String path, Optional<JsonValue> expected, Optional<JsonValue> found) {
        return expected.isPresent() && expected.equals(found) || usual.get(path).test(found.orElse(Json.NULL));
    }

    private void fills(String path, Predicate<JsonValue> with) {
        usual.put(path, with);
    }

    /// A host whose kernel does not know a limit makes the engine forget it. The system page tells of that.
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
