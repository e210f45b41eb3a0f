package botmaker.image;

import static java.util.Objects.requireNonNull;

import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.docker.Images.Image;
import botmaker.error.Failure;
import botmaker.http.EventStream;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Gets the bots' image: from its registry if its name includes one, otherwise by building it from the build context on this
/// host.
public final class ImageSupply implements AutoCloseable {
    private static final String OWN_BASE = "botmaker-debian:bookworm";

    /// The ways to get it.
    enum Source { REGISTRY, BUILD, NONE }

    private final Engine engine;
    private final String reference;
    private final ImageBuild build;
    private Optional<ImageWork> work = Optional.empty();

    /// @param reference   the image
    /// @param context     the directory with its Dockerfile; may be missing
    /// @param environment this process's, for the proxies and certificates that a build needs
    public ImageSupply(Engine engine, String reference, Path context, Map<String, String> environment) {
        this.engine = requireNonNull(engine);
        this.reference = requireNonNull(reference);
        this.build = new ImageBuild(engine, context, reference, OWN_BASE, Map.copyOf(environment));
    }

    /// Returns the routes of this package. `POST /api/system/image` starts to get the image, or joins those who watch.
    public List<Route> routes() {
        return List.of(Route.post("/api/system/image", _ -> Response.events(new Watcher(start()))));
    }

    /// Describes the image for the system page.
    ///
    /// @param engineAnswers whether to ask the engine for it; otherwise whether it is present is left out
    public JsonValue toJson(boolean engineAnswers) {
        Optional<Image> image = engineAnswers ? image() : Optional.empty();
        ObjectBuilder json = Json.object().put("reference", reference);
        if (engineAnswers) {
            json.put("present", image.isPresent());
        }
        image.ifPresent(it -> json.put("id", it.id()).put("createdAt", it.createdAt().map(Instant::toString))
                .put("size", it.size()));
        json.put("source", source().name().toLowerCase(Locale.ROOT)).put("sourceDetail", sourceDetail());
        current().filter(it -> !it.ended()).ifPresent(it -> json.put("work", it.now().progress().toJson()));
        return json.build();
    }

    /// Returns whether the engine has the image, and it is the one that the build context makes.
    public boolean isCurrent() throws IOException {
        return source() == Source.BUILD ? build.isCurrent() : image().isPresent();
    }

    /// Gets the image in this thread, for the command line.
    ///
    /// @param out receives what happens, line by line
    /// @throws Failure when it cannot be got
    public void get(Consumer<String> out) throws IOException {
        Printer printer = new Printer(out);
        try {
            task().run(printer::print);
        } catch (EngineException e) {
            throw new Failure.Conflict(e.getMessage());
        }
    }

    /// Starts to get the image, unless that is under way.
    ///
    /// @throws Failure.Conflict   where it cannot be got from here
    /// @throws Failure.EngineDown where the engine does not answer
    synchronized ImageWork start() {
        if (work.isPresent() && !work.get().ended()) {
            return work.get();
        }
        ImageWork.Task task = task();
        engine.ping();
        ImageWork begun = ImageWork.start("Getting " + reference, task);
        work = Optional.of(begun);
        return begun;
    }

    private ImageWork.Task task() {
        ImageWork.Task task = switch (source()) {
            case REGISTRY -> progress ->
                    engine.images().pull(reference, new ImageWork.Progress.OfPull("Pulling " + reference, progress));
            case BUILD -> build::run;
            case NONE -> throw new Failure.Conflict(sourceDetail());
        };
        return progress -> {
            task.run(progress);
            if (image().isEmpty()) {
                throw new Failure.Conflict("The Docker Engine reported success, but has no image " + reference + ".");
            }
        };
    }

    private synchronized Optional<ImageWork> current() {
        return work;
    }

    private Optional<Image> image() {
        return engine.images().find(reference);
    }

    private Source source() {
        return namesRegistry(reference) ? Source.REGISTRY : build.exists() ? Source.BUILD : Source.NONE;
    }

    private String sourceDetail() {
        return switch (source()) {
            case REGISTRY -> "It is pulled from its registry.";
            case BUILD -> "It is built from " + build.directory() + ", which takes some minutes. On a host that reaches no "
                    + "registry, “make image” must have made a base for it once.";
            case NONE -> ("BotMaker cannot get %s: the name includes no registry, and there is no Dockerfile in %s "
                    + "(openclaw.build-context). Run “make image” in BotMaker's source directory.")
                    .formatted(reference, build.directory());
        };
    }

    /// Returns whether an image name `[registry/]repository[:tag]` includes a registry, by the engine's own rule: a part
    /// before the first slash that has a dot or a port, or is `localhost`. The engine would look for any other name at
    /// Docker Hub, where anybody can take a name.
    static boolean namesRegistry(String reference) {
        String first = reference.substring(0, Math.max(reference.indexOf('/'), 0));
        return first.contains(".") || first.contains(":") || first.equals("localhost");
    }

    /// Breaks off the work.
    @Override
    public void close() {
        current().ifPresent(ImageWork::cancel);
    }

    /// Prints progress as lines: each of a build's, and of a pull's many only one in a while.
    private static final class Printer {
        private static final long BETWEEN_NANOS = Duration.ofSeconds(2).toNanos();

        private final Consumer<String> out;
        private String step = "";
        private long printed;

        Printer(Consumer<String> out) {
            this.out = out;
        }

        void print(ImageWork.Progress progress) {
            boolean inBytes = progress.total() > 1_000_000;
            if (!progress.step().equals(step)) {
                step = progress.step();
                out.accept(step);
            } else if (inBytes && System.nanoTime() - printed > BETWEEN_NANOS) {
                printed = System.nanoTime();
                out.accept("%s: %d %%".formatted(step, 100 * progress.current() / progress.total()));
            } else if (!inBytes && step.startsWith("Building") && !progress.detail().isEmpty()) {
                out.accept(progress.detail());
            }
        }
    }

    /// One watcher of the work: messages `{"step","detail","current","total"}`, then `done` `{"image":…}` or `failed`
    /// `{"detail","output":[…]}`. The work continues when a watcher leaves.
    private final class Watcher implements Response.Source<EventStream> {
        private static final Duration WAIT = Duration.ofMinutes(1);

        /// A pull reports every few kilobytes, more often than anybody can see.
        private static final Duration BETWEEN = Duration.ofMillis(100);

        private final ImageWork work;

        Watcher(ImageWork work) {
            this.work = work;
        }

        @Override
        public void writeTo(EventStream out) throws IOException, InterruptedException {
            ImageWork.View view = work.now();
            while (view.outcome().isEmpty()) {
                out.send(Optional.empty(), Optional.empty(), view.progress().toJson().toString());
                out.flush();
                Thread.sleep(BETWEEN);
                view = work.after(view.number(), WAIT);
            }
            ImageWork.Outcome outcome = view.outcome().get();
            JsonValue data = outcome.problem().isPresent()
                    ? Json.object().put("detail", outcome.problem().get()).put("output", Json.strings(outcome.output())).build()
                    : Json.object().put("image", toJson(true)).build();
            out.send(Optional.of(outcome.problem().isPresent() ? "failed" : "done"), Optional.empty(), data.toString());
            out.flush();
        }

        @Override
        public void close() {
            // the work continues
        }
    }
}
