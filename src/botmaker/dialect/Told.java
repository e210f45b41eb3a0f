package botmaker.dialect;

import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonNumber;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/// Reads numbers that a provider reports; they may be absent, null or invalid.
final class Told {
    /// More tokens than any call takes, so that sums stay far from overflowing.
    private static final long MOST = 1_000_000_000_000L;
    private static final BigDecimal MOST_AMOUNT = BigDecimal.valueOf(1_000_000);
    private static final int DIGITS = 12;

    private Told() {}

    /// Returns a count; zero if the provider reports none.
    static long count(JsonValue from, String... path) {
        return from.at(path).filter(JsonNumber.class::isInstance).map(Told::whole).orElse(0L);
    }

    private static long whole(JsonValue number) {
        try {
            return Math.clamp(number.integer(), 0, MOST);
        } catch (JsonException _) {
            return 0;
        }
    }

    /// Returns an amount above zero, rounded up to 12 digits behind the point; empty if none is reported, and for zero, with which providers
    /// say that they do not know.
    ///
    /// @param digits by how many the number is to be shifted: 10 where it is in units of 10⁻¹⁰
    static Optional<BigDecimal> positive(Optional<JsonValue> number, int digits) {
        return number.filter(JsonNumber.class::isInstance)
                .flatMap(it -> decimal(((JsonNumber) it).text()))
                .map(it -> it.movePointLeft(digits))
                .filter(it -> it.signum() > 0 && it.compareTo(MOST_AMOUNT) < 0)
                .map(it -> it.setScale(DIGITS, RoundingMode.CEILING).stripTrailingZeros());
    }

    private static Optional<BigDecimal> decimal(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            return Math.abs((long) number.scale()) > 100 ? Optional.empty() : Optional.of(number);
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
