package botmaker.bot.model;

import botmaker.error.Failure;
import botmaker.error.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the host of the bots has: no bot can be given more.
///
/// @param cpus   processors
/// @param memory bytes
public record Capacity(int cpus, long memory) {
    /// An engine that does not say what its host has leaves it to its kernel.
    public Capacity {
        cpus = cpus > 0 ? cpus : Integer.MAX_VALUE;
        memory = memory > 0 ? memory : Long.MAX_VALUE;
    }

    /// Checks limits that somebody asked for.
    ///
    /// @param before the bot's present limits: what is not changed is not refused
    /// @throws Failure.Invalid where the host has less
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

    /// Returns limits lowered to what the host has, where OpenClaw can still run with that.
    public Limits atMost(Limits limits) {
        return new Limits(Math.max(Limits.LEAST_MEMORY, Math.min(limits.memory(), memory)),
                Math.max(Limits.LEAST_CPUS, Math.min(limits.cpus(), cpus * 1000L)), limits.pids());
    }
}
