package botmaker.ledger;

import botmaker.policy.Rates;
import java.util.List;
import java.util.Optional;

/// What a model costs, and who says so.
///
/// @param provider   the id of the API that is spoken
/// @param model      by the provider's own name; `*` for all of the provider's
/// @param tiers      by the size of the whole prompt, the smallest first; empty where no price is known
/// @param mostOutput the most tokens that an answer may have, where that is known
/// @param source     who says so: [Prices#OWN] for the operator, else a version of OpenClaw or a page; empty where no price is known
public record Tariff(String provider, String model, List<Tier> tiers, Optional<Long> mostOutput, String source) {
    /// The price of a call whose prompt has at least so many tokens; it is that of all tokens of the call.
    public record Tier(long from, Rates rates) {}

    public Tariff {
        tiers = List.copyOf(tiers);
    }

    /// Returns the rates for a prompt of that size; empty where no price is known.
    public Optional<Rates> at(long prompt) {
        return tiers.reversed().stream().filter(tier -> tier.from() <= prompt).map(Tier::rates).findFirst();
    }
}
