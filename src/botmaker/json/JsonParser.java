package botmaker.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Parses a text, recursing once per level of nesting.
final class JsonParser {
    /// Bytes of UTF-8, or characters of a `String`.
    private static final int MAX_SIZE = 8 << 20;
    private static final int MAX_DEPTH = 64;
    /// What `peek` returns at the end: a character that begins no JSON token.
    private static final char END = '\0';

    private final String text;
    private int at;

    JsonParser(String text) {
        requireSize(text.length());
        this.text = text;
    }

    /// Decodes UTF-8 strictly (RFC 3629): no replacement characters, no overlong forms, no encoded surrogates.
    static JsonParser of(byte[] utf8) {
        requireSize(utf8.length);
        CharBuffer chars = CharBuffer.allocate(utf8.length);
        CoderResult result = UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8), chars, true);
        String text = chars.flip().toString();
        if (result.isError()) {
            throw JsonException.syntax(text, text.length(), "this is not UTF-8");
        }
        return new JsonParser(text);
    }

    private static void requireSize(int size) {
        if (size > MAX_SIZE) {
            throw JsonException.tooLarge(MAX_SIZE);
        }
    }

    JsonValue document() {
        if (next() == '\uFEFF') {
            throw error("a byte order mark is not allowed");
        }
        JsonValue value = value(0);
        next();
        if (!atEnd()) {
            throw error("unexpected text after the value");
        }
        return value;
    }

    private JsonValue value(int depth) {
        return switch (next()) {
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case '"' -> new JsonString(string());
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            case 't' -> word("true", new JsonBoolean(true));
            case 'f' -> word("false", new JsonBoolean(false));
            case 'n' -> word("null", new JsonNull());
            default -> throw error(atEnd() ? "the text ends where a value is expected" : "expected a value");
        };
    }

    private JsonObject object(int depth) {
        open(depth);
        Map<String, JsonValue> members = new LinkedHashMap<>();
        if (!skip('}')) {
            do {
                member(members, depth);
            } while (skip(','));
            close('}');
        }
        return new JsonObject(members);
    }

    private void member(Map<String, JsonValue> members, int depth) {
        if (next() != '"') {
            throw error("expected a name in quotes");
        }
        int start = at;
        String name = string();
        if (members.containsKey(name)) {
            throw error(start, "duplicate name in an object");
        }
        if (!skip(':')) {
            throw error("expected ':'");
        }
        members.put(name, value(depth));
    }

    private JsonArray array(int depth) {
        open(depth);
        List<JsonValue> elements = new ArrayList<>();
        if (!skip(']')) {
            do {
                elements.add(value(depth));
            } while (skip(','));
            close(']');
        }
        return new JsonArray(elements);
    }

    private void open(int depth) {
        if (depth > MAX_DEPTH) {
            throw error("nested more than " + MAX_DEPTH + " deep");
        }
        at++;
    }

    private void close(char bracket) {
        if (!skip(bracket)) {
            throw error("expected ',' or '" + bracket + "'");
        }
    }

    private JsonValue word(String word, JsonValue value) {
        if (!text.startsWith(word, at)) {
            throw error("expected a value");
        }
        at += word.length();
        return value;
    }

    private JsonNumber number() {
        int start = at;
        while ("+-.eE".indexOf(peek()) >= 0 || peek() >= '0' && peek() <= '9') {
            at++;
        }
        try {
            return new JsonNumber(text.substring(start, at));
        } catch (IllegalArgumentException e) {
            throw error(start, e.getMessage());
        }
    }

    private String string() {
        int start = ++at;
        while (isPlain(peek())) {
            at++;
        }
        if (take('"')) {
            return text.substring(start, at - 1);
        }
        StringBuilder string = new StringBuilder().append(text, start, at);
        while (!take('"')) {
            character(string);
        }
        return string.toString();
    }

    private void character(StringBuilder string) {
        int start = at;
        char unit = unit();
        string.append(unit);
        if (Character.isHighSurrogate(unit)) {
            char low = unit();
            string.append(low);
            if (Character.isLowSurrogate(low)) {
                return;
            }
        }
        if (Character.isSurrogate(unit)) {
            throw error(start, "lone surrogate");
        }
    }

    /// Reads one UTF-16 code unit of a string, plain or escaped.
    private char unit() {
        char unit = peek();
        if (atEnd()) {
            throw error("the text ends within a string");
        }
        if (unit < ' ') {
            throw error("a control character in a string must be escaped");
        }
        at++;
        return unit == '\\' ? escape() : unit;
    }

    private char escape() {
        char name = peek();
        at++;
        return switch (name) {
            case '"', '\\', '/' -> name;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw error(at - 1, "invalid escape");
        };
    }

    private char hexadecimal() {
        try {
            char unit = (char) HexFormat.fromHexDigits(text, at, at + 4);
            at += 4;
            return unit;
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            throw error("expected four hexadecimal digits");
        }
    }

    /// Skips white space and returns the next character.
    private char next() {
        while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
            at++;
        }
        return peek();
    }

    /// Skips white space, then the character if it is next.
    private boolean skip(char expected) {
        next();
        return take(expected);
    }

    private boolean take(char expected) {
        if (atEnd() || text.charAt(at) != expected) {
            return false;
        }
        at++;
        return true;
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private boolean atEnd() {
        return at == text.length();
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c);
    }

    private JsonException error(String problem) {
        return error(at, problem);
    }

    private JsonException error(int index, String problem) {
        return JsonException.syntax(text, index, problem);
    }
}
