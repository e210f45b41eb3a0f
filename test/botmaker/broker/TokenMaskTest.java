package botmaker.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Tokens in bytes that pass.
final class TokenMaskTest {
    private static final String TOKEN = "aab-aac-token";

    private static String passed(String text, int cut, int leastHeld) {
        TokenMask mask = new TokenMask(() -> Set.of(TOKEN, "other"), leastHeld);
        StringBuilder all = new StringBuilder();
        for (int at = 0; at < text.length(); at += cut) {
            byte[] piece = text.substring(at, Math.min(text.length(), at + cut)).getBytes(ISO_8859_1);
            all.append(new String(mask.pass(piece, piece.length), ISO_8859_1));
        }
        return all + new String(mask.rest(), ISO_8859_1);
    }

    @Test
    void a_token_is_masked_wherever_it_is_cut() {
        String text = "aaab-aac-tokenaab-aac-token.other.othe aab-aac-toke\u00ffr";
        for (int cut = 1; cut <= text.length(); cut++) {
            assertEquals("a**************************.*****.othe aab-aac-toke\u00ffr", passed(text, cut, 1), "cut after " + cut);
        }
    }

    @Test
    void a_token_is_found_wherever_it_begins_and_whatever_it_repeats() {
        for (String token : List.of("x", "aa", "aab", "aba", "abab", "abcabd", "\u00ff\u0001\u00ff")) {
            for (String around : List.of("", "a", "ab", "aba", "b", "\u00ff", "-----")) {
                TokenMask mask = new TokenMask(() -> Set.of(token), 1);
                for (String text : List.of(around + token, token + around, around + token + around, around + token + token + around)) {
                    String expected = text.replace(token, "*".repeat(token.length()));
                    assertEquals(expected, mask.apply(text), token + " in " + text);
                }
            }
        }
    }

    @Test
    void little_is_passed_on_at_once() {
        TokenMask mask = new TokenMask(() -> Set.of(TOKEN), 4);
        assertEquals("x aab", new String(mask.pass("x aab".getBytes(ISO_8859_1), 5), ISO_8859_1));
        assertEquals("x ", new String(mask.pass("x aab-".getBytes(ISO_8859_1), 6), ISO_8859_1));
        assertEquals("aab-", new String(mask.rest(), ISO_8859_1));
    }

    /// One that was cut within its first five bytes passed but for the cut.
    @Test
    void a_token_whose_first_bytes_were_passed_on_is_masked_from_there() {
        String text = "a" + TOKEN + TOKEN + ".aa";
        for (int cut = 1; cut <= text.length(); cut++) {
            String passed = passed(text, cut, 6);
            for (String masked : List.of(passed.substring(1, 1 + TOKEN.length()), passed.substring(1 + TOKEN.length(), 1 + 2 * TOKEN.length()))) {
                String shown = masked.replace("*", "");
                assertTrue(shown.length() < 6 && masked.equals(TOKEN.substring(0, shown.length()) + "*".repeat(TOKEN.length() - shown.length())),
                        "cut after " + cut + ": " + passed);
            }
            assertTrue(passed.startsWith("a") && passed.endsWith(".aa") && passed.length() == text.length(), passed);
        }
    }
}
