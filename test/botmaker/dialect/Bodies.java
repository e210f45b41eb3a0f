package botmaker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonObject;
import botmaker.wire.HeaderFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Makes requests of each dialect, and JSON at random.
final class Bodies {
    private Bodies() {}

    /// Reads a body as a dialect's call.
    static Call read(String dialect, String path, String body) throws Refused {
        return read(dialect, path, body.getBytes(UTF_8));
    }

    static Call read(String dialect, String path, byte[] body) throws Refused {
        Dialect it = Dialects.of(dialect).orElseThrow();
        return it.read(it.route("POST", path, "").orElseThrow(), "", HeaderFields.of("Content-Type", "application/json"), body);
    }

    static String text(byte[] body) {
        return new String(body, UTF_8);
    }

    /// Returns a random value, written with random spacing and escapes, and at most so deep.
    static JsonValue value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> Json.NULL;
            case 1 -> Json.of(random.nextBoolean());
            case 2 -> Json.of(random.nextLong());
            case 3 -> Json.of(random.nextDouble());
            case 4, 5 -> Json.of(string(random));
            case 6 -> Json.array(values(random, depth));
            default -> object(random, depth);
        };
    }

    static JsonObject object(Random random, int depth) {
        var object = Json.object();
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            object.put(i + string(random), value(random, depth - 1));
        }
        return object.build();
    }

    private static List<JsonValue> values(Random random, int depth) {
        List<JsonValue> values = new ArrayList<>();
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            values.add(value(random, depth - 1));
        }
        return values;
    }

    private static String string(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(8);
        for (int i = 0; i < length; i++) {
            text.append(List.of("a", "_", "\"", "\\", "\n", "é", "€", "😀", "\u0001", "{", "}", ":", ",", "model").get(random.nextInt(14)));
        }
        return text.toString();
    }

    /// Writes a value with random spacing, and with escapes where none are needed.
    static String written(JsonValue value, Random random) {
        StringBuilder out = new StringBuilder();
        boolean inString = false;
        String compact = value.toString();
        for (int i = 0; i < compact.length(); i++) {
            char c = compact.charAt(i);
            if (inString && c == '\\') {
                int end = i + (compact.charAt(i + 1) == 'u' ? 6 : 2);
                out.append(compact, i, end);
                i = end - 1;
            } else if (inString && c != '"' && !Character.isSurrogate(c) && random.nextInt(10) == 0) {
                out.append(String.format("\\u%04" + (random.nextBoolean() ? "x" : "X"), (int) c));
            } else {
                if (!inString && "{}[]:,".indexOf(c) >= 0) {
                    space(out, random).append(c);
                    space(out, random);
                } else {
                    out.append(c);
                }
                inString ^= c == '"';
            }
        }
        return out.toString();
    }

    private static StringBuilder space(StringBuilder out, Random random) {
        return random.nextInt(3) == 0 ? out.append(List.of(" ", "\n", "\t", "\r\n", "  ").get(random.nextInt(5))) : out;
    }
}
