package botmaker.json;

import java.math.BigDecimal;

/// A JSON number, kept exactly as it was written: any precision and exponent, and no cost until it is asked for a value.
/// Numbers are equal when they are written the same, so `1` is not `1.0`.
public final class JsonNumber implements JsonValue {
    private final String text;
    private final Place place;

    /// @param text a number by the grammar of RFC 8259 §6
    JsonNumber(String text, Place place) {
        this.text = text;
        this.place = place;
    }

    @Override
    public long integer() {
        try {
            return new BigDecimal(text).longValueExact();
        } catch (NumberFormatException | ArithmeticException _) {
            throw JsonTypeException.outOfRange(this, "a whole number from -2^63 to 2^63-1");
        }
    }

    @Override
    public double decimal() {
        double nearest = Double.parseDouble(text);
        if (Double.isInfinite(nearest)) {
            throw JsonTypeException.outOfRange(this, "a number from -1.8e308 to 1.8e308");
        }
        return nearest;
    }

    @Override
    public String path() {
        return place.pointer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonNumber that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
