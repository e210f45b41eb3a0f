package botmaker.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.json.JsonValue.JsonNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The codec exactly where it changes its mind; mutation testing asks for these (`test/mutation.md`).
class JsonEdgesTest {
    /// The first and the last character of each length in UTF-8.
    @ParameterizedTest
    @CsvSource({"7f, 1", "80, 2", "7ff, 2", "800, 3", "ffff, 3", "10000, 4", "10ffff, 4"})
    void the_offset_of_an_error_counts_bytes(String codePoint, int bytes) {
        String text = "\"" + Character.toString(Integer.parseInt(codePoint, 16)) + "\" x";
        JsonParseException error = assertThrows(JsonParseException.class, () -> JsonValue.parse(text));
        assertEquals(3 + bytes, error.offset());
    }

    @Test
    void false_is_false() {
        assertFalse(JsonValue.parse("false").bool());
        assertFalse(Json.of(false).bool());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "\"a\"", "[1]", "{\"a\":1}"})
    void what_is_equal_has_the_same_hash_and_what_is_not_mostly_another(String text) {
        assertEquals(JsonValue.parse(text).hashCode(), JsonValue.parse(" " + text).hashCode());
        assertNotEquals(0, JsonValue.parse(text).hashCode());
    }

    @Test
    void a_name_in_a_pointer_is_cut_after_64_characters_and_keeps_what_can_be_printed() {
        assertEquals("/" + "n".repeat(64), pathOf("n".repeat(64)));
        assertEquals("/" + "n".repeat(64) + "...", pathOf("n".repeat(65)));
        assertEquals("/ ~0~1}\\u007f\\u001f", pathOf(" ~/}\u007f\u001f"));
    }

    private static String pathOf(String name) {
        JsonValue value = Json.object().put(name, 1).build();
        String message = assertThrows(JsonTypeException.class, () -> value.convert(v -> v.get(name).string())).getMessage();
        return message.replace(" must be a string, not a number.", "");
    }

    @Test
    void the_least_limits_are_one() {
        assertEquals("1", JsonValue.parse(new byte[] {'1'}, new Limits(1, 1)).toString());
        assertThrows(IllegalArgumentException.class, () -> new Limits(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Limits(1, 0));
    }

    /// A number is a record with a public constructor, so it checks what it is given.
    @ParameterizedTest
    @ValueSource(strings = {"", "1\n", "01", "1.", "NaN", "1,2", "Infinity", " 1", "\u0661"})
    void no_number_is_built_that_cannot_be_read_back(String text) {
        assertThrows(IllegalArgumentException.class, () -> new JsonNumber(text));
    }

    @Test
    void a_hexadecimal_digit_is_ascii() {
        assertThrows(JsonParseException.class, () -> JsonValue.parse("\"\\u00\u0661\u0661\""));
        assertEquals("\u007f", JsonValue.parse("\"\\u007f\"").string());
    }

    @Test
    void a_text_that_ends_too_early_is_told_from_one_that_goes_wrong() {
        assertEquals("Line 1, column 2 (byte 1): the text ends where a value is expected.",
                assertThrows(JsonParseException.class, () -> JsonValue.parse("[")).getMessage());
        assertEquals("Line 1, column 2 (byte 1): expected a value.",
                assertThrows(JsonParseException.class, () -> JsonValue.parse("[x")).getMessage());
    }

    @Test
    void a_control_character_is_refused_and_a_blank_is_not() {
        assertThrows(JsonParseException.class, () -> JsonValue.parse("\"\u001f\""));
        assertEquals(" ", JsonValue.parse("\" \"").string());
    }
}
