package botmaker.image;

import static java.util.Objects.requireNonNull;

import botmaker.docker.Engine;
import botmaker.docker.ImageInfo;
import botmaker.error.Failure;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Where the bots' image comes from: its registry where its name says one, otherwise the build context on this host.
public final class ImageSupply implements AutoCloseable {
    private static final String OWN_BASE = "botmaker-debian:bookworm";

    /// The ways to get it.
    enum Source { REGISTRY, BUILD, NONE }

    private final Engine engine;
    private final ImageReference reference;
    private final BuildContext context;
    private final Map<String, String> environment;
    private Optional<ImageWork> work = Optional.empty();

    /// @param reference   the image
    /// @param context     the directory with its Dockerfile; may be missing
    /// @param environment this process's, for the proxies and certificates that a build needs
    public ImageSupply(Engine engine, String reference, Path context, Map<String, String> environment) {
        this.engine = requireNonNull(engine);
        this.reference = new ImageReference(reference);
        this.context = new BuildContext(context);
        this.environment = Map.copyOf(environment);
    }

    /// This package's part of the HTTP interface.
    public List<Route> routes() {
        return new ImageRoutes(this).routes();
    }

    /// The image as the system page shows it.
    ///
    /// @param engineAnswers whether it is worth asking; otherwise nothing is said of whether it is there
    public JsonValue toJson(boolean engineAnswers) {
        Optional<ImageInfo> image = engineAnswers ? image() : Optional.empty();
        ObjectBuilder json = Json.object().put("reference", reference.text());
        if (engineAnswers) {
            json.put("present", image.isPresent());
        }
        image.ifPresent(it -> json.put("id", it.id()).put("createdAt", it.createdAt().map(Instant::toString))
                .put("size", it.size()));
        json.put("source", source().name().toLowerCase(Locale.ROOT)).put("sourceDetail", sourceDetail());
        current().filter(it -> !it.ended()).ifPresent(it -> json.put("work", it.now().progress().toJson()));
        return json.build();
    }

    /// Begins to get the image, unless that is going on already.
    ///
    /// @throws Failure.Conflict   where it cannot be got from here
    /// @throws Failure.EngineDown where the engine does not answer
    synchronized ImageWork start() {
        if (work.isPresent() && !work.get().ended()) {
            return work.get();
        }
        ImageWork.Task task = switch (source()) {
            case REGISTRY -> this::pull;
            case BUILD -> new ImageBuild(engine, context, reference, new BaseImage(engine, OWN_BASE, environment),
                    environment)::run;
            case NONE -> throw new Failure.Conflict(sourceDetail());
        };
        engine.ping();
        ImageWork begun = ImageWork.start("Getting " + reference.text(), progress -> {
            task.run(progress);
            if (image().isEmpty()) {
                throw new Failure.Conflict("The engine said that all went well, but has no image " + reference.text() + ".");
            }
        });
        work = Optional.of(begun);
        return begun;
    }

    private synchronized Optional<ImageWork> current() {
        return work;
    }

    private Optional<ImageInfo> image() {
        return engine.images().find(reference.text());
    }

    private void pull(Consumer<Progress> progress) {
        engine.images().pull(reference.text(), new PullMeter("Fetching " + reference.text(), progress));
    }

    private Source source() {
        return reference.namesRegistry() ? Source.REGISTRY : context.exists() ? Source.BUILD : Source.NONE;
    }

    private String sourceDetail() {
        return switch (source()) {
            case REGISTRY -> "It is fetched from its registry.";
            case BUILD -> "It is built from " + context.directory() + ", which takes some minutes. On a host that reaches no "
                    + "registry, `make image` must have made a base for it once.";
            case NONE -> ("BotMaker cannot get %s by itself: the name says no registry, and there is no Dockerfile in %s "
                    + "(openclaw.build-context). Run `make image` where BotMaker's sources are.")
                    .formatted(reference.text(), context.directory());
        };
    }

    /// Breaks off what is going on.
    @Override
    public void close() {
        current().ifPresent(ImageWork::cancel);
    }
}
