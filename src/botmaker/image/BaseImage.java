package botmaker.image;

import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/// Chooses what to build on, as the context's own `build.sh` does, but for what only that can: to make a Debian where no
/// registry can be reached, with debootstrap and as root.
///
/// @param own         the Debian that `build.sh` makes
/// @param environment may name another base in `BASE_IMAGE`
record BaseImage(Engine engine, String own, Map<String, String> environment) {
    private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

    /// @param official what the Dockerfile asks for
    /// @throws Failure.Unavailable where there is none
    String choose(String official, Consumer<Progress> progress) {
        String given = environment.getOrDefault("BASE_IMAGE", "");
        if (!given.isEmpty()) {
            return given;
        }
        String step = "Fetching the base image " + official;
        progress.accept(new Progress(step, "", 0, 0));
        try {
            engine.images().pull(official, new PullMeter(step, progress));
            return official;
        } catch (EngineException e) {
            if (engine.images().find(official).isPresent()) {
                return official; // an older one, whose packages the build brings up to date
            }
            if (engine.images().find(own).isPresent()) {
                return own;
            }
            throw new Failure.Unavailable(("The base image %s cannot be fetched (%s), and a Debian to build on cannot be made "
                    + "from here. Run `make image` on the host, once as root: it makes one.").formatted(official, e.getMessage()),
                    RETRY_AFTER);
        }
    }
}
