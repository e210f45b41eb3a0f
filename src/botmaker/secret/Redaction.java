package botmaker.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.Json;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Takes known secrets out of a text that is to be shown: `[redacted:<name>]` stands where one stood.
///
/// It knows a value as it is, and in the forms in which programs print such things: URL-encoded, as the inside of a JSON
/// string, and in Base64. A value under 8 characters is left alone: it would be found in innocent text everywhere.
final class Redaction {
    private static final int SHORTEST = 8;

    private record Needle(String text, String replacement) { }

    private final List<Needle> needles;

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
    }

    private static Set<String> forms(String value) {
        byte[] bytes = value.getBytes(UTF_8);
        String json = Json.of(value).toString();
        return Set.copyOf(List.of(
                value,
                URLEncoder.encode(value, UTF_8),
                json.substring(1, json.length() - 1),
                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)));
    }

    String apply(String text) {
        String clean = text;
        for (Needle needle : needles) {
            clean = clean.replace(needle.text(), needle.replacement());
        }
        return clean;
    }
}
