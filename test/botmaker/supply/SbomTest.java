package botmaker.supply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bill of materials of the jar that was built, in it and beside it.
class SbomTest {
    private static final Path BUILD = Path.of("build");
    private static final Path JAR = BUILD.resolve("botmaker.jar");
    private static final Path BESIDE = BUILD.resolve("botmaker.cdx.json");
    private static final String INSIDE = "META-INF/sbom/botmaker.cdx.json";

    @TempDir
    Path scratch;

    @Test
    void both_are_valid_by_the_schema_of_cyclonedx() throws Exception {
        Path inside = Files.write(scratch.resolve("inside.json"), inside());
        assertEquals(new Program.Outcome(0, ""), validate(inside, BESIDE));
    }

    /// Without this, a checker that checks nothing would look good.
    @Test
    void the_schema_finds_a_licence_that_does_not_exist() throws Exception {
        String wrong = Files.readString(BESIDE).replace("\"blessing\"", "\"blessed\"");
        Program.Outcome outcome = validate(Files.writeString(scratch.resolve("wrong.json"), wrong));
        assertEquals(1, outcome.exit());
        assertTrue(outcome.text().contains("/licenses/0/license/id"), outcome.text());
    }

    @Test
    void it_names_every_part_by_version_source_and_checksum() throws Exception {
        JsonValue bom = JsonValue.parse(Files.readAllBytes(BESIDE));
        JsonValue botmaker = bom.get("metadata").get("component");
        assertEquals("pkg:generic/botmaker@" + version(), botmaker.get("purl").string());
        assertEquals(sha256(JAR), botmaker.get("hashes").elements().getFirst().get("content").string());

        assertEquals(1, bom.get("components").elements().size(), "one runtime dependency");
        JsonValue driver = bom.get("components").elements().getFirst();
        String version = driver.get("version").string();
        assertEquals("pkg:maven/org.xerial/sqlite-jdbc@" + version + "?type=jar", driver.get("purl").string());
        assertEquals(
                sha256(BUILD.resolve("lib", "sqlite-jdbc-" + version + ".jar")),
                driver.get("hashes").elements().getFirst().get("content").string());
        assertEquals(sqliteVersion(), driver.get("components").elements().getFirst().get("version").string());
    }

    @Test
    void the_one_inside_differs_by_checksum_and_serial_number_only() throws Exception {
        JsonValue inside = JsonValue.parse(inside());
        JsonValue beside = JsonValue.parse(Files.readAllBytes(BESIDE));
        assertEquals(List.of(), inside.get("metadata").get("component").get("hashes").elements());
        assertEquals(inside.get("components"), beside.get("components"));
        assertNotEquals(inside.get("serialNumber"), beside.get("serialNumber"), "different documents have different numbers");
    }

    @Test
    void the_jar_holds_nothing_that_the_bill_does_not_name() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            Pattern known = Pattern.compile("botmaker/.*|web/.*|org/sqlite/.*|sqlite-jdbc\\.properties|META-INF/(MANIFEST\\.MF|prices\\.json"
                    + "|sbom/botmaker\\.cdx\\.json|services/java\\.(sql\\.Driver|net\\.spi\\.InetAddressResolverProvider)|maven/org\\.xerial/sqlite-jdbc/.*)");
            assertEquals(Set.of(), jar.stream()
                    .filter(entry -> !entry.isDirectory() && !known.matcher(entry.getName()).matches())
                    .map(entry -> entry.getName())
                    .collect(Collectors.toSet()));
        }
    }

    @Test
    void the_checksums_are_those_of_the_files() throws Exception {
        assertEquals(
                sha256(JAR) + "  botmaker.jar\n" + sha256(BESIDE) + "  botmaker.cdx.json\n",
                Files.readString(BUILD.resolve("SHA256SUMS")));
    }

    private static Program.Outcome validate(Path... files) throws Exception {
        List<String> command = new ArrayList<>(List.of("node", "test/browser/sbom.mjs"));
        for (Path file : files) {
            command.add(file.toString());
        }
        return Program.run(Map.of(), command);
    }

    private static byte[] inside() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile()); InputStream in = jar.getInputStream(jar.getEntry(INSIDE))) {
            return in.readAllBytes();
        }
    }

    private static String version() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return jar.getManifest().getMainAttributes().getValue("Implementation-Version");
        }
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static String sqliteVersion() throws Exception {
        try (Connection memory = DriverManager.getConnection("jdbc:sqlite::memory:");
             ResultSet row = memory.createStatement().executeQuery("SELECT sqlite_version()")) {
            return row.getString(1);
        }
    }
}
