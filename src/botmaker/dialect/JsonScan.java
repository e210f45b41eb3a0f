package botmaker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.dialect.Refused.Reason;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/// Reads a request's body as strict JSON (RFC 8259) and shows each value with its place and its span, so that it can be judged and edited
/// without building a tree of what may be 16 MiB. Takes one pass, no recursion, and memory that does not grow with the body.
///
/// Refuses what two programs could read differently: a name twice in the outermost object, or a name with a zero in it. Names are
/// compared unescaped and folded, as the most lenient server would: without regard to case (as servers written in Go do) and to
/// underscores (as Google's do).
final class JsonScan {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NAME = 200;
    /// The most members of the outermost object, whose names are all kept in memory. No API defines a tenth as many.
    static final int MAX_NAMES = 500;
    /// The most values in a body. A conversation that fills a model's context window has about ten thousand.
    static final int MAX_VALUES = 1_000_000;
    /// How many of the names seen are remembered as they are compared; a power of two.
    private static final int REMEMBERED = 256;
    /// What an array has in place of a name.
    static final String ELEMENT = "*";

    private final byte[] body;
    private final Visitor visitor;
    private final Path path = new Path();
    private final Set<String> names = new HashSet<>();
    private final int[] rememberedStarts = new int[REMEMBERED];
    private final int[] rememberedEnds = new int[REMEMBERED];
    private final String[] remembered = new String[REMEMBERED];
    private final boolean[] isObject = new boolean[MAX_DEPTH + 1];
    private final int[] starts = new int[MAX_DEPTH + 1];
    private int values;
    private int at;

    /// Is shown every value of the body, an object or array after what is in it.
    interface Visitor {
        /// Is shown the next name of the outermost object.
        ///
        /// @param name   as it is written, without escapes
        /// @param folded as names are compared
        /// @throws Refused if the request has to be refused for it
        void name(String name, String folded) throws Refused;

        /// Returns whether the value that is next is of the bot's own making, so that no name in it has a meaning.
        ///
        /// @param path of that value, which a name leads to; valid during the call only
        default boolean isFreeForm(Path path) {
            return false;
        }

        /// @param path  where it is; valid during the call only
        /// @param start of the value in the body
        /// @param end   just after it
        /// @throws Refused if the request has to be refused for it
        void value(Path path, int start, int end) throws Refused;
    }

    /// Where a value is: folded names, and [#ELEMENT] for an element of an array, from the outermost.
    static final class Path {
        private final String[] names = new String[MAX_DEPTH];
        private int depth;
        /// The depth of the outermost value of the bot's own making; beyond the path if there is none.
        private int freeForm = MAX_DEPTH;

        int depth() {
            return depth;
        }

        /// Returns the name at a depth, from 0.
        String get(int index) {
            return names[index];
        }

        /// Returns the innermost name; empty for the body itself.
        String last() {
            return last(0);
        }

        /// Returns the name so many before the innermost; empty if there is none.
        String last(int before) {
            return depth > before ? names[depth - 1 - before] : "";
        }

        /// Returns whether it is within a value of the bot's own making ([Visitor#isFreeForm]).
        boolean isInFreeForm() {
            return freeForm < depth;
        }

        private void enter(String name) {
            names[depth - 1] = name;
            if (freeForm >= depth) {
                freeForm = MAX_DEPTH;
            }
        }
    }

    private JsonScan(byte[] body, Visitor visitor) {
        this.body = body;
        this.visitor = visitor;
    }

    /// Reads a body, which must be one object.
    ///
    /// @throws Refused if it is not, or if the visitor refuses it
    static void scan(byte[] body, Visitor visitor) throws Refused {
        requireUtf8(body);
        JsonScan scan = new JsonScan(body, visitor);
        if (scan.next() != '{') {
            throw scan.error();
        }
        scan.run();
    }

    /// Returns a name as it is compared: in lower case, without underscores.
    static String fold(String name) {
        return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace("_", "");
    }

    /// Decodes the start of a string, quotes included in the span, up to a number of characters.
    static String text(byte[] body, int start, int end, int most) {
        StringBuilder text = new StringBuilder();
        int i = start + 1;
        int plain = i;
        while (i < end - 1 && i - start <= 6 * most) {
            if (body[i] != '\\') {
                i++;
                continue;
            }
            text.append(new String(body, plain, i - plain, UTF_8));
            char name = (char) body[i + 1];
            text.append(switch (name) {
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'u' -> (char) HexFormat.fromHexDigits(new String(body, i + 2, 4, UTF_8));
                default -> name;
            });
            i += name == 'u' ? 6 : 2;
            plain = i;
        }
        text.append(new String(body, plain, i - plain, UTF_8));
        return text.length() > most ? text.substring(0, most) : text.toString();
    }

    private void run() throws Refused {
        while (true) {
            byte first = next();
            if (first == '{' || first == '[') {
                if (open(first == '{')) {
                    continue;
                }
            } else {
                int start = at;
                scalar(first);
                value(start);
            }
            do {
                if (path.depth == 0) {
                    next();
                    if (at < body.length) {
                        throw error();
                    }
                    return;
                }
            } while (!hasMore());
        }
    }

    /// Enters an object or array; returns whether it has a value, which is next.
    private boolean open(boolean object) throws Refused {
        if (path.depth == MAX_DEPTH) {
            throw new Refused(Reason.BODY, "The request's JSON is nested more than " + MAX_DEPTH + " deep.");
        }
        starts[path.depth] = at++;
        isObject[path.depth] = object;
        path.depth++;
        path.enter(ELEMENT);
        if (next() == (object ? '}' : ']')) {
            close();
            return false;
        }
        if (object) {
            name();
        }
        return true;
    }

    /// Goes on after a value: to the next one, or out of the object or array. Returns whether there is a next one.
    private boolean hasMore() throws Refused {
        boolean object = isObject[path.depth - 1];
        byte next = next();
        if (next == ',') {
            at++;
            if (object) {
                name();
            }
            return true;
        }
        if (next != (object ? '}' : ']')) {
            throw error();
        }
        close();
        return false;
    }

    private void close() throws Refused {
        at++;
        path.depth--;
        value(starts[path.depth]);
    }

    private void value(int start) throws Refused {
        if (++values > MAX_VALUES) {
            throw new Refused(Reason.BODY, "The request's JSON has more than " + MAX_VALUES + " values.");
        }
        visitor.value(path, start, at);
    }

    private void name() throws Refused {
        if (next() != '"') {
            throw error();
        }
        int start = at;
        string();
        String folded = folded(start, at);
        path.enter(folded);
        if (path.depth == 1) {
            if (names.size() == MAX_NAMES) {
                throw new Refused(Reason.BODY, "The request's JSON has more than " + MAX_NAMES + " names in its outermost object.");
            }
            if (!names.add(folded)) {
                throw new Refused(Reason.BODY, "The request's JSON has one name twice, so it could be read in two ways.");
            }
            visitor.name(text(body, start, at, MAX_NAME), folded);
        }
        if (!path.isInFreeForm() && visitor.isFreeForm(path)) {
            path.freeForm = path.depth;
        }
        if (next() != ':') {
            throw error();
        }
        at++;
    }

    /// Returns a name as it is compared. Makes no string for one that was there lately: a conversation has few, each many times.
    private String folded(int start, int end) throws Refused {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + body[i];
        }
        int slot = (hash ^ hash >>> 16) & REMEMBERED - 1;
        if (!Arrays.equals(body, start, end, body, rememberedStarts[slot], rememberedEnds[slot])) {
            String name = text(body, start, end, MAX_NAME);
            if (name.indexOf('\0') >= 0) {
                throw new Refused(Reason.BODY, "The request's JSON has a name with a zero character.");
            }
            remembered[slot] = fold(name);
            rememberedStarts[slot] = start;
            rememberedEnds[slot] = end;
        }
        return remembered[slot];
    }

    private void scalar(byte first) throws Refused {
        switch (first) {
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private void string() throws Refused {
        at++;
        skipPlain();
        while (!take('"')) {
            if (!take('\\')) {
                throw error();
            }
            escape();
            skipPlain();
        }
    }

    /// Skips what a string has between quotes and escapes: most of a body, so the loop touches nothing but a local variable.
    private void skipPlain() {
        int i = at;
        while (i < body.length && body[i] != '"' && body[i] != '\\' && (body[i] >= ' ' || body[i] < 0)) {
            i++;
        }
        at = i;
    }

    private void escape() throws Refused {
        byte name = peek();
        at++;
        if (name == 'u') {
            for (int end = at + 4; at < end; at++) {
                if (!HexFormat.isHexDigit(peek())) {
                    throw error();
                }
            }
        } else if ("\"\\/bfnrt".indexOf(name) < 0) {
            throw error();
        }
    }

    private void word(String word) throws Refused {
        for (int i = 0; i < word.length(); i++, at++) {
            if (peek() != word.charAt(i)) {
                throw error();
            }
        }
    }

    private void number() throws Refused {
        take('-');
        if (!take('0')) {
            digits();
        }
        if (take('.')) {
            digits();
        }
        if (take('e') || take('E')) {
            if (!take('+')) {
                take('-');
            }
            digits();
        }
    }

    private void digits() throws Refused {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == start) {
            throw error();
        }
    }

    private boolean take(char expected) {
        if (peek() != expected) {
            return false;
        }
        at++;
        return true;
    }

    /// Skips white space and returns the next byte.
    private byte next() {
        while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
            at++;
        }
        return peek();
    }

    /// Returns the next byte; zero, which nothing in JSON begins with or contains, at the end.
    private byte peek() {
        return at < body.length ? body[at] : 0;
    }

    private Refused error() {
        return new Refused(Reason.BODY, "The request's body is not a valid JSON object: see byte " + at + ".");
    }

    private static void requireUtf8(byte[] body) throws Refused {
        var decoder = UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(body);
        CharBuffer out = CharBuffer.allocate(8192);
        while (true) {
            var result = decoder.decode(in, out.clear(), true);
            if (result.isError()) {
                throw new Refused(Reason.BODY, "The request's body is not UTF-8.");
            }
            if (result.isUnderflow()) {
                return;
            }
        }
    }
}
