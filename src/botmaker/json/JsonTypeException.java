package botmaker.json;

/// A value that is absent, or of another type or range than the program asked for. It never quotes the value.
public final class JsonTypeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String problem;

    private JsonTypeException(String path, String problem) {
        super(path.isEmpty() ? "The value " + problem + "." : path + " " + problem + ".");
        this.path = path;
        this.problem = problem;
    }

    static JsonTypeException missing(JsonValue container, String token) {
        return new JsonTypeException(container.path() + '/' + Place.token(token), "is missing");
    }

    static JsonTypeException mismatch(JsonValue value, String expected) {
        return new JsonTypeException(value.path(), "must be " + expected + ", not " + kind(value));
    }

    static JsonTypeException outOfRange(JsonValue value, String range) {
        return new JsonTypeException(value.path(), "must be " + range);
    }

    /// The place as a JSON Pointer (RFC 6901), such as `/ai/apiKey`; empty for the outermost value.
    public String path() {
        return path;
    }

    /// What is wrong there, to be read after the name of the place: `must be a string, not an array`.
    public String problem() {
        return problem;
    }

    private static String kind(JsonValue value) {
        return switch (value) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "an array";
            case JsonString _ -> "a string";
            case JsonNumber _ -> "a number";
            case JsonBoolean _ -> "a boolean";
            case JsonNull _ -> "null";
        };
    }
}
