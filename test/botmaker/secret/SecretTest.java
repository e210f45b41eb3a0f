package botmaker.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    @Test
    void only_reveal_shows_the_value() {
        Secret secret = Secret.of("canary");
        assertEquals("canary", secret.reveal());
        assertFalse((secret + " " + Map.of("key", Optional.of(secret))).contains("canary"));
        assertEquals("Secret[…]", secret.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", " leading and trailing ", "line\nend\n", "größer 🤖", "-----BEGIN KEY-----\r\n"})
    void any_text_is_kept_exactly(String value) {
        assertEquals(value, Secret.of(value).reveal());
        assertEquals(value, Secret.ofUtf8(value.getBytes(UTF_8)).reveal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "canary\0", "canary\uD83E", "canary\uDD16x"})
    void what_is_no_text_is_refused_without_showing_it(String value) {
        assertFalse(assertThrows(IllegalArgumentException.class, () -> Secret.of(value)).toString().contains("canary"));
    }

    @Test
    void the_size_is_bounded() {
        assertEquals(Secret.MAX_BYTES, Secret.of("x".repeat(Secret.MAX_BYTES)).reveal().length());
        assertThrows(IllegalArgumentException.class, () -> Secret.of("x".repeat(Secret.MAX_BYTES + 1)));
        assertThrows(IllegalArgumentException.class, () -> Secret.of("é".repeat(Secret.MAX_BYTES / 2 + 1)));
    }

    @Test
    void a_file_that_is_not_utf8_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> Secret.ofUtf8(new byte[] {'a', (byte) 0xff}));
    }

    @Test
    void equal_values_are_equal_secrets() {
        assertEquals(Secret.of("a"), Secret.of("a"));
        assertEquals(Secret.of("a").hashCode(), Secret.of("a").hashCode());
        assertNotEquals(Secret.of("a").hashCode(), Secret.of("b").hashCode());
        assertNotEquals(Secret.of("a"), Secret.of("b"));
        assertNotEquals(Secret.of("a"), Secret.of("aa"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "1a", "-a", "a/b", "..", "a.b", "a_b", "a\n", "é"})
    void a_name_is_plain(String name) {
        assertThrows(IllegalArgumentException.class, () -> new SecretName(name));
        assertThrows(IllegalArgumentException.class, () -> new SecretName("a".repeat(65)));
        assertEquals("channel-token-2", new SecretName("channel-token-2").toString());
    }
}
