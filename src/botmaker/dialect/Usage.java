package botmaker.dialect;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a call used.
///
/// @param shares    tokens by model: one share, and more only where the provider had other models help
/// @param cost      what the provider itself says that it charges, in US dollars; never zero
/// @param tier      the class of service, as the provider names it, where it names one
/// @param counted   what is charged by another measure than tokens, by the provider's name: `web_search_requests`, `seconds`
/// @param estimated whether the provider reported less than was used, so that tokens are estimated from sizes
public record Usage(List<Share> shares, Optional<BigDecimal> cost, Optional<String> tier, Map<String, Long> counted, boolean estimated) {
    /// The tokens of one model.
    ///
    /// @param model as the answer names it; empty where it names none
    public record Share(Optional<String> model, Tokens tokens) {}

    /// Numbers of tokens. They do not overlap.
    ///
    /// @param input          of the prompt, neither read from a cache nor written to one
    /// @param cacheRead      of the prompt, read from a cache
    /// @param cacheWrite     of the prompt, written to a cache that lasts minutes
    /// @param cacheWriteHour of the prompt, written to a cache that lasts an hour
    /// @param output         of the answer, thoughts included
    public record Tokens(long input, long cacheRead, long cacheWrite, long cacheWriteHour, long output) {
        /// No token.
        public static final Tokens NONE = new Tokens(0, 0, 0, 0, 0);

        /// Returns the sums of both.
        public Tokens plus(Tokens other) {
            return new Tokens(input + other.input, cacheRead + other.cacheRead, cacheWrite + other.cacheWrite,
                    cacheWriteHour + other.cacheWriteHour, output + other.output);
        }

        /// Returns the tokens of the whole prompt, which decides a price that depends on its size.
        public long prompt() {
            return input + cacheRead + cacheWrite + cacheWriteHour;
        }
    }

    public Usage {
        shares = List.copyOf(shares);
        counted = Map.copyOf(counted);
    }

    /// Returns the model that answered, where the answer names one.
    public Optional<String> model() {
        return shares.isEmpty() ? Optional.empty() : shares.getFirst().model();
    }

    /// Returns the tokens of all models together.
    public Tokens tokens() {
        return shares.stream().map(Share::tokens).reduce(Tokens.NONE, Tokens::plus);
    }
}
