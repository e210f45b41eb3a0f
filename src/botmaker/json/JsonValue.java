package botmaker.json;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A JSON value (RFC 8259): immutable, compared by value, read without casts.
///
/// ```java
/// String model = JsonValue.parse(body).get("ai").get("model").string();
/// ```
///
/// Each accessor that does not fit the value throws a [JsonTypeException] that names the place. Build values with [Json].
public sealed interface JsonValue permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

    /// Reads one value within the default [Limits].
    ///
    /// @throws JsonParseException when the text is anything but one strictly correct JSON value
    static JsonValue parse(String text) {
        return new JsonParser(text, Limits.DEFAULT).document();
    }

    /// Reads one value of UTF-8 within the default [Limits].
    ///
    /// @throws JsonParseException when the bytes are anything but one strictly correct JSON value in UTF-8
    static JsonValue parse(byte[] utf8) {
        return parse(utf8, Limits.DEFAULT);
    }

    /// Reads one value of UTF-8 within limits.
    ///
    /// @throws JsonParseException when the bytes are anything but one strictly correct JSON value in UTF-8
    static JsonValue parse(byte[] utf8, Limits limits) {
        return new JsonParser(Utf8.decode(utf8, limits), limits).document();
    }

    /// A member of this object.
    ///
    /// @throws JsonTypeException when it is absent, or this is no object
    default JsonValue get(String member) {
        return find(member).orElseThrow(() -> JsonTypeException.missing(this, member));
    }

    /// A member of this object, if present; a member that is `null` is present.
    ///
    /// @throws JsonTypeException when this is no object
    default Optional<JsonValue> find(String member) {
        return Optional.ofNullable(members().get(member));
    }

    /// An element of this array, counted from 0.
    ///
    /// @throws JsonTypeException when there is none at the index, or this is no array
    default JsonValue get(int index) {
        List<JsonValue> elements = elements();
        if (index < 0 || index >= elements.size()) {
            throw JsonTypeException.missing(this, String.valueOf(index));
        }
        return elements.get(index);
    }

    /// The members of this object in their order, unmodifiable.
    ///
    /// @throws JsonTypeException when this is no object
    default Map<String, JsonValue> members() {
        throw JsonTypeException.mismatch(this, "an object");
    }

    /// The elements of this array, unmodifiable.
    ///
    /// @throws JsonTypeException when this is no array
    default List<JsonValue> elements() {
        throw JsonTypeException.mismatch(this, "an array");
    }

    /// The text of this string.
    ///
    /// @throws JsonTypeException when this is no string
    default String string() {
        throw JsonTypeException.mismatch(this, "a string");
    }

    /// The exact value of this number; `1.0` and `1e2` are integers, too.
    ///
    /// @throws JsonTypeException when this is no number, has a fraction, or is no `long`
    default long integer() {
        throw JsonTypeException.mismatch(this, "a whole number");
    }

    /// The `double` nearest to this number.
    ///
    /// @throws JsonTypeException when this is no number, or beyond the range of `double`
    default double decimal() {
        throw JsonTypeException.mismatch(this, "a number");
    }

    /// The value of this boolean.
    ///
    /// @throws JsonTypeException when this is neither `true` nor `false`
    default boolean bool() {
        throw JsonTypeException.mismatch(this, "true or false");
    }

    /// Whether this is `null`.
    default boolean isNull() {
        return false;
    }

    /// Where this value stood in the text it was read from, as a JSON Pointer (RFC 6901) that is safe to show and to log;
    /// empty for the outermost value, and for one that was built.
    String path();

    /// Appends what [#toString()] returns.
    default void appendTo(StringBuilder out) {
        new JsonWriter(out, false).write(this);
    }

    /// This value on indented lines, for people to read.
    default String indented() {
        StringBuilder out = new StringBuilder();
        new JsonWriter(out, true).write(this);
        return out.append('\n').toString();
    }

    /// This value as compact JSON on one line, which reads back as an equal value.
    ///
    /// Safe within `<script>`, a log line and an event stream: `<`, control characters, U+2028 and U+2029 are escaped. So is
    /// half a surrogate pair, which only a value that was built can hold: its UTF-8 is exact, but reading refuses it.
    @Override
    String toString();
}
