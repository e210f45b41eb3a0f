package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import botmaker.tls.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthorityTest {
    @TempDir
    Path dir;

    private Instant now = Instant.now();

    private Authority open() throws IOException {
        return Authority.open(dir, () -> now);
    }

    @Test
    void it_is_made_once_and_its_key_is_private() throws Exception {
        byte[] first = open().pem();
        assertArrayEquals(first, open().pem());
        assertArrayEquals(first, Files.readAllBytes(dir.resolve("ca.pem")));
        assertEquals(0600, PrivateFiles.mode(Files.getPosixFilePermissions(dir.resolve("ca.key"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.vendor.test", "a", "a.very.long.name.of.a.server.that.does.not.fit.into.a.common.name.at.all.vendor.test"})
    void openssl_accepts_its_certificates_strictly(String host) throws Exception {
        Authority authority = open();
        Path server = Files.writeString(dir.resolve("server.pem"), Pem.block("CERTIFICATE", authority.server(host).getEncoded()));
        Path ca = dir.resolve("ca.pem");
        verify("openssl", "verify", "-x509_strict", "-CAfile", ca.toString(), "-purpose", "sslserver", "-verify_hostname", host, server.toString());
        verify("openssl", "verify", "-x509_strict", "-CAfile", ca.toString(), ca.toString());
        // ten years on the authority is still valid, and its last day is beyond the year 2050 one day
        now = Instant.parse("2049-12-01T00:00:00Z");
        Path later = Files.createDirectory(dir.resolve("later"));
        Path late = later.resolve("server.pem");
        Files.writeString(late, Pem.block("CERTIFICATE", Authority.open(later, () -> now).server(host).getEncoded()));
        verify("openssl", "verify", "-x509_strict", "-attime", Long.toString(now.getEpochSecond()), "-CAfile", later.resolve("ca.pem").toString(),
                late.toString());
    }

    @Test
    void a_certificate_names_its_issuer_byte_for_byte() throws Exception {
        open();
        X509Certificate ca = Pem.certificates(dir.resolve("ca.pem")).getFirst();
        X509Certificate server = open().server("api.vendor.test");
        assertArrayEquals(ca.getSubjectX500Principal().getEncoded(), server.getIssuerX500Principal().getEncoded());
        assertEquals(List.of(List.of(2, "api.vendor.test")), List.copyOf(server.getSubjectAlternativeNames()));
        assertEquals(-1, server.getBasicConstraints());
        assertEquals(0, ca.getBasicConstraints());
    }

    @Test
    void a_server_s_certificate_lives_30_days_and_is_made_anew_at_a_third_of_that() throws Exception {
        Authority authority = open();
        X509Certificate first = authority.server("api.vendor.test");
        assertEquals(Duration.ofDays(30).toDays(), Duration.between(now, first.getNotAfter().toInstant()).plusSeconds(2).toDays());
        now = now.plus(Duration.ofDays(19));
        assertSame(first, authority.server("api.vendor.test"));
        now = now.plus(Duration.ofDays(2));
        X509Certificate second = authority.server("api.vendor.test");
        assertNotEquals(first, second);
        now = now.minus(Duration.ofDays(365)); // the clock was wrong
        assertTrue(authority.server("api.vendor.test").getNotBefore().toInstant().isBefore(now));
    }

    @Test
    void no_certificate_outlives_the_authority() throws Exception {
        Authority authority = open();
        now = authority.expires().minus(Duration.ofDays(5));
        assertEquals(authority.expires(), authority.server("api.vendor.test").getNotAfter().toInstant());
    }

    /// A bot may ask for any number of names where an origin stands for many.
    @Test
    void only_so_many_certificates_are_kept() throws Exception {
        Authority authority = open();
        X509Certificate first = authority.server("0.vendor.test");
        for (int i = 1; i < Authority.MOST_SERVERS - 1; i++) {
            authority.server(i + ".vendor.test");
        }
        assertSame(first, authority.server("0.vendor.test"));
        authority.server("one.more.test");
        authority.server("another.test");
        assertNotSame(first, authority.server("0.vendor.test"));
    }

    @Test
    void a_key_of_another_authority_is_refused() throws Exception {
        open();
        Path other = Files.createDirectory(dir.resolve("other"));
        Authority.open(other, InstantSource.system());
        Files.copy(other.resolve("ca.key"), dir.resolve("ca.key"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(dir.resolve("ca.key"), PrivateFiles.permissions(0600));
        Authority mixed = open();
        assertTrue(assertThrows(IOException.class, mixed::check).getMessage().contains("Remove both files"));
        assertThrows(IOException.class, () -> mixed.server("api.vendor.test"));
    }

    @Test
    void half_of_one_is_made_anew() throws Exception {
        byte[] first = open().pem();
        Files.delete(dir.resolve("ca.pem")); // killed between the two
        assertNotEquals(Optional.of(first), Optional.of(open().pem()));
        open().server("a");
    }

    private static void verify(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
