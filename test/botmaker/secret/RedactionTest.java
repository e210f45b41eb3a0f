package botmaker.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedactionTest {
    private static final SecretName TOKEN = new SecretName("channel-token");
    private static final SecretName KEY = new SecretName("ai-api-key");
    private static final String VALUE = "123:AA+canary/\"quoted\"=";

    @TempDir
    Path root;

    private static String redacted(String text, Map<SecretName, Secret> secrets) {
        return new Redaction(secrets).apply(text);
    }

    @Test
    void a_secret_is_taken_out_wherever_it_stands() {
        assertEquals("a [redacted:channel-token] b [redacted:channel-token]",
                redacted("a " + VALUE + " b " + VALUE, Map.of(TOKEN, Secret.of(VALUE))));
    }

    @Test
    void its_usual_encodings_are_taken_out_too() {
        byte[] bytes = VALUE.getBytes(StandardCharsets.UTF_8);
        for (String form : new String[] {URLEncoder.encode(VALUE, StandardCharsets.UTF_8), "123:AA+canary/\\\"quoted\\\"=",
                Base64.getEncoder().withoutPadding().encodeToString(bytes), Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)}) {
            assertEquals("<[redacted:channel-token]>", redacted("<" + form + ">", Map.of(TOKEN, Secret.of(VALUE))), form);
        }
    }

    /// As in the header of HTTP Basic authentication, or as a JSON document that was encoded as a whole.
    @Test
    void nothing_of_it_is_left_in_the_base64_of_a_longer_text() {
        for (String before : List.of("", "a", "ab", "abc", "user:")) {
            for (String after : List.of("", "z", "zy", "zyx")) {
                byte[] longer = (before + VALUE + after).getBytes(StandardCharsets.UTF_8);
                for (Base64.Encoder base64 : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                    String shown = redacted(base64.encodeToString(longer), Map.of(TOKEN, Secret.of(VALUE)));
                    assertTrue(shown.contains("[redacted:channel-token]"), shown);
                    assertTrue(shown.replace("[redacted:channel-token]", "").length() <= 4 + 4 * ((before.length() + 2) / 3 + (after.length() + 2) / 3), shown);
                }
            }
        }
    }

    @Test
    void it_is_taken_out_as_javascript_and_python_write_it() {
        String value = "k<y ü(1)/+~'!*";
        for (String form : List.of("k%3Cy%20%C3%BC(1)%2F%2B~'!*", "k%3cy+%c3%bc%281%29%2f%2b%7e%27%21*", "k<y \\u00fc(1)/+~'!*")) {
            assertEquals("<[redacted:channel-token]>", redacted("<" + form + ">", Map.of(TOKEN, Secret.of(value))), form);
        }
    }

    /// In whatever order they come: that of a `Map.of` differs from run to run.
    @Test
    void of_two_secrets_one_within_the_other_neither_is_left_in_part() {
        SequencedMap<SecretName, Secret> shortFirst = new LinkedHashMap<>();
        shortFirst.put(KEY, Secret.of("long-secret"));
        shortFirst.put(TOKEN, Secret.of("long-secret-value"));
        for (var secrets : List.of(shortFirst, shortFirst.reversed())) {
            assertEquals("[redacted:channel-token] [redacted:ai-api-key]", redacted("long-secret-value long-secret", secrets));
        }
    }

    @Test
    void a_short_value_is_left_alone() {
        assertEquals("the cat sat", redacted("the cat sat", Map.of(TOKEN, Secret.of("cat"))));
        assertEquals("1234567", redacted("1234567", Map.of(TOKEN, Secret.of("1234567"))));
        assertEquals("[redacted:channel-token]", redacted("12345678", Map.of(TOKEN, Secret.of("12345678"))));
    }

    @Test
    void it_follows_a_replacement() throws Exception {
        SecretStore store = new SecretStore(root.resolve("secrets"));
        int uid = PrivateFiles.currentUid();
        int gid = PrivateFiles.currentGid();
        store.create("bot", Map.of(TOKEN, Secret.of("first-value")), uid, gid);
        UnaryOperator<String> redaction = store.redaction("bot");
        assertEquals("[redacted:channel-token] second-value", redaction.apply("first-value second-value"));

        store.replace("bot", TOKEN, Secret.of("second-value"), uid, gid);

        assertEquals("[redacted:channel-token]", redaction.apply("second-value"));
    }

    @Test
    void without_secrets_nothing_changes() {
        assertEquals("text", new SecretStore(root.resolve("secrets")).redaction("absent").apply("text"));
    }
}
