package botmaker.bot;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/// A bot's name as its operator wrote it, in NFC: 1–64 code points, nothing invisible. It is data: it never becomes a
/// path, a container name or a label.
public record BotName(String value) {
    private static final int LONGEST = 64;

    public BotName {
        value = Normalizer.normalize(value, Normalizer.Form.NFC);
        problem(value).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }

    /// What stands against a text as a name, in words; empty where nothing does.
    static Optional<String> problem(String text) {
        String name = Normalizer.normalize(text, Normalizer.Form.NFC);
        int length = name.codePointCount(0, name.length());
        if (name.isBlank()) {
            return Optional.of("Give the bot a name.");
        }
        if (length > LONGEST) {
            return Optional.of("At most " + LONGEST + " characters; this has " + length + ".");
        }
        if (!name.strip().equals(name)) {
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

    /// The form under which two names are the same: case folded, compatibility forms united.
    String key() {
        String folded = value.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(folded, Normalizer.Form.NFKC);
    }

    @Override
    public String toString() {
        return value;
    }
}
