package botmaker.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// A password's hash by PBKDF2 with HMAC-SHA-512 (RFC 8018 §5.2), written as
///
/// ```
/// pbkdf2-sha512$<rounds>$<salt>$<hash>     salt and hash in base64 (RFC 4648 §4)
/// ```
///
/// with 220,000 rounds, a salt of 16 and a hash of 64 bytes. The JDK has nothing that is harder on graphics cards. Passwords are
/// normalized to NFC first (RFC 8265 §4.2), so that it does not matter which keyboard made an `é`.
public final class PasswordHash implements Password {
    private static final int ROUNDS = 220_000;
    private static final int MAX_ROUNDS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 64;
    private static final String BASE64 = "([A-Za-z0-9+/]+={0,2})";
    private static final Pattern FORMAT = Pattern.compile("pbkdf2-sha512\\$([0-9]{1,8})\\$" + BASE64 + "\\$" + BASE64);

    private final int rounds;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int rounds, byte[] salt, byte[] hash) {
        this.rounds = rounds;
        this.salt = salt;
        this.hash = hash;
    }

    /// Hashes a new password, with a salt of its own.
    ///
    /// @param password not empty; not kept
    public static PasswordHash of(char[] password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(ROUNDS, salt, derive(new String(password), ROUNDS, salt));
    }

    /// Reads a hash.
    ///
    /// @throws IllegalArgumentException when it is none, or weaker than what [#of] makes; the message does not repeat it
    public static PasswordHash parse(String text) {
        Matcher format = FORMAT.matcher(text);
        if (!format.matches()) {
            throw new IllegalArgumentException(
                    "this is not a password hash; make one with the command hash-password");
        }
        int rounds = Integer.parseInt(format.group(1));
        byte[] salt = Base64.getDecoder().decode(format.group(2));
        byte[] hash = Base64.getDecoder().decode(format.group(3));
        if (rounds < ROUNDS || rounds > MAX_ROUNDS || salt.length < SALT_BYTES || hash.length != HASH_BYTES) {
            throw new IllegalArgumentException("a password hash has " + ROUNDS + " to " + MAX_ROUNDS + " rounds, at least "
                    + SALT_BYTES + " bytes of salt and a hash of " + HASH_BYTES + " bytes");
        }
        return new PasswordHash(rounds, salt, hash);
    }

    /// Costs a good fraction of a second of a processor, on purpose.
    @Override
    public boolean matches(String entered) {
        return MessageDigest.isEqual(hash, derive(entered, rounds, salt));
    }

    /// People made it.
    @Override
    public boolean guessable() {
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasswordHash that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(salt);
    }

    /// The written form, which [#parse] reads.
    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "pbkdf2-sha512$" + rounds + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    private static byte[] derive(String password, int rounds, byte[] salt) {
        char[] normalized = Normalizer.normalize(password, Normalizer.Form.NFC).toCharArray();
        PBEKeySpec spec = new PBEKeySpec(normalized, salt, rounds, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no PBKDF2WithHmacSHA512", e);
        } finally {
            spec.clearPassword();
        }
    }
}
