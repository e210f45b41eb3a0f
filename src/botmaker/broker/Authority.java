package botmaker.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import botmaker.file.PrivateFiles;
import botmaker.tls.Der;
import botmaker.tls.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/// The certificate authority that bots trust, and nobody else: with it the broker ends their TLS.
///
/// Its key and certificate are made once (EC P-256, ten years). A server's certificate (RFC 5280) is made when TLS first asks for that
/// name, lives in memory, is valid for 30 days, and is made anew when a third of that is left.
///
/// A process that first uses the curve prepares it for a tenth of a second. Opening does not, so that it does not delay a start.
final class Authority {
    private static final String KEY_FILE = "ca.key";
    private static final String CERTIFICATE_FILE = "ca.pem";
    private static final int KEY_MODE = 0600;
    private static final int CERTIFICATE_MODE = 0644;
    private static final Duration LIFE = Duration.ofDays(3653);
    private static final Duration SERVER_LIFE = Duration.ofDays(30);
    private static final Duration EARLIER = Duration.ofDays(1); // clocks are set back
    private static final int LONGEST_COMMON_NAME = 64;
    private static final int MOST_SESSIONS = 1000;
    static final int MOST_SERVERS = 200; // making one takes a millisecond
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final byte[] VERSION_3 = Der.element(0xa0, Der.integer(BigInteger.TWO));
    private static final byte[] ISSUES = Der.bitString(1, new byte[] {0b0000_0110}); // keyCertSign, cRLSign
    private static final byte[] SIGNS = Der.bitString(7, new byte[] {(byte) 0b1000_0000}); // digitalSignature

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final InstantSource clock;
    private final Path dir;
    private final Map<String, X509Certificate> servers = new ConcurrentHashMap<>();
    private Optional<KeyPair> serverKeys = Optional.empty(); // of every server: they differ in name only; guarded by this

    private Authority(Path dir, PrivateKey key, X509Certificate certificate, InstantSource clock) {
        this.dir = dir;
        this.key = key;
        this.certificate = certificate;
        this.clock = clock;
    }

    /// Opens the authority of a directory, and makes it first if it lacks the key or the certificate.
    ///
    /// @throws IOException if the files cannot be read or written; the message says what to do
    static Authority open(Path dir, InstantSource clock) throws IOException {
        Path keyFile = dir.resolve(KEY_FILE);
        Path certificateFile = dir.resolve(CERTIFICATE_FILE);
        if (!Files.exists(keyFile) || !Files.exists(certificateFile)) {
            KeyPair keys = keyPair();
            X509Certificate made = authority(keys, clock.instant());
            PrivateFiles.replace(keyFile, pem("PRIVATE KEY", keys.getPrivate().getEncoded()), KEY_MODE);
            PrivateFiles.replace(certificateFile, pem(made), CERTIFICATE_MODE);
        }
        X509Certificate certificate = Pem.certificates(certificateFile).getFirst();
        PrivateKey key = Pem.privateKey(keyFile, certificate.getPublicKey());
        return new Authority(dir, key, certificate, clock);
    }

    /// Checks that the key is that of the certificate. No server gets a certificate before.
    ///
    /// @throws IOException if it is not; the message says what to do
    void check() throws IOException {
        serverKeys();
    }

    private synchronized KeyPair serverKeys() throws IOException {
        if (serverKeys.isEmpty()) {
            if (!belongTogether()) {
                throw new IOException(dir.resolve(KEY_FILE) + " is not the key of " + dir.resolve(CERTIFICATE_FILE)
                        + ". Remove both files and restart; bots with a sealed connection restart, too");
            }
            serverKeys = Optional.of(keyPair());
        }
        return serverKeys.get();
    }

    /// Returns the file that a bot needs, to trust this authority.
    byte[] pem() {
        return pem(certificate);
    }

    /// Returns the end of its validity.
    Instant expires() {
        return certificate.getNotAfter().toInstant();
    }

    /// Returns the certificate of a server.
    ///
    /// @throws IOException as [#check()]
    X509Certificate server(String host) throws IOException {
        PublicKey of = serverKeys().getPublic();
        Instant now = clock.instant();
        if (servers.size() >= MOST_SERVERS) {
            servers.clear(); // a bot may ask for any number of names where an origin stands for many
        }
        return servers.compute(host, (_, present) -> present != null && isFresh(present, now) ? present : server(host, of, now));
    }

    /// Returns what ends the TLS of any server whose name a client asks for.
    SSLContext serverContext() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new ServersByName()}, null, RANDOM);
            context.getServerSessionContext().setSessionCacheSize(MOST_SESSIONS);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("this JDK provides no TLS", e);
        }
    }

    /// Chooses a certificate by the name that the client asks for (SNI, RFC 6066 §3); none if it asks for no name.
    private final class ServersByName extends X509ExtendedKeyManager {
        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            if (keyType.equals("EC") && socket instanceof SSLSocket tls && tls.getHandshakeSession() instanceof ExtendedSSLSession session) {
                return session.getRequestedServerNames().stream().filter(SNIHostName.class::isInstance)
                        .map(name -> ((SNIHostName) name).getAsciiName()).findFirst().orElse(null);
            }
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String host) {
            try {
                return new X509Certificate[] {server(host)};
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public PrivateKey getPrivateKey(String host) {
            try {
                return serverKeys().getPrivate();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    private static boolean isFresh(X509Certificate server, Instant now) {
        Instant renewal = server.getNotAfter().toInstant().minus(SERVER_LIFE.dividedBy(3));
        return now.isBefore(renewal) && !now.isBefore(server.getNotBefore().toInstant());
    }

    private X509Certificate server(String host, PublicKey of, Instant now) {
        String name = host.length() <= LONGEST_COMMON_NAME ? host : "a server of a bot";
        byte[] extensions = Der.sequence(
                extension("2.5.29.35", false, Der.sequence(Der.element(0x80, keyId(certificate.getPublicKey())))),
                extension("2.5.29.14", false, Der.octetString(keyId(of))),
                extension("2.5.29.15", true, SIGNS),
                extension("2.5.29.37", false, Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"))),
                extension("2.5.29.17", false, Der.sequence(Der.element(0x82, host.getBytes(US_ASCII)))));
        byte[] issuer = certificate.getSubjectX500Principal().getEncoded();
        Instant end = now.plus(SERVER_LIFE).isBefore(expires()) ? now.plus(SERVER_LIFE) : expires();
        return signed(issuer, now.minus(EARLIER), end, name(name), of, extensions, key);
    }

    private static X509Certificate authority(KeyPair keys, Instant now) {
        byte[] name = name("BotMaker broker " + HexFormat.of().formatHex(random(4)));
        byte[] keyId = keyId(keys.getPublic());
        byte[] extensions = Der.sequence(
                extension("2.5.29.19", true, Der.sequence(Der.yes(), Der.integer(BigInteger.ZERO))),
                extension("2.5.29.15", true, ISSUES),
                extension("2.5.29.14", false, Der.octetString(keyId)),
                extension("2.5.29.35", false, Der.sequence(Der.element(0x80, keyId))));
        return signed(name, now.minus(EARLIER), now.plus(LIFE), name, keys.getPublic(), extensions, keys.getPrivate());
    }

    /// Returns a certificate (RFC 5280 §4.1).
    private static X509Certificate signed(byte[] issuer, Instant from, Instant to, byte[] subject, PublicKey of, byte[] extensions,
            PrivateKey by) {
        byte[] serial = Der.integer(new BigInteger(1, random(16)).setBit(0)); // positive, as it must be
        byte[] content = Der.sequence(VERSION_3, serial, ECDSA_SHA256, issuer, Der.sequence(Der.time(from), Der.time(to)), subject,
                of.getEncoded(), Der.element(0xa3, extensions));
        try {
            byte[] signed = Der.sequence(content, ECDSA_SHA256, Der.bitString(0, signature(by, content)));
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no certificate", e);
        }
    }

    private static byte[] signature(PrivateKey key, byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(content);
        return signature.sign();
    }

    private boolean belongTogether() {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initVerify(certificate.getPublicKey());
            return signature.verify(signature(key, new byte[0]));
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical ? Der.sequence(Der.oid(oid), Der.yes(), Der.octetString(value)) : Der.sequence(Der.oid(oid), Der.octetString(value));
    }

    /// Returns a distinguished name that is only a common name.
    private static byte[] name(String common) {
        return Der.sequence(Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.text(common))));
    }

    /// Identifies a key by its hash; any that is unique will do (RFC 5280 §4.2.1.2).
    private static byte[] keyId(PublicKey key) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), 20);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no EC keys", e);
        }
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return random;
    }

    private static byte[] pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was just parsed has a form", e);
        }
    }

    private static byte[] pem(String label, byte[] content) {
        return Pem.block(label, content).getBytes(US_ASCII);
    }
}
