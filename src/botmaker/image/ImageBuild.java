package botmaker.image;

import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Builds the image from its context, as the context's own `build.sh` does.
///
/// @param environment this process's: proxies, `BASE_IMAGE`, `SSL_CERT_FILE`
record ImageBuild(Engine engine, BuildContext context, ImageReference reference, BaseImage bases,
        Map<String, String> environment) {
    private static final System.Logger LOG = System.getLogger(ImageBuild.class.getName());

    /// What the Dockerfile labels the stage with that is not the image.
    private static final Map<String, String> STAGE = Map.of("openclaw.image.stage", "build");

    void run(Consumer<Progress> progress) throws IOException {
        Map<String, String> arguments = new TreeMap<>();
        Optional<String> version = context.version();
        if (version.isPresent()) {
            requireSameVersion(version.get());
            arguments.put("OPENCLAW_VERSION", version.get());
            arguments.put("INPUTS", BuildInputs.of(context.directory(), environment.getOrDefault("BASE_IMAGE", "")));
        }
        Stream.of("http_proxy", "https_proxy", "no_proxy")
                .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                .forEach(name -> arguments.put(name, environment.get(name)));
        Optional<String> base = context.base();
        if (base.isPresent()) {
            arguments.put("BASE_IMAGE", bases.choose(base.get(), progress));
        }
        String step = "Building " + reference.text();
        progress.accept(new Progress(step, "", 0, 0));
        byte[] tar = context.tar(HostCertificates.read(environment));
        engine.images().build(new ByteArrayInputStream(tar), arguments, reference.text(), new BuildMeter(step, progress));
        if (version.isPresent()) {
            removeStages();
        }
    }

    /// The stage that the image is copied from has no name and most of a gigabyte.
    private void removeStages() {
        try {
            engine.images().pruneUnnamed(STAGE);
        } catch (Failure | EngineException e) {
            LOG.log(System.Logger.Level.WARNING, "what is left of the build cannot be removed: {0}", e.getMessage());
        }
    }

    /// A context of another version than the settings ask for would give the image a name that lies.
    private void requireSameVersion(String version) {
        if (reference.text().startsWith("openclaw:") && !reference.tag().equals(version)) {
            throw new Failure.Conflict(("The build context makes OpenClaw %s, but the setting openclaw.image asks for %s. Make "
                    + "the two agree.").formatted(version, reference.text()));
        }
    }
}
