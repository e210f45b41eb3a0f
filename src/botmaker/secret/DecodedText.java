package botmaker.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// A text after some rounds of decoding, with the position in the original text of each character.
///
/// One round decodes, in one pass, every `%41`, `=41`, `\x41`, `%u0041`, `\u0041`, `&#65;`, `&#x41;`, the five named entities of XML,
/// and a backslash before a control letter or a sign, with hexadecimal digits in either case. Bytes of 128 and more are read as UTF-8.
///
/// @param text    the decoded text
/// @param origins by index into `text`, where the character's encoding begins in the original; one more for the end
record DecodedText(String text, int[] origins) {
    /// The longest encoding of one character: the four bytes of an emoji, `%F0%9F%98%80`.
    static final int MAX_SPELLING = 12;

    private static final String ESCAPES = "%\\&=";
    private static final int MAX_ENTITY = 10;
    private static final String CONTROL_LETTERS = "nrtbf";
    private static final String CONTROLS = "\n\r\t\b\f";
    private static final Map<String, Integer> ENTITIES =
            Map.of("amp", (int) '&', "lt", (int) '<', "gt", (int) '>', "quot", (int) '"', "apos", (int) '\'');

    /// Returns an original text.
    static DecodedText of(String text) {
        return new DecodedText(text, new int[0]);
    }

    /// Returns whether a character may begin the encoding of another one.
    static boolean isEscape(char c) {
        return ESCAPES.indexOf(c) >= 0;
    }

    /// Returns the position in the original text of the character at an index, or of the end.
    int origin(int index) {
        return origins.length == 0 ? index : origins[index];
    }

    /// Decodes once more; empty if nothing in the text is encoded.
    Optional<DecodedText> decode() {
        if (ESCAPES.chars().noneMatch(escape -> text.indexOf(escape) >= 0)) {
            return Optional.empty();
        }
        Decoder decoder = new Decoder();
        while (decoder.at < text.length()) {
            decoder.step();
        }
        if (decoder.out.length() == text.length()) {
            return Optional.empty();
        }
        decoder.places[decoder.out.length()] = origin(text.length());
        return Optional.of(new DecodedText(decoder.out.toString(), Arrays.copyOf(decoder.places, decoder.out.length() + 1)));
    }

    private final class Decoder {
        private final StringBuilder out = new StringBuilder(text.length());
        private final int[] places = new int[text.length() + 1];
        private int at;

        private void step() {
            char c = text.charAt(at);
            if (!isEscape(c) || !(bytes() || utf16() || c == '&' && entity() || c == '\\' && sign())) {
                emit(c, 1);
            }
        }

        private void emit(int codePoint, int length) {
            for (char c : Character.toChars(codePoint)) {
                places[out.length()] = origin(at);
                out.append(c);
            }
            at += length;
        }

        /// Decodes `%41`, `=41` or `\x41`, as many as encode one character of UTF-8.
        private boolean bytes() {
            int lead = oneByte(at);
            if (lead < 0) {
                return false;
            }
            int length = lengthOfByte(at);
            int count = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
            byte[] utf8 = {(byte) lead, 0, 0, 0};
            int read = 1;
            while (read < count && (oneByte(at + read * length) & ~0x3f) == 0x80) {
                utf8[read] = (byte) oneByte(at + read * length);
                read++;
            }
            emit(new String(utf8, 0, read, UTF_8).codePointAt(0), read * length);
            return true;
        }

        /// Returns the value of a byte that is encoded at an index, or -1.
        private int oneByte(int index) {
            if (index >= text.length()) {
                return -1;
            }
            return switch (text.charAt(index)) {
                case '%', '=' -> hex(index + 1, 2);
                case '\\' -> text.startsWith("x", index + 1) ? hex(index + 2, 2) : -1;
                default -> -1;
            };
        }

        private int lengthOfByte(int index) {
            return text.charAt(index) == '\\' ? 4 : 3;
        }

        private boolean utf16() {
            int value = text.charAt(at) != '&' && text.startsWith("u", at + 1) ? hex(at + 2, 4) : -1;
            if (value < 0) {
                return false;
            }
            emit(value, 6);
            return true;
        }

        private boolean entity() {
            int end = text.indexOf(';', at, Math.min(text.length(), at + MAX_ENTITY + 1));
            if (end < at + 3) {
                return false;
            }
            String name = text.substring(at + 1, end);
            int value = ENTITIES.getOrDefault(name, -1);
            if (name.startsWith("#")) {
                boolean hex = Character.toLowerCase(name.charAt(1)) == 'x';
                value = number(hex ? name.substring(2) : name.substring(1), hex ? 16 : 10);
            }
            if (!Character.isValidCodePoint(value)) {
                return false;
            }
            emit(value, end + 1 - at);
            return true;
        }

        private boolean sign() {
            if (at + 1 == text.length()) {
                return false;
            }
            char next = text.charAt(at + 1);
            int control = CONTROL_LETTERS.indexOf(next);
            if (control < 0 && Character.isLetterOrDigit(next)) {
                return false;
            }
            emit(control < 0 ? next : CONTROLS.charAt(control), 2);
            return true;
        }

        private int hex(int from, int digits) {
            return from + digits > text.length() ? -1 : number(text.substring(from, from + digits), 16);
        }

        /// Returns the value of digits, or -1 for anything else.
        private static int number(String digits, int radix) {
            int number = digits.isEmpty() ? -1 : 0;
            for (int i = 0; i < digits.length() && number >= 0; i++) {
                int digit = Character.digit(digits.charAt(i), radix);
                number = digit < 0 || number > Character.MAX_CODE_POINT ? -1 : number * radix + digit;
            }
            return number;
        }
    }
}
