package botmaker.bot.model;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A bot's name as its operator entered it, in NFC: 1 to 64 code points, none invisible. It is data: it never becomes part of a path,
/// a container name or a label.
public record BotName(String value) {
    /// The most code points.
    public static final int LONGEST = 64;
    private static final int BRAILLE_BLANK = 0x2800;
    /// Code points without a shape of their own: joiners, variation selectors, fillers.
    private static final Pattern SHAPELESS = Pattern.compile("[\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200C\\u200D"
            + "\\uFE00-\\uFE0F\\x{E0100}-\\x{E01EF}]");

    public BotName {
        value = Normalizer.normalize(value, Normalizer.Form.NFC);
        problem(value).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }

    /// Returns why a text cannot be a name; empty if it can.
    public static Optional<String> problem(String text) {
        String name = Normalizer.normalize(text, Normalizer.Form.NFC);
        int length = name.codePointCount(0, name.length());
        if (key(name).codePoints().allMatch(BotName::isBlank)) {
            return Optional.of("Enter a name.");
        }
        if (length > LONGEST) {
            return Optional.of("Enter at most " + LONGEST + " characters; this has " + length + ".");
        }
        if (isBlank(name.codePointAt(0)) || isBlank(name.codePointBefore(name.length()))) {
            return Optional.of("A name cannot begin or end with a space.");
        }
        if (name.codePoints().anyMatch(BotName::isInvisible)) {
            return Optional.of("A name cannot contain control, direction or other invisible characters.");
        }
        return Optional.empty();
    }

    /// Finds control and format characters (bidi controls among them), line and paragraph separators, lone surrogates, private use and
    /// unassigned code points. The joiners that emoji and some scripts need are allowed.
    private static boolean isInvisible(int codePoint) {
        if (codePoint == 0x200C || codePoint == 0x200D) {
            return false;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static boolean isBlank(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) || codePoint == BRAILLE_BLANK;
    }

    /// Returns the form in which equal names are compared: case folded, in compatibility form, without invisible code points.
    public String key() {
        return key(value);
    }

    /// Folds to lower, upper and lower case again: a capital sharp s folds like a small one only by way of the small one.
    private static String key(String name) {
        String folded = Normalizer.normalize(name, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return SHAPELESS.matcher(Normalizer.normalize(folded, Normalizer.Form.NFKC)).replaceAll("");
    }

    @Override
    public String toString() {
        return value;
    }
}
