package botmaker.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.docker.Images;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the engine tells, as a bar that moves forward.
class MetersTest {
    private final List<ImageWork.Progress> seen = new ArrayList<>();

    private static Images.Progress layer(String message, String id, long done, long total) {
        return new Images.Progress(message, Optional.of(id), done, total);
    }

    private static Images.Progress line(String message) {
        return new Images.Progress(message, Optional.empty(), 0, 0);
    }

    @Test
    void the_layers_of_a_fetch_are_added_up() {
        ImageWork.Progress.OfPull meter = new ImageWork.Progress.OfPull("Fetching", seen::add);
        meter.accept(layer("Pulling from a/b", "1.0", 0, 0));
        meter.accept(layer("Pulling fs layer", "one", 0, 0));
        meter.accept(layer("Already exists", "old", 0, 0));
        meter.accept(layer("Downloading", "one", 30, 100));
        meter.accept(layer("Downloading", "two", 10, 50));
        meter.accept(layer("Download complete", "one", 0, 0));
        meter.accept(layer("Extracting", "one", 40, 100));
        meter.accept(layer("Pull complete", "one", 0, 0));
        meter.accept(layer("Download complete", "two", 0, 0));
        meter.accept(layer("Pull complete", "two", 0, 0));
        meter.accept(line("Status: Downloaded newer image for a/b:1.0"));

        assertEquals(List.of(0L, 0L, 0L, 30L, 40L, 110L, 150L, 210L, 250L, 300L, 300L),
                seen.stream().map(ImageWork.Progress::current).toList());
        assertEquals(List.of(0L, 0L, 0L, 200L, 300L, 300L, 300L, 300L, 300L, 300L, 300L),
                seen.stream().map(ImageWork.Progress::total).toList());
        assertEquals("Status: Downloaded newer image for a/b:1.0", seen.getLast().detail());
    }

    @Test
    void the_steps_of_a_build_are_counted_when_they_are_done() {
        ImageWork.Progress.OfBuild meter = new ImageWork.Progress.OfBuild("Building", seen::add);
        meter.accept(line("Step 1/3 : FROM scratch"));
        meter.accept(line(""));
        meter.accept(line("---> 0123"));
        meter.accept(line("Step 3/3 : RUN echo Step 9/9"));
        meter.accept(line("I say: Step 7/8 : no"));

        assertEquals(List.of(0L, 0L, 2L, 2L), seen.stream().map(ImageWork.Progress::current).toList());
        assertEquals(List.of(3L, 3L, 3L, 3L), seen.stream().map(ImageWork.Progress::total).toList());
    }

    /// A proxy's password stands in its URL, and npm prints that URL when the proxy fails.
    @Test
    void credentials_in_urls_and_control_characters_are_not_shown() {
        ImageWork.Progress progress = new ImageWork.Progress("x", "\u001b[31mfailed\u001b[0m at http://me:s3cret@proxy:3128/\tnow\u0007", 0, 0);
        assertEquals("failed at http://proxy:3128/ now", progress.detail());
        assertEquals(501, new ImageWork.Progress("x", "y".repeat(9_999), 0, 0).detail().length());
    }
}
