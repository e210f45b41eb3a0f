package botmaker.bot.model;

import botmaker.json.Json;
import botmaker.json.JsonValue;

/// What a bot's container may use.
///
/// @param memory bytes, swap included
/// @param cpus   processors, in thousandths: 2000 is two
/// @param pids   processes and threads
public record Limits(long memory, long cpus, long pids) {
    static final long LEAST_MEMORY = 1536L << 20;
    static final long MOST_MEMORY = 1L << 40;
    static final long LEAST_CPUS = 100;
    static final long MOST_CPUS = 1_024_000;
    static final long LEAST_PIDS = 64;
    static final long MOST_PIDS = 32_768;

    /// @throws IllegalArgumentException for less than OpenClaw needs, or more than a machine has
    public Limits {
        within("memory", memory, LEAST_MEMORY, MOST_MEMORY, "bytes (OpenClaw dies below 1536 MiB)");
        within("cpus", cpus, LEAST_CPUS, MOST_CPUS, "thousandths of a processor");
        within("pids", pids, LEAST_PIDS, MOST_PIDS, "processes");
    }

    private static void within(String what, long value, long least, long most, String unit) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s must be between %d and %d %s".formatted(what, least, most, unit));
        }
    }

    public JsonValue toJson() {
        return Json.object()
                .put("memory", memory)
                .put("cpus", cpus / 1000.0)
                .put("pids", pids)
                .build();
    }
}
