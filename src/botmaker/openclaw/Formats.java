package botmaker.openclaw;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The forms of values. Every function returns what is wrong, in words that never repeat the value: it may be a secret.
final class Formats {
    private static final int MAX_LENGTH = 2048;
    private static final int LEAST_SECRET = 8;
    private static final Pattern HOST_NAME = Pattern.compile("(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9_\\-]{0,62})(?:\\.[A-Za-z0-9_\\-]{1,63})*\\.?");
    private static final Pattern IPV6 = Pattern.compile("\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*]?");
    private static final Pattern LIST_SEPARATOR = Pattern.compile("[,\\s]+");

    private Formats() {}

    static Optional<String> problem(Field.Kind kind, String value) {
        if (value.isBlank()) {
            return Optional.of("This field is empty.");
        }
        if (value.length() > MAX_LENGTH) {
            return Optional.of("This is longer than " + MAX_LENGTH + " characters.");
        }
        if (value.codePoints().anyMatch(Formats::isInvisible)) {
            return Optional.of("This contains a line break or another control character.");
        }
        return switch (kind) {
            case TEXT -> Optional.empty();
            case URL -> url(value);
            case HOST -> host(value);
            case PORT -> port(value);
            case FLAG -> value.equals("true") || value.equals("false") ? Optional.empty() : Optional.of("true or false is expected here.");
            case LIST -> entries(value).isEmpty() ? Optional.of("This field is empty.") : Optional.empty();
            case SECRET -> secret(value);
            case PASSWORD -> tooShort(value);
        };
    }

    /// The entries of a list, separated by commas or blanks.
    static List<String> entries(String list) {
        return Arrays.stream(LIST_SEPARATOR.split(list)).filter(entry -> !entry.isEmpty()).toList();
    }

    private static Optional<String> url(String value) {
        URI uri;
        try {
            uri = new URI(value);
        } catch (URISyntaxException _) {
            return Optional.of("This is no URL.");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return Optional.of("A URL that begins with https:// or http:// is expected here.");
        }
        if (uri.getRawUserInfo() != null) {
            return Optional.of("A URL must not carry a name or password.");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            return Optional.of("A URL without ? and # is expected here.");
        }
        if (uri.getHost() == null || uri.getPort() > 65535 || uri.getPort() == 0) {
            return Optional.of("This URL has no valid host and port.");
        }
        return host(uri.getHost());
    }

    private static Optional<String> host(String value) {
        return HOST_NAME.matcher(value).matches() || IPV6.matcher(value).matches()
                ? Optional.empty()
                : Optional.of("A host name or an IP address is expected here.");
    }

    private static Optional<String> port(String value) {
        boolean valid = value.matches("[1-9][0-9]{0,4}") && Integer.parseInt(value) <= 65535;
        return valid ? Optional.empty() : Optional.of("A port from 1 to 65535 is expected here.");
    }

    private static Optional<String> secret(String value) {
        if (value.chars().anyMatch(Character::isWhitespace)) {
            return Optional.of("This contains a blank: it was probably not copied as it is.");
        }
        return tooShort(value);
    }

    /// A shorter one could not be taken out of logs: it would be found in innocent text everywhere.
    private static Optional<String> tooShort(String value) {
        return value.length() < LEAST_SECRET ? Optional.of("This is too short: fewer than " + LEAST_SECRET + " characters.") : Optional.empty();
    }

    /// Control and format characters, line and paragraph separators, lone surrogates.
    private static boolean isInvisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
