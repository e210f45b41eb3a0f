package botmaker.policy;

import botmaker.json.JsonValue.JsonNumber;
import java.math.BigDecimal;

/// Money as the API shows it.
public final class Dollars {
    private static final int DIGITS = 9;

    private Dollars() { }

    /// Returns an amount in US dollars, exactly, such as `0.25`.
    ///
    /// @param nanodollars the amount
    public static JsonNumber toJson(long nanodollars) {
        return new JsonNumber(BigDecimal.valueOf(nanodollars, DIGITS).stripTrailingZeros().toPlainString());
    }
}
