package botmaker.logs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimestampTest {
    @Test
    void a_time_survives_being_written_and_read() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long nanos = random.nextLong(Timestamp.nanos(Instant.parse("2261-01-01T00:00:00Z")));
            byte[] text = Timestamp.text(nanos).getBytes(ISO_8859_1);
            assertEquals(nanos, Timestamp.parse(text, text.length));
            assertEquals(Optional.of(nanos), Timestamp.parse(Timestamp.text(nanos)));
            assertEquals(nanos, Timestamp.nanos(Instant.parse(Timestamp.text(nanos))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "2026-01-31T12:34:56.789Z", "2026-01-31T12:34:56.789000000Z", "2026-01-31t12:34:56.789z",
        "2026-01-31T13:34:56.789+01:00", "2026-01-31T12:34:56.789-00:00",
    })
    void all_forms_of_rfc_3339_are_read(String text) {
        assertEquals(Optional.of("2026-01-31T12:34:56.789000000Z"), Timestamp.parse(text).map(Timestamp::text));
        byte[] bytes = text.getBytes(ISO_8859_1);
        assertEquals("2026-01-31T12:34:56.789000000Z", Timestamp.text(Timestamp.parse(bytes, bytes.length)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "now", "1767225600", "2026-01-31", "2026-01-31T12:34Z", "2026-01-31T12:34:56", "2026-01-31 12:34:56Z",
        "2026-02-30T12:34:56Z", "2026-01-31T24:34:56Z", "2026-01-31T12:34:56.Z", "2026-01-31T12:34:56.1234567890Z",
        "2026-01-31T12:34:56+1:00", "9999-01-31T12:34:56Z", "+2026-01-31T12:34:56Z",
    })
    void other_texts_are_no_time(String text) {
        assertEquals(Optional.empty(), Timestamp.parse(text));
    }
}
