package botmaker.json;

import static java.util.Objects.requireNonNull;

/// A JSON string. One that was read is well-formed Unicode; one that was built may be any Java `String`.
public final class JsonString implements JsonValue {
    private final String string;
    private final Place place;

    JsonString(String string, Place place) {
        this.string = requireNonNull(string);
        this.place = place;
    }

    @Override
    public String string() {
        return string;
    }

    @Override
    public String path() {
        return place.pointer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonString that && string.equals(that.string);
    }

    @Override
    public int hashCode() {
        return string.hashCode();
    }

    @Override
    public String toString() {
        return JsonWriter.compact(this);
    }
}
