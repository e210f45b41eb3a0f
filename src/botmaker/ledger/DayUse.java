package botmaker.ledger;

import java.time.LocalDate;

/// What a bot used of a model on a day.
///
/// @param model      as the answers name it, else as the bot asked for it; empty for calls that name none
/// @param calls      those that may cost something
/// @param input      tokens of prompts, neither read from a cache nor written to one
/// @param cacheRead  tokens of prompts that were read from a cache
/// @param cacheWrite tokens of prompts that were written to a cache
/// @param output     tokens of answers
/// @param cost       nanodollars, of the calls whose cost is known
/// @param estimated  nanodollars of it that are estimated
/// @param unknown    calls whose cost is not known
public record DayUse(String bot, LocalDate day, String model, long calls, long input, long cacheRead, long cacheWrite, long output,
        long cost, long estimated, long unknown) {}
