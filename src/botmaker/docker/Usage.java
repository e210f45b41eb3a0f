package botmaker.docker;

import botmaker.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a container used at one moment.
///
/// @param at          when the engine measured
/// @param cpuTime     processor time since its start
/// @param cores       how many processors it kept busy since the previous measurement; empty for the first
/// @param memory      bytes without the reclaimable page cache, as `docker stats` counts
/// @param memoryLimit bytes; 0 where the engine does not say
/// @param received    bytes over all its networks since its start
/// @param sent        bytes over all its networks since its start
public record Usage(
        Instant at, Duration cpuTime, Optional<Double> cores, long memory, long memoryLimit, long received, long sent) {

    /// Reads one line of the engine's stream; returns empty where the container does not run, which the engine reports as
    /// empty numbers. Does not use the engine's own previous measurement, which the first line lacks.
    static Optional<Usage> of(JsonValue line, Optional<Usage> before) {
        Optional<Instant> read = Fields.time(line, "read");
        long limit = memory(line, "limit");
        if (read.isEmpty() || limit == 0 && memory(line, "usage") == 0) {
            return Optional.empty();
        }
        Instant at = read.get();
        Duration cpuTime = Duration.ofNanos(Fields.present(line, "cpu_stats")
                .flatMap(cpu -> Fields.present(cpu, "cpu_usage"))
                .map(usage -> Fields.number(usage, "total_usage")).orElse(0L));
        Optional<Double> cores = before.filter(earlier -> earlier.at().isBefore(at)).map(earlier -> Math.max(0,
                (double) cpuTime.minus(earlier.cpuTime()).toNanos() / Duration.between(earlier.at(), at).toNanos()));
        return Optional.of(new Usage(at, cpuTime, cores, Math.max(0, memory(line, "usage") - cache(line)), limit,
                network(line, "rx_bytes"), network(line, "tx_bytes")));
    }

    private static long memory(JsonValue line, String name) {
        return Fields.present(line, "memory_stats").map(memory -> Fields.number(memory, name)).orElse(0L);
    }

    /// Returns what the kernel could drop at once; cgroup v1 and v2 name it differently.
    private static long cache(JsonValue line) {
        return Fields.present(line, "memory_stats").flatMap(memory -> Fields.present(memory, "stats"))
                .map(stats -> stats.find("total_inactive_file").isPresent()
                        ? Fields.number(stats, "total_inactive_file")
                        : Fields.number(stats, "inactive_file"))
                .orElse(0L);
    }

    private static long network(JsonValue line, String name) {
        return Fields.map(line, "networks").values().stream().mapToLong(network -> Fields.number(network, name)).sum();
    }
}
