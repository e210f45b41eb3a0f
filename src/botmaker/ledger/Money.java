package botmaker.ledger;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/// Writes amounts for people.
final class Money {
    private static final int NANO = 9;
    private static final int CENTS = 2;

    private Money() {}

    /// Returns nanodollars as US dollars, such as `5.00 USD`; what is less than a cent keeps two digits, such as `0.0012 USD`.
    static String words(long nanos) {
        BigDecimal dollars = BigDecimal.valueOf(nanos, NANO).stripTrailingZeros();
        long first = (long) dollars.scale() - dollars.precision() + 1; // digit behind the point that is not zero
        int digits = first <= CENTS ? CENTS : (int) Math.min(first + 1, NANO);
        return dollars.setScale(digits, RoundingMode.HALF_UP).toPlainString() + " USD";
    }

    /// Returns a number of tokens, such as `1,000,000 tokens`.
    static String tokens(long count) {
        return String.format(Locale.ROOT, "%,d tokens", count);
    }
}
