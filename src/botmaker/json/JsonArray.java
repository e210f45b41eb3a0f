package botmaker.json;

import java.util.List;

/// A JSON array.
public final class JsonArray implements JsonValue {
    private final List<JsonValue> elements;
    private final Place place;

    JsonArray(List<JsonValue> elements, Place place) {
        this.elements = List.copyOf(elements);
        this.place = place;
    }

    @Override
    public List<JsonValue> elements() {
        return elements;
    }

    @Override
    public String path() {
        return place.pointer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonArray that && elements.equals(that.elements);
    }

    @Override
    public int hashCode() {
        return elements.hashCode();
    }

    @Override
    public String toString() {
        return JsonWriter.compact(this);
    }
}
