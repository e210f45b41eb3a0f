package botmaker.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import botmaker.json.Json;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedactorTest {
    private static final SecretName TOKEN = new SecretName("channel-token");
    private static final SecretName KEY = new SecretName("ai-api-key");
    private static final String MARKER = "[redacted:channel-token]";
    private static final String VALUE = "123:AA+canary/\"quoted\"=";

    @TempDir
    Path root;

    private static Redactor redactor(Map<SecretName, Secret> secrets) {
        SecretMatcher matcher = new SecretMatcher(secrets);
        return new Redactor(() -> matcher);
    }

    private static Redactor redactor(String value) {
        return redactor(Map.of(TOKEN, Secret.of(value)));
    }

    private static String redacted(String text, Map<SecretName, Secret> secrets) {
        return redactor(secrets).apply(text);
    }

    private static String each(String value, IntFunction<String> spelling) {
        return value.codePoints().mapToObj(spelling).collect(Collectors.joining());
    }

    private static String eachByte(String value, String format) {
        StringBuilder out = new StringBuilder();
        for (byte b : value.getBytes(UTF_8)) {
            out.append(format.formatted(b & 0xff));
        }
        return out.toString();
    }

    @Test
    void a_secret_is_taken_out_wherever_it_stands() {
        assertEquals("a " + MARKER + " b " + MARKER, redactor(VALUE).apply("a " + VALUE + " b " + VALUE));
    }

    /// A key was shown by whatever encoded more than `URLEncoder` does, such as every byte, or wrote the digits of JSON's escapes large.
    @Test
    void every_spelling_is_taken_out() {
        for (String value : List.of(VALUE, "k<y ü(1)/+~'!*", "plain0123456789", "\\u0041%41&amp;=41 \"x\\n", "emoji-😀-key", "a&b<c>d'e\"f")) {
            byte[] bytes = value.getBytes(UTF_8);
            String url = URLEncoder.encode(value, UTF_8);
            String jsonInside = inside(value);
            String quotedPrintable = each(value, c -> c < 128 && c != '=' ? Character.toString(c) : eachByte(Character.toString(c), "=%02X"));
            String escapedUnits = value.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
            List<String> spellings = new ArrayList<>(List.of(url, lowerHex(url), url.replace("+", "%20"),
                    eachByte(value, "%%%02X"), eachByte(value, "%%%02x"), eachByte(value, "\\x%02x"), eachByte(value, "=%02X"),
                    URLEncoder.encode(url, UTF_8), URLEncoder.encode(jsonInside, UTF_8), jsonInside, inside(jsonInside),
                    escapedUnits, escapedUnits.toUpperCase(Locale.ROOT).replace("\\U", "\\u"), quotedPrintable,
                    each(value, "&#%d;"::formatted), each(value, "&#x%X;"::formatted), each(value, "&#x%04x;"::formatted),
                    value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&apos;"),
                    Base64.getEncoder().encodeToString(bytes).replace("=", ""), Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                    URLEncoder.encode(Base64.getEncoder().withoutPadding().encodeToString(bytes), UTF_8),
                    eachByte(value, "%02x"), eachByte(value, "%02X")));
            for (String spelling : spellings) {
                assertEquals("<" + MARKER + ">", redactor(value).apply("<" + spelling + ">"), spelling);
            }
        }
    }

    private static String inside(String value) {
        String json = Json.of(value).toString();
        return json.substring(1, json.length() - 1);
    }

    private static String lowerHex(String url) {
        return Pattern.compile("%[0-9A-F]{2}").matcher(url).replaceAll(it -> it.group().toLowerCase(Locale.ROOT));
    }

    /// As in the header of HTTP Basic authentication, or as a JSON document that was encoded as a whole.
    @Test
    void nothing_of_it_is_left_in_the_base64_of_a_longer_text() {
        for (String before : List.of("", "a", "ab", "abc", "user:")) {
            for (String after : List.of("", "z", "zy", "zyx")) {
                byte[] longer = (before + VALUE + after).getBytes(UTF_8);
                for (Base64.Encoder base64 : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                    String shown = redactor(VALUE).apply(base64.encodeToString(longer));
                    assertTrue(shown.contains(MARKER), shown);
                    assertTrue(shown.replace(MARKER, "").length() <= 4 + 4 * ((before.length() + 2) / 3 + (after.length() + 2) / 3), shown);
                }
            }
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

    /// The one was replaced, and what it had left of the other was shown.
    @Test
    void of_two_secrets_that_overlap_nothing_is_left() {
        Map<SecretName, Secret> secrets = Map.of(KEY, Secret.of("first-secret-common"), TOKEN, Secret.of("common-second-secret"));
        assertEquals("<[redacted:ai-api-key][redacted:channel-token]>", redacted("<first-secret-common-second-secret>", secrets));
        assertEquals("<" + MARKER + ">", redactor("abcdabcd").apply("<abcdabcdabcd>"));
        assertEquals("<[redacted:ai-api-key][redacted:channel-token]>", redacted("<" + eachByte("first-secret-common-second-secret", "%%%02x") + ">", secrets));
    }

    @Test
    void what_only_looks_encoded_stays_as_it_is() {
        for (String text : List.of("100% of %zz, %4", "\\d+ \\", "&nothing; & &#; &#x; &#99999999;", "a=b c=3", "\\u12", "%C3%28 %E9", "tail \\x")) {
            assertEquals(text, redactor(VALUE).apply(text));
        }
    }

    @Test
    void a_short_value_is_left_alone() {
        assertEquals("the cat sat", redactor("cat").apply("the cat sat"));
        assertEquals("1234567", redactor("1234567").apply("1234567"));
        assertEquals(MARKER, redactor("12345678").apply("12345678"));
    }

    @Test
    void each_line_of_a_value_is_sought() {
        assertEquals("-\n" + MARKER + "\n-", redactor("begin key\nQUJDREVGRw\n").apply("-\nQUJDREVGRw\n-"));
    }

    /// Of a line over 256 KiB, 50 of the 51 characters of a key were shown before the cut; of a line whose beginning was missing, 47.
    @Test
    void a_cut_through_a_secret_leaves_no_part_of_it() {
        String value = "sk-" + "0123456789abcdef".repeat(3);
        for (UnaryOperator<String> spelling : List.<UnaryOperator<String>>of(UnaryOperator.identity(), text -> eachByte(text, "%%%02x"),
                text -> each(text, "\\u%04X"::formatted), text -> each(text, "&#%d;"::formatted),
                text -> Base64.getEncoder().encodeToString(text.getBytes(UTF_8)))) {
            String secret = spelling.apply(value);
            int character = Math.ceilDiv(secret.length(), value.length());
            for (int cut = 0; cut <= secret.length(); cut++) {
                String before = redactor(value).applyToPart("<ä>" + secret.substring(0, cut), false, true);
                assertTrue(before.startsWith("<ä>"), before);
                String shown = before.substring(3).replace(MARKER, "");
                assertTrue(shown.isEmpty() || cut < character, secret.substring(0, cut) + " was shown as " + before);
                String after = redactor(value).applyToPart(secret.substring(cut) + "<ä>", true, false);
                assertTrue(after.endsWith("<ä>"), after);
                assertTrue(after.replace(MARKER, "").length() < 3 + 4 * character, secret.substring(cut) + " was shown as " + after);
            }
        }
    }

    @Test
    void where_nothing_is_cut_the_ends_are_left_alone() {
        assertEquals("789 token 123:AA", redactor("123:AA-canary-789").apply("789 token 123:AA"));
        assertEquals("ü", redactor("123:AA-canary-789").applyToPart("ü", true, true));
        assertEquals("", redactor("123:AA-canary-789").applyToPart("", true, true));
    }

    /// Of a secret that came in two pieces of an answer, both were shown.
    @Test
    void a_text_in_pieces_is_redacted_as_it_would_be_whole() {
        Random random = new Random(20_261_129);
        Map<SecretName, Secret> secrets = Map.of(KEY, Secret.of("first-secret-common"), TOKEN, Secret.of("common-second-secret"));
        List<String> parts = List.of("first-secret-common", "common-second-secret", "first-secret-common-second-secret", "first-", "common-second",
                "innocent ", "%", "\\", "=", "&am", "ä😀", eachByte("first-secret-common", "%%%02x"), each("common-second-secret", "&#%d;"::formatted),
                Base64.getEncoder().encodeToString("common-second-secret".getBytes(UTF_8)), "\n");
        for (int n = 0; n < 2_000; n++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 6; i++) {
                text.append(parts.get(random.nextInt(parts.size())));
            }
            Redactor.Pieces pieces = redactor(secrets).pieces();
            StringBuilder shown = new StringBuilder();
            for (int at = 0; at < text.length(); ) {
                int to = Math.min(text.length(), at + 1 + random.nextInt(random.nextBoolean() ? 3 : 40));
                shown.append(pieces.add(text.substring(at, to)));
                at = to;
            }
            shown.append(pieces.end());
            assertEquals(redacted(text.toString(), secrets), shown.toString(), text::toString);
        }
    }

    @Test
    void an_innocent_text_in_pieces_is_not_kept_back() {
        Redactor.Pieces pieces = redactor("sk-canary-0123456789").pieces();
        assertEquals("Hello", pieces.add("Hello"));
        assertEquals(", what is thi", pieces.add(", what is this"));
        assertEquals("s? A ", pieces.add("? A sk-can"));
        assertEquals("sk-cans", pieces.add("s") + pieces.end());
    }

    /// One that was nothing but repetitions would have been kept back for ever.
    @Test
    void what_is_kept_back_is_bounded() {
        Redactor.Pieces pieces = redactor("abababab").pieces();
        int shown = 0;
        for (int i = 0; i < 10; i++) {
            String piece = pieces.add("ab".repeat(20_000));
            assertFalse(piece.contains("ab"), piece);
            shown += piece.length();
        }
        assertTrue(shown > 0);
    }

    @Test
    void it_follows_a_replacement() throws Exception {
        SecretStore store = new SecretStore(root.resolve("secrets"));
        int uid = PrivateFiles.currentUid();
        int gid = PrivateFiles.currentGid();
        store.create("bot", Map.of(TOKEN, Secret.of("first-value")), uid, gid);
        Redactor redactor = store.redactor("bot");
        assertEquals("[redacted:channel-token] second-value", redactor.apply("first-value second-value"));

        store.replace("bot", TOKEN, Secret.of("second-value"), uid, gid);

        assertEquals("[redacted:channel-token]", redactor.apply("second-value"));
    }

    /// A directory in the place of a secret was passed over, and what it had held was shown.
    @Test
    void where_a_secret_cannot_be_read_nothing_is_shown() throws Exception {
        SecretStore store = new SecretStore(root.resolve("secrets"));
        store.create("bot", Map.of(TOKEN, Secret.of("first-value")), PrivateFiles.currentUid(), PrivateFiles.currentGid());
        Path file = store.directory("bot").resolve("ai-api-key");
        Files.writeString(file, "x".repeat(70_000));
        assertThrows(UncheckedIOException.class, () -> store.redactor("bot").apply("text"));
        Files.delete(file);
        Files.createDirectory(file);
        assertThrows(UncheckedIOException.class, () -> store.redactor("bot").apply("text"));
        Files.delete(file);
        assertEquals("text", store.redactor("bot").apply("text"));
    }

    @Test
    void without_secrets_nothing_changes() {
        assertEquals("text", new SecretStore(root.resolve("secrets")).redactor("absent").apply("text"));
        assertEquals("text", Redactor.none().pieces().add("text"));
        assertEquals("text", Redactor.none().applyToPart("text", true, true));
    }
}
