package botmaker.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Takes known secrets out of a text that is to be shown: `[redacted:<name>]` stands where one stood.
///
/// It knows a value as it is, and in the forms in which programs print such things: URL-encoded, as the inside of a JSON
/// string, and in Base64, also within a longer text. A value under 8 characters is left alone: it would be found in
/// innocent text everywhere.
final class Redaction {
    private static final int SHORTEST = 8;
    private static final Pattern ESCAPE = Pattern.compile("%[0-9A-F]{2}");

    private record Needle(String text, String replacement) { }

    private final List<Needle> needles;
    private final Sieve sieve;

    Redaction(Map<SecretName, Secret> secrets) {
        List<Needle> found = new ArrayList<>();
        secrets.forEach((name, secret) -> {
            String value = secret.reveal();
            if (value.length() >= SHORTEST) {
                forms(value).forEach(form -> found.add(new Needle(form, "[redacted:" + name.value() + "]")));
            }
        });
        found.sort(Comparator.comparingInt((Needle needle) -> needle.text().length()).reversed()); // none may leave half of another
        this.needles = List.copyOf(found);
        this.sieve = new Sieve(needles.stream().map(Needle::text).toList());
    }

    private static Set<String> forms(String value) {
        byte[] bytes = value.getBytes(UTF_8);
        String url = URLEncoder.encode(value, UTF_8);
        Set<String> forms = new HashSet<>(List.of(value, url, ESCAPE.matcher(url).replaceAll(it -> it.group().toLowerCase(Locale.ROOT)),
                component(url), json(value, false), json(value, true)));
        Stream.of(Base64.getEncoder(), Base64.getUrlEncoder()).map(Base64.Encoder::withoutPadding).forEach(base64 -> {
            forms.add(base64.encodeToString(bytes));
            for (int offset = 0; offset < 3; offset++) {
                forms.add(within(base64, bytes, offset));
            }
        });
        return forms;
    }

    /// As `encodeURIComponent` of JavaScript writes it: other signs stand for themselves, and a space is no plus.
    private static String component(String url) {
        return url.replace("+", "%20").replace("%21", "!").replace("%27", "'").replace("%28", "(").replace("%29", ")").replace("%7E", "~");
    }

    /// The inside of a JSON string: with only what must be escaped, or with all that is not ASCII.
    private static String json(String value, boolean ascii) {
        StringBuilder json = new StringBuilder();
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ' || ascii && c > '~') {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.toString();
    }

    /// What of a value is sure to be seen in the Base64 of a longer text, such as `user:password`, of which it begins after
    /// `offset` bytes, counted modulo 3: the digits that belong to it alone.
    private static String within(Base64.Encoder base64, byte[] value, int offset) {
        byte[] longer = new byte[offset + value.length];
        System.arraycopy(value, 0, longer, offset, value.length);
        return base64.encodeToString(longer).substring((offset * 8 + 5) / 6, longer.length * 8 / 6);
    }

    String apply(String text) {
        if (!sieve.mayHold(text)) {
            return text;
        }
        String clean = text;
        for (Needle needle : needles) {
            clean = clean.replace(needle.text(), needle.replacement());
        }
        return clean;
    }
}
