package botmaker.secret;

import java.util.regex.Pattern;

/// The name of a secret and of its file, such as `ai-api-key`.
///
/// @param value a lower-case letter, then up to 63 lower-case letters, digits and hyphens
public record SecretName(String value) implements Comparable<SecretName> {
    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    public SecretName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a name for a secret");
        }
    }

    static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    @Override
    public int compareTo(SecretName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
