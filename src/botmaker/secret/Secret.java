package botmaker.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
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
        this.utf8 = utf8;
    }

    /// @throws IllegalArgumentException if it is empty, contains a NUL or a lone surrogate, or is longer than [#MAX_BYTES]; the message
    ///         does not contain the value
    public static Secret of(String value) {
        try {
            ByteBuffer encoded = UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            byte[] utf8 = new byte[encoded.remaining()];
            encoded.get(utf8);
            return checked(utf8);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a secret must be valid Unicode text; this one has half a surrogate pair");
        }
    }

    /// Returns the secret with a file's bytes.
    static Secret ofUtf8(byte[] utf8) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
            return checked(utf8.clone());
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a secret must be UTF-8");
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

    private static Secret checked(byte[] utf8) {
        if (utf8.length == 0) {
            throw new IllegalArgumentException("a secret must not be empty");
        }
        if (utf8.length > MAX_BYTES) {
            throw new IllegalArgumentException("a secret must not be longer than " + MAX_BYTES + " bytes");
        }
        for (byte b : utf8) {
            if (b == 0) {
                throw new IllegalArgumentException("a secret must not contain a NUL character");
            }
        }
        return new Secret(utf8);
    }
}
