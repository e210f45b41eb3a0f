package botmaker.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// A tiny image for tests against a real engine, made without any registry: `/bin/sh` and what else a static busybox has
/// (Debian: `apt-get install busybox-static`). Built once, then found again; `docker image rm` removes it.
public final class TestImage {
    private static final List<Path> BUSYBOX = List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));
    private static final String DOCKERFILE = """
            FROM scratch
            LABEL botmaker.test=image
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "--install", "-s", "/bin"]
            ENV PATH=/bin
            CMD ["sleep", "3600"]
            """;

    private TestImage() {}

    /// The image's reference, for use in a [ContainerSpec]; builds it when the engine does not have it.
    public static synchronized String ensure(Engine engine) {
        byte[] busybox = busybox();
        String reference = "botmaker-test:" + fingerprint(busybox);
        if (engine.image(reference).isEmpty()) {
            engine.build(new Tar().file("Dockerfile", DOCKERFILE).file("busybox", busybox).open(), Map.of(), reference, _ -> {});
        }
        return reference;
    }

    private static byte[] busybox() {
        Path file = BUSYBOX.stream().filter(Files::isExecutable).findFirst().orElseThrow(() ->
                new IllegalStateException("these tests need a static busybox: apt-get install busybox-static"));
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fingerprint(byte[] busybox) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(DOCKERFILE.getBytes(UTF_8));
            return HexFormat.of().formatHex(sha256.digest(busybox), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
