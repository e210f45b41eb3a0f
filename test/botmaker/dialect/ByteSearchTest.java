package botmaker.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Bytes that are looked for eight at a time.
final class ByteSearchTest {
    private static int slowly(byte[] bytes, int from, int to, char one, char other) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == one || bytes[i] == other) {
                return i;
            }
        }
        return to;
    }

    /// Those that differ in one bit or by one from what is looked for, and those with the highest bit, are what a search of whole words
    /// may take for it.
    @Test
    void what_is_found_is_what_a_search_byte_by_byte_finds() {
        byte[] kinds = {'"', '"' - 1, '"' + 1, (byte) ('"' | 0x80), '\\', '\\' - 1, '\\' + 1, (byte) ('\\' | 0x80), 0, 1, -1, -128, 'x'};
        Random random = new Random(1);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            int rare = 1 + random.nextInt(kinds.length);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextInt(rare) == 0 ? kinds[random.nextInt(kinds.length)] : (byte) 'y';
            }
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            assertEquals(slowly(bytes, from, to, '"', '\\'), ByteSearch.either(bytes, from, to, '"', '\\'));
        }
    }

    @Test
    void every_byte_is_told_from_every_other_at_every_place() {
        for (int other = 0; other < 256; other++) {
            for (int place = 0; place < 24; place++) {
                byte[] bytes = new byte[24];
                Arrays.fill(bytes, (byte) other);
                int expected = other == '\n' || other == '\r' ? 0 : place;
                bytes[place] = '\n';
                assertEquals(expected, ByteSearch.either(bytes, 0, bytes.length, '\r', '\n'), other + " before " + place);
            }
        }
    }
}
