package botmaker.bot.model;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A bot's name as its operator wrote it, in NFC: 1–64 code points, nothing invisible. It is data: it never becomes a
/// path, a container name or a label.
public record BotName(String value) {
    private static final int LONGEST = 64;
    private static final int BRAILLE_BLANK = 0x2800;
    /// What has no shape of its own: joiners, variation selectors, fillers.
    private static final Pattern SHAPELESS = Pattern.compile("[\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200C\\u200D"
            + "\\uFE00-\\uFE0F\\x{E0100}-\\x{E01EF}]");

    public BotName {
        value = Normalizer.normalize(value, Normalizer.Form.NFC);
        problem(value).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }

    /// What stands against a text as a name, in words; empty where nothing does.
    public static Optional<String> problem(String text) {
        String name = Normalizer.normalize(text, Normalizer.Form.NFC);
        int length = name.codePointCount(0, name.length());
        if (key(name).codePoints().allMatch(BotName::isBlank)) {
            return Optional.of("Give the bot a name.");
        }
        if (length > LONGEST) {
            return Optional.of("At most " + LONGEST + " characters; this has " + length + ".");
        }
        if (isBlank(name.codePointAt(0)) || isBlank(name.codePointBefore(name.length()))) {
            return Optional.of("No space at the beginning or the end.");
        }
        if (name.codePoints().anyMatch(BotName::isInvisible)) {
            return Optional.of("No control, direction or other invisible characters.");
        }
        return Optional.empty();
    }

    /// Control, format (which holds the bidi controls), line and paragraph separators, lone surrogates, private use
    /// and unassigned code points. The joiners that emoji and some scripts need are allowed.
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

    /// The form under which two names are the same: case folded, compatibility forms united, without what cannot be seen.
    public String key() {
        return key(value);
    }

    /// Small, large and small again: a capital sharp s only becomes what a small one becomes by way of the small one.
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
