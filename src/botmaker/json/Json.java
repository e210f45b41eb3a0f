package botmaker.json;

import static java.util.Objects.requireNonNull;

import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /// Builds an object member by member, in the order of the calls. Not thread-safe.
    ///
    /// Every `put` throws an `IllegalArgumentException` if the name is taken.
    public static final class ObjectBuilder {
        private final Map<String, JsonValue> members = new LinkedHashMap<>();

        private ObjectBuilder() {}

        /// Adds a member of any kind.
        public ObjectBuilder put(String name, JsonValue value) {
            if (members.putIfAbsent(requireNonNull(name), requireNonNull(value)) != null) {
                throw new IllegalArgumentException("duplicate name in an object");
            }
            return this;
        }

        /// Adds a string.
        public ObjectBuilder put(String name, String value) {
            return put(name, of(value));
        }

        /// Adds a string if it is present.
        public ObjectBuilder put(String name, Optional<String> value) {
            return value.isPresent() ? put(name, value.get()) : this;
        }

        /// Adds a whole number.
        public ObjectBuilder put(String name, long value) {
            return put(name, of(value));
        }

        /// Adds a number, which must be finite.
        public ObjectBuilder put(String name, double value) {
            return put(name, of(value));
        }

        /// Adds `true` or `false`.
        public ObjectBuilder put(String name, boolean value) {
            return put(name, of(value));
        }

        /// Returns the object as it is now; later calls do not change it.
        public JsonObject build() {
            return new JsonObject(members);
        }
    }
}
