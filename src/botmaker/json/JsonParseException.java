package botmaker.json;

/// A text that is not JSON as this package reads it. The message says where and why, and never quotes the text.
public final class JsonParseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;
    private final int offset;
    private final String path;

    private JsonParseException(String message, int line, int column, int offset, String path) {
        super(message);
        this.line = line;
        this.column = column;
        this.offset = offset;
        this.path = path;
    }

    static JsonParseException at(String text, int index, Place place, String problem) {
        int lineStart = text.lastIndexOf('\n', index - 1) + 1;
        int line = 1 + (int) text.chars().limit(lineStart).filter(c -> c == '\n').count();
        int column = 1 + text.codePointCount(lineStart, index);
        int offset = Utf8.length(text, index);
        String message = "Line " + line + ", column " + column + " (byte " + offset + "): " + problem + ".";
        return new JsonParseException(message, line, column, offset, place.pointer());
    }

    static JsonParseException tooLarge(Limits limits) {
        return new JsonParseException("Larger than " + limits.maxBytes() + " bytes.", 1, 1, 0, "");
    }

    /// The line, counted from 1; lines end with `\n`.
    public int line() {
        return line;
    }

    /// The column in characters (code points), counted from 1.
    public int column() {
        return column;
    }

    /// The bytes of UTF-8 before the error.
    public int offset() {
        return offset;
    }

    /// The value that was being read, as a JSON Pointer (RFC 6901). It holds member names of the text, and so is no part of the
    /// message.
    public String path() {
        return path;
    }
}
