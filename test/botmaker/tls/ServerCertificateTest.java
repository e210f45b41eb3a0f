package botmaker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCertificateTest {
    @TempDir
    private static Path directory;

    @BeforeAll
    static void make() throws Exception {
        Certificates.make(directory, "ec", Certificates.EC);
        Certificates.make(directory, "rsa", Certificates.RSA);
        Certificates.make(directory, "ed25519", Certificates.ED25519);
        Certificates.make(directory, "other", Certificates.EC);
        Certificates.openssl(directory, "rsa", "-in", "rsa.key", "-traditional", "-out", "rsa-pkcs1.key");
        Certificates.openssl(directory, "ec", "-in", "ec.key", "-out", "ec-sec1.key");
        Certificates.openssl(directory, "pkcs8", "-topk8", "-in", "ec.key", "-passout", "pass:x", "-out", "encrypted.key");
        Certificates.openssl(directory, "rsa", "-in", "rsa.key", "-traditional", "-aes128", "-passout", "pass:x", "-out",
                "encrypted-pkcs1.key");
        String parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        closed("ec-parameters.key", "words before\n" + parameters + text("ec-sec1.key"));
        closed("two.key", text("ec.key") + text("other.key"));
        closed("garbage.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        closed("no-base64.key", "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n");
        closed("empty", "");
        closed("crlf.crt", "Bag Attributes\r\n" + text("ec.crt").replace("\n", "\r\n"));
        closed("unrelated.crt", text("ec.crt") + text("other.crt"));
        closed("half.crt", text("ec.crt") + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        closed("large.crt", text("ec.crt").repeat(1000));
        Files.createDirectory(directory.resolve("directory"));
    }

    private static void closed(String name, String text) throws IOException {
        Path file = Files.createFile(directory.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    private static String text(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    private static ServerCertificate read(String certificate, String key) throws IOException {
        return ServerCertificate.read(directory.resolve(certificate), directory.resolve(key));
    }

    @ParameterizedTest
    @CsvSource({"ec.crt,ec.key", "rsa.crt,rsa.key", "ed25519.crt,ed25519.key", "rsa.crt,rsa-pkcs1.key", "ec.crt,ec-sec1.key",
        "ec.crt,ec-parameters.key", "crlf.crt,ec.key"})
    void the_forms_that_operators_have_are_read(String certificate, String key) throws Exception {
        ServerCertificate read = read(certificate, key);
        assertEquals(certificate.startsWith("ed25519"), read.problem(Instant.now()).isPresent(), "browsers have no Ed25519");
        assertFalse(read.expiresSoon(Instant.now()));
        assertTrue(read.expiresSoon(Instant.now().plus(Duration.ofDays(20))));
        assertEquals(1, read.keyManagers().length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ec.crt       | other.key           | does not belong to the first certificate",
        "ec.crt       | rsa.key             | cannot be read as the EC key",
        "rsa.crt      | ec-sec1.key         | cannot be read as the RSA key",
        "rsa.crt      | encrypted-pkcs1.key | is encrypted",
        "ec.crt       | encrypted.key       | is encrypted",
        "ec.crt       | two.key             | several private keys",
        "ec.crt       | crlf.crt            | no private key",
        "unrelated.crt | ec.key             | certificate number 2 in",
        "ec.crt       | garbage.key         | cannot be read as the EC key",
        "ec.crt       | no-base64.key       | cannot be read as the EC key",
        "ec.crt       | empty               | no private key",
        "ec.crt       | absent              | does not exist",
        "ec.crt       | directory           | is not a PEM file",
        "ec.key       | ec.key              | holds no certificate",
        "empty        | ec.key              | holds no certificate",
        "absent       | ec.key              | does not exist",
        "directory    | ec.key              | is not a PEM file",
        "large.crt    | ec.key              | is not a PEM file",
        "half.crt     | ec.key              | certificate number 2",
    })
    void what_cannot_be_used_is_told_in_words(String certificate, String key, String words) throws IOException {
        IOException e = assertThrows(IOException.class, () -> read(certificate, key));
        assertTrue(e.getMessage().contains(words), e.getMessage());
        assertFalse(e.getMessage().contains("BEGIN") && !e.getMessage().contains("its end"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-----w-"})
    void a_key_that_the_world_may_read_or_change_is_refused(String mode) throws IOException {
        Files.copy(directory.resolve("ec.key"), directory.resolve("open" + mode + ".key"));
        Files.setPosixFilePermissions(directory.resolve("open" + mode + ".key"), PosixFilePermissions.fromString(mode));
        IOException e = assertThrows(IOException.class, () -> read("ec.crt", "open" + mode + ".key"));
        assertTrue(e.getMessage().contains("chmod o= "), e.getMessage());
    }

    @Test
    void a_key_that_its_group_may_read_is_not() throws IOException {
        closed("group.key", text("ec.key"));
        Files.setPosixFilePermissions(directory.resolve("group.key"), PosixFilePermissions.fromString("rw-r-----"));
        read("ec.crt", "group.key");
    }

    /// A key of 512 bits was taken without a word, and no browser could connect.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rsa512  | -newkey rsa:512                            | an RSA key of 512 bits, which no browser accepts",
        "rsa1016 | -newkey rsa:1016                           | an RSA key of 1016 bits, which no browser accepts",
        "md5     | -newkey rsa:2048 -md5                      | is signed with MD5withRSA, which no browser accepts",
        "k1      | -newkey ec -pkeyopt ec_paramgen_curve:secp256k1 | key cannot be used for TLS",
        "p224    | -newkey ec -pkeyopt ec_paramgen_curve:secp224r1 | key cannot be used for TLS",
    })
    void what_no_browser_accepts_is_refused(String name, String kind, String words) throws Exception {
        Certificates.make(directory, name, kind.split(" "));
        IOException e = assertThrows(IOException.class, () -> read(name + ".crt", name + ".key"));
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rsa1024 | -newkey rsa:1024                | an RSA key of 1024 bits, which many clients refuse",
        "p521    | -newkey ec -pkeyopt ec_paramgen_curve:secp521r1 | P-521, which some browsers refuse",
        "ed448   | -newkey ed448                   | which browsers refuse",
        "sha1    | -newkey rsa:2048 -sha1          | signed with SHA-1",
        "client  | -newkey rsa:2048 -addext extendedKeyUsage=clientAuth | not meant for servers",
        "encipher | -newkey rsa:2048 -addext keyUsage=keyEncipherment | does not allow signatures",
    })
    void what_some_clients_refuse_is_told(String name, String kind, String words) throws Exception {
        Certificates.make(directory, name, kind.split(" "));
        String problem = read(name + ".crt", name + ".key").problem(Instant.now()).orElseThrow();
        assertTrue(problem.contains(words), problem);
    }

    @Test
    void a_certificate_that_names_no_host_is_told() throws Exception {
        Certificates.openssl(directory, "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=localhost", "-newkey", "rsa:2048",
                "-keyout", "nameless.key", "-out", "nameless.crt");
        assertTrue(read("nameless.crt", "nameless.key").problem(Instant.now()).orElseThrow().contains("subjectAltName"));
    }

    @Test
    void a_DSA_key_is_refused() throws Exception {
        Certificates.openssl(directory, "dsaparam", "-noout", "-genkey", "-out", "dsa.key", "2048");
        Certificates.openssl(directory, "req", "-x509", "-new", "-key", "dsa.key", "-subj", "/CN=localhost", "-out", "dsa.crt");
        assertTrue(assertThrows(IOException.class, () -> read("dsa.crt", "dsa.key")).getMessage().contains("DSA, with which no TLS"));
    }

    @Test
    void dates_are_told() throws Exception {
        Certificates.makeExpired(directory, "expired");
        Certificates.makeDated(directory, "future", "+3d", 30);
        assertTrue(read("expired.crt", "expired.key").problem(Instant.now()).orElseThrow().startsWith("expired on 2"));
        assertTrue(read("future.crt", "future.key").problem(Instant.now()).orElseThrow().contains("clock"));
    }
}
