package botmaker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.dialect.Refused.Reason;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The scan of a request's body, against the parser of package `json`.
class JsonScanTest {
    /// Collects the place and the text of each value, in the scan's order.
    private static final class Seen implements JsonScan.Visitor {
        private final byte[] body;
        private final List<String> values = new ArrayList<>();

        Seen(byte[] body) {
            this.body = body;
        }

        @Override
        public void name(String name, String folded) {}

        @Override
        public void value(JsonScan.Path path, int start, int end) {
            StringBuilder place = new StringBuilder();
            for (int i = 0; i < path.depth(); i++) {
                place.append('/').append(path.get(i));
            }
            values.add(place + "=" + JsonValue.parse(Arrays.copyOfRange(body, start, end)));
        }
    }

    private static List<String> scan(byte[] body) throws Refused {
        Seen seen = new Seen(body);
        JsonScan.scan(body, seen);
        return seen.values;
    }

    private static void collect(String place, JsonValue value, List<String> values) {
        if (value instanceof JsonObject object) {
            object.members().forEach((name, member) -> collect(place + "/" + JsonScan.fold(name), member, values));
        } else if (value instanceof JsonArray array) {
            array.elements().forEach(element -> collect(place + "/" + JsonScan.ELEMENT, element, values));
        }
        values.add(place + "=" + value);
    }

    @Test
    void it_sees_each_value_where_the_parser_does() throws Refused {
        Random random = new Random(4);
        for (int round = 0; round < 2000; round++) {
            JsonValue value = Bodies.object(random, 5);
            byte[] body = Bodies.written(value, random).getBytes(UTF_8);
            List<String> expected = new ArrayList<>();
            collect("", value, expected);
            assertEquals(expected, scan(body));
        }
    }

    /// The scan accepts a lone surrogate in an escape, as JavaScript writes one for a text that was cut, and knows duplicates only outside; it
    /// refuses names with a zero.
    @Test
    void it_refuses_what_the_parser_refuses() {
        Random random = new Random(5);
        byte[] alphabet = "{}[]\"\\:,.-+eE0123456789truefalsn u\u0001\u00e9".getBytes(UTF_8);
        int refused = 0;
        for (int round = 0; round < 30_000; round++) {
            byte[] body = Bodies.written(Bodies.object(random, 3), random).getBytes(UTF_8);
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                body[random.nextInt(body.length)] = alphabet[random.nextInt(alphabet.length)];
            }
            boolean scanned = isScanned(body);
            String text = new String(body, UTF_8);
            if (parses(body)) {
                assertEquals(text.strip().startsWith("{"), scanned || text.contains("\\u0000"), text);
            } else if (scanned) {
                assertTrue(text.toLowerCase(Locale.ROOT).contains("\\ud") || hasDuplicates(body), text);
            }
            refused += scanned ? 0 : 1;
        }
        assertTrue(refused > 5000 && refused < 25_000, refused + " refused");
    }

    private static boolean isScanned(byte[] body) {
        try {
            JsonScan.scan(body, new JsonScan.Visitor() {
                @Override
                public void name(String name, String folded) {}

                @Override
                public void value(JsonScan.Path path, int start, int end) {}
            });
            return true;
        } catch (Refused e) {
            assertEquals(Reason.BODY, e.reason());
            return false;
        }
    }

    private static boolean parses(byte[] body) {
        try {
            JsonValue.parse(body);
            return true;
        } catch (JsonException _) {
            return false;
        }
    }

    private static boolean hasDuplicates(byte[] body) {
        JsonException e = assertThrows(JsonException.class, () -> JsonValue.parse(body));
        return e.getMessage().contains("duplicate name");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", "null", "[]", "\"x\"", "1", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\":1}}",
        "{\"a\":1} x", "{\"a\":1}{}", "{a:1}", "{'a':1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":1e}", "{\"a\":-}",
        "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":tru}", "{\"a\":TRUE}", "{\"a\":\"\t\"}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\u12\"}", "{\"a\":\"", "{\"a\":\"\\", "{\"a\":[1,]}", "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":{]}", "{\"a\":1}\u0000", "\u0000{}",
        "{\"a\":\"\u0000\"}", "{\"a\"\u0000:1}", "{/**/\"a\":1}", "{\"a\":1}//", "\ufeff{}", "{\"a\":1;}", "{\"a\":0x1}", "{\u00a0}",
    })
    void what_is_not_one_strict_object_is_refused(String body) {
        assertEquals(Reason.BODY, assertThrows(Refused.class, () -> scan(body.getBytes(UTF_8))).reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3", "ff", "c080", "eda080", "f4908080", "e282"})
    void what_is_not_utf_8_is_refused(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex);
        byte[] body = Arrays.copyOf("{\"a\":\"".getBytes(UTF_8), 6 + bad.length + 2);
        System.arraycopy(bad, 0, body, 6, bad.length);
        body[body.length - 2] = '"';
        body[body.length - 1] = '}';
        assertEquals("The request's body is not UTF-8.", assertThrows(Refused.class, () -> scan(body)).getMessage());
    }

    /// `model` twice would show one model to the broker and have another used.
    @ParameterizedTest
    @ValueSource(strings = {
        "{\"model\":\"a\",\"model\":\"b\"}", "{\"model\":\"a\",\"x\":{},\"model\":null}", "{\"model\":\"a\",\"m\\u006fdel\":\"b\"}",
        "{\"model\":\"a\",\"Model\":\"b\"}", "{\"model\":\"a\",\"MODEL\":\"b\"}", "{\"max_tokens\":1,\"maxTokens\":2}",
        "{\"tools\":[],\"toolſ\":[]}", "{\"stream_options\":{},\"stream_option\\u017f\":{}}",
    })
    void a_name_twice_at_the_top_is_refused_however_it_is_spelled(String body) {
        assertEquals(Reason.BODY, assertThrows(Refused.class, () -> scan(body.getBytes(UTF_8))).reason());
    }

    @Test
    void a_name_that_a_program_in_c_would_cut_is_refused() {
        assertThrows(Refused.class, () -> scan("{\"model\\u0000x\":\"a\"}".getBytes(UTF_8)));
        assertThrows(Refused.class, () -> scan("{\"a\":{\"url\\u0000\":\"a\"}}".getBytes(UTF_8)));
        assertDoesNotThrow(() -> scan("{\"a\":\"\\u0000\"}".getBytes(UTF_8)));
    }

    @Test
    void a_body_may_be_64_deep_and_no_deeper() {
        String deep = "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}";
        assertDoesNotThrow(() -> scan(deep.getBytes(UTF_8)));
        String deeper = "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}";
        assertThrows(Refused.class, () -> scan(deeper.getBytes(UTF_8)));
        byte[] deepest = ("{\"a\":" + "[".repeat(5_000_000)).getBytes(UTF_8);
        assertThrows(Refused.class, () -> scan(deepest));
    }

    @Test
    void a_body_of_32_mib_is_read() {
        byte[] body = ("{\"model\":\"m\",\"messages\":[{\"content\":\"" + "é".repeat(16 << 20) + "\"}]}").getBytes(UTF_8);
        assertTrue(body.length >= 32 << 20);
        assertTrue(isScanned(body));
    }

    @Test
    void there_may_be_a_million_values_and_no_more() {
        assertTrue(isScanned(("{\"a\":[0" + ",0".repeat(JsonScan.MAX_VALUES - 3) + "]}").getBytes(UTF_8)));
        assertFalse(isScanned(("{\"a\":[0" + ",0".repeat(JsonScan.MAX_VALUES - 2) + "]}").getBytes(UTF_8)));
        assertFalse(isScanned(("{\"a\":[[]" + ",[]".repeat(JsonScan.MAX_VALUES - 2) + "]}").getBytes(UTF_8)));
    }

    /// The names outside are kept, to find one that is there twice.
    @Test
    void there_may_be_500_names_outside_and_no_more_and_any_number_inside() {
        assertTrue(isScanned(("{" + names(JsonScan.MAX_NAMES) + "}").getBytes(UTF_8)));
        assertFalse(isScanned(("{" + names(JsonScan.MAX_NAMES + 1) + "}").getBytes(UTF_8)));
        assertTrue(isScanned(("{\"a\":{" + names(100_000) + "}}").getBytes(UTF_8)));
    }

    private static String names(int count) {
        return IntStream.range(0, count).mapToObj(it -> "\"n" + it + "\":0").collect(Collectors.joining(","));
    }

    @Test
    void a_long_string_is_decoded_only_as_far_as_asked() {
        byte[] string = ("\"\\u0068t\\tp\\/" + "x".repeat(1_000_000) + "\"").getBytes(UTF_8);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertEquals("ht\tp/xxxxx", JsonScan.text(string, 0, string.length, 10));
        long made = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(made < 100_000, made + " bytes made");
    }
}
