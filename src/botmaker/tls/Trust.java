package botmaker.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Whom to trust as a client of TLS.
public final class Trust {
    private Trust() { }

    /// Trusts the authorities that Java trusts, and those of a file.
    ///
    /// @param further PEM
    /// @throws IOException if the file cannot be read
    public static SSLSocketFactory with(Optional<Path> further) throws IOException {
        try {
            TrustManager[] managers = managers(null);
            if (further.isPresent()) {
                KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
                all.load(null, null);
                int count = 0;
                for (X509Certificate certificate : ((X509TrustManager) managers[0]).getAcceptedIssuers()) {
                    all.setCertificateEntry("java-" + count++, certificate);
                }
                for (X509Certificate certificate : Pem.certificates(further.get())) {
                    all.setCertificateEntry("further-" + count++, certificate);
                }
                managers = managers(all);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate authorities cannot be used: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] managers(KeyStore authorities) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }
}
