package botmaker.json;

import java.util.Collection;
import java.util.List;

/// Builds JSON values.
///
/// ```java
/// Json.object().put("name", "support").put("tags", Json.strings(tags)).build()
/// ```
public final class Json {
    /// `null`.
    public static final JsonValue NULL = new JsonNull(Place.ROOT);

    private Json() {}

    /// Begins an object.
    public static ObjectBuilder object() {
        return new ObjectBuilder();
    }

    /// An array of values.
    public static JsonArray array(Collection<? extends JsonValue> elements) {
        return new JsonArray(List.copyOf(elements), Place.ROOT);
    }

    /// An array of values.
    public static JsonArray array(JsonValue... elements) {
        return new JsonArray(List.of(elements), Place.ROOT);
    }

    /// An array of strings.
    public static JsonArray strings(Collection<String> elements) {
        return array(elements.stream().map(Json::of).toList());
    }

    /// A string.
    public static JsonString of(String value) {
        return new JsonString(value, Place.ROOT);
    }

    /// A whole number.
    public static JsonNumber of(long value) {
        return new JsonNumber(String.valueOf(value), Place.ROOT);
    }

    /// A number that reads back as the same `double`.
    ///
    /// @throws IllegalArgumentException when it is infinite or not a number: JSON has neither
    public static JsonNumber of(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("JSON has finite numbers only");
        }
        return new JsonNumber(String.valueOf(value), Place.ROOT);
    }

    /// `true` or `false`.
    public static JsonBoolean of(boolean value) {
        return new JsonBoolean(value, Place.ROOT);
    }

    /// Appends a string's JSON form, quotes included, for writers of many small texts; the escapes are those of
    /// [JsonValue#toString()].
    public static void appendString(StringBuilder out, CharSequence string) {
        JsonWriter.quote(out, string);
    }
}
