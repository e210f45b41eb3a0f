package botmaker.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// Reads the private key of a certificate: PKCS#8 (RFC 5958), and the older formats of RSA (RFC 8017 §A.1.2) and EC (RFC 5915)
/// keys that OpenSSL and some ACME clients write.
final class PrivateKeys {
    private static final List<String> FORMS = List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private PrivateKeys() {}

    /// @throws IOException if the file does not hold exactly one key, the key is encrypted, readable by others, or of another type
    ///                     than the certificate's; the message says what to do and contains nothing of the key
    static PrivateKey read(Path file, PublicKey certified) throws IOException {
        List<Pem> keys = Pem.read(file).stream().filter(block -> FORMS.contains(block.label())).toList();
        requireClosed(file);
        if (keys.size() != 1) {
            throw new IOException(file + " holds " + (keys.isEmpty() ? "no private key" : "several private keys")
                    + " in PEM form; one is needed, between -----BEGIN PRIVATE KEY----- and its end");
        }
        Pem key = keys.getFirst();
        if (key.encrypted()) {
            throw new IOException("the key in " + file + " is encrypted, and BotMaker cannot ask for its passphrase. "
                    + "Decrypt it with: openssl pkey -in KEY -out NEW");
        }
        try {
            byte[] pkcs8 = key.label().equals("PRIVATE KEY") ? key.content() : wrapped(key.content(), certified);
            return KeyFactory.getInstance(certified.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("the key in " + file + " cannot be read as the " + certified.getAlgorithm()
                    + " key that the certificate is for"); // the cause is left out: it might quote the key
        }
    }

    /// Allows the group to read it, as Debian's ssl-cert does.
    private static void requireClosed(Path file) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (mode.contains(PosixFilePermission.OTHERS_READ) || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("every user of this host may read or change the key in " + file
                    + ". Close it with: chmod o= " + file);
        }
    }

    /// Returns an older format as PKCS#8, which adds the algorithm; the certificate's public key begins with the same identifier
    /// (RFC 5280 §4.1.2.7).
    private static byte[] wrapped(byte[] key, PublicKey certified) {
        byte[] info = certified.getEncoded();
        int at = 2 + (info[1] < 0 ? info[1] & 0x7f : 0); // the sequence's own tag and length (X.690 §8.1)
        byte[] algorithm = Arrays.copyOfRange(info, at, at + 2 + info[at + 1]);
        return element(SEQUENCE, VERSION_0, algorithm, element(OCTET_STRING, key));
    }

    private static byte[] element(int tag, byte[]... contents) {
        ByteArrayOutputStream inside = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            inside.writeBytes(content);
        }
        int length = inside.size();
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        element.writeBytes(length < 0x80 ? new byte[] {(byte) length}
                : length < 0x100 ? new byte[] {(byte) 0x81, (byte) length}
                : new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length});
        element.writeBytes(inside.toByteArray());
        return element.toByteArray();
    }
}
