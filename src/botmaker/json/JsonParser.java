package botmaker.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Builds values from the words of a text; recurses once per level, which [Limits#maxDepth()] bounds.
final class JsonParser {
    private final JsonScanner scanner;
    private final int maxDepth;

    JsonParser(String text, Limits limits) {
        if (text.length() > limits.maxBytes()) {
            throw JsonParseException.tooLarge(limits);
        }
        this.scanner = new JsonScanner(text);
        this.maxDepth = limits.maxDepth();
    }

    JsonValue document() {
        if (scanner.next() == '\uFEFF') {
            throw error(Place.ROOT, "a byte order mark is not allowed");
        }
        JsonValue value = value(Place.ROOT, 0);
        scanner.next();
        if (!scanner.atEnd()) {
            throw error(Place.ROOT, "the text goes on after its value");
        }
        return value;
    }

    private JsonValue value(Place place, int depth) {
        return switch (scanner.next()) {
            case '{' -> object(place, depth + 1);
            case '[' -> array(place, depth + 1);
            case '"' -> new JsonString(scanner.string(place), place);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> new JsonNumber(scanner.number(place), place);
            case 't' -> {
                scanner.word("true", place);
                yield new JsonBoolean(true, place);
            }
            case 'f' -> {
                scanner.word("false", place);
                yield new JsonBoolean(false, place);
            }
            case 'n' -> {
                scanner.word("null", place);
                yield new JsonNull(place);
            }
            default -> throw error(place, scanner.atEnd() ? "the text ends where a value is expected" : "expected a value");
        };
    }

    private JsonObject object(Place place, int depth) {
        open('{', place, depth);
        LinkedHashMap<String, JsonValue> members = new LinkedHashMap<>();
        if (scanner.skip('}')) {
            return new JsonObject(members, place);
        }
        do {
            if (scanner.next() != '"') {
                throw error(place, "expected a name in quotes");
            }
            int position = scanner.position();
            String name = scanner.string(place);
            Place member = place.member(name);
            if (members.containsKey(name)) {
                throw scanner.error(position, member, "an object has no name twice");
            }
            if (!scanner.skip(':')) {
                throw error(member, "expected ':'");
            }
            members.put(name, value(member, depth));
        } while (scanner.skip(','));
        close('}', place);
        return new JsonObject(members, place);
    }

    private JsonArray array(Place place, int depth) {
        open('[', place, depth);
        List<JsonValue> elements = new ArrayList<>();
        if (scanner.skip(']')) {
            return new JsonArray(elements, place);
        }
        do {
            elements.add(value(place.element(elements.size()), depth));
        } while (scanner.skip(','));
        close(']', place);
        return new JsonArray(elements, place);
    }

    private void open(char bracket, Place place, int depth) {
        if (depth > maxDepth) {
            throw error(place, "nested more than " + maxDepth + " deep");
        }
        scanner.skip(bracket);
    }

    private void close(char bracket, Place place) {
        if (!scanner.skip(bracket)) {
            throw error(place, "expected ',' or '" + bracket + "'");
        }
    }

    private JsonParseException error(Place place, String problem) {
        return scanner.error(scanner.position(), place, problem);
    }
}
