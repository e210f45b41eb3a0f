package botmaker.backup;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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

/// Encrypts and decrypts the chunks of one backup with the key derived from its header and the passphrase. The package's
/// documentation describes the format.
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

    /// Creates the header and key of a new backup.
    static Seal make(char[] passphrase, int rounds) {
        byte[] header = new byte[HEADER];
        RANDOM.nextBytes(header);
        ByteBuffer.wrap(header).put(MAGIC).putInt(VERSION).putInt(rounds);
        header[HEADER - 1] = 0;
        byte[] derived = derive(passphrase, header, rounds);
        System.arraycopy(derived, KEY, header, CHECK_AT, CHECK);
        return new Seal(header, derived);
    }

    /// Reads the header of an existing backup and derives its key.
    ///
    /// @throws IOException if the file is not a backup or the passphrase is wrong
    static Seal read(InputStream in, char[] passphrase) throws IOException {
        byte[] header = in.readNBytes(HEADER);
        if (header.length < HEADER || !Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IOException("the file is not a BotMaker backup, or is cut off");
        }
        ByteBuffer numbers = ByteBuffer.wrap(header, MAGIC.length, 8);
        int version = numbers.getInt();
        if (version != VERSION) {
            throw new IOException("it is a backup of another version of BotMaker (format " + Integer.toUnsignedString(version)
                    + ", this one reads " + VERSION + "), or damaged");
        }
        int rounds = numbers.getInt();
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new IOException("the backup is damaged: its header is invalid");
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

    /// @throws IOException if this is not what was encrypted at this position
    private byte[] crypt(int mode, byte[] bytes, int count, int number, boolean last) throws IOException {
        byte[] nonce = ByteBuffer.allocate(PREFIX + Integer.BYTES + 1)
                .put(header, PREFIX_AT, PREFIX).putInt(number).put((byte) (last ? 1 : 0)).array();
        try {
            cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
            cipher.updateAAD(header);
            return cipher.doFinal(bytes, 0, count);
        } catch (AEADBadTagException e) {
            throw new IOException("the backup is damaged or cut off (in chunk %d, after byte %d); nothing was restored"
                    .formatted(number, HEADER + (long) number * (CHUNK + TAG)), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Encrypts what is written to it. [#finish] completes it; unfinished output cannot be read.
    static final class Output extends OutputStream {
        private final OutputStream out;
        private final Seal seal;
        private final byte[] plain = new byte[CHUNK];
        private int count;
        private int number;

        /// @param out not closed here
        Output(OutputStream out, Seal seal) throws IOException {
            this.out = out;
            this.seal = seal;
            out.write(seal.header);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            for (int part, at = from; at < from + length; at += part) {
                if (count == plain.length) { // this chunk is not the last
                    chunk(false);
                }
                part = Math.min(from + length - at, plain.length - count);
                System.arraycopy(bytes, at, plain, count, part);
                count += part;
            }
        }

        /// Writes the last chunk.
        void finish() throws IOException {
            chunk(true);
            out.flush();
        }

        private void chunk(boolean last) throws IOException {
            out.write(seal.crypt(Cipher.ENCRYPT_MODE, plain, count, number, last));
            count = 0;
            if (++number == 0) {
                throw new IOException("the data is too large for one backup");
            }
        }
    }

    /// Decrypts what [Output] encrypted. Every byte is verified before it is returned, and so is the end.
    static final class Input extends InputStream {
        private final InputStream in;
        private final Seal seal;
        private final byte[] sealed = new byte[CHUNK + TAG + 1];
        private int carried;
        private byte[] plain = {};
        private int at;
        private int number;
        private boolean ended;

        /// @param in behind the header; not closed here
        Input(InputStream in, Seal seal) {
            this.in = in;
            this.seal = seal;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            while (at == plain.length) {
                if (ended) {
                    return -1;
                }
                next();
            }
            int part = Math.min(length, plain.length - at);
            System.arraycopy(plain, at, bytes, from, part);
            at += part;
            return part;
        }

        /// Reads one byte beyond the chunk to learn whether another follows.
        private void next() throws IOException {
            int count = carried + in.readNBytes(sealed, carried, sealed.length - carried);
            ended = count < sealed.length;
            plain = seal.crypt(Cipher.DECRYPT_MODE, sealed, ended ? count : count - 1, number, ended);
            at = 0;
            number++;
            sealed[0] = sealed[sealed.length - 1];
            carried = 1;
        }
    }
}
