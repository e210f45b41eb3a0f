package botmaker.bot.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BotNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"support", "Küche 2", "../etc/passwd", "$(rm -rf /)", "<b>x</b>", "a%2fb", "家", "👩‍👩‍👧", "a:b", "'; DROP TABLE bots"})
    void names_are_data_and_may_say_anything_visible(String name) {
        assertEquals(Optional.empty(), BotName.problem(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " a", "a ", "a\nb", "a\u0000b", "a\u202Eb", "a\u2066b", "a\u200Bb", "\uFEFFa", "a\u2028b", "a\uD800b", "\uE000",
            "\u00A0", "\u00A0a", "\u3164", "\u2800", "\u200D", "\uFE0F\u115F", "a\u3000"})
    void what_cannot_be_seen_is_refused(String name) {
        assertTrue(BotName.problem(name).isPresent());
        assertThrows(IllegalArgumentException.class, () -> new BotName(name));
    }

    @Test
    void length_is_counted_in_code_points() {
        assertEquals(Optional.empty(), BotName.problem("🦞".repeat(64)));
        assertTrue(BotName.problem("🦞".repeat(65)).isPresent());
    }

    @Test
    void names_are_kept_in_nfc() {
        assertEquals("é", new BotName("e\u0301").value());
    }

    @Test
    void case_and_compatibility_forms_do_not_make_another_name() {
        assertEquals(new BotName("Support").key(), new BotName("sUPPORT").key());
        assertEquals(new BotName("Straße").key(), new BotName("STRASSE").key());
        assertEquals(new BotName("ｂｏｔ").key(), new BotName("bot").key());
        assertEquals(new BotName("STRAẞE").key(), new BotName("Straße").key());
        assertEquals(new BotName("\u2121").key(), new BotName("tel").key());
        assertNotEquals(new BotName("bot 1").key(), new BotName("bot 2").key());
    }

    /// Two bots of one look could be told apart by nobody.
    @Test
    void what_has_no_shape_does_not_make_another_name() {
        assertEquals(new BotName("sup\u200Dport").key(), new BotName("support").key());
        assertEquals(new BotName("a\uFE0F").key(), new BotName("a").key());
    }
}
