package botmaker.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Finds known secrets, and parts of them at the ends of a cut text, in every encoding that the package's documentation lists.
final class SecretMatcher {
    /// Shorter values are not searched for: they would occur in harmless text.
    private static final int SHORTEST = 8;

    /// Shorter parts at the beginning of a text are considered a coincidence.
    private static final int SHORTEST_PART = 4;

    private static final int ROUNDS = 4;

    private record Word(String text, String secret) { }

    /// A stretch of a text that must not be shown.
    ///
    /// @param replacement what to show instead
    record Match(int start, int end, String replacement) { }

    private final List<Word> words = new ArrayList<>();
    private final QGramFilter filter;

    SecretMatcher(Map<SecretName, Secret> secrets) {
        secrets.forEach((name, secret) -> spellings(secret.reveal()).stream()
                .filter(spelling -> spelling.length() >= SHORTEST)
                .forEach(spelling -> words.add(new Word(spelling, name.value()))));
        this.filter = new QGramFilter(words.stream().map(Word::text).toList());
    }

    /// Returns the texts to search for: the spellings that decoding one character at a time does not undo.
    private static Set<String> spellings(String value) {
        Set<String> spellings = new LinkedHashSet<>();
        if (value.length() < SHORTEST) {
            return spellings;
        }
        Stream.concat(Stream.of(value), value.lines()).flatMap(line -> rounds(line).stream()).map(DecodedText::text).forEach(text -> {
            spellings.add(text);
            spellings.add(text.replace(' ', '+')); // in the query of a URL
        });
        byte[] bytes = value.getBytes(UTF_8);
        spellings.add(HexFormat.of().formatHex(bytes));
        spellings.add(HexFormat.of().withUpperCase().formatHex(bytes));
        Stream.of(Base64.getEncoder(), Base64.getUrlEncoder()).map(Base64.Encoder::withoutPadding).forEach(base64 -> {
            spellings.add(base64.encodeToString(bytes));
            for (int offset = 0; offset < 3; offset++) {
                spellings.add(within(base64, bytes, offset));
            }
        });
        return spellings;
    }

    /// Returns the part of the Base64 of a longer text, such as `user:password`, that depends on the value alone.
    ///
    /// @param offset how many bytes come before the value, modulo 3
    private static String within(Base64.Encoder base64, byte[] value, int offset) {
        byte[] longer = new byte[offset + value.length];
        System.arraycopy(value, 0, longer, offset, value.length);
        return base64.encodeToString(longer).substring((offset * 8 + 5) / 6, longer.length * 8 / 6);
    }

    /// Returns a text as it is and after each round of decoding.
    private static List<DecodedText> rounds(String text) {
        List<DecodedText> rounds = new ArrayList<>();
        Optional<DecodedText> next = Optional.of(DecodedText.of(text));
        while (next.isPresent() && rounds.size() <= ROUNDS) {
            rounds.add(next.get());
            next = next.get().decode();
        }
        return rounds;
    }

    /// Finds all secrets in a text, in order; matches that overlap become one.
    ///
    /// @param cutBefore whether the text may begin inside a secret
    /// @param cutAfter  whether it may end inside one
    List<Match> find(String text, boolean cutBefore, boolean cutAfter) {
        List<Match> found = new ArrayList<>();
        if (words.isEmpty()) {
            return found;
        }
        for (DecodedText round : rounds(text)) {
            if (filter.mayContainWord(round.text())) {
                words.forEach(word -> findWhole(round, word, found));
            }
            if (cutBefore) {
                words.forEach(word -> findEnd(round, word, found));
            }
            if (cutAfter) {
                words.forEach(word -> findBeginning(round, word, found));
            }
        }
        return found.size() < 2 ? found : joined(found);
    }

    /// Returns where a secret, or the encoding of a character, may begin that continues after the text; the text's length if none does.
    int openEnd(String text) {
        int open = text.length();
        if (words.isEmpty()) {
            return open;
        }
        for (DecodedText round : rounds(text)) {
            List<Match> begun = new ArrayList<>();
            words.forEach(word -> findBeginning(round, word, begun));
            for (Match match : begun) {
                open = Math.min(open, match.start());
            }
            for (int at = Math.max(0, round.text().length() - DecodedText.MAX_SPELLING); at < round.text().length(); at++) {
                if (DecodedText.isEscape(round.text().charAt(at))) {
                    open = Math.min(open, round.origin(at));
                }
            }
        }
        return open;
    }

    private static void findWhole(DecodedText text, Word word, List<Match> found) {
        for (int at = text.text().indexOf(word.text()); at >= 0; at = text.text().indexOf(word.text(), at + 1)) {
            found.add(new Match(text.origin(at), text.origin(at + word.text().length()), marker(word)));
        }
    }

    /// Finds the longest end of a word with which the text begins, if need be after the rest of the spelling of a character.
    private static void findEnd(DecodedText text, Word word, List<Match> found) {
        boolean decoded = text.origins().length > 0;
        for (int from = 0; from < (decoded ? DecodedText.MAX_SPELLING : 1); from++) {
            for (int length = Math.min(word.text().length() - 1, text.text().length() - from); length >= SHORTEST_PART; length--) {
                if (word.text().startsWith(text.text().substring(from, from + 1), word.text().length() - length)
                        && text.text().regionMatches(from, word.text(), word.text().length() - length, length)) {
                    found.add(new Match(0, text.origin(from + length), marker(word)));
                    return;
                }
            }
        }
    }

    /// Finds the longest beginning of a word with which the text ends, if need be before the beginning of the spelling of a character.
    /// One that is too short for a marker is left out without one.
    private static void findBeginning(DecodedText text, Word word, List<Match> found) {
        int end = text.text().length();
        for (int to = end; to > Math.max(0, end - DecodedText.MAX_SPELLING); to--) {
            if (to == end || DecodedText.isEscape(text.text().charAt(to))) {
                for (int length = Math.min(word.text().length() - 1, to); length > 0; length--) {
                    if (text.text().regionMatches(to - length, word.text(), 0, length)) {
                        found.add(new Match(text.origin(to - length), text.origin(end), length < SHORTEST_PART ? "" : marker(word)));
                        break;
                    }
                }
            }
        }
    }

    private static String marker(Word word) {
        return "[redacted:" + word.secret() + "]";
    }

    /// Joins overlapping matches, so that none is shown in part; a match within another disappears.
    private static List<Match> joined(List<Match> found) {
        found.sort(Comparator.comparingInt(Match::start).thenComparing(Comparator.comparingInt(Match::end).reversed())
                .thenComparing(Match::replacement));
        List<Match> joined = new ArrayList<>();
        for (Match next : found) {
            Match last = joined.isEmpty() ? new Match(0, 0, "") : joined.getLast();
            if (next.start() >= last.end()) {
                joined.add(next);
            } else if (next.end() > last.end()) {
                String both = last.replacement().endsWith(next.replacement()) ? last.replacement() : last.replacement() + next.replacement();
                joined.set(joined.size() - 1, new Match(last.start(), next.end(), both));
            }
        }
        return joined;
    }

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
    static final class QGramFilter {
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
}
