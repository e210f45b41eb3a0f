package botmaker.json;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// A JSON value (RFC 8259): immutable, compared by value, read without casts.
///
/// ```java
/// String model = JsonValue.parse(body).get("ai").get("model").string();
/// ```
///
/// Each accessor that does not fit the value throws a [JsonException]. [Json] builds values.
public sealed interface JsonValue {

    /// Parses one value of at most 8 Mi characters, nested at most 64 deep.
    ///
    /// @throws JsonException if the text is anything but one strictly correct JSON value
    static JsonValue parse(String text) {
        return new JsonParser(text).document();
    }

    /// Parses one value of at most 8 MiB of UTF-8, nested at most 64 deep.
    ///
    /// @throws JsonException if the bytes are anything but one strictly correct JSON value in UTF-8
    static JsonValue parse(byte[] utf8) {
        return JsonParser.of(utf8).document();
    }

    /// Returns a member of this object.
    ///
    /// @throws JsonException if it is absent, or if this is not an object
    default JsonValue get(String member) {
        return find(member).orElseThrow(() -> JsonException.missing(this, member));
    }

    /// Returns a member of this object if it is present; a member that is `null` is present.
    ///
    /// @throws JsonException if this is not an object
    default Optional<JsonValue> find(String member) {
        return Optional.ofNullable(members().get(member));
    }

    /// Returns what is at the end of a path of members; empty if a member is absent or its parent is not an object.
    default Optional<JsonValue> at(String... path) {
        Optional<JsonValue> value = Optional.of(this);
        for (String member : path) {
            value = value.filter(JsonObject.class::isInstance).flatMap(object -> object.find(member));
        }
        return value;
    }

    /// Returns the text at the end of a path of members; empty if there is none, or only white space.
    default Optional<String> textAt(String... path) {
        return at(path).filter(JsonString.class::isInstance).map(JsonValue::string).filter(text -> !text.isBlank());
    }

    /// Returns an element of this array, counted from 0.
    ///
    /// @throws JsonException if the index is out of range, or if this is not an array
    default JsonValue get(int index) {
        List<JsonValue> elements = elements();
        if (index < 0 || index >= elements.size()) {
            throw JsonException.missing(this, String.valueOf(index));
        }
        return elements.get(index);
    }

    /// Returns the members of this object in order, unmodifiable.
    ///
    /// @throws JsonException if this is not an object
    default Map<String, JsonValue> members() {
        throw JsonException.mismatch(this, "an object");
    }

    /// Returns the elements of this array, unmodifiable.
    ///
    /// @throws JsonException if this is not an array
    default List<JsonValue> elements() {
        throw JsonException.mismatch(this, "an array");
    }

    /// Returns the text of this string.
    ///
    /// @throws JsonException if this is not a string
    default String string() {
        throw JsonException.mismatch(this, "a string");
    }

    /// Returns the exact value of this number; `1.0` and `1e2` are integers, too.
    ///
    /// @throws JsonException if this is not a number, has a fraction, or does not fit a `long`
    default long integer() {
        throw JsonException.mismatch(this, "a whole number");
    }

    /// Returns the value of this boolean.
    ///
    /// @throws JsonException if this is neither `true` nor `false`
    default boolean bool() {
        throw JsonException.mismatch(this, "true or false");
    }

    /// Returns whether this is `null`.
    default boolean isNull() {
        return this instanceof JsonNull;
    }

    /// Applies a conversion to this document. A [JsonException] that the conversion throws then names the JSON Pointer of
    /// the value that did not fit, which values themselves do not carry.
    default <T> T convert(Function<JsonValue, T> conversion) {
        try {
            return conversion.apply(this);
        } catch (JsonException e) {
            throw e.within(this);
        }
    }

    /// Returns this value on indented lines, for people to read.
    default String indented() {
        StringBuilder out = new StringBuilder();
        new JsonWriter(out, true).write(this);
        return out.append('\n').toString();
    }

    /// Returns this value as compact JSON on one line, which parses back to an equal value.
    ///
    /// The text is safe within `<script>`, a log line and an event stream: `<`, control characters, U+2028 and U+2029 are
    /// escaped. So is a lone surrogate, which only a built value can contain; the parser refuses it.
    @Override
    String toString();

    /// A JSON object: members in order, with unique names. Objects with equal members in any order are equal.
    ///
    /// @param members unmodifiable
    record JsonObject(Map<String, JsonValue> members) implements JsonValue {
        public JsonObject {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        @Override
        public String toString() {
            return JsonWriter.compact(this);
        }
    }

    /// A JSON array.
    ///
    /// @param elements unmodifiable
    record JsonArray(List<JsonValue> elements) implements JsonValue {
        public JsonArray {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return JsonWriter.compact(this);
        }
    }

    /// A JSON string.
    ///
    /// @param string well-formed Unicode if it was parsed; any Java `String` if it was built
    record JsonString(String string) implements JsonValue {
        public JsonString {
            requireNonNull(string);
        }

        @Override
        public String toString() {
            return JsonWriter.compact(this);
        }
    }

    /// A JSON number, kept exactly as it was written, so any precision and exponent costs nothing until it is converted.
    /// Numbers are equal if they are written the same, so `1` does not equal `1.0`.
    ///
    /// @param text a number by the grammar of RFC 8259 §6, of at most 1,000 characters
    record JsonNumber(String text) implements JsonValue {
        private static final Pattern GRAMMAR = Pattern.compile("-?(0|[1-9][0-9]*+)(\\.[0-9]++)?([eE][+-]?[0-9]++)?");
        /// More than any number needs, and few enough that a conversion is cheap.
        private static final int MAX_LENGTH = 1000;

        /// @throws IllegalArgumentException if the text is not a JSON number; the message does not repeat it
        public JsonNumber {
            if (text.length() > MAX_LENGTH) {
                throw new IllegalArgumentException("a number has at most " + MAX_LENGTH + " characters");
            }
            if (!GRAMMAR.matcher(text).matches()) {
                throw new IllegalArgumentException("not a valid number");
            }
        }

        @Override
        public long integer() {
            try {
                return new BigDecimal(text).longValueExact();
            } catch (NumberFormatException | ArithmeticException _) {
                throw JsonException.outOfRange(this, "a whole number from -2^63 to 2^63-1");
            }
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// `true` or `false`.
    record JsonBoolean(boolean bool) implements JsonValue {
        @Override
        public String toString() {
            return String.valueOf(bool);
        }
    }

    /// `null`.
    record JsonNull() implements JsonValue {
        @Override
        public String toString() {
            return "null";
        }
    }
}
