package botmaker.auth;

import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Set;

/// The password that is made at the first start, for an operator who has set none: 130 random bits in a file that only its owner
/// may read. No hash could make so many bits harder to guess, so none delays the start; with a password of one's own in the
/// settings this is not used.
public final class AdminPassword implements Password {
    /// Base 32 without letters and digits that look alike.
    private static final String ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789_";
    private static final int LENGTH = 26;
    private static final int MIN_LENGTH = 16;
    private static final int MAX_BYTES = 1024;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final byte[] digest;
    private final boolean generated;

    private AdminPassword(String password) {
        this.digest = sha256(password);
        this.generated = password.length() == LENGTH && password.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    }

    /// The password in a file, which is made when it is absent.
    ///
    /// @throws IOException when it cannot be read or made, is open to others, is no file, or holds a short password
    public static AdminPassword in(Path file) throws IOException {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            String password = generate();
            PrivateFiles.replace(file, (password + "\n").getBytes(StandardCharsets.US_ASCII), 0600);
            return new AdminPassword(password);
        }
        requirePrivate(file);
        String password = Normalizer.normalize(Files.readString(file).strip(), Normalizer.Form.NFC);
        if (password.length() < MIN_LENGTH) {
            throw new IOException("the password in " + file + " is shorter than " + MIN_LENGTH
                    + " characters. Delete the file for a new one, or set auth.password-hash");
        }
        return new AdminPassword(password);
    }

    @Override
    public boolean matches(String entered) {
        return MessageDigest.isEqual(digest, sha256(entered));
    }

    /// Not where it has the form of those that are made here; an operator may have written another into the file.
    @Override
    public boolean guessable() {
        return !generated;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AdminPassword that && MessageDigest.isEqual(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }

    private static void requirePrivate(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is not a file with a password. Move it away");
        }
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))) {
            throw new IOException("others may read or change " + file + ". Delete it for a new password");
        }
    }

    private static String generate() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder();
        for (int i = 0; i < LENGTH; i++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
