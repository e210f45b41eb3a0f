package botmaker.ledger;

import botmaker.dialect.Call;
import botmaker.policy.Rates;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/// The dearest that a call may be charged with, in picodollars a token.
///
/// @param input  for a token of the prompt, however it is cached
/// @param output for a token of the answer
record Dearest(long input, long output) {
    private static final BigInteger PICOS = BigInteger.valueOf(1000); // in a nanodollar
    /// Whose caches may last an hour, at a price of their own.
    private static final Set<String> HOURLY = Set.of("anthropic", "openrouter");

    /// Returns the dearest of a call's models; empty where it names none, or the price of one is not known.
    ///
    /// @param prompt tokens, estimated
    static Optional<Dearest> of(Prices prices, String provider, Call call, long prompt) {
        long input = 0;
        long output = 0;
        for (String model : call.models()) {
            Optional<Rates> rates = prices.find(provider, model).flatMap(it -> it.at(prompt));
            if (rates.isEmpty()) {
                return Optional.empty();
            }
            input = Math.max(input, input(provider, rates.get()));
            output = Math.max(output, rates.get().output());
        }
        return call.models().isEmpty() ? Optional.empty() : Optional.of(new Dearest(tier(provider, call, input), tier(provider, call, output)));
    }

    private static long input(String provider, Rates rates) {
        long hour = HOURLY.contains(provider) ? Cost.HOUR * rates.input() : 0;
        return LongStream.of(rates.input(), rates.cacheRead().orElse(0L), rates.cacheWrite().orElse(0L), hour).max().orElseThrow();
    }

    /// Applies a dearer class of service, and no cheaper one: the provider may not grant it.
    private static long tier(String provider, Call call, long rate) {
        BigInteger usual = BigInteger.valueOf(rate);
        return Cost.times(provider, call.tier().orElse(""), usual).max(usual).longValueExact();
    }

    /// Returns nanodollars, rounded up.
    long cost(long inputTokens, long outputTokens) {
        return Cost.nanos(product(input, inputTokens).add(product(output, outputTokens)));
    }

    /// Returns the most tokens of output that an amount pays for beside the prompt; negative if it does not even pay for that.
    long output(long nanos, long inputTokens) {
        BigInteger left = BigInteger.valueOf(nanos).multiply(PICOS).subtract(product(input, inputTokens));
        if (left.signum() < 0) {
            return -1;
        }
        return output == 0 ? Long.MAX_VALUE : left.divide(BigInteger.valueOf(output)).min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
    }

    private static BigInteger product(long rate, long tokens) {
        return BigInteger.valueOf(rate).multiply(BigInteger.valueOf(tokens));
    }
}
