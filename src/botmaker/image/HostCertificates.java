package botmaker.image;

import botmaker.error.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The certificates that this host trusts. A build needs them where the host sits behind a proxy that inspects TLS.
final class HostCertificates {
    private static final List<String> BUNDLES =
            List.of("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt");

    private HostCertificates() { }

    /// @param environment may name the bundle in `SSL_CERT_FILE`
    static byte[] read(Map<String, String> environment) throws IOException {
        Path bundle = Stream.concat(Optional.ofNullable(environment.get("SSL_CERT_FILE")).stream(), BUNDLES.stream())
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new Failure.Conflict(
                        "This host has no bundle of certificates. Install the package ca-certificates."));
        return Files.readAllBytes(bundle);
    }
}
