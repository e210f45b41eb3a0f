package botmaker.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MergedPositionsTest {
    private static final Position FIRST = new Position("0123456789ab", 1, 2);
    private static final Position SECOND = new Position("ba9876543210", 3, 0);

    @Test
    void positions_are_read_as_they_are_written() {
        assertEquals(Optional.of(Map.of("b1", FIRST, "b2", SECOND)),
                MergedLog.positions("b1:0123456789ab.1.2,b2:ba9876543210.3.0"));
        assertEquals(Optional.of(Map.of("b1", FIRST)), MergedLog.positions("b1:" + FIRST));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", ",", ":", "b1", "b1:", ":0123456789ab.1.2", "0123456789ab.1.2", "b1:0123456789ab.1.2,", "b 1:0123456789ab.1.2",
        "b1:0123456789ab.1.2,b1:ba9876543210.3.0", "b1:0123456789ab.1.2;b2:ba9876543210.3.0",
    })
    void other_texts_are_no_positions(String text) {
        assertEquals(Optional.empty(), MergedLog.positions(text));
        assertEquals(Optional.empty(), MergedLog.positions("b9:" + FIRST + "," + text));
    }
}
