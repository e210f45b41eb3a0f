package botmaker.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.error.Failure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is sent to the engine for a build, compared with what `tar` and `sha256sum` make of it.
class BuildContextTest {
    private static final byte[] CERTIFICATES = "certificates".getBytes(UTF_8);

    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void write() throws IOException {
        directory = Files.createDirectory(temporary.resolve("context"));
        Files.writeString(directory.resolve("Dockerfile"), "# x\nARG BASE_IMAGE=node:24-bookworm-slim\nFROM ${BASE_IMAGE}\n");
        Files.writeString(directory.resolve("bot-link"), "#!/bin/sh\n");
        for (String name : List.of("app", "node", "extra-ca")) {
            Files.createDirectory(directory.resolve(name));
        }
        Files.writeString(directory.resolve("app/package.json"), "{\"dependencies\": {\"openclaw\": \"2026.9.6\"}}");
        Files.writeString(directory.resolve("app/Z.txt"), "z");
        Files.writeString(directory.resolve("app/.npmrc"), "a=b\n");
        Files.writeString(directory.resolve("node/package.json"), "{}");
        Files.writeString(directory.resolve("extra-ca/ours.crt"), "PEM");
        Files.writeString(directory.resolve("extra-ca/README.md"), "read");
        Files.writeString(directory.resolve("build.sh"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(directory.resolve("build.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void it_says_what_it_builds() throws Exception {
        ImageBuild context = context(directory, Map.of());
        assertTrue(context.exists());
        assertEquals(Optional.of("node:24-bookworm-slim"), context.base());
        assertEquals(Optional.of("2026.9.6"), context.version());
        assertFalse(context(temporary.resolve("none"), Map.of()).exists());
    }

    @Test
    void one_that_is_not_openclaws_has_neither_base_nor_version() throws Exception {
        Path other = Files.createDirectory(temporary.resolve("other"));
        Files.writeString(other.resolve("Dockerfile"), "FROM scratch\n");
        assertEquals(Optional.empty(), context(other, Map.of()).base());
        assertEquals(Optional.empty(), context(other, Map.of()).version());
    }

    @Test
    void its_archive_is_read_by_tar() throws Exception {
        String deep = "d".repeat(60) + "/" + "e".repeat(60);
        Files.createDirectories(directory.resolve(deep));
        Files.writeString(directory.resolve(deep).resolve("file"), "deep");
        Files.write(directory.resolve("empty"), new byte[0]);
        Files.write(directory.resolve("block"), new byte[512]);
        byte[] archive = context(directory, Map.of()).tar(CERTIFICATES);
        Path file = Files.write(temporary.resolve("a.tar"), archive);
        Path out = Files.createDirectory(temporary.resolve("out"));

        assertEquals("", run("tar -xf '%s' -C '%s' 2>&1".formatted(file, out)));
        assertEquals("Only in %s: host-ca.crt".formatted(out), run("diff -r '%s' '%s'".formatted(directory, out)));
        assertArrayEquals(CERTIFICATES, Files.readAllBytes(out.resolve("host-ca.crt")));
        assertTrue(Files.isExecutable(out.resolve("build.sh")));
        assertFalse(Files.isExecutable(out.resolve("Dockerfile")));
        assertArrayEquals(archive, context(directory, Map.of()).tar(CERTIFICATES), "the same files give the same bytes");
    }

    @Test
    void nothing_from_outside_the_directory_is_sent() throws Exception {
        Path outside = Files.writeString(temporary.resolve("outside"), "secret");
        Files.createSymbolicLink(directory.resolve("link"), outside);
        assertThrows(Failure.Conflict.class, () -> context(directory, Map.of()).tar(CERTIFICATES));
    }

    @Test
    void a_directory_that_is_too_large_is_refused_before_it_is_read() throws Exception {
        try (var huge = new RandomAccessFile(directory.resolve("huge").toFile(), "rw")) {
            huge.setLength(8L << 30); // sparse
        }
        assertThrows(Failure.Conflict.class, () -> context(directory, Map.of()).tar(CERTIFICATES));
    }

    /// The label by which an image that is current is known; images that the script of earlier releases built have it too.
    @Test
    void its_hash_is_what_the_shell_computes() throws Exception {
        assertEquals(run("""
                cd '%s' && export LC_ALL=C && { sha256sum Dockerfile bot-link app/.npmrc app/* node/* extra-ca/*.crt; echo "base x:1"; } \
                | sha256sum | cut -d ' ' -f 1""".formatted(directory)), context(directory, Map.of("BASE_IMAGE", "x:1")).inputs());
    }

    private static ImageBuild context(Path directory, Map<String, String> environment) {
        return new ImageBuild(new Engine(directory), directory, "x:1", "x:1", environment);
    }

    private static String run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", command).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        process.waitFor();
        return output;
    }
}
