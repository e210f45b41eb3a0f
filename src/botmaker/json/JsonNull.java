package botmaker.json;

/// `null`.
public final class JsonNull implements JsonValue {
    private final Place place;

    JsonNull(Place place) {
        this.place = place;
    }

    @Override
    public boolean isNull() {
        return true;
    }

    @Override
    public String path() {
        return place.pointer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonNull;
    }

    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "null";
    }
}
