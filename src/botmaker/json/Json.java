package botmaker.json;

import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonString;
import java.util.Collection;
import java.util.List;

/// Builds JSON values.
///
/// ```java
/// Json.object().put("name", "support").put("tags", Json.strings(tags)).build()
/// ```
public final class Json {
    /// `null`.
    public static final JsonValue NULL = new JsonNull();

    private Json() {}

    /// Begins an object.
    public static ObjectBuilder object() {
        return new ObjectBuilder();
    }

    /// Returns an array of values.
    public static JsonArray array(Collection<? extends JsonValue> elements) {
        return new JsonArray(List.copyOf(elements));
    }

    /// Returns an array of values.
    public static JsonArray array(JsonValue... elements) {
        return new JsonArray(List.of(elements));
    }

    /// Returns an array of strings.
    public static JsonArray strings(Collection<String> elements) {
        return array(elements.stream().map(Json::of).toList());
    }

    /// Returns a string.
    public static JsonString of(String value) {
        return new JsonString(value);
    }

    /// Returns a whole number.
    public static JsonNumber of(long value) {
        return new JsonNumber(String.valueOf(value));
    }

    /// Returns a number that parses back to the same `double`.
    ///
    /// @throws IllegalArgumentException if it is infinite or NaN, which JSON cannot express
    public static JsonNumber of(double value) {
        return new JsonNumber(String.valueOf(value));
    }

    /// Returns `true` or `false`.
    public static JsonBoolean of(boolean value) {
        return new JsonBoolean(value);
    }

    /// Appends a string as JSON, quotes included, with the escapes of [JsonValue#toString()]; for writers of many small texts.
    public static void appendString(StringBuilder out, CharSequence string) {
        JsonWriter.quote(out, string);
    }
}
