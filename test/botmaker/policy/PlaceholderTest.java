package botmaker.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceholderTest {
    private static final String SECRET = "Zq8-_x".repeat(15);

    @ParameterizedTest
    @CsvSource({
        "sk-ant-api03-, sk-ant-api03-", "sk-ant-oat01-, sk-ant-oat01-", "sk-ant-new99-, sk-ant-", "sk-proj-, sk-proj-", "sk-, sk-",
        "sk-or-v1-, sk-or-v1-", "AIza, AIza", "xai-, xai-", "nvapi-, nvapi-", "own, botmaker-",
    })
    void it_keeps_the_length_and_what_all_such_keys_begin_with(String key, String kept) {
        String placeholder = Placeholder.of(key + SECRET);
        assertTrue(placeholder.matches("\\Q" + kept + "\\E[A-Za-z0-9]+"), placeholder);
        assertEquals((key + SECRET).length(), placeholder.length());
        assertNotEquals(placeholder, Placeholder.of(key + SECRET));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "123456789:AAF-realreal_realrealrealrealreal | [0-9]+:        | 123456789:[A-Za-z0-9]{33}",
        "MTIzNDU2Nzg5.GaBcDe.realrealrealrealreal    | [^.]+\\.       | MTIzNDU2Nzg5\\.[A-Za-z0-9]{6}\\.[A-Za-z0-9]{20}",
        "xoxb-12345-AbCdEfGh                         | xoxb-          | xoxb-[A-Za-z0-9]{14}",
        "a1b2c3d4e5f6g7h8i9j0k1l2m3                  | x?             | [a-z0-9]{26}",
    })
    void that_of_a_token_has_its_length_its_public_part_and_its_dots(String token, String publicPart, String expected) {
        Pattern kept = Pattern.compile(publicPart.strip());
        String placeholder = Placeholder.of(token.strip(), kept);
        assertTrue(placeholder.matches(expected.strip()) && placeholder.length() == token.strip().length(), placeholder);
        assertNotEquals(placeholder, Placeholder.of(token.strip(), kept));
        assertTrue(Placeholder.fits(placeholder, token.strip(), kept));
        assertTrue(!Placeholder.fits(placeholder, token.strip() + "x", kept) && !Placeholder.fits(token.strip(), token.strip(), kept));
    }

    @Test
    void that_of_another_account_does_not_fit() {
        assertTrue(!Placeholder.fits("123456789:abcdef", "987654321:abcdeg", Pattern.compile("[0-9]+:")));
    }

    @Test
    void nothing_else_of_the_key_is_in_it() {
        String placeholder = Placeholder.of("sk-" + SECRET);
        for (int at = 3; at + 6 <= SECRET.length(); at++) {
            assertTrue(!placeholder.contains(SECRET.substring(at, at + 6)), placeholder);
        }
    }

    @Test
    void that_of_a_short_key_cannot_be_guessed() {
        assertTrue(Placeholder.of("abc").matches("botmaker-[A-Za-z0-9]{22}"));
        assertTrue(Placeholder.of("sk-a").matches("sk-[A-Za-z0-9]{22}"));
    }

    /// A bot whose key of the API was replaced by that of a subscription went on as before, and the provider refused it.
    @Test
    void a_placeholder_of_a_key_of_the_api_does_not_stand_for_one_of_a_subscription() {
        assertFalse(Placeholder.standsFor("sk-ant-api03-a", "sk-ant-oat01-b"));
        assertFalse(Placeholder.standsFor("sk-ant-oat01-b", "sk-ant-api03-a"));
        assertTrue(Placeholder.standsFor("sk-ant-oat01-a", "sk-ant-oat01-b"));
        assertTrue(Placeholder.standsFor("sk-proj-a", "sk-svcacct-b"));
    }
}
