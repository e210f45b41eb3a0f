package botmaker.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Reads certificates and private keys from PEM files (RFC 7468 §2), and writes the text of such a file. A key that is read may be PKCS#8
/// (RFC 5958), or in the older formats of RSA (RFC 8017 §A.1.2) and EC (RFC 5915) keys that OpenSSL and some ACME clients write.
public final class Pem {
    private static final int MAX_BYTES = 256 * 1024;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final List<String> FORMS = List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    private Pem() {}

    /// Not a record: it may hold a key, which nothing may print.
    private static final class Block {
        private final String label;
        private final String text;

        Block(MatchResult block) {
            this.label = block.group(1);
            this.text = block.group(2);
        }

        /// Returns whether it is encrypted, as PKCS#8 or in OpenSSL's older format (RFC 1421 §4.6).
        boolean encrypted() {
            return label.startsWith("ENCRYPTED") || text.contains("ENCRYPTED");
        }

        /// @throws IllegalArgumentException if it is not Base64
        byte[] content() {
            return Base64.getMimeDecoder().decode(text);
        }
    }

    /// Returns the blocks of a file in order; text around them is ignored.
    private static List<Block> blocks(Path file) throws IOException {
        try {
            if (!Files.isRegularFile(file) && Files.exists(file) || Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is not a PEM file");
            }
            return BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1)).results().map(Block::new).toList();
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        }
    }

    /// Returns the certificates of a file in order.
    ///
    /// @throws IOException if it holds none, or one that cannot be read
    public static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(file)) {
                if (block.label.equals("CERTIFICATE")) {
                    chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content())));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("certificate number " + (chain.size() + 1) + " in " + file + " cannot be read", e);
        }
        if (chain.isEmpty()) {
            throw new IOException(file + " holds no certificate in PEM form, between -----BEGIN CERTIFICATE----- and its end");
        }
        return chain;
    }

    /// Returns the certificates of a server's file: its own first, each followed by its issuer.
    ///
    /// @throws IOException if it holds none, or they are in another order; the message says what to do
    static List<X509Certificate> chain(Path file) throws IOException {
        List<X509Certificate> chain = certificates(file);
        for (int i = 1; i < chain.size(); i++) {
            if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
                throw new IOException("certificate number " + (i + 1) + " in " + file + " is not the issuer of the one before it. "
                        + "The server's own comes first, then its issuer, and so on");
            }
        }
        return chain;
    }

    /// Returns the private key of a certificate.
    ///
    /// @throws IOException if the file does not hold exactly one key, the key is encrypted, readable by others, or of another type
    ///                     than the certificate's; the message says what to do and contains nothing of the key
    public static PrivateKey privateKey(Path file, PublicKey certified) throws IOException {
        List<Block> keys = blocks(file).stream().filter(block -> FORMS.contains(block.label)).toList();
        requireClosed(file);
        if (keys.size() != 1) {
            throw new IOException(file + " holds " + (keys.isEmpty() ? "no private key" : "several private keys")
                    + " in PEM form; one is needed, between -----BEGIN PRIVATE KEY----- and its end");
        }
        Block key = keys.getFirst();
        if (key.encrypted()) {
            throw new IOException("the key in " + file + " is encrypted, and BotMaker cannot ask for its passphrase. "
                    + "Decrypt it with: openssl pkey -in KEY -out NEW");
        }
        try {
            byte[] pkcs8 = key.label.equals("PRIVATE KEY") ? key.content() : wrapped(key.content(), certified);
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

    /// Returns the text of a block.
    ///
    /// @param label such as `CERTIFICATE`
    public static String block(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + LINES.encodeToString(content) + "\n-----END " + label + "-----\n";
    }

    /// Returns an older format as PKCS#8, which adds the algorithm; the certificate's public key begins with the same identifier
    /// (RFC 5280 §4.1.2.7).
    private static byte[] wrapped(byte[] key, PublicKey certified) {
        byte[] info = certified.getEncoded();
        int at = 2 + (info[1] < 0 ? info[1] & 0x7f : 0); // the sequence's own tag and length (X.690 §8.1)
        byte[] algorithm = Arrays.copyOfRange(info, at, at + 2 + info[at + 1]);
        return Der.sequence(VERSION_0, algorithm, Der.octetString(key));
    }
}
