package botmaker.bot.model;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The limits of a bot's container.
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

    /// The resources of the bots' host, which no bot can exceed.
    ///
    /// @param cpus   processors
    /// @param memory bytes
    public record Capacity(int cpus, long memory) {
        /// Treats what the engine does not report as unlimited; the kernel then decides.
        public Capacity {
            cpus = cpus > 0 ? cpus : Integer.MAX_VALUE;
            memory = memory > 0 ? memory : Long.MAX_VALUE;
        }

        /// Checks requested limits.
        ///
        /// @param before the bot's present limits: an unchanged limit is not refused
        /// @throws Failure.Invalid if the host has less
        public void check(Limits limits, Optional<Limits> before) {
            List<FieldError> errors = new ArrayList<>();
            if (limits.cpus() > cpus * 1000L && before.filter(it -> it.cpus() == limits.cpus()).isEmpty()) {
                errors.add(new FieldError("/limits/cpus", "This host has %d processor%s.".formatted(cpus, cpus == 1 ? "" : "s")));
            }
            if (limits.memory() > memory && before.filter(it -> it.memory() == limits.memory()).isEmpty()) {
                errors.add(new FieldError("/limits/memory", "This host has %d MiB of memory.".formatted(memory >> 20)));
            }
            if (!errors.isEmpty()) {
                throw new Failure.Invalid(errors);
            }
        }

        /// Returns the limits lowered to what the host has, but not below what OpenClaw needs.
        public Limits atMost(Limits limits) {
            return new Limits(Math.max(Limits.LEAST_MEMORY, Math.min(limits.memory(), memory)),
                    Math.max(Limits.LEAST_CPUS, Math.min(limits.cpus(), cpus * 1000L)), limits.pids());
        }
    }
}
