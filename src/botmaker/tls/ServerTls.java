package botmaker.tls;

import botmaker.file.FileWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/// Provides TLS with a certificate and key from files. New files take effect for new connections within seconds. If they are
/// broken or do not belong together (only one of them was replaced so far), the current pair stays in use.
public final class ServerTls implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServerTls.class.getName());

    /// The suites of TLS 1.3 name no key exchange.
    private static final Pattern SAFE =
            Pattern.compile("TLS_(ECDHE_(RSA|ECDSA)_WITH_)?(AES_(128|256)_GCM|CHACHA20_POLY1305)_SHA(256|384)");

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

    /// Creates the engine of one connection, with the current files. Allows TLS 1.2 and 1.3 only, with an ephemeral key exchange and
    /// authenticated encryption.
    public SSLEngine engine() {
        SSLEngine engine = present.createSSLEngine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setCipherSuites(
                Arrays.stream(engine.getSupportedCipherSuites()).filter(suite -> SAFE.matcher(suite).matches()).toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
        return engine;
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
}
