package botmaker.image;

import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Builds the image from its context. Only `openclaw-image/build.sh` can do what this cannot: make a Debian to build on
/// where no registry can be reached.
///
/// @param ownBase     the Debian that `build.sh` makes
/// @param environment this process's: proxies, `BASE_IMAGE` for another base, `SSL_CERT_FILE` for the certificates
record ImageBuild(Engine engine, BuildContext context, String reference, String ownBase, Map<String, String> environment) {
    private static final System.Logger LOG = System.getLogger(ImageBuild.class.getName());

    /// The label by which an image tells what it was built from.
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
