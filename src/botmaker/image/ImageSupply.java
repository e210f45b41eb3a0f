package botmaker.image;

import static java.util.Objects.requireNonNull;

import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.docker.Images.Image;
import botmaker.error.Failure;
import botmaker.http.EventSource;
import botmaker.http.EventStream;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Gets the bots' image: from its registry if its name includes one, otherwise by building it from the build context on this
/// host.
public final class ImageSupply implements AutoCloseable {
    private static final String OWN_BASE = "botmaker-debian:bookworm";

    /// The ways to get it.
    enum Source { REGISTRY, BUILD, NONE }

    private final Engine engine;
    private final String reference;
    private final BuildContext context;
    private final ImageBuild build;
    private Optional<ImageWork> work = Optional.empty();

    /// @param reference   the image
    /// @param context     the directory with its Dockerfile; may be missing
    /// @param environment this process's, for the proxies and certificates that a build needs
    public ImageSupply(Engine engine, String reference, Path context, Map<String, String> environment) {
        this.engine = requireNonNull(engine);
        this.reference = requireNonNull(reference);
        this.context = new BuildContext(context);
        this.build = new ImageBuild(engine, this.context, reference, OWN_BASE, Map.copyOf(environment));
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
                    engine.images().pull(reference, new Progress.OfPull("Pulling " + reference, progress));
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
        return namesRegistry(reference) ? Source.REGISTRY : context.exists() ? Source.BUILD : Source.NONE;
    }

    private String sourceDetail() {
        return switch (source()) {
            case REGISTRY -> "It is pulled from its registry.";
            case BUILD -> "It is built from " + context.directory() + ", which takes some minutes. On a host that reaches no "
                    + "registry, `make image` must have made a base for it once.";
            case NONE -> ("BotMaker cannot get %s: the name includes no registry, and there is no Dockerfile in %s "
                    + "(openclaw.build-context). Run `make image` in BotMaker's source directory.")
                    .formatted(reference, context.directory());
        };
    }

    /// Returns whether an image name `[registry/]repository[:tag]` includes a registry, by the engine's own rule: a part
    /// before the first slash that has a dot or a port, or is `localhost`. The engine would look for any other name at
    /// Docker Hub, where anybody can take a name.
    static boolean namesRegistry(String reference) {
        String first = reference.substring(0, Math.max(reference.indexOf('/'), 0));
        return first.contains(".") || first.contains(":") || first.equals("localhost");
    }

    /// Returns the tag of an image name, `latest` where it has none.
    static String tag(String reference) {
        String last = reference.substring(reference.lastIndexOf('/') + 1);
        return last.contains(":") ? last.substring(last.indexOf(':') + 1) : "latest";
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

        void print(Progress progress) {
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
    private final class Watcher implements EventSource {
        private static final Duration WAIT = Duration.ofMinutes(1);

        /// A pull reports every few kilobytes, more often than anybody can see.
        private static final Duration BETWEEN = Duration.ofMillis(100);

        private final ImageWork work;

        Watcher(ImageWork work) {
            this.work = work;
        }

        @Override
        public void stream(EventStream out) throws IOException, InterruptedException {
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

    /// Builds the image from its context. Only `openclaw-image/build.sh` can do what this cannot: make a Debian to build on
    /// where no registry can be reached.
    ///
    /// @param ownBase     the Debian that `build.sh` makes
    /// @param environment this process's: proxies, `BASE_IMAGE` for another base, `SSL_CERT_FILE` for the certificates
    record ImageBuild(Engine engine, BuildContext context, String reference, String ownBase, Map<String, String> environment) {
        private static final System.Logger LOG = System.getLogger(ImageBuild.class.getName());

        /// The image's label that names the inputs of its build.
        private static final String INPUTS = "openclaw.image.inputs";

        /// The Dockerfile's label of the stage that is not the image.
        private static final Map<String, String> STAGE = Map.of("openclaw.image.stage", "build");
        private static final List<String> CERTIFICATES =
                List.of("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt");

        /// Returns whether the engine has this very image.
        boolean isCurrent() throws IOException {
            String inputs = context.inputs(given("BASE_IMAGE"));
            return engine.images().find(reference).filter(image -> inputs.equals(image.labels().get(INPUTS))).isPresent();
        }

        void run(Consumer<Progress> progress) throws IOException {
            Map<String, String> arguments = new TreeMap<>();
            Optional<String> version = context.version();
            if (version.isPresent()) {
                requireSameVersion(version.get());
                arguments.put("OPENCLAW_VERSION", version.get());
                arguments.put("INPUTS", context.inputs(given("BASE_IMAGE")));
            }
            Stream.of("http_proxy", "https_proxy", "no_proxy").filter(name -> !given(name).isEmpty())
                    .forEach(name -> arguments.put(name, given(name)));
            Optional<String> base = context.base();
            if (base.isPresent()) {
                arguments.put("BASE_IMAGE", given("BASE_IMAGE").isEmpty() ? chooseBase(base.get(), progress) : given("BASE_IMAGE"));
            }
            String step = "Building " + reference;
            progress.accept(new Progress(step, "", 0, 0));
            byte[] tar = context.tar(hostCertificates());
            engine.images().build(new ByteArrayInputStream(tar), arguments, reference, new Progress.OfBuild(step, progress));
            if (version.isPresent()) {
                removeStages();
            }
        }

        private String given(String variable) {
            return environment.getOrDefault(variable, "");
        }

        /// Pulls the base that the Dockerfile names; falls back to what is on this host.
        private String chooseBase(String official, Consumer<Progress> progress) {
            String step = "Pulling the base image " + official;
            progress.accept(new Progress(step, "", 0, 0));
            try {
                engine.images().pull(official, new Progress.OfPull(step, progress));
                return official;
            } catch (EngineException e) {
                if (engine.images().find(official).isPresent()) {
                    return official; // an older one, whose packages the build updates
                }
                if (engine.images().find(ownBase).isPresent()) {
                    return ownBase;
                }
                throw new Failure.Conflict(("The base image %s cannot be pulled (%s). Run `make image` on the host, once as root: it "
                        + "makes a base without a registry.").formatted(official, e.getMessage()));
            }
        }

        /// Reads the certificates that this host trusts. A build needs them where the host is behind a proxy that inspects TLS.
        private byte[] hostCertificates() throws IOException {
            Path bundle = Stream.concat(Stream.of(given("SSL_CERT_FILE")), CERTIFICATES.stream())
                    .filter(name -> !name.isEmpty()).map(Path::of).filter(Files::isRegularFile).findFirst()
                    .orElseThrow(() -> new Failure.Conflict(
                            "This host has no bundle of trusted certificates. Install the package ca-certificates."));
            return Files.readAllBytes(bundle);
        }

        /// Removes the stage that the image is copied from, which has no name and most of a gigabyte.
        private void removeStages() {
            try {
                engine.images().pruneUnnamed(STAGE);
            } catch (Failure | EngineException e) {
                LOG.log(System.Logger.Level.WARNING, "the build's intermediate images cannot be removed: {0}", e.getMessage());
            }
        }

        /// Refuses to give the image of another version this name.
        private void requireSameVersion(String version) {
            if (reference.startsWith("openclaw:") && !ImageSupply.tag(reference).equals(version)) {
                throw new Failure.Conflict(("The build context %s makes OpenClaw %s, but the setting openclaw.image is %s. Set one to "
                        + "match the other.").formatted(context.directory(), version, reference));
            }
        }
    }
}
