package botmaker.support;

import botmaker.docker.Container;
import botmaker.docker.ContainerSpec;
import botmaker.docker.Engine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Container specs for tests: small, isolated, running a shell script.
public final class Specs {
    private static final ContainerSpec.Resources SMALL = new ContainerSpec.Resources(64L << 20, 500_000_000, 32);

    private Specs() {}

    /// @param image such as [TestImage#ensure(Engine)] gives
    public static ContainerSpec script(String image, Map<String, String> labels, String script) {
        return new ContainerSpec(image, List.of("sh", "-c", script), "65534:65534", "test", Map.of(), labels, List.of(),
                Map.of(), SMALL, Optional.empty(), Set.of(), List.of(), ContainerSpec.Restart.NEVER, Duration.ofSeconds(1));
    }
}
