package botmaker.policy;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/// What tokens cost, in picodollars a token: a millionth of the price in US dollars per million tokens, as providers state it.
///
/// @param input      for tokens of a prompt
/// @param output     for tokens of an answer
/// @param cacheRead  for tokens of a prompt that were read from a cache; where empty, they cost what others do
/// @param cacheWrite for tokens of a prompt that were written to a cache that lasts minutes; where empty, they cost what others do
public record Rates(long input, long output, Optional<Long> cacheRead, Optional<Long> cacheWrite) {
    /// Nothing.
    public static final Rates FREE = new Rates(0, 0, Optional.empty(), Optional.empty());

    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6})?");
    private static final int DIGITS = 6;

    public Rates {
        if (input < 0 || output < 0 || cacheRead.orElse(0L) < 0 || cacheWrite.orElse(0L) < 0) {
            throw new IllegalArgumentException("a price is not negative");
        }
    }

    /// Reads a price in US dollars per million tokens, such as `0.25`.
    ///
    /// @return picodollars a token
    /// @throws IllegalArgumentException if it is none, negative, a million or more, or has more than six digits after the point
    public static long perMillion(String dollars) {
        if (!DECIMAL.matcher(dollars).matches()) {
            throw new IllegalArgumentException("a price is US dollars per million tokens, such as 0.25");
        }
        return new BigDecimal(dollars).movePointRight(DIGITS).longValueExact();
    }

    /// Writes picodollars a token as US dollars per million tokens, such as `0.25`.
    public static String perMillion(long picodollars) {
        return new BigDecimal(picodollars).movePointLeft(DIGITS).stripTrailingZeros().toPlainString();
    }

    JsonValue toJson() {
        ObjectBuilder json = Json.object().put("input", input).put("output", output);
        cacheRead.ifPresent(it -> json.put("cacheRead", it));
        cacheWrite.ifPresent(it -> json.put("cacheWrite", it));
        return json.build();
    }

    /// @throws JsonException if a member is missing or of another type
    static Rates of(JsonValue json) {
        return new Rates(json.get("input").integer(), json.get("output").integer(), json.find("cacheRead").map(JsonValue::integer),
                json.find("cacheWrite").map(JsonValue::integer));
    }
}
