package botmaker.secret;

import java.util.BitSet;
import java.util.Collection;

/// Rules out most texts that contain none of a set of words, much faster than a search for each word would: a q-gram filter with q = 4.
///
/// Wherever a word of `stride + 3` characters occurs in a text, one of its 4-grams begins at a multiple of the stride. The filter
/// therefore hashes the text only there, and compares with the hashes of the words' 4-grams. It uses the end of longer words, since
/// tokens often share a public prefix.
///
/// ```
///   text, stride 5    |t o k e|n  |= s e c|r  |e t 1 2|
///   word                             s e c r   e t 1 2
/// ```
final class QGramFilter {
    private static final int Q = 4;
    private static final int MAX_STRIDE = 16;
    private static final int BITS = 16;
    private static final int MULTIPLIER = 0x9E3779B9; // 2³² divided by the golden ratio: Knuth's multiplicative hash

    private final int stride;
    private final BitSet grams = new BitSet(1 << BITS);

    /// @param words each at least four characters long
    QGramFilter(Collection<String> words) {
        int shortest = words.stream().mapToInt(String::length).min().orElse(Integer.MAX_VALUE);
        if (shortest < Q) {
            throw new IllegalArgumentException("a word is shorter than " + Q + " characters");
        }
        this.stride = Math.min(shortest - Q + 1, MAX_STRIDE);
        for (String word : words) {
            int end = word.length() - Q;
            for (int at = end - stride + 1; at <= end; at++) {
                grams.set(hash(word, at));
            }
        }
    }

    /// Returns false only if the text contains none of the words.
    boolean mayContainWord(String text) {
        for (int at = 0; at <= text.length() - Q; at += stride) {
            if (grams.get(hash(text, at))) {
                return true;
            }
        }
        return false;
    }

    private static int hash(String text, int at) {
        int hash = text.charAt(at);
        for (int i = 1; i < Q; i++) {
            hash = 31 * hash + text.charAt(at + i);
        }
        return hash * MULTIPLIER >>> Integer.SIZE - BITS;
    }
}
