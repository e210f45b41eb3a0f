package botmaker.ledger;

import botmaker.dialect.Usage.Tokens;
import botmaker.ledger.PastCall.By;
import botmaker.ledger.PastCall.Ended;
import botmaker.ledger.Sums.Amount;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// A row of `calls` as it is to be, and what it adds to `spend` when it is settled.
///
/// @param free   whether the call costs nothing and is in no sum
/// @param key    empty text where there is none
/// @param began  milliseconds since 1970
/// @param day    that it is charged to
/// @param shares what was used and what it cost, by model; at least one. Of an open call, what is reserved
record CallRow(String bot, String key, String provider, String route, boolean free, String asked, long began, LocalDate day,
        Optional<Long> firstMs, Optional<Long> tookMs, Optional<Long> status, Ended ended, List<Share> shares, By costBy, long up,
        long down) {
    /// What was used of one model.
    ///
    /// @param model empty text where the answer names none
    /// @param cost  nanodollars; empty where it is not known
    record Share(String model, Tokens tokens, Optional<Long> cost) {}

    CallRow {
        shares = List.copyOf(shares);
    }

    /// Returns it with what it used.
    CallRow with(List<Share> used, By by) {
        return new CallRow(bot, key, provider, route, free, asked, began, day, firstMs, tookMs, status, ended, used, by, up, down);
    }

    /// Returns it with its end.
    CallRow ended(Ended how, Optional<Long> first, long took, Optional<Long> answer, long received) {
        return new CallRow(bot, key, provider, route, free, asked, began, day, first, Optional.of(took), answer, how, shares, costBy, up,
                received);
    }

    Tokens tokens() {
        return shares.stream().map(Share::tokens).reduce(Tokens.NONE, Tokens::plus);
    }

    /// Returns the whole cost in nanodollars; empty where it is not known.
    Optional<Long> cost() {
        return shares.stream().allMatch(it -> it.cost().isPresent())
                ? Optional.of(shares.stream().mapToLong(it -> it.cost().orElseThrow()).sum()) : Optional.empty();
    }

    /// Returns whether it used nothing: a list of models, or what the provider refused.
    boolean isEmpty() {
        return tokens().equals(Tokens.NONE) && cost().equals(Optional.of(0L));
    }

    /// Returns what it takes of a budget.
    Amount amount() {
        Tokens tokens = tokens();
        return free ? Amount.NOTHING : new Amount(cost().orElse(0L), tokens.prompt() + tokens.output());
    }
}
