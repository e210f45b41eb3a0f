package botmaker.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.json.JsonValue.JsonNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The codec exactly where it changes its mind; mutation testing asks for these (`test/mutation.md`).
class JsonEdgesTest {
    /// A character beyond the Basic Multilingual Plane is two `char`s.
    @ParameterizedTest
    @ValueSource(strings = {"7f", "ffff", "10000", "10ffff"})
    void the_column_of_an_error_counts_characters(String codePoint) {
        String text = "\"" + Character.toString(Integer.parseInt(codePoint, 16)) + "\" x";
        assertEquals("Line 1, column 5: unexpected text after the value.",
                assertThrows(JsonException.class, () -> JsonValue.parse(text)).getMessage());
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
        String message = assertThrows(JsonException.class, () -> value.convert(v -> v.get(name).string())).getMessage();
        return message.replace(" must be a string, not a number.", "");
    }

    /// A number is a record with a public constructor, so it checks what it is given.
    @ParameterizedTest
    @ValueSource(strings = {"", "1\n", "01", "1.", "NaN", "1,2", "Infinity", " 1", "\u0661"})
    void no_number_is_built_that_cannot_be_read_back(String text) {
        assertThrows(IllegalArgumentException.class, () -> new JsonNumber(text));
    }

    @Test
    void a_hexadecimal_digit_is_ascii() {
        assertThrows(JsonException.class, () -> JsonValue.parse("\"\\u00\u0661\u0661\""));
        assertEquals("\u007f", JsonValue.parse("\"\\u007f\"").string());
    }

    @Test
    void a_text_that_ends_too_early_is_told_from_one_that_goes_wrong() {
        assertEquals("Line 1, column 2: the text ends where a value is expected.",
                assertThrows(JsonException.class, () -> JsonValue.parse("[")).getMessage());
        assertEquals("Line 1, column 2: expected a value.",
                assertThrows(JsonException.class, () -> JsonValue.parse("[x")).getMessage());
    }

    @Test
    void a_control_character_is_refused_and_a_blank_is_not() {
        assertThrows(JsonException.class, () -> JsonValue.parse("\"\u001f\""));
        assertEquals(" ", JsonValue.parse("\" \"").string());
    }
}
