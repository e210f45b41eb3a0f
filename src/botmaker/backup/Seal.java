package botmaker.backup;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// What encrypts the chunks of one backup: its header, and the key that header and passphrase give. The package's description
/// has the format.
final class Seal {
    static final int HEADER = 64;
    static final int CHUNK = 64 << 10;
    static final int TAG = 16;

    static final int ROUNDS = 600_000;
    private static final int MOST_ROUNDS = 10_000_000;
    private static final byte[] MAGIC = "BotMaker backup\n".getBytes(US_ASCII);
    private static final int VERSION = 1;
    private static final int KEY = 32;
    private static final int CHECK = 16;
    private static final int SALT_AT = 24;
    private static final int CHECK_AT = 40;
    private static final int PREFIX_AT = 56;
    private static final int PREFIX = 7;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] header;
    private final SecretKeySpec key;
    private final Cipher cipher;

    private Seal(byte[] header, byte[] derived) {
        this.header = header;
        this.key = new SecretKeySpec(derived, 0, KEY, "AES");
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /// For a new backup.
    static Seal make(char[] passphrase, int rounds) {
        byte[] header = new byte[HEADER];
        RANDOM.nextBytes(header);
        ByteBuffer.wrap(header).put(MAGIC).putInt(VERSION).putInt(rounds);
        header[HEADER - 1] = 0;
        byte[] derived = derive(passphrase, header, rounds);
        System.arraycopy(derived, KEY, header, CHECK_AT, CHECK);
        return new Seal(header, derived);
    }

    /// For a backup that there is, of which the header is read.
    ///
    /// @throws IOException where it is no backup, or the passphrase is wrong
    static Seal read(InputStream in, char[] passphrase) throws IOException {
        byte[] header = in.readNBytes(HEADER);
        if (header.length < HEADER || !Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IOException("it is no backup of BotMaker, or not all of it");
        }
        ByteBuffer numbers = ByteBuffer.wrap(header, MAGIC.length, 8);
        int version = numbers.getInt();
        if (version != VERSION) {
            throw new IOException("it is a backup of another version of BotMaker (format " + Integer.toUnsignedString(version)
                    + ", this one reads " + VERSION + "), or damaged");
        }
        int rounds = numbers.getInt();
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new IOException("the backup is damaged: its header cannot be");
        }
        byte[] derived = derive(passphrase, header, rounds);
        if (!MessageDigest.isEqual(Arrays.copyOfRange(derived, KEY, KEY + CHECK),
                Arrays.copyOfRange(header, CHECK_AT, CHECK_AT + CHECK))) {
            throw new IOException("the passphrase is not the one that the backup was made with (or the first "
                    + HEADER + " bytes of the file are damaged)");
        }
        return new Seal(header, derived);
    }

    private static byte[] derive(char[] passphrase, byte[] header, int rounds) {
        char[] normal = Normalizer.normalize(CharBuffer.wrap(passphrase), Normalizer.Form.NFC).toCharArray();
        PBEKeySpec spec = new PBEKeySpec(normal, Arrays.copyOfRange(header, SALT_AT, CHECK_AT), rounds, 8 * (KEY + CHECK));
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has PBKDF2", e);
        } finally {
            spec.clearPassword();
            Arrays.fill(normal, ' ');
        }
    }

    byte[] header() {
        return header.clone();
    }

    byte[] encrypt(byte[] plain, int count, int number, boolean last) {
        try {
            return prepared(Cipher.ENCRYPT_MODE, number, last).doFinal(plain, 0, count);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @throws AEADBadTagException where this is not what was encrypted in this place
    byte[] decrypt(byte[] sealed, int count, int number, boolean last) throws AEADBadTagException {
        try {
            return prepared(Cipher.DECRYPT_MODE, number, last).doFinal(sealed, 0, count);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Cipher prepared(int mode, int number, boolean last) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(PREFIX + Integer.BYTES + 1)
                .put(header, PREFIX_AT, PREFIX).putInt(number).put((byte) (last ? 1 : 0)).array();
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
        cipher.updateAAD(header);
        return cipher;
    }
}
