package botmaker.json;

import static java.util.Collections.unmodifiableMap;

import java.util.LinkedHashMap;
import java.util.Map;

/// A JSON object: members in their order, no name twice. Equal objects have equal members in any order.
public final class JsonObject implements JsonValue {
    private final Map<String, JsonValue> members;
    private final Place place;

    /// Takes the map over: the caller keeps no reference.
    JsonObject(LinkedHashMap<String, JsonValue> members, Place place) {
        this.members = unmodifiableMap(members);
        this.place = place;
    }

    @Override
    public Map<String, JsonValue> members() {
        return members;
    }

    @Override
    public String path() {
        return place.pointer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonObject that && members.equals(that.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    @Override
    public String toString() {
        return JsonWriter.compact(this);
    }
}
