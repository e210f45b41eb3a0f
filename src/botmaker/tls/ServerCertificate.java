package botmaker.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A server certificate with its chain and the private key that belongs to it.
public final class ServerCertificate {
    /// ACME clients renew earlier than this.
    private static final Duration SOON = Duration.ofDays(14);

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final Optional<String> weakness;

    private ServerCertificate(List<X509Certificate> chain, PrivateKey key) throws IOException {
        this.chain = List.copyOf(chain);
        this.key = key;
        this.weakness = Strength.weakness(chain);
    }

    /// Reads both files, which may be symbolic links as certbot makes them.
    ///
    /// @param certificate PEM: the server's own certificate first, then those up to its authority
    /// @param key         PEM, not readable by others
    /// @throws IOException if they cannot be read, do not belong together, or no client accepts them; the message says what to do
    public static ServerCertificate read(Path certificate, Path key) throws IOException {
        List<X509Certificate> chain = chain(certificate);
        Strength.requireUsable(chain, certificate);
        PublicKey certified = chain.getFirst().getPublicKey();
        PrivateKey secret = PrivateKeys.read(key, certified);
        if (!belongTogether(secret, certified)) {
            throw new IOException("the key in " + key + " does not belong to the first certificate in " + certificate
                    + ", which must be the server's own");
        }
        return new ServerCertificate(chain, secret);
    }

    private static List<X509Certificate> chain(Path file) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Pem block : Pem.read(file)) {
                if (block.label().equals("CERTIFICATE")) {
                    chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content())));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("certificate number " + (chain.size() + 1) + " in " + file + " cannot be read", e);
        }
        if (chain.isEmpty()) {
            throw new IOException(file + " holds no certificate in PEM form, between -----BEGIN CERTIFICATE----- and its end");
        }
        for (int i = 1; i < chain.size(); i++) {
            if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
                throw new IOException("certificate number " + (i + 1) + " in " + file + " is not the issuer of the one before it. "
                        + "The server's own comes first, then its issuer, and so on");
            }
        }
        return chain;
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
