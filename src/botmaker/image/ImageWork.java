package botmaker.image;

import botmaker.docker.EngineException;
import botmaker.docker.Images;
import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One piece of work on a thread of its own. Watchers that are slow or leave do not delay it; they may miss steps in between,
/// never the end.
final class ImageWork {
    private static final System.Logger LOG = System.getLogger(ImageWork.class.getName());
    private static final int OUTPUT = 20;

    /// How far the work is.
    ///
    /// @param step    a description of the current step
    /// @param detail  the engine's newest line; may be empty
    /// @param current of `total`: bytes of a pull, steps of a build
    /// @param total   0 while unknown
    record Progress(String step, String detail, long current, long total) {
        private static final int LONGEST = 500;

        /// Names and passwords in URLs, such as those of proxies.
        private static final String CREDENTIALS = "://[^/@\\s]+@";

        Progress {
            detail = printable(detail);
        }

        /// Removes from a line of a build's output what could affect a terminal, and credentials.
        private static String printable(String line) {
            String clean = line.replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "").replaceAll("\\p{Cntrl}", " ")
                    .replaceAll(CREDENTIALS, "://").strip();
            return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "…";
        }

        JsonValue toJson() {
            return Json.object().put("step", step).put("detail", detail).put("current", current).put("total", total).build();
        }

        /// Adds up the layers of a pull. The engine reports each layer separately, first its download and then its
        /// extraction, so each byte counts twice.
        static final class OfPull implements Consumer<Images.Progress> {
            private record Layer(long downloaded, long extracted, long size) {
                Layer complete(boolean unpacked) {
                    return new Layer(size, unpacked ? size : extracted, size);
                }
            }

            private final String step;
            private final Consumer<Progress> out;
            private final Map<String, Layer> layers = new LinkedHashMap<>();

            OfPull(String step, Consumer<Progress> out) {
                this.step = step;
                this.out = out;
            }

            @Override
            public void accept(Images.Progress engine) {
                engine.item().ifPresent(item -> {
                    Layer layer = layers.getOrDefault(item, new Layer(0, 0, 0));
                    layers.put(item, switch (engine.message()) {
                        case "Downloading" -> new Layer(engine.done(), 0, engine.total());
                        case "Extracting" -> new Layer(engine.total(), engine.done(), engine.total());
                        case "Download complete" -> layer.complete(false);
                        case "Pull complete" -> layer.complete(true);
                        default -> layer;
                    });
                });
                long current = layers.values().stream().mapToLong(layer -> layer.downloaded() + layer.extracted()).sum();
                long total = layers.values().stream().mapToLong(layer -> 2 * layer.size()).sum();
                out.accept(new Progress(step, engine.message(), current, total));
            }
        }

        /// Counts the steps of a build: the classic builder begins each with a line such as `Step 3/20 : RUN …`.
        static final class OfBuild implements Consumer<Images.Progress> {
            private static final Pattern STEP = Pattern.compile("Step (\\d{1,6})/(\\d{1,6}) : .*", Pattern.DOTALL);

            private final String step;
            private final Consumer<Progress> out;
            private long done;
            private long total;

            OfBuild(String step, Consumer<Progress> out) {
                this.step = step;
                this.out = out;
            }

            @Override
            public void accept(Images.Progress engine) {
                String line = engine.message();
                Matcher begun = STEP.matcher(line);
                if (begun.matches()) {
                    done = Long.parseLong(begun.group(1)) - 1;
                    total = Long.parseLong(begun.group(2));
                }
                if (!line.isEmpty()) {
                    out.accept(new Progress(step, line, done, total));
                }
            }
        }
    }

    /// The work; an interrupt ends it.
    interface Task {
        void run(Consumer<Progress> progress) throws IOException;
    }

    /// The result.
    ///
    /// @param problem why it failed; empty when it succeeded
    /// @param output  the last lines
    record Outcome(Optional<String> problem, List<String> output) { }

    /// The state at one moment.
    ///
    /// @param number counts the changes
    record View(long number, Progress progress, Optional<Outcome> outcome) { }

    private final Deque<String> output = new ArrayDeque<>();
    private final Thread thread;
    private View view;

    private ImageWork(String first, Task task) {
        this.view = new View(0, new Progress(first, "", 0, 0), Optional.empty());
        this.thread = Thread.ofVirtual().name("image").unstarted(() -> run(task));
    }

    /// @param first what to show before the first progress
    static ImageWork start(String first, Task task) {
        ImageWork work = new ImageWork(first, task);
        work.thread.start();
        return work;
    }

    /// Returns the present state.
    synchronized View now() {
        return view;
    }

    /// Waits until the state changes, but not longer than given, and returns it.
    synchronized View after(long number, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (view.number() == number && end - System.nanoTime() > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
        }
        return view;
    }

    boolean ended() {
        return now().outcome().isPresent();
    }

    /// Breaks the work off, and waits briefly for its end.
    void cancel() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Task task) {
        try {
            task.run(this::progressed);
            end(Optional.empty());
        } catch (Failure | EngineException e) {
            end(Optional.of(e.getMessage()));
        } catch (IOException | UncheckedIOException e) {
            end(Optional.of("The build context could not be read: " + e.getMessage()));
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "getting the image failed", e);
            end(Optional.of("Getting the image failed because of an error in BotMaker; see BotMaker's log."));
        }
    }

    private synchronized void progressed(Progress progress) {
        if (!progress.detail().isEmpty()) {
            output.add(progress.detail());
            if (output.size() > OUTPUT) {
                output.remove();
            }
        }
        show(progress, Optional.empty());
    }

    private synchronized void end(Optional<String> problem) {
        show(view.progress(), Optional.of(new Outcome(problem, List.copyOf(output))));
        problem.ifPresentOrElse(
                words -> LOG.log(System.Logger.Level.WARNING, "getting the image failed: {0}", words),
                () -> LOG.log(System.Logger.Level.INFO, "the image is ready"));
    }

    private void show(Progress progress, Optional<Outcome> outcome) {
        view = new View(view.number() + 1, progress, outcome);
        notifyAll();
    }
}
