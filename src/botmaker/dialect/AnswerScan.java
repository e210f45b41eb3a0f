package botmaker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Set;
import java.util.function.BiConsumer;

/// Reads JSON as it passes, in pieces cut anywhere, one document after another: finds the values at a few places and measures the strings
/// of a few names. What it keeps is bounded, whatever passes. Believes what it reads, and takes malformed JSON for anything.
final class AnswerScan {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NAME = 64;
    private static final int MAX_VALUE = 64 * 1024;

    private final Set<String> places;
    private final Set<String> texts;
    private final BiConsumer<String, byte[]> found;

    private int depth;
    /// Whether the document is an array of what is read as documents: Gemini streams so.
    private boolean inArray;
    /// A bit for each level that is an object.
    private long objects;
    private boolean inString;
    private boolean escaped;
    private boolean isName;
    private boolean nameIsNext;
    private boolean inScalar;
    private boolean measured;
    private final byte[] name = new byte[MAX_NAME];
    private int nameLength;
    private String lastName = "";
    private String outerName = "";

    private byte[] value = new byte[256];
    private int valueLength;
    private int valueDepth = -1;
    private String place = "";

    private long textBytes;

    /// @param places such as `usage` or `response.usage`, from the outermost object
    /// @param texts  the names of the strings to measure, at any depth
    /// @param found  is given a place and the value there
    AnswerScan(Set<String> places, Set<String> texts, BiConsumer<String, byte[]> found) {
        this.places = places;
        this.texts = texts;
        this.found = found;
    }

    /// Returns the bytes of all strings measured.
    long textBytes() {
        return textBytes;
    }

    /// Begins another document, wherever the last one ended.
    void reset() {
        endScalar();
        depth = 0;
        inArray = false;
        inString = false;
        escaped = false;
        nameIsNext = false;
        valueDepth = -1;
    }

    void add(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to) {
            if (inString) {
                i = string(bytes, i, to);
            } else {
                structure(bytes[i++]);
            }
        }
    }

    /// Reads on in a string; returns where it ended, or the end.
    private int string(byte[] bytes, int from, int to) {
        int i = from;
        boolean ended = false;
        while (i < to && !ended) {
            if (escaped) {
                escaped = false;
                i++;
                continue;
            }
            i = ByteSearch.either(bytes, i, to, '"', '\\');
            if (i < to) {
                ended = bytes[i] == '"';
                escaped = !ended;
                i++;
            }
        }
        if (isName) {
            int length = Math.min(i - from, MAX_NAME - nameLength);
            System.arraycopy(bytes, from, name, nameLength, length);
            nameLength += length;
        } else if (measured) {
            textBytes += i - from - (ended ? 1 : 0);
        }
        keep(bytes, from, i);
        if (ended) {
            inString = false;
            if (isName) {
                named(new String(name, 0, Math.max(0, nameLength - 1), UTF_8));
            } else {
                ended();
            }
        }
        return i;
    }

    private void named(String text) {
        lastName = text;
        if (depth == base()) {
            outerName = text;
        }
    }

    private int base() {
        return inArray ? 2 : 1;
    }

    private void structure(byte unit) {
        switch (unit) {
            case ' ', '\n', '\r', '\t' -> endScalar();
            case '"' -> {
                inString = true;
                isName = nameIsNext;
                nameLength = 0;
                if (!isName) {
                    begin();
                    measured = isMember() && texts.contains(lastName);
                }
                keep(unit);
            }
            case '{', '[' -> {
                begin();
                keep(unit);
                if (depth == 0 && unit == '[') {
                    inArray = true;
                }
                depth++;
                objects = unit == '{' ? objects | bit() : objects & ~bit();
                nameIsNext = unit == '{';
            }
            case '}', ']' -> {
                endScalar();
                keep(unit);
                depth = Math.max(0, depth - 1);
                nameIsNext = false;
                ended();
            }
            case ',' -> {
                endScalar();
                keep(unit);
                nameIsNext = isMember();
            }
            case ':' -> {
                keep(unit);
                nameIsNext = false;
            }
            default -> {
                if (!inScalar) {
                    inScalar = true;
                    begin();
                }
                keep(unit);
            }
        }
    }

    private long bit() {
        return depth < MAX_DEPTH ? 1L << depth : 0;
    }

    /// Returns whether the innermost level is an object.
    private boolean isMember() {
        return depth > 0 && (objects & bit()) != 0;
    }

    /// Begins to keep a value, if it is at one of the places.
    private void begin() {
        if (valueDepth >= 0 || !isMember() || depth > base() + 1) {
            return;
        }
        place = depth == base() ? lastName : outerName + "." + lastName;
        if (places.contains(place)) {
            valueDepth = depth;
            valueLength = 0;
        }
    }

    private void endScalar() {
        if (inScalar) {
            inScalar = false;
            ended();
        }
    }

    private void ended() {
        if (valueDepth >= 0 && depth == valueDepth) {
            valueDepth = -1;
            if (valueLength < MAX_VALUE) {
                found.accept(place, Arrays.copyOf(value, valueLength));
            }
        }
    }

    private void keep(byte unit) {
        if (valueDepth >= 0 && valueLength < MAX_VALUE) {
            reserve(1);
            value[valueLength++] = unit;
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        if (valueDepth >= 0 && valueLength < MAX_VALUE) {
            int length = Math.min(to - from, MAX_VALUE - valueLength);
            reserve(length);
            System.arraycopy(bytes, from, value, valueLength, length);
            valueLength += length;
        }
    }

    private void reserve(int more) {
        if (value.length < valueLength + more) {
            value = Arrays.copyOf(value, Math.max(2 * value.length, valueLength + more));
        }
    }
}
