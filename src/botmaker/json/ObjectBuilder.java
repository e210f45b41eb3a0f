package botmaker.json;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Optional;

/// Builds an object member by member, in the order of the calls. Not for use by several threads.
///
/// Every `put` throws an `IllegalArgumentException` when the name is taken.
public final class ObjectBuilder {
    private final LinkedHashMap<String, JsonValue> members = new LinkedHashMap<>();

    ObjectBuilder() {}

    /// Adds a member of any kind.
    public ObjectBuilder put(String name, JsonValue value) {
        if (members.putIfAbsent(requireNonNull(name), requireNonNull(value)) != null) {
            throw new IllegalArgumentException("an object has no name twice");
        }
        return this;
    }

    /// Adds a string.
    public ObjectBuilder put(String name, String value) {
        return put(name, Json.of(value));
    }

    /// Adds a string, or nothing when there is none.
    public ObjectBuilder put(String name, Optional<String> value) {
        value.ifPresent(present -> put(name, present));
        return this;
    }

    /// Adds a whole number.
    public ObjectBuilder put(String name, long value) {
        return put(name, Json.of(value));
    }

    /// Adds a number, which must be finite.
    public ObjectBuilder put(String name, double value) {
        return put(name, Json.of(value));
    }

    /// Adds `true` or `false`.
    public ObjectBuilder put(String name, boolean value) {
        return put(name, Json.of(value));
    }

    /// The object as it is now; the builder may go on without changing it.
    public JsonObject build() {
        return new JsonObject(new LinkedHashMap<>(members), Place.ROOT);
    }
}
