package botmaker.dialect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds bytes, eight at a time: most of a long answer is text in which there is nothing to find.
final class ByteSearch {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGHEST_BITS = 0x8080808080808080L;

    private ByteSearch() {}

    /// Returns the index of the first of two characters of ASCII in `bytes[from..to)`; `to` if there is none.
    static int either(byte[] bytes, int from, int to, char one, char other) {
        int i = from;
        while (i <= to - Long.BYTES && !has((long) EIGHT.get(bytes, i), one) && !has((long) EIGHT.get(bytes, i), other)) {
            i += Long.BYTES;
        }
        while (i < to && bytes[i] != one && bytes[i] != other) {
            i++;
        }
        return i;
    }

    /// Returns whether one of eight bytes is a character: the exclusive or of both is zero there, and only a zero, or what is above one,
    /// gets its highest bit by taking one from each, if it did not have it before.
    private static boolean has(long eight, char character) {
        long differences = eight ^ EACH * character;
        return (differences - EACH & ~differences & HIGHEST_BITS) != 0;
    }
}
