package botmaker.json;

import static java.util.stream.Collectors.joining;

import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import java.util.Optional;
import java.util.stream.IntStream;

/// Thrown for a text that is not strictly correct JSON, and for a value that is absent, or of another type or range than the
/// program asked for. The message says where, by line and column or by JSON Pointer, and never quotes the content.
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_NAME = 64;

    private final transient Optional<JsonValue> value;
    private final String path;
    private final String problem;

    /// @param value the value that was asked; empty if the text could not be parsed
    /// @param path  as a JSON Pointer relative to it, or to the document once that is known
    private JsonException(Optional<JsonValue> value, String path, String problem) {
        super((path.isEmpty() ? "The value" : path) + " " + problem + ".");
        this.value = value;
        this.path = path;
        this.problem = problem;
    }

    /// @param index where the problem is in the text
    static JsonException syntax(String text, int index, String problem) {
        int lineStart = text.lastIndexOf('\n', index - 1) + 1;
        long line = 1 + text.chars().limit(lineStart).filter(c -> c == '\n').count();
        int column = 1 + text.codePointCount(lineStart, index);
        return new JsonException(Optional.empty(), "Line " + line + ", column " + column + ":", problem);
    }

    static JsonException tooLarge(int limit) {
        return new JsonException(Optional.empty(), "The text", "is larger than " + limit + " bytes");
    }

    static JsonException missing(JsonValue container, String name) {
        return new JsonException(Optional.of(container), "/" + token(name), "is missing");
    }

    static JsonException mismatch(JsonValue value, String expected) {
        return new JsonException(Optional.of(value), "", "must be " + expected + ", not " + kind(value));
    }

    static JsonException outOfRange(JsonValue value, String range) {
        return new JsonException(Optional.of(value), "", "must be " + range);
    }

    /// Returns this error with the whole path from a document; unchanged if the value is not part of it.
    JsonException within(JsonValue document) {
        Optional<String> found = value.flatMap(asked -> pointer(document, asked));
        if (found.isEmpty()) {
            return this;
        }
        JsonException located = new JsonException(value, found.get() + path, problem);
        located.initCause(this);
        return located;
    }

    /// Searches by identity, since equal values may stand in several places.
    private static Optional<String> pointer(JsonValue from, JsonValue value) {
        if (from == value) {
            return Optional.of("");
        }
        return switch (from) {
            case JsonObject(var members) -> members.entrySet().stream()
                    .flatMap(member -> pointer(member.getValue(), value).map(rest -> "/" + token(member.getKey()) + rest).stream())
                    .findFirst();
            case JsonArray(var elements) -> IntStream.range(0, elements.size()).boxed()
                    .flatMap(i -> pointer(elements.get(i), value).map(rest -> "/" + i + rest).stream())
                    .findFirst();
            case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> Optional.empty();
        };
    }

    /// Returns a member's name as one token of a JSON Pointer (RFC 6901 §5) in printable ASCII, safe to show and to log; a name
    /// longer than 64 characters is cut.
    private static String token(String name) {
        return name.chars().limit(LONGEST_NAME).mapToObj(unit -> switch (unit) {
            case '~' -> "~0";
            case '/' -> "~1";
            case '"', '\\' -> "\\" + (char) unit;
            default -> unit >= ' ' && unit <= '~' ? Character.toString(unit) : String.format("\\u%04x", unit);
        }).collect(joining("", "", name.length() > LONGEST_NAME ? "..." : ""));
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
