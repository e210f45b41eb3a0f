package botmaker.ledger;

import botmaker.dialect.Usage.Share;
import botmaker.dialect.Usage.Tokens;
import botmaker.dialect.Usage;
import botmaker.ledger.PastCall.By;
import botmaker.policy.Rates;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a call cost.
///
/// @param shares nanodollars of each of the usage's shares; empty where the cost is not known
/// @param by     who says so
record Cost(List<Long> shares, By by) {
    static final Cost UNKNOWN = new Cost(List.of(), By.UNKNOWN);
    /// Of a call that costs nothing.
    static final Cost NOTHING = new Cost(List.of(0L), By.PRICE);

    private static final int NANO = 9;
    private static final BigInteger PICOS = BigInteger.valueOf(1000); // in a nanodollar
    /// More than any call costs, 100,000 dollars in nanodollars, so that sums stay far from overflowing.
    private static final BigInteger MOST = BigInteger.TEN.pow(14);
    /// How many times its price a cache costs that lasts an hour.
    static final long HOUR = 2;

    Cost {
        shares = List.copyOf(shares);
    }

    /// Returns the whole, in nanodollars; empty where it is not known.
    Optional<Long> nanos() {
        return shares.stream().reduce(Long::sum);
    }

    /// Returns what a call cost: what the provider says, else what its tokens cost by price, rounded up to a nanodollar. An answer of a
    /// model whose price is not known costs what the model that was asked for does, as an estimate.
    ///
    /// @param asked the model in the request
    static Cost of(Prices prices, String provider, String asked, Usage usage) {
        if (usage.cost().isPresent()) {
            return new Cost(split(List.of(pico(usage.cost().get())), Math.max(1, usage.shares().size())), By.VENDOR);
        }
        if (usage.shares().isEmpty()) {
            return NOTHING;
        }
        if (usage.tokens().equals(Tokens.NONE) && !usage.counted().isEmpty()) {
            return UNKNOWN; // charged by the second
        }
        long prompt = usage.tokens().prompt();
        boolean exact = !usage.estimated() && usage.counted().isEmpty();
        List<BigInteger> picos = new ArrayList<>();
        for (Share share : usage.shares()) {
            String model = share.model().orElse(asked);
            Optional<Tariff> tariff = prices.find(provider, model);
            if (tariff.isEmpty() && picos.isEmpty()) {
                tariff = prices.find(provider, asked);
                exact &= model.startsWith(asked);
            }
            if (tariff.isEmpty()) {
                return UNKNOWN;
            }
            picos.add(times(provider, usage.tier().orElse(""),
                    pico(tariff.get().at(usage.shares().size() == 1 ? prompt : share.tokens().prompt()).orElseThrow(), share.tokens())));
        }
        return new Cost(split(picos, picos.size()), exact ? By.PRICE : By.ESTIMATED);
    }

    /// Returns what tokens cost, in picodollars.
    static BigInteger pico(Rates rates, Tokens tokens) {
        return product(rates.input(), tokens.input())
                .add(product(rates.cacheRead().orElse(rates.input()), tokens.cacheRead()))
                .add(product(rates.cacheWrite().orElse(rates.input()), tokens.cacheWrite()))
                .add(product(HOUR * rates.input(), tokens.cacheWriteHour()))
                .add(product(rates.output(), tokens.output()));
    }

    private static BigInteger product(long rate, long tokens) {
        return BigInteger.valueOf(rate).multiply(BigInteger.valueOf(tokens));
    }

    private static BigInteger pico(BigDecimal dollars) {
        return dollars.movePointRight(NANO + 3).setScale(0, RoundingMode.CEILING).toBigInteger();
    }

    /// Applies the class of service. OpenAI charges twice as much for priority, and half for flexible processing.
    static BigInteger times(String provider, String tier, BigInteger picos) {
        if (!provider.equals("openai")) {
            return picos;
        }
        return switch (tier) {
            case "priority" -> picos.shiftLeft(1);
            case "flex" -> picos.add(BigInteger.ONE).shiftRight(1);
            default -> picos;
        };
    }

    /// Rounds the sum up to nanodollars, and splits it: every share but the first is rounded down.
    private static List<Long> split(List<BigInteger> picos, int shares) {
        long rest = nanos(picos.stream().reduce(BigInteger.ZERO, BigInteger::add));
        List<Long> split = new ArrayList<>();
        for (int i = 1; i < shares; i++) {
            long share = i < picos.size() ? Math.min(rest, picos.get(i).divide(PICOS).min(MOST).longValueExact()) : 0;
            split.add(share);
            rest -= share;
        }
        split.addFirst(rest);
        return split;
    }

    /// Rounds picodollars up to nanodollars.
    static long nanos(BigInteger picos) {
        return picos.add(PICOS).subtract(BigInteger.ONE).divide(PICOS).min(MOST).longValueExact();
    }
}
