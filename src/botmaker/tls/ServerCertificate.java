package botmaker.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A server certificate with its chain and the private key that belongs to it.
public final class ServerCertificate {
    /// ACME clients renew earlier than this.
    private static final Duration SOON = Duration.ofDays(14);
    private static final int LEAST_RSA_BITS = 1024;
    private static final int USUAL_RSA_BITS = 2048;
    /// The most that Chromium's TLS library accepts.
    private static final int MOST_RSA_BITS = 8192;
    private static final Set<String> KEYS = Set.of("RSA", "RSASSA-PSS", "EC", "EdDSA", "Ed25519", "Ed448");
    private static final Set<String> SERVER_USES = Set.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");
    private static final String ADVICE = ". Make a certificate with an EC key (P-256) or an RSA key of 2048 bits, signed with SHA-256";

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final Optional<String> weakness;

    private ServerCertificate(List<X509Certificate> chain, PrivateKey key) throws IOException {
        this.chain = List.copyOf(chain);
        this.key = key;
        this.weakness = weakness(chain);
    }

    /// Reads both files, which may be symbolic links as certbot makes them.
    ///
    /// @param certificate PEM: the server's own certificate first, then those up to its authority
    /// @param key         PEM, not readable by others
    /// @throws IOException if they cannot be read, do not belong together, or no client accepts them; the message says what to do
    public static ServerCertificate read(Path certificate, Path key) throws IOException {
        List<X509Certificate> chain = Pem.chain(certificate);
        requireUsable(chain, certificate);
        PublicKey certified = chain.getFirst().getPublicKey();
        PrivateKey secret = Pem.privateKey(key, certified);
        if (!belongTogether(secret, certified)) {
            throw new IOException("the key in " + key + " does not belong to the first certificate in " + certificate
                    + ", which must be the server's own");
        }
        return new ServerCertificate(chain, secret);
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified) throws IOException {
        try {
            Signature signature = Signature.getInstance(switch (certified.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> certified.getAlgorithm();
            });
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate's " + certified.getAlgorithm() + " key cannot be used for TLS. Make a certificate with "
                    + "an EC key (P-256) or an RSA key of 2048 bits", e);
        }
    }

    /// Tells certificates that no client accepts from those that some clients refuse, as browsers and OpenSSL decide today.
    ///
    /// @throws IOException if no client at all would accept one of the certificates; the message says what to do
    private static void requireUsable(List<X509Certificate> chain, Path file) throws IOException {
        for (X509Certificate certificate : chain) {
            PublicKey key = certificate.getPublicKey();
            String signature = certificate.getSigAlgName();
            if (!KEYS.contains(key.getAlgorithm())) {
                throw refused(file, "has a key of the type " + key.getAlgorithm() + ", with which no TLS connection is possible");
            }
            if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
                throw refused(file, "has an RSA key of " + rsa.getModulus().bitLength() + " bits, which no browser accepts");
            }
            if (signature.startsWith("MD")) {
                throw refused(file, "is signed with " + signature + ", which no browser accepts");
            }
        }
    }

    private static IOException refused(Path file, String reason) {
        return new IOException("the certificate in " + file + " " + reason + ADVICE);
    }

    /// Returns why some clients refuse the certificates; empty if there is no known reason.
    private static Optional<String> weakness(List<X509Certificate> chain) throws IOException {
        X509Certificate own = chain.getFirst();
        for (X509Certificate certificate : chain) {
            Optional<String> key = keyWeakness(certificate.getPublicKey());
            if (key.isPresent()) {
                return key.map(weak -> "has " + weak + ADVICE);
            }
            if (certificate.getSigAlgName().startsWith("SHA1")) {
                return Optional.of("is signed with SHA-1, which browsers refuse" + ADVICE);
            }
        }
        try {
            if (own.getSubjectAlternativeNames() == null) {
                return Optional.of("names no host in a subjectAltName extension, without which browsers refuse it. Make a new one");
            }
            List<String> uses = own.getExtendedKeyUsage();
            if (uses != null && uses.stream().noneMatch(SERVER_USES::contains)) {
                return Optional.of("is not meant for servers (extendedKeyUsage), so browsers refuse it. Make a new one");
            }
        } catch (CertificateParsingException e) {
            throw new IOException("the certificate's extensions cannot be parsed", e);
        }
        boolean[] usage = own.getKeyUsage();
        return usage == null || usage[0]
                ? Optional.empty()
                : Optional.of("does not allow signatures (keyUsage), so browsers refuse it. Make a new one");
    }

    private static Optional<String> keyWeakness(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa when rsa.getModulus().bitLength() < USUAL_RSA_BITS ->
                Optional.of("an RSA key of " + rsa.getModulus().bitLength() + " bits, which many clients refuse");
            case RSAPublicKey rsa when rsa.getModulus().bitLength() > MOST_RSA_BITS ->
                Optional.of("an RSA key of " + rsa.getModulus().bitLength() + " bits, more than browsers accept");
            case ECPublicKey ec when ec.getParams().getOrder().bitLength() > 384 ->
                Optional.of("an EC key on the curve P-521, which some browsers refuse");
            case RSAPublicKey rsa when rsa.getAlgorithm().equals("RSA") -> Optional.empty();
            case ECPublicKey _ -> Optional.empty();
            default -> Optional.of("a key of the type " + key.getAlgorithm() + ", which browsers refuse");
        };
    }

    /// Returns why browsers, or other clients, will refuse the certificate at a moment; empty if there is no known reason.
    public Optional<String> problem(Instant now) {
        X509Certificate own = chain.getFirst();
        if (now.isAfter(own.getNotAfter().toInstant())) {
            return Optional.of("expired on " + own.getNotAfter().toInstant() + ". Renew it");
        }
        if (now.isBefore(own.getNotBefore().toInstant())) {
            return Optional.of("is not valid before " + own.getNotBefore().toInstant() + ". Check the clock of this host");
        }
        return weakness;
    }

    /// Returns whether an automatic renewal should have happened by now.
    public boolean expiresSoon(Instant now) {
        return now.plus(SOON).isAfter(expires());
    }

    /// Returns the end of its validity.
    public Instant expires() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    /// Returns a context for a client on this host that expects exactly this certificate, under any name.
    public SSLContext clientContext() throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("server", chain.getFirst());
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("this JDK cannot use the certificate", e);
        }
    }

    KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = {}; // it never leaves the memory
        store.setKeyEntry("server", key, password, chain.toArray(Certificate[]::new));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, password);
        return managers.getKeyManagers();
    }
}
