package botmaker.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PositionTest {
    private static final String CONTAINER = "0123456789abcdef".repeat(4);

    @Test
    void a_position_is_read_as_it_was_written() {
        Position position = new Position("0123456789ab", 1_767_225_600_123_456_789L, 3);
        assertEquals("0123456789ab.1767225600123456789.3", position.toString());
        assertEquals(Optional.of(position), Position.parse(position.toString()));
    }

    @Test
    void it_belongs_to_one_container() {
        assertTrue(Position.start(CONTAINER).isIn(CONTAINER));
        assertFalse(Position.start(CONTAINER).isIn(CONTAINER.replace('0', '1')));
        assertTrue(Position.start(CONTAINER).isStart());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "1", "0123456789ab", "0123456789ab.1", "0123456789ab.1.", "0123456789ab.1.2.3", "0123456789ab.-1.0",
        "0123456789ab.1.-1", "0123456789AB.1.0", "0123456789a.1.0", "../../../../../.1.0", "0123456789ab.9999999999999999999.0",
        "0123456789ab.1.9999999999", " 0123456789ab.1.0", "0123456789ab.1.0\n", "0123456789ab.\u0661.0",
    })
    void other_texts_are_no_position(String text) {
        assertEquals(Optional.empty(), Position.parse(text));
    }
}
