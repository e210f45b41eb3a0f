package botmaker.secret;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Replaces an owner's secrets in texts by `[redacted:<name>]`, and follows every change of the secrets. For one thread.
///
/// Every text from an owner passes through here before anybody sees it and before it is cut. Each method throws an
/// `UncheckedIOException` if a secret cannot be read; the text must then not be shown.
public final class Redactor implements UnaryOperator<String> {
    private final Supplier<SecretMatcher> secrets;

    /// @param secrets the secrets as they are now
    Redactor(Supplier<SecretMatcher> secrets) {
        this.secrets = secrets;
    }

    /// Returns a redactor for texts whose author has no secrets.
    public static Redactor none() {
        SecretMatcher nothing = new SecretMatcher(Map.of());
        return new Redactor(() -> nothing);
    }

    /// Redacts a whole text.
    @Override
    public String apply(String text) {
        return applyToPart(text, false, false);
    }

    /// Redacts a part of a longer text, including parts of secrets at its cut ends.
    ///
    /// @param cutBefore whether something may be missing before it
    /// @param cutAfter  whether something is missing after it; up to three characters that may begin a secret are then left out
    public String applyToPart(String text, boolean cutBefore, boolean cutAfter) {
        return replace(text, secrets.get().find(text, cutBefore, cutAfter), text.length());
    }

    /// Starts the redaction of a text that arrives in pieces.
    public Pieces pieces() {
        return new Pieces();
    }

    private static String replace(String text, List<SecretMatcher.Match> matches, int end) {
        if (matches.isEmpty()) {
            return text.substring(0, end);
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        for (SecretMatcher.Match match : matches) {
            if (match.start() < end) {
                out.append(text, at, match.start()).append(match.replacement());
                at = match.end();
            }
        }
        return out.append(text, Math.min(at, end), end).toString();
    }

    /// A text that arrives in pieces, such as a streamed answer. A possible beginning of a secret is held back until it is known not to
    /// be one.
    public final class Pieces {
        private static final int MAX_KEPT = 128 * 1024;

        private String kept = "";
        private boolean cut;

        private Pieces() { }

        /// Adds a piece.
        ///
        /// @return what can be shown now, possibly empty
        public String add(String piece) {
            String text = kept + piece;
            SecretMatcher matcher = secrets.get();
            int end = matcher.openEnd(text);
            List<SecretMatcher.Match> matches = matcher.find(text, cut, false);
            for (SecretMatcher.Match match : matches) {
                end = match.start() < end && end < match.end() ? match.start() : end;
            }
            if (text.length() - end > MAX_KEPT) { // a secret that overlaps itself, repeated without an end
                return last(text, true);
            }
            String shown = replace(text, matches, end);
            kept = text.substring(end);
            cut = cut && end == 0;
            return shown;
        }

        /// Ends the text.
        ///
        /// @return what was held back
        public String end() {
            return last(kept, false);
        }

        private String last(String text, boolean cutAfter) {
            String shown = applyToPart(text, cut, cutAfter);
            kept = "";
            cut = cutAfter;
            return shown;
        }
    }
}
