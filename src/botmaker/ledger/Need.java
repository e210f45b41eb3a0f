package botmaker.ledger;

import botmaker.ledger.Sums.Amount;
import java.util.Optional;

/// What a call may take.
///
/// @param input  tokens of the prompt, estimated
/// @param output the most tokens of the answer that are asked for; zero where there is none to write
/// @param rates  the dearest that it may be charged with; empty where no price is known
record Need(long input, long output, Optional<Dearest> rates) {
    /// Returns what it takes with so many tokens of output.
    Amount amount(long tokens) {
        return new Amount(rates.map(it -> it.cost(input, tokens)).orElse(0L), input + tokens);
    }
}
