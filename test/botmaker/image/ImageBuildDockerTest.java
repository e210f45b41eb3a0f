package botmaker.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.support.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real engine builds what it is sent.
@Tag("docker")
@Timeout(120)
@Tag("heavy")
class ImageBuildDockerTest {
    private static final String REFERENCE = TestImage.name("supply");

    @TempDir
    Path context;

    private final Engine engine = new Engine(Path.of("/var/run/docker.sock"));

    @Test
    void a_context_becomes_an_image_on_the_base_that_is_there() throws Exception {
        // Port 1 of this host is no registry, so that the base cannot be fetched.
        Files.writeString(context.resolve("Dockerfile"), """
                ARG BASE_IMAGE=localhost:1/absent:1
                FROM ${BASE_IMAGE}
                COPY files/ /files/
                LABEL botmaker.test=supply
                """);
        Files.createDirectory(context.resolve("files"));
        Files.writeString(context.resolve("files/greeting"), "hello");
        List<ImageWork.Progress> progress = new ArrayList<>();

        build(REFERENCE, progress);

        assertEquals("supply", engine.images().find(REFERENCE).orElseThrow().labels().get("botmaker.test"));
        assertEquals("Pulling the base image localhost:1/absent:1", progress.getFirst().step());
        assertEquals("Building " + REFERENCE, progress.getLast().step());
        assertEquals(4, progress.getLast().total(), progress.toString());
    }

    /// Debian's updates never came: the step that fetches them had been done in an earlier build.
    @Test
    void building_it_again_does_every_step_again() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), """
                FROM %s
                RUN cat /proc/sys/kernel/random/uuid >/when
                """.formatted(TestImage.ensure(engine)));
        build(REFERENCE, new ArrayList<>());
        String first = engine.images().find(REFERENCE).orElseThrow().id();

        build(REFERENCE, new ArrayList<>());

        assertNotEquals(first, engine.images().find(REFERENCE).orElseThrow().id());
    }

    @Test
    void a_step_that_fails_is_told_with_its_last_words() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM %s\nCOPY missing /there\n"
                .formatted(TestImage.ensure(engine)));
        ImageBuild build = new ImageBuild(engine, context, "botmaker-test-broken:1", "x", Map.of());
        ImageWork work = ImageWork.start("", build::run);
        ImageWork.View view = work.now();
        while (view.outcome().isEmpty()) {
            view = work.after(view.number(), Duration.ofSeconds(1));
        }

        ImageWork.Outcome outcome = view.outcome().get();
        assertTrue(outcome.problem().orElseThrow().contains("missing"), outcome.toString());
        assertTrue(outcome.output().contains("Step 2/2 : COPY missing /there"), outcome.toString());
    }

    private void build(String reference, List<ImageWork.Progress> progress) throws Exception {
        new ImageBuild(engine, context, reference, TestImage.ensure(engine), Map.of()).run(progress::add);
    }
}
