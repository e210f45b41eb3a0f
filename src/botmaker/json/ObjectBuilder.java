package botmaker.json;

import static java.util.Objects.requireNonNull;

import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Builds an object member by member, in the order of the calls. Not thread-safe.
///
/// Every `put` throws an `IllegalArgumentException` if the name is taken.
public final class ObjectBuilder {
    private final Map<String, JsonValue> members = new LinkedHashMap<>();

    ObjectBuilder() {}

    /// Adds a member of any kind.
    public ObjectBuilder put(String name, JsonValue value) {
        if (members.putIfAbsent(requireNonNull(name), requireNonNull(value)) != null) {
            throw new IllegalArgumentException("duplicate name in an object");
        }
        return this;
    }

    /// Adds a string.
    public ObjectBuilder put(String name, String value) {
        return put(name, new JsonString(value));
    }

    /// Adds a string if it is present.
    public ObjectBuilder put(String name, Optional<String> value) {
        value.ifPresent(present -> put(name, present));
        return this;
    }

    /// Adds a whole number.
    public ObjectBuilder put(String name, long value) {
        return put(name, new JsonNumber(String.valueOf(value)));
    }

    /// Adds a number, which must be finite.
    public ObjectBuilder put(String name, double value) {
        return put(name, new JsonNumber(String.valueOf(value)));
    }

    /// Adds `true` or `false`.
    public ObjectBuilder put(String name, boolean value) {
        return put(name, new JsonBoolean(value));
    }

    /// Returns the object as it is now; later calls do not change it.
    public JsonObject build() {
        return new JsonObject(members);
    }
}
