package botmaker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Certificates for `localhost` as operators have them, made by OpenSSL.
public final class Certificates {
    public static final String[] EC = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"};
    public static final String[] RSA = {"-newkey", "rsa:2048"};
    public static final String[] ED25519 = {"-newkey", "ed25519"};

    private Certificates() {}

    /// Makes a self-signed certificate and its key, `<name>.crt` and `<name>.key`.
    public static void make(Path directory, String name, String... kind) throws IOException, InterruptedException {
        List<String> request = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=" + name,
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", directory.resolve(name + ".key").toString(), "-out", directory.resolve(name + ".crt").toString()));
        request.addAll(List.of(kind));
        openssl(directory, request.toArray(String[]::new));
    }

    /// Runs `openssl` in a directory.
    public static void openssl(Path directory, String... arguments) throws IOException, InterruptedException {
        run(directory, "openssl", arguments);
    }

    /// Makes one that has expired, which OpenSSL 3.0 cannot.
    public static void makeExpired(Path directory, String name) throws Exception {
        makeDated(directory, name, "-400d", 10);
    }

    /// @param from  of the first day, from now, as keytool has it
    /// @param valid days
    public static void makeDated(Path directory, String name, String from, int valid) throws Exception {
        String store = name + ".p12";
        run(directory, Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-keyalg", "EC",
                "-dname", "CN=" + name, "-ext", "san=dns:localhost", "-startdate", from, "-validity", Integer.toString(valid),
                "-alias", "a", "-keystore", store, "-storepass", "password");
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve(store))) {
            keys.load(in, "password".toCharArray());
        }
        Files.writeString(directory.resolve(name + ".crt"), pem("CERTIFICATE", keys.getCertificate("a").getEncoded()));
        Files.createFile(directory.resolve(name + ".key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        openssl(directory, "pkcs12", "-in", store, "-passin", "pass:password", "-nocerts", "-nodes", "-out", name + ".key");
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content));
    }

    private static void run(Path directory, String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), String.join(" ", command) + "\n" + output);
    }

    /// For a client that trusts nothing but this certificate.
    public static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry("a", java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trusted.getTrustManagers(), null);
        return context;
    }
}
