package botmaker.json;

/// Thrown for a text that is not strictly correct JSON. The message states the position and the problem, and never quotes the
/// text.
public final class JsonParseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;
    private final int offset;

    private JsonParseException(String message, int line, int column, int offset) {
        super(message);
        this.line = line;
        this.column = column;
        this.offset = offset;
    }

    static JsonParseException at(String text, int index, String problem) {
        int lineStart = text.lastIndexOf('\n', index - 1) + 1;
        int line = 1 + (int) text.chars().limit(lineStart).filter(c -> c == '\n').count();
        int column = 1 + text.codePointCount(lineStart, index);
        int offset = text.codePoints().limit(text.codePointCount(0, index)).map(JsonParseException::utf8Length).sum();
        String message = "Line " + line + ", column " + column + " (byte " + offset + "): " + problem + ".";
        return new JsonParseException(message, line, column, offset);
    }

    static JsonParseException tooLarge(Limits limits) {
        return new JsonParseException("Larger than " + limits.maxBytes() + " bytes.", 1, 1, 0);
    }

    /// Returns the line, counted from 1; lines end with `\n`.
    public int line() {
        return line;
    }

    /// Returns the column in characters (code points), counted from 1.
    public int column() {
        return column;
    }

    /// Returns the number of UTF-8 bytes before the error.
    public int offset() {
        return offset;
    }

    private static int utf8Length(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }
}
