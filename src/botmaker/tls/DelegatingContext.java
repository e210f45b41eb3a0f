package botmaker.tls;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.Arrays;
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

/// Delegates each connection to the current context, since the JDK's server takes its context once. Allows TLS 1.2 and 1.3 only,
/// with an ephemeral key exchange and authenticated encryption.
final class DelegatingContext extends SSLContext {
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
