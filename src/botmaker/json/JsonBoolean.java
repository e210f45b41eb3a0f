package botmaker.json;

/// `true` or `false`.
public final class JsonBoolean implements JsonValue {
    private final boolean bool;
    private final Place place;

    JsonBoolean(boolean bool, Place place) {
        this.bool = bool;
        this.place = place;
    }

    @Override
    public boolean bool() {
        return bool;
    }

    @Override
    public String path() {
        return place.pointer();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonBoolean that && bool == that.bool;
    }

    @Override
    public int hashCode() {
        return Boolean.hashCode(bool);
    }

    @Override
    public String toString() {
        return String.valueOf(bool);
    }
}
