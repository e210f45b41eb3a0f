package botmaker.support;

import botmaker.docker.ContainerSpec;
import botmaker.docker.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A tiny image for tests against a real engine, made without any registry: `/bin/sh` and what else a static busybox has
/// (Debian: `apt-get install busybox-static`). Built once in a test run, which removes it in the end with all that was made
/// from it: what another run uses is not touched.
public final class TestImage {
    private static final List<Path> BUSYBOX = List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));
    public static final String RUN = HexFormat.of().toHexDigits(new Random().nextInt());
    private static final String LABEL = "botmaker.test.run=" + RUN;
    private static final String DOCKERFILE = """
            FROM scratch
            LABEL %s
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "--install", "-s", "/bin"]
            ENV PATH=/bin
            CMD ["sleep", "3600"]
            """.formatted(LABEL);

    private TestImage() {}

    /// The image's reference, for use in a [ContainerSpec]; builds it when the engine does not have it.
    public static synchronized String ensure(Engine engine) {
        String reference = name("base");
        if (engine.images().find(reference).isEmpty()) {
            engine.images().build(new Tar().file("Dockerfile", DOCKERFILE).file("busybox", busybox()).open(), Map.of(), reference, _ -> {});
        }
        return reference;
    }

    /// A reference that no other test run uses.
    public static String name(String what) {
        return "botmaker-test-" + RUN + ":" + what;
    }

    /// An image that runs a command, given as within a JSON string; built when the engine does not have it.
    public static synchronized String running(Engine engine, String shell) {
        String reference = name("running-" + Integer.toHexString(shell.hashCode()));
        if (engine.images().find(reference).isEmpty()) {
            tag(engine, reference, shell);
        }
        return reference;
    }

    /// Makes a tag mean an image that runs a command.
    public static void tag(Engine engine, String tag, String shell) {
        String dockerfile = "FROM %s\nCMD [\"sh\", \"-c\", \"%s\"]\n".formatted(ensure(engine), shell);
        engine.images().build(new Tar().file("Dockerfile", dockerfile).open(), Map.of(), tag, _ -> {});
    }

    /// Removes from the default engine what this run built there.
    public static void removeAll() throws IOException, InterruptedException {
        String remove = "docker image ls --quiet --filter label=\"$0\" | uniq | xargs -r docker image rm --force >/dev/null 2>&1";
        new ProcessBuilder("sh", "-c", remove, LABEL).inheritIO().start().waitFor();
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
}
