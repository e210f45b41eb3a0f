package botmaker.json;

import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import java.util.Optional;

/// Thrown when a value is absent, or of another type or range than the program asked for. The message never quotes the value.
public final class JsonTypeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_NAME = 64;

    private final transient JsonValue value;
    private final String path;
    private final String problem;

    /// @param value the value that was asked
    /// @param path  as a JSON Pointer relative to it, or to the document once that is known
    private JsonTypeException(JsonValue value, String path, String problem) {
        super((path.isEmpty() ? "The value" : path) + " " + problem + ".");
        this.value = value;
        this.path = path;
        this.problem = problem;
    }

    static JsonTypeException missing(JsonValue container, String name) {
        return new JsonTypeException(container, "/" + token(name), "is missing");
    }

    static JsonTypeException mismatch(JsonValue value, String expected) {
        return new JsonTypeException(value, "", "must be " + expected + ", not " + kind(value));
    }

    static JsonTypeException outOfRange(JsonValue value, String range) {
        return new JsonTypeException(value, "", "must be " + range);
    }

    /// Returns this error with the whole path from a document; unchanged if the value is not part of it.
    JsonTypeException within(JsonValue document) {
        return pointer(document).filter(found -> !found.isEmpty()).map(found -> {
            JsonTypeException located = new JsonTypeException(value, found + path, problem);
            located.initCause(this);
            return located;
        }).orElse(this);
    }

    /// Searches by identity, since equal values may stand in several places.
    private Optional<String> pointer(JsonValue from) {
        if (from == value) {
            return Optional.of("");
        }
        return switch (from) {
            case JsonObject(var members) -> members.entrySet().stream()
                    .flatMap(member -> pointer(member.getValue()).map(rest -> "/" + token(member.getKey()) + rest).stream())
                    .findFirst();
            case JsonArray(var elements) -> {
                for (int i = 0; i < elements.size(); i++) {
                    Optional<String> rest = pointer(elements.get(i));
                    if (rest.isPresent()) {
                        yield Optional.of("/" + i + rest.get());
                    }
                }
                yield Optional.empty();
            }
            case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> Optional.empty();
        };
    }

    /// Returns a member's name as one token of a JSON Pointer (RFC 6901 §5) in printable ASCII, safe to show and to log; a name
    /// longer than 64 characters is cut.
    private static String token(String name) {
        StringBuilder token = new StringBuilder();
        name.chars().limit(LONGEST_NAME).forEach(unit -> {
            switch (unit) {
                case '~' -> token.append("~0");
                case '/' -> token.append("~1");
                case '"', '\\' -> token.append('\\').append((char) unit);
                default -> {
                    if (unit >= ' ' && unit <= '~') {
                        token.append((char) unit);
                    } else {
                        token.append(String.format("\\u%04x", unit));
                    }
                }
            }
        });
        return name.length() > LONGEST_NAME ? token.append("...").toString() : token.toString();
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
