package botmaker.json;

/// The words of JSON, read from a text one after the other.
final class JsonScanner {
    /// More than any number needs, and few enough that converting one costs nothing.
    private static final int LONGEST_NUMBER = 1000;

    /// What stands behind the end: a character that no word of JSON begins with.
    private static final char END = '\0';

    private final String text;
    private int at;

    JsonScanner(String text) {
        this.text = text;
    }

    /// Skips white space and returns the character that the next word begins with.
    char next() {
        while (isSpace(peek())) {
            at++;
        }
        return peek();
    }

    /// Skips white space; then skips the character, if it is next.
    boolean skip(char expected) {
        if (next() != expected) {
            return false;
        }
        at++;
        return true;
    }

    boolean atEnd() {
        return at == text.length();
    }

    /// The place of the next character.
    int position() {
        return at;
    }

    JsonParseException error(int index, Place place, String problem) {
        return JsonParseException.at(text, index, place, problem);
    }

    void word(String word, Place place) {
        if (!text.startsWith(word, at)) {
            throw error(at, place, "expected a value");
        }
        at += word.length();
    }

    String number(Place place) {
        int start = at;
        take('-');
        if (!take('0')) {
            digits(place);
        } else if (isDigit(peek())) {
            throw error(at, place, "a number has no leading zeros");
        }
        if (take('.')) {
            digits(place);
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            digits(place);
        }
        if (at - start > LONGEST_NUMBER) {
            throw error(start, place, "a number has at most " + LONGEST_NUMBER + " characters");
        }
        return text.substring(start, at);
    }

    String string(Place place) {
        int start = ++at;
        while (isPlain(peek())) {
            at++;
        }
        if (take('"')) {
            return text.substring(start, at - 1);
        }
        StringBuilder string = new StringBuilder().append(text, start, at);
        while (!take('"')) {
            character(string, place);
        }
        return string.toString();
    }

    private void character(StringBuilder string, Place place) {
        int start = at;
        char unit = unit(place);
        string.append(unit);
        if (Character.isHighSurrogate(unit)) {
            char low = unit(place);
            string.append(low);
            if (Character.isLowSurrogate(low)) {
                return;
            }
        }
        if (Character.isSurrogate(unit)) {
            throw error(start, place, "half of a surrogate pair");
        }
    }

    /// A UTF-16 code unit of a string, written as such or escaped.
    private char unit(Place place) {
        char unit = peek();
        if (atEnd()) {
            throw error(at, place, "the text ends within a string");
        }
        if (unit < ' ') {
            throw error(at, place, "a control character in a string must be escaped");
        }
        at++;
        return unit == '\\' ? escape(place) : unit;
    }

    private char escape(Place place) {
        char name = peek();
        at++;
        return switch (name) {
            case '"', '\\', '/' -> name;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal(place);
            default -> throw error(at - 1, place, "no such escape");
        };
    }

    private char hexadecimal(Place place) {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            char digit = peek();
            int value = digit < 0x80 ? Character.digit(digit, 16) : -1;
            if (value < 0) {
                throw error(at, place, "expected a hexadecimal digit");
            }
            unit = unit << 4 | value;
            at++;
        }
        return (char) unit;
    }

    private void digits(Place place) {
        if (!isDigit(peek())) {
            throw error(at, place, "expected a digit");
        }
        while (isDigit(peek())) {
            at++;
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private boolean take(char expected) {
        if (atEnd() || text.charAt(at) != expected) {
            return false;
        }
        at++;
        return true;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c);
    }
}
