package botmaker.spending;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.ledger.DayUse;
import botmaker.policy.Dollars;
import java.util.Collection;

/// What calls used together.
///
/// @param cost      nanodollars, of the calls whose cost is known
/// @param estimated nanodollars of it that are estimated
/// @param unknown   calls whose cost is not known
record Sum(long calls, long input, long cacheRead, long cacheWrite, long output, long cost, long estimated, long unknown) {
    private static final Sum NOTHING = new Sum(0, 0, 0, 0, 0, 0, 0, 0);

    static Sum of(Collection<DayUse> uses) {
        return uses.stream().map(it -> new Sum(it.calls(), it.input(), it.cacheRead(), it.cacheWrite(), it.output(), it.cost(), it.estimated(),
                it.unknown())).reduce(NOTHING, Sum::plus);
    }

    private Sum plus(Sum other) {
        return new Sum(calls + other.calls, input + other.input, cacheRead + other.cacheRead, cacheWrite + other.cacheWrite, output + other.output,
                cost + other.cost, estimated + other.estimated, unknown + other.unknown);
    }

    /// Returns all tokens, of prompts and answers.
    long tokens() {
        return input + cacheRead + cacheWrite + output;
    }

    /// Adds the members to an object. Money is in US dollars; without a `cost`, nothing is known of it.
    ObjectBuilder addTo(ObjectBuilder json) {
        json.put("calls", calls).put("input", input).put("cacheRead", cacheRead).put("cacheWrite", cacheWrite).put("output", output);
        if (cost > 0 || unknown < calls || calls == 0) {
            json.put("cost", Dollars.toJson(cost));
        }
        return json.put("estimated", Dollars.toJson(estimated)).put("unknown", unknown);
    }

    ObjectBuilder toJson() {
        return addTo(Json.object());
    }
}
