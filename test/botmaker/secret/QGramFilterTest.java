package botmaker.secret;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.secret.SecretMatcher.QGramFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QGramFilterTest {
    private static final String SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_é漢";

    private final Random random = new Random(20_261_122);

    private String word(int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
        }
        return word.toString();
    }

    @Test
    void a_word_is_seen_wherever_it_stands() {
        for (int shortest = 4; shortest < 60; shortest++) {
            List<String> words = new ArrayList<>(List.of(word(shortest), word(shortest + random.nextInt(9)), word(shortest + 80)));
            QGramFilter filter = new QGramFilter(words);
            for (String word : words) {
                for (int before = 0; before < 70; before++) {
                    String text = ".".repeat(before) + word + ".".repeat(random.nextInt(9));
                    assertTrue(filter.mayContainWord(text), text);
                }
            }
        }
    }

    @Test
    void nearly_every_other_text_passes() {
        QGramFilter filter = new QGramFilter(List.of(word(8), word(46), word(120)));
        int held = 0;
        for (int n = 0; n < 1_000; n++) {
            held += filter.mayContainWord(word(150)) ? 1 : 0;
        }
        assertTrue(held < 100, held + " of 1000 were to be searched");
    }

    @Test
    void where_nothing_is_sought_nothing_is_held() {
        assertFalse(new QGramFilter(List.of()).mayContainWord("any text"));
        assertFalse(new QGramFilter(List.of("12345678")).mayContainWord(""));
        assertFalse(new QGramFilter(List.of("12345678")).mayContainWord("678"));
    }

    @Test
    void a_word_that_could_be_missed_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new QGramFilter(List.of("a long word", "abc")));
    }
}
