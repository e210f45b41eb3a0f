package botmaker.ledger;

/// What a bot has spent of its budget.
///
/// @param today       nanodollars
/// @param month       nanodollars in this month
/// @param tokensToday of prompts and answers
/// @param unknown     calls of this month whose cost is not known, and is in no sum
public record Spent(long today, long month, long tokensToday, long unknown) {
    /// Nothing.
    public static final Spent NOTHING = new Spent(0, 0, 0, 0);
}
