package botmaker.tls;

import botmaker.file.FileWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/// Provides TLS with a certificate and key from files. New files take effect for new connections within seconds. If they are
/// broken or do not belong together (only one of them was replaced so far), the current pair stays in use.
public final class ServerTls implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServerTls.class.getName());

    static {
        // Only TLS 1.2 has it, no browser needs it, and it costs the server more than the client.
        System.getProperties().putIfAbsent("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final Path certificate;
    private final Path key;
    private final FileWatch watch;
    private volatile SSLContext present;

    private ServerTls(Path certificate, Path key) throws IOException {
        this.certificate = certificate;
        this.key = key;
        this.watch = new FileWatch(List.of(certificate, key), this::reload);
        this.present = read();
    }

    /// Reads the files and begins to watch them. The caller closes it.
    ///
    /// @throws IOException if they cannot be read or do not belong together; the message says what to do
    public static ServerTls open(Path certificate, Path key) throws IOException {
        ServerTls tls = new ServerTls(certificate, key);
        tls.watch.start();
        return tls;
    }

    /// Returns a context whose new connections use the current files.
    public SSLContext context() {
        return new DelegatingContext(() -> present);
    }

    private void reload() {
        try {
            present = read();
            LOG.log(System.Logger.Level.INFO, "now using the TLS certificate in {0}", certificate);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the previous TLS certificate stays in use: {0}", e.getMessage());
        }
    }

    private SSLContext read() throws IOException {
        ServerCertificate pair = ServerCertificate.read(certificate, key);
        pair.problem(Instant.now()).ifPresent(problem ->
                LOG.log(System.Logger.Level.WARNING, "the TLS certificate in {0} {1}", certificate, problem));
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(pair.keyManagers(), null, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("this JDK cannot use the certificate in " + certificate, e);
        }
    }

    @Override
    public void close() {
        watch.close();
    }

    /// Delegates each connection to the current context, since the JDK's server takes its context once. Allows TLS 1.2 and 1.3 only,
    /// with an ephemeral key exchange and authenticated encryption.
    private static final class DelegatingContext extends SSLContext {
        /// @param present the current context, made for servers
        DelegatingContext(Supplier<SSLContext> present) {
            super(new Spi(present), present.get().getProvider(), present.get().getProtocol());
        }

        private static SSLParameters strict(SSLContext context) {
            SSLParameters parameters = context.getDefaultSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            parameters.setCipherSuites(Arrays.stream(context.getSupportedSSLParameters().getCipherSuites())
                    .filter(DelegatingContext::isSafe).toArray(String[]::new));
            parameters.setUseCipherSuitesOrder(true);
            return parameters;
        }

        /// The suites of TLS 1.3 name no key exchange.
        private static boolean isSafe(String suite) {
            return suite.matches("TLS_(ECDHE_(RSA|ECDSA)_WITH_)?(AES_(128|256)_GCM|CHACHA20_POLY1305)_SHA(256|384)");
        }

        private static final class Spi extends SSLContextSpi {
            private final Supplier<SSLContext> present;

            Spi(Supplier<SSLContext> present) {
                this.present = present;
            }

            @Override
            protected SSLEngine engineCreateSSLEngine() {
                return present.get().createSSLEngine();
            }

            @Override
            protected SSLEngine engineCreateSSLEngine(String host, int port) {
                return engineCreateSSLEngine(); // only clients use the peer, to resume sessions
            }

            @Override
            protected SSLParameters engineGetDefaultSSLParameters() {
                return strict(present.get());
            }

            @Override
            protected SSLParameters engineGetSupportedSSLParameters() {
                return strict(present.get());
            }

            @Override
            protected SSLSessionContext engineGetServerSessionContext() {
                return present.get().getServerSessionContext();
            }

            @Override
            protected SSLSessionContext engineGetClientSessionContext() {
                return present.get().getClientSessionContext();
            }

            @Override
            protected void engineInit(KeyManager[] keys, TrustManager[] trusted, SecureRandom random) throws KeyManagementException {
                throw new KeyManagementException("The context is already initialized");
            }

            @Override
            protected SSLSocketFactory engineGetSocketFactory() {
                throw new UnsupportedOperationException("The JDK's HTTP server uses engines");
            }

            @Override
            protected SSLServerSocketFactory engineGetServerSocketFactory() {
                throw new UnsupportedOperationException("The JDK's HTTP server uses engines");
            }
        }
    }
}
