package botmaker.json;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// In the tables `^` stands for a line feed and `~` for a NUL, which annotations would hide.
class JsonParserTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "null", "true", "false", "0", "-0", "7", "-12", "0.5", "-0.25", "1e5", "1E+5", "1e-5", "12.50e07",
        "\"\"", "\"plain\"", "\"\u00e9\u20ac\ud83d\ude00\u0085\u007f\"", "[]", "{}", "[[],{}]", "[1,\"2\",null,true]",
        "{\"\":1}", "{\"a\":{\"b\":[{}]}}", "{\"a\":1,\"A\":2}", " \t^\r[ ^1 , 2\t] ", "{ \"a\" ^:^ 1 }^",
    })
    void a_correct_text_is_accepted_as_string_and_as_bytes(String row) {
        String text = row.replace('^', '\n');
        assertEquals(JsonValue.parse(text), JsonValue.parse(text.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        // nothing, or something behind the value
        "", " ", "^", "1 2", "[] []", "{}}", "[]]", "null,", "\"a\"\"b\"", "1~", "~", "[]x", "// c^1", "1 /* c */", "1#",
        // words
        "nul", "nulL", "True", "TRUE", "truefalse", "tru", "undefined", "NaN", "Infinity", "-Infinity", "-", "+1", "'a'", "a",
        // numbers
        "01", "-01", "00", "1.", ".5", "-.5", "1.e5", "1e", "1e+", "1E-", "1.5e+", "1e+-5", "1e-+5", "0x10", "1_000", "1,000", "--1", "1..2",
        "1e5.5", "1 e5", "1d", "1f", "1L", "\u0661", "\uff11", "-\u0661",
        // strings
        "\"", "\"a", "\"\\\"", "\"\\", "\"^\"", "\"\t\"", "\"~\"", "\"\u001f\"", "\"\\a\"", "\"\\x41\"", "\"\\'\"", "\"\\0\"",
        "\"\\U0041\"", "\"\\u\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u 041\"", "\"\\u+041\"", "\"\\u-001\"", "\"\\u\uff11234\"",
        "\"\\u123", "\"\\ud83d\\u\"", "\"\\ud83d\\u12",
        // arrays
        "[", "[1", "[1,", "[1,]", "[,]", "[,1]", "[1,,2]", "[1 2]", "[1;2]", "[1}", "[}", "]", "[\"a\"", "[[]", "[:]", "[1:2]",
        // objects
        "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\"}", "{\"a\",1}", "{\"a\" 1}",
        "{\"a\"::1}", "{\"a\":}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{\"a\":1 \"b\":2}", "{\"a\":1]", "{[]:1}", "}",
        // white space that RFC 8259 does not know
        "[\u00a0]", "[\u000b]", "[\f]", "\u2028 1", "1\u0085", "\u2060[]", "[]\u3000", "\u00001",
    })
    void anything_else_is_refused_as_string_and_as_bytes(String row) {
        String text = row.replace('^', '\n').replace('~', '\0');
        assertThrows(JsonException.class, () -> JsonValue.parse(text));
        assertThrows(JsonException.class, () -> JsonValue.parse(text.getBytes(UTF_8)));
    }

    @Test
    void every_escape_is_understood() {
        assertEquals("\"\\/\b\f\n\r\t", JsonValue.parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"").string());
        assertEquals("A\0\u00e9\uabcd\uABCD", JsonValue.parse("\"\\u0041\\u0000\\u00e9\\uabcd\\uABCD\"").string());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ff", "80", "bf41", "c3", "c328", "e282", "e28228", "f09f98", "f09f9828", // cut or wrong continuation
        "c080", "c1bf", "e08080", "e09fbf", "f0808080", "f08fbfbf", // longer than needed
        "eda080", "edbfbf", "eda0bdedb880", // surrogates, alone and as a pair (CESU-8)
        "f4908080", "f5808080", "f888808080", "fc8480808080", "fe", // beyond Unicode
    })
    void malformed_utf8_is_refused_where_it_begins(String hex) {
        byte[] text = bytes("[\"\u00e9", HexFormat.of().parseHex(hex), "\"]");
        JsonException error = assertThrows(JsonException.class, () -> JsonValue.parse(text));
        assertEquals("Line 1, column 4: this is not UTF-8.", error.getMessage());
    }

    @Test
    void other_encodings_and_byte_order_marks_are_refused() {
        assertThrows(JsonException.class, () -> JsonValue.parse("[\"a\"]".getBytes(UTF_16LE)));
        JsonException error =
                assertThrows(JsonException.class, () -> JsonValue.parse("\uFEFF[]".getBytes(UTF_8)));
        assertEquals("Line 1, column 1: a byte order mark is not allowed.", error.getMessage());
        assertThrows(JsonException.class, () -> JsonValue.parse("\uFEFF[]"));
        assertThrows(JsonException.class, () -> JsonValue.parse(" \uFEFF[]"));
        assertEquals("\uFEFF", JsonValue.parse("\"\uFEFF\"").string(), "within a string it is a character");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\ud83d\\ud83d", "\\ud83dx", "x\\ud83d\\n", "\\ud83d\\u0041", "\\uDBFF\\uE000",
        "\ud83d", "\ude00", "\ud83d\ud83d\ude00",
    })
    void half_a_surrogate_pair_is_refused(String string) {
        assertThrows(JsonException.class, () -> JsonValue.parse('"' + string + '"'));
        assertThrows(JsonException.class, () -> JsonValue.parse("{\"" + string + "\":1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d\ude00", "\\ud83d\\ude00", "\\uD83D\\uDE00", "\ud83d" + "\\ude00"})
    void a_whole_surrogate_pair_is_one_character(String string) {
        assertEquals("\ud83d\ude00", JsonValue.parse('"' + string + '"').string());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":1}", "{\"\":1,\"\":1}", "{\"a\":1,\"b\":2,\"\\u0061\":3}",
        "[{\"x\":{\"k\":0,\"k\":0}}]",
    })
    void a_name_twice_in_one_object_is_refused(String text) {
        assertThrows(JsonException.class, () -> JsonValue.parse(text));
    }

    @Test
    void names_are_compared_without_normalisation() {
        assertEquals(2, JsonValue.parse("{\"\u00e9\":1,\"e\u0301\":2}").members().size());
        assertEquals(2, JsonValue.parse("[{\"a\":1},{\"a\":1}]").elements().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``              | 1 | 1
            nope            | 1 | 1
            [1,?]           | 1 | 4
            [1,^ ^ 2,?]     | 3 | 4
            {"a":[0,{"b"?}] | 1 | 13
            ["\u00e9\ud83d\ude00",?] | 1 | 7
            {"a":1,"a":2}   | 1 | 8
            {"x":01}        | 1 | 6
            {"x":"a\\q"}    | 1 | 9
            [[[             | 1 | 4
            {"~/\\n":?}     | 1 | 9
            "abc            | 1 | 5
            1^2             | 2 | 1
            """)
    void an_error_tells_line_and_column(String row, int line, int column) {
        String text = row.replace('^', '\n');
        for (Executable parse : List.<Executable>of(() -> JsonValue.parse(text), () -> JsonValue.parse(text.getBytes(UTF_8)))) {
            String message = assertThrows(JsonException.class, parse).getMessage();
            assertTrue(message.startsWith("Line " + line + ", column " + column + ": "), message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "#?", "[#", "[1 #]", "{#:1}", "{\"#\"}", "{\"#\":}", "{\"#\":1,\"#\":2}", "{\"a\":\"#",
        "\"#\\q\"", "\"#\n\"", "\"#\" x", "\"#\\ud800\"",
        "{\"#\":01}", "[\"#\"", "{\"#\":\"#\"", "{\"a\":\"#\" \"b\"}", "\uFEFF#", "{\"#\":$",
    })
    void a_message_never_quotes_the_text(String template) {
        for (String secret : List.of("hunter2", "86753")) {
            byte[] text = template.replace("#", secret).replace("$", "[".repeat(70)).getBytes(UTF_8);
            JsonException error = assertThrows(JsonException.class, () -> JsonValue.parse(text));
            assertFalse(error.toString().contains(secret), error.toString());
        }
    }

    @Test
    void nesting_is_allowed_up_to_64_and_refused_beyond() {
        for (String text : List.of("[".repeat(64) + "]".repeat(64), "[{\"a\":".repeat(32) + "1" + "}]".repeat(32))) {
            assertEquals(text, JsonValue.parse(text).toString());
        }
        String deeper = "[".repeat(63) + "{\"a\":[]}" + "]".repeat(63);
        assertEquals("Line 1, column 69: nested more than 64 deep.",
                assertThrows(JsonException.class, () -> JsonValue.parse(deeper)).getMessage());
        assertThrows(JsonException.class, () -> JsonValue.parse("[".repeat(1_000_000)));
        assertThrows(JsonException.class, () -> JsonValue.parse("{\"a\":".repeat(500_000)));
    }

    @Test
    void size_is_allowed_up_to_8_MiB_and_refused_beyond() {
        String longest = "\"" + "\u00e9".repeat((4 << 20) - 1) + "\"";
        assertEquals((4 << 20) - 1, JsonValue.parse(longest.getBytes(UTF_8)).string().length());
        JsonException error = assertThrows(JsonException.class, () -> JsonValue.parse((longest + " ").getBytes(UTF_8)));
        assertEquals("The text is larger than 8388608 bytes.", error.getMessage());
        String big = " ".repeat(8 << 20) + "1";
        assertThrows(JsonException.class, () -> JsonValue.parse(big));
    }

    @Test
    void a_number_has_at_most_1000_characters() {
        String longest = "-0." + "7".repeat(997);
        assertEquals(longest, JsonValue.parse(longest).toString());
        assertThrows(JsonException.class, () -> JsonValue.parse(longest + "7"));
    }

    private static byte[] bytes(String before, byte[] middle, String after) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(before.getBytes(UTF_8));
        out.writeBytes(middle);
        out.writeBytes(after.getBytes(UTF_8));
        return out.toByteArray();
    }
}
