package botmaker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.wire.HeaderFields;
import botmaker.wire.HeaderFields.Field;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds what a request presents as a credential, wherever that is: at the places of all known APIs, and under all names that say so.
public final class Credentials {
    private static final Pattern NAME = Pattern.compile(
            "authorization|credential|secret|passw|api[-_]?key|(^|[-_])(token|key|auth|jwt|signature|sig)$|accesstoken|^x-amz-");
    private static final Pattern SCHEME = Pattern.compile("bearer", Pattern.CASE_INSENSITIVE);
    private static final int MOST_SHOWN = 40;
    private static final Pattern UNNAMED = Pattern.compile("[^a-z0-9_-]");
    /// Names that only look like it.
    private static final Set<String> HARMLESS = Set.of("idempotency-key", "x-idempotency-key", "sec-websocket-key");

    private Credentials() {}

    /// Returns every credential, in order, none of them expected.
    public static List<Credential> all(HeaderFields fields, String query) {
        return all(fields, query, Set.of());
    }

    /// Returns every credential, in order.
    ///
    /// @param places where the dialect's clients put theirs
    static List<Credential> all(HeaderFields fields, String query, Set<Place> places) {
        List<Credential> all = new ArrayList<>();
        for (Field field : fields.list()) {
            if (isCredential(field)) {
                all.add(credential(field, places));
            }
        }
        parameters(query).filter(Credentials::isCredential).forEach(parameter -> {
            boolean expected = places.contains(Place.QUERY) && name(parameter).equals("key");
            all.add(new Credential("?" + shown(name(parameter)), value(parameter), expected));
        });
        return all;
    }

    private static Credential credential(Field field, Set<Place> places) {
        String name = shown(field.name());
        int space = field.value().indexOf(' ');
        if (!Place.BEARER.isOf(field) || space < 0) {
            return new Credential(name, field.value(), places.stream().anyMatch(place -> place.isOf(field) && place != Place.BEARER));
        }
        boolean bearer = SCHEME.matcher(field.value().substring(0, space)).matches();
        return new Credential(name, field.value().substring(space + 1), bearer && places.contains(Place.BEARER));
    }

    /// Returns the query without credentials.
    static String without(String query) {
        return parameters(query).anyMatch(Credentials::isCredential)
                ? parameters(query).filter(parameter -> !isCredential(parameter)).collect(Collectors.joining("&"))
                : query;
    }

    static boolean isCredential(Field field) {
        return isName(field.name());
    }

    private static boolean isCredential(String parameter) {
        return isName(name(parameter));
    }

    /// Returns a name as a lenient server may read it: in lower case, without white space and what else does not belong into one.
    public static String plain(String name) {
        return UNNAMED.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
    }

    /// Returns a name for people, who may read a bot's words in it.
    private static String shown(String name) {
        String plain = plain(name);
        return plain.substring(0, Math.min(plain.length(), MOST_SHOWN));
    }

    private static boolean isName(String written) {
        String name = plain(written);
        return NAME.matcher(name).find() && !HARMLESS.contains(name);
    }

    private static Stream<String> parameters(String query) {
        return query.isEmpty() ? Stream.empty() : Stream.of(query.split("[&;]", -1));
    }

    private static String name(String parameter) {
        return decode(parameter.split("=", 2)[0]);
    }

    private static String value(String parameter) {
        String[] parts = parameter.split("=", 2);
        return parts.length == 1 ? "" : decode(parts[1]);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }
}
