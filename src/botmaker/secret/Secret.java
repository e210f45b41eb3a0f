package botmaker.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Arrays;

/// The value of a credential: a text that only [#reveal] returns.
///
/// It is stored as its UTF-8 bytes without a line end.
public final class Secret {
    /// The longest value in bytes of UTF-8, enough for a private key or a service account.
    public static final int MAX_BYTES = 64 * 1024;

    private final byte[] utf8;

    private Secret(byte[] utf8) {
        require(utf8.length > 0, "not be empty");
        require(utf8.length <= MAX_BYTES, "not be longer than " + MAX_BYTES + " bytes");
        require(new String(utf8, UTF_8).indexOf('\0') < 0, "not contain a NUL character");
        this.utf8 = utf8;
    }

    /// @throws IllegalArgumentException if it is empty, contains a NUL or a lone surrogate, or is longer than [#MAX_BYTES]; the message
    ///         does not contain the value
    public static Secret of(String value) {
        byte[] utf8 = value.getBytes(UTF_8);
        require(new String(utf8, UTF_8).equals(value), "be valid Unicode text; this one has half a surrogate pair");
        return new Secret(utf8);
    }

    /// Returns the secret with a file's bytes.
    static Secret ofUtf8(byte[] utf8) {
        require(Arrays.equals(new String(utf8, UTF_8).getBytes(UTF_8), utf8), "be UTF-8");
        return new Secret(utf8.clone());
    }

    private static void require(boolean valid, String otherwise) {
        if (!valid) {
            throw new IllegalArgumentException("a secret must " + otherwise);
        }
    }

    /// Returns the value.
    public String reveal() {
        return new String(utf8, UTF_8);
    }

    /// Returns a copy of the value's bytes.
    byte[] utf8() {
        return utf8.clone();
    }

    /// Compares in constant time.
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(utf8, secret.utf8);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(utf8);
    }

    /// Returns neither the value nor its length.
    @Override
    public String toString() {
        return "Secret[…]";
    }
}
