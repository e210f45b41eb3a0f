package botmaker.secret;

import java.util.BitSet;
import java.util.Collection;

/// Tells of nearly every text that holds none of some words that it holds none, in a fraction of the time of a search for each: a
/// q-gram filter with q = 4.
///
/// A word of `stride + 3` characters, wherever it stands in a text, has a piece of four characters that begins at a multiple of the
/// stride. So only there is looked, for a piece with the same hash as a piece of a word. Of a longer word its end is sought: a token
/// often begins with what is no secret, and stands in many a text.
///
/// ```
///   text, stride 5    |t o k e|n  |= s e c|r  |e t 1 2|
///   word                             s e c r   e t 1 2
/// ```
final class Sieve {
    private static final int PIECE = 4;
    private static final int MOST_STRIDE = 16;
    private static final int BITS = 16;
    private static final int SPREAD = 0x9E3779B9; // 2³² divided by the golden ratio: Knuth's multiplicative hash

    private final int stride;
    private final BitSet pieces = new BitSet(1 << BITS);

    /// @param words each of four characters at least
    Sieve(Collection<String> words) {
        int shortest = words.stream().mapToInt(String::length).min().orElse(Integer.MAX_VALUE);
        if (shortest < PIECE) {
            throw new IllegalArgumentException("a word is too short to be sought");
        }
        this.stride = Math.min(shortest - PIECE + 1, MOST_STRIDE);
        for (String word : words) {
            int end = word.length() - PIECE;
            for (int at = end - stride + 1; at <= end; at++) {
                pieces.set(hash(word, at));
            }
        }
    }

    /// Whether one of the words may stand in the text; false when none does.
    boolean mayHold(String text) {
        for (int at = 0; at <= text.length() - PIECE; at += stride) {
            if (pieces.get(hash(text, at))) {
                return true;
            }
        }
        return false;
    }

    private static int hash(String text, int at) {
        int hash = text.charAt(at);
        for (int i = 1; i < PIECE; i++) {
            hash = 31 * hash + text.charAt(at + i);
        }
        return hash * SPREAD >>> Integer.SIZE - BITS;
    }
}
