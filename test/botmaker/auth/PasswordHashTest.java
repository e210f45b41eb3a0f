package botmaker.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    /// Computed with Python: `hashlib.pbkdf2_hmac("sha512", "pässwörd".encode(), bytes(range(16)), 220000)`.
    private static final String FOREIGN = "pbkdf2-sha512$220000$AAECAwQFBgcICQoLDA0ODw==$"
            + "ZFs4O8gkayIuszlswQ8BJLAaKmi56XMj+ChmDssu6F6uVfoS33wmq4CqWaLRpAKy/UlQsKeJYW05U/h2M5cNrQ==";

    @Test
    void it_reads_what_it_writes() {
        PasswordHash hash = PasswordHash.of("correct horse".toCharArray());
        PasswordHash read = PasswordHash.parse(hash.toString());
        assertEquals(hash.toString(), read.toString());
        assertTrue(read.matches("correct horse"));
        assertFalse(read.matches("Correct horse"));
        assertFalse(read.matches(""));
    }

    @Test
    void it_is_PBKDF2_of_the_password_in_UTF_8_and_NFC() {
        PasswordHash hash = PasswordHash.parse(FOREIGN);
        assertTrue(hash.matches("pässwörd"));
        assertTrue(hash.matches("pa\u0308sswo\u0308rd"));
        assertFalse(hash.matches("password"));
    }

    @Test
    void the_same_password_has_another_hash_each_time() {
        assertNotEquals(PasswordHash.of(new char[] {'x'}).toString(), PasswordHash.of(new char[] {'x'}).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "$2y$10$abc", "pbkdf2-sha512$220000$AAAA", "pbkdf2-sha512$999999999$AAAA$AAAA",
        "pbkdf2-sha512$220000$A$A", "pbkdf2-sha512$-1$AAAA$AAAA", "pbkdf2-sha512$220000$$"})
    void what_is_no_hash_is_refused_without_repeating_it(String text) {
        var e = assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(text));
        assertFalse(!text.isEmpty() && e.getMessage().contains(text), e.getMessage());
    }

    @Test
    void weak_hashes_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(FOREIGN.replace("220000", "219999")));
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(FOREIGN.replace("220000", "10000001")));
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(FOREIGN.replace("AAECAwQFBgcICQoLDA0ODw==", "AAECAw==")));
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(FOREIGN.substring(0, FOREIGN.length() - 8)));
    }
}
