package botmaker.json;

import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.function.Consumer;

/// Writes values into one buffer, so the cost is linear whatever the nesting.
final class JsonWriter {
    private final StringBuilder out;
    private final boolean indented;
    private int depth;

    JsonWriter(StringBuilder out, boolean indented) {
        this.out = out;
        this.indented = indented;
    }

    static String compact(JsonValue value) {
        StringBuilder out = new StringBuilder();
        new JsonWriter(out, false).write(value);
        return out.toString();
    }

    void write(JsonValue value) {
        switch (value) {
            case JsonObject object -> {
                var members = object.members().entrySet().iterator();
                list('{', '}', members, member -> {
                    quote(out, member.getKey());
                    out.append(indented ? ": " : ":");
                    write(member.getValue());
                });
            }
            case JsonArray array -> list('[', ']', array.elements().iterator(), this::write);
            case JsonString string -> quote(out, string.string());
            case JsonNumber number -> out.append(number);
            case JsonBoolean bool -> out.append(bool);
            case JsonNull nothing -> out.append(nothing);
        }
    }

    private <T> void list(char open, char close, Iterator<T> items, Consumer<T> write) {
        out.append(open);
        if (items.hasNext()) {
            depth++;
            newLine();
            write.accept(items.next());
            while (items.hasNext()) {
                out.append(',');
                newLine();
                write.accept(items.next());
            }
            depth--;
            newLine();
        }
        out.append(close);
    }

    private void newLine() {
        if (indented) {
            out.append('\n').repeat("  ", depth);
        }
    }

    /// Appends a string in quotes, copying runs that need no escape.
    static void quote(StringBuilder out, CharSequence string) {
        out.append('"');
        int written = 0;
        int length = string.length();
        for (int i = 0; i < length; i++) {
            char unit = string.charAt(i);
            if (unit >= ' ' && unit < 0x7f && unit != '"' && unit != '\\' && unit != '<') {
                continue;
            }
            if (isPair(string, i)) {
                i++;
            } else if (needsEscape(unit)) {
                out.append(string, written, i);
                escape(out, unit);
                written = i + 1;
            }
        }
        if (written == 0) {
            out.append(string); // copied at once, unlike a part
        } else {
            out.append(string, written, length);
        }
        out.append('"');
    }

    private static boolean isPair(CharSequence string, int i) {
        return Character.isHighSurrogate(string.charAt(i))
                && i + 1 < string.length()
                && Character.isLowSurrogate(string.charAt(i + 1));
    }

    private static boolean needsEscape(char unit) {
        return switch (unit) {
            case '"', '\\', '<', '\u2028', '\u2029', '\uFEFF' -> true;
            default -> Character.isISOControl(unit) || Character.isSurrogate(unit);
        };
    }

    private static void escape(StringBuilder out, char unit) {
        switch (unit) {
            case '"', '\\' -> out.append('\\').append(unit);
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> out.append("\\u").append(HexFormat.of().toHexDigits(unit));
        }
    }
}
