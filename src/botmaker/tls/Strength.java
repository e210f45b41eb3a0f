package botmaker.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Tells certificates that no client accepts from those that some clients refuse, as browsers and OpenSSL decide today.
final class Strength {
    private static final int LEAST_RSA_BITS = 1024;
    private static final int USUAL_RSA_BITS = 2048;
    /// The most that Chromium's TLS library accepts.
    private static final int MOST_RSA_BITS = 8192;
    private static final Set<String> KEYS = Set.of("RSA", "RSASSA-PSS", "EC", "EdDSA", "Ed25519", "Ed448");
    private static final Set<String> SERVER_USES = Set.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");
    private static final String ADVICE = ". Make a certificate with an EC key (P-256) or an RSA key of 2048 bits, signed with SHA-256";

    private Strength() {}

    /// @throws IOException if no client at all would accept one of the certificates; the message says what to do
    static void requireUsable(List<X509Certificate> chain, Path file) throws IOException {
        for (X509Certificate certificate : chain) {
            PublicKey key = certificate.getPublicKey();
            String signature = certificate.getSigAlgName();
            if (!KEYS.contains(key.getAlgorithm())) {
                throw new IOException("the certificate in " + file + " has a key of the type " + key.getAlgorithm()
                        + ", with which no TLS connection is possible" + ADVICE);
            }
            if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
                throw new IOException("the certificate in " + file + " has an RSA key of " + rsa.getModulus().bitLength()
                        + " bits, which no browser accepts" + ADVICE);
            }
            if (signature.startsWith("MD")) {
                throw new IOException("the certificate in " + file + " is signed with " + signature + ", which no browser accepts"
                        + ADVICE);
            }
        }
    }

    /// Returns why some clients refuse the certificates; empty if there is no known reason.
    static Optional<String> weakness(List<X509Certificate> chain) throws IOException {
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
}
