package botmaker.auth;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/// The right password, in a form that only tells whether another one equals it. Two are equal if they were read from the same
/// text.
public interface Password {
    /// The longest password, in bytes of UTF-8: together with a user name of [#MAX_USER_BYTES] it fits the header that
    /// [Credentials] accepts.
    int MAX_BYTES = 500;
    int MAX_USER_BYTES = 250;

    /// Matches nothing, for when there is no password.
    Password NONE = new Password() {
        @Override
        public boolean matches(String entered) {
            return false;
        }

        @Override
        public boolean guessable() {
            return false;
        }
    };

    /// Returns whether an entered password, in NFC, is the right one. Takes as long for a wrong one as for the right one.
    boolean matches(String entered);

    /// Returns whether someone who tries for years could find it. A password that cannot be found needs no throttle, which would
    /// lock out its owner, too.
    boolean guessable();

    /// Returns why no sign-in could succeed with a new password; empty if one can. The text never contains the password.
    static Optional<String> problem(String password) {
        if (password.isEmpty()) {
            return Optional.of("is empty");
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return Optional.of("is longer than " + MAX_BYTES + " bytes");
        }
        if (password.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("contains a control character, such as a tab or a line break");
        }
        // Decoders put U+FFFD where the text was not in the expected encoding, and a byte order mark cannot be typed.
        boolean broken = password.codePoints().anyMatch(c -> c == 0xFFFD || c == 0xFEFF || Character.getType(c) == Character.SURROGATE);
        return broken ? Optional.of("is not plain UTF-8 text") : Optional.empty();
    }

    /// Returns the form in which users and passwords are compared (RFC 8265 §4.2), so that it does not matter which keyboard
    /// made an `é`.
    static String normalized(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }
}
