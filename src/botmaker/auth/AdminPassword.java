package botmaker.auth;

import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// The password that is generated at the first start for an operator who has set none: 130 random bits in a file that only its
/// owner may read. It is not hashed, since no hash makes so many bits harder to guess. With a password hash in the settings it
/// is not used.
public final class AdminPassword implements Password {
    /// 32 characters, without those that look alike.
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

    /// Reads the password from its file, which is created if it does not exist.
    ///
    /// @throws IOException if it cannot be read or created, is open to others, is not a regular file, or does not hold one
    ///                     usable password; the message says what to do
    public static AdminPassword in(Path file) throws IOException {
        if (isAbsent(file)) {
            String password = generate();
            PrivateFiles.replace(file, (password + "\n").getBytes(StandardCharsets.US_ASCII), 0600);
            return new AdminPassword(password);
        }
        requirePrivate(file);
        String password = Password.normalized(text(file).strip());
        if (password.length() < MIN_LENGTH) {
            throw unusable(file, "is shorter than " + MIN_LENGTH + " characters");
        }
        Optional<String> problem = Password.problem(password);
        if (problem.isPresent()) {
            throw unusable(file, problem.get());
        }
        return new AdminPassword(password);
    }

    /// Returns whether a password would be generated.
    public static boolean isAbsent(Path file) {
        return Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException _) {
            throw unusable(file, "is not UTF-8 text");
        }
    }

    private static IOException unusable(Path file, String problem) {
        return new IOException("the password in " + file + " " + problem
                + ". Delete the file to get a new one, or set auth.password-hash");
    }

    @Override
    public boolean matches(String entered) {
        return MessageDigest.isEqual(digest, sha256(entered));
    }

    /// Returns false for the form of a generated password; an operator may have written another one into the file.
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
            throw new IOException(file + " is not a file with a password. Remove it to get a new one");
        }
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))) {
            throw new IOException("other users may read or change " + file + ". Delete it to get a new password");
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
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
