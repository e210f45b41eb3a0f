package botmaker.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// A password hashed by PBKDF2 with HMAC-SHA-512 (RFC 8018 §5.2), written as
///
/// ```
/// pbkdf2-sha512$<rounds>$<salt>$<hash>     salt and hash in base64 (RFC 4648 §4)
/// ```
///
/// with 220,000 rounds, a salt of 16 bytes and a hash of 64 bytes. The JDK has no function that is harder for graphics cards.
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

    /// Hashes a new password with a new salt.
    ///
    /// @throws IllegalArgumentException if no sign-in could succeed with it; the message does not repeat it
    public static PasswordHash of(char[] password) {
        Optional<String> problem = Password.problem(new String(password));
        if (problem.isPresent()) {
            throw new IllegalArgumentException("the password " + problem.get());
        }
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(ROUNDS, salt, derive(new String(password), ROUNDS, salt));
    }

    /// Parses a hash.
    ///
    /// @throws IllegalArgumentException if it is malformed, or weaker than what [#of] returns; the message does not repeat it
    public static PasswordHash parse(String text) {
        Matcher format = FORMAT.matcher(text);
        if (!format.matches()) {
            throw new IllegalArgumentException(
                    "is not a password hash; make one with the command hash-password");
        }
        int rounds = Integer.parseInt(format.group(1));
        byte[] salt = Base64.getDecoder().decode(format.group(2));
        byte[] hash = Base64.getDecoder().decode(format.group(3));
        if (rounds < ROUNDS || rounds > MAX_ROUNDS || salt.length < SALT_BYTES || hash.length != HASH_BYTES) {
            throw new IllegalArgumentException("must have " + ROUNDS + " to " + MAX_ROUNDS + " rounds, at least "
                    + SALT_BYTES + " bytes of salt and a hash of " + HASH_BYTES + " bytes");
        }
        return new PasswordHash(rounds, salt, hash);
    }

    /// Takes a good fraction of a second of processor time, on purpose.
    @Override
    public boolean matches(String entered) {
        return MessageDigest.isEqual(hash, derive(entered, rounds, salt));
    }

    /// Returns true: a person chose it.
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

    /// Returns the text form, which [#parse] reads.
    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "pbkdf2-sha512$" + rounds + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    private static byte[] derive(String password, int rounds, byte[] salt) {
        PBEKeySpec spec = new PBEKeySpec(Password.normalized(password).toCharArray(), salt, rounds, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no PBKDF2WithHmacSHA512", e);
        } finally {
            spec.clearPassword();
        }
    }
}
