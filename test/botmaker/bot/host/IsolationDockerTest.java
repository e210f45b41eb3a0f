package botmaker.bot.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Warning;
import botmaker.docker.ContainerSpec;
import botmaker.docker.Engine;
import botmaker.openclaw.OpenClaw;
import botmaker.secret.SecretStore;
import botmaker.support.Cli;
import botmaker.support.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The isolation test itself, on a real engine with the bots' image: doctor said that bots could not reach each other when they
/// could, since it looked at one switch of the kernel.
@Tag("docker")
@Timeout(120)
class IsolationDockerTest {
    private static final Path SOCKET = Path.of("/var/run/docker.sock");
    private static final String IMAGE = "openclaw:" + OpenClaw.VERSION;

    @TempDir
    Path data;

    private final Engine engine = new Engine(SOCKET);

    @Test
    void bots_on_their_own_network_do_not_reach_each_other() throws Exception {
        assertEquals(Set.of(), found("isolated", ""));
    }

    /// As after a reload of the firewall: a container that lets nothing out but takes what comes.
    @Test
    void bots_that_can_reach_each_other_are_noticed() throws Exception {
        assertEquals(Set.of("isolation", "network"), found("open", "--opt com.docker.network.bridge.enable_icc=true"));
    }

    private Set<String> found(String installation, String options) throws Exception {
        String run = installation + Long.toHexString(System.nanoTime());
        SecretStore secrets = new SecretStore(Files.createDirectory(data.resolve("secrets")));
        BotContainerSpec blueprint = new BotContainerSpec(run, new BotFiles(data.resolve("bots"), data.resolve("kept")), secrets,
                Map.of(), Duration.ofSeconds(5));
        DockerHost host = new DockerHost(engine, blueprint);
        List<String> ids = new ArrayList<>();
        try {
            if (options.isEmpty()) {
                engine.networks().ensure(blueprint.networkName(), blueprint.labels());
            } else {
                Cli.docker("network create --label botmaker.managed=true --label botmaker.installation=%s %s %s"
                        .formatted(run, options, blueprint.networkName()).split(" "));
            }
            for (int i = 0; i < 2; i++) {
                ids.add(engine.create("botmaker-test-" + run + i, new ContainerSpec(IMAGE, List.of("sleep", "100"), "65534:65534", "h", Map.of(),
                        Map.of("botmaker.test", run, "botmaker.test.run", TestImage.RUN), List.of(), Map.of(),
                        new ContainerSpec.Resources(256L << 20, 1_000_000_000, 64), Optional.of(blueprint.networkName()), Set.of(), List.of(),
                        ContainerSpec.Restart.NEVER, Duration.ofSeconds(1))));
                engine.start(ids.getLast());
            }
            List<Container> containers = ids.stream().flatMap(id -> host.inspect(id).stream()).toList();
            host.learn(List.of(), Map.of());
            assertEquals(2, host.checkNow(containers));
            return host.warnings().stream().map(Warning::kind).collect(Collectors.toSet());
        } finally {
            ids.forEach(id -> engine.remove(id, true));
            engine.networks().remove(blueprint.networkName());
        }
    }
}
