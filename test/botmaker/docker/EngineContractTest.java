package botmaker.docker;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.support.Cli;
import botmaker.support.Specs;
import botmaker.support.TestImage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What this client expects of a real engine: its containers, images and networks.
@Tag("docker")
@Timeout(60)
final class EngineContractTest {
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final RealEngine real = new RealEngine();
    private final Engine engine = real.engine;

    @AfterEach
    void clean() {
        real.close();
    }

    @Test
    void it_tells_what_it_is() {
        engine.ping();
        EngineInfo info = engine.info();
        assertFalse(info.version().isEmpty());
        assertTrue(Duration.between(info.systemTime(), Instant.now()).abs().compareTo(Duration.ofMinutes(1)) < 0);
        assertTrue(info.apiVersion().matches("1\\.[0-9]+"), info.apiVersion());
    }

    @Test
    void an_image_is_there_or_not() {
        Images.Image info = engine.images().find(real.image).orElseThrow();
        assertTrue(info.id().startsWith("sha256:"));
        assertEquals(TestImage.RUN, info.labels().get("botmaker.test.run"));
        assertEquals(info, engine.images().find(info.id()).orElseThrow());
        assertEquals(Optional.empty(), engine.images().find("botmaker-test:absent"));
        assertEquals(Optional.empty(), engine.images().find("../containers/json?all=1#"));
        assertEquals(Optional.empty(), engine.images().find(""));
    }

    @Test
    void a_container_is_what_its_spec_says(@TempDir Path directory) {
        Networks.Network network = real.network();
        ContainerSpec spec = new ContainerSpec(real.image, List.of("sleep", "60"), "1900000001:1900000002", "bot-1",
                Map.of("TZ", "UTC", "A", "b=c"), real.labels,
                List.of(new ContainerSpec.Mount(directory, "/run/secrets", true), new ContainerSpec.Mount(directory, "/state", false)),
                Map.of("/tmp", "size=1m,uid=1900000001,gid=1900000002,mode=0700"),
                new ContainerSpec.Resources(64L << 20, 500_000_000, 32), Optional.of(network.id()), Set.of(),
                List.of(new ContainerSpec.Port(18789, 45789)), ContainerSpec.Restart.UNLESS_STOPPED, Duration.ofSeconds(30));
        String id = engine.create(real.run, spec);

        Container container = engine.inspect(id);
        assertEquals(id, container.id());
        assertEquals(real.run, container.name());
        assertEquals(engine.images().find(real.image).orElseThrow().id(), container.imageId());
        assertEquals(real.run, container.labels().get(RealEngine.LABEL));
        assertEquals(Container.State.CREATED, container.state());
        assertEquals(Optional.empty(), container.startedAt());
        assertEquals(id, engine.find(real.run).orElseThrow().id());
        assertKept(spec.toJson(), container.raw());
    }

    /// Whatever was asked for is what inspect shows; what the image or the engine added is left aside.
    private static void assertKept(JsonValue asked, JsonValue inspected) {
        asked.get("HostConfig").members().forEach((name, value) ->
                assertTrue(includes(inspected.get("HostConfig").get(name), value), name));
        JsonValue config = inspected.get("Config");
        for (String name : List.of("Image", "User", "Hostname", "Labels", "Tty", "StopTimeout", "ExposedPorts", "Cmd")) {
            assertTrue(includes(config.get(name), asked.get(name)), name);
        }
        assertTrue(config.get("Env").elements().containsAll(asked.get("Env").elements()));
    }

    private static boolean includes(JsonValue shown, JsonValue asked) {
        return asked instanceof JsonObject
                ? asked.members().entrySet().stream().allMatch(member ->
                        shown.find(member.getKey()).filter(value -> includes(value, member.getValue())).isPresent())
                : shown.equals(asked);
    }

    @Test
    void the_cage_is_real() {
        String id = real.started("sleep 60");
        String status = real.exec(id, "cat /proc/self/status").output();
        for (String line : List.of("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2")) {
            assertTrue(status.contains(line), line);
        }
        assertEquals(1, real.exec(id, "touch /x").exitCode());
        assertEquals("65534 65534", real.exec(id, "echo $(id -u) $(id -g)").output().strip());
    }

    @Test
    void a_mount_without_its_source_is_refused(@TempDir Path directory) {
        ContainerSpec spec = new ContainerSpec(real.image, List.of(), "1:1", "h", Map.of(), real.labels,
                List.of(new ContainerSpec.Mount(directory.resolve("absent"), "/state", false)), Map.of(), new ContainerSpec.Resources(64L << 20, 1_000_000_000, 32),
                Optional.empty(), Set.of(), List.of(), ContainerSpec.Restart.NEVER, A_SECOND);
        assertEquals(400, assertThrows(EngineException.class, () -> engine.create(real.run, spec)).status());
    }

    @Test
    void a_container_runs_stops_restarts_and_goes_and_twice_is_fine() throws Exception {
        String id = real.create("trap 'exit 3' TERM; echo trapped; while true; do sleep 0.1; done");
        engine.start(id);
        engine.start(id);
        Container running = engine.inspect(id);
        assertEquals(Container.State.RUNNING, running.state());
        assertTrue(running.startedAt().isPresent());
        real.awaitOutput(id);

        engine.stop(id, Duration.ofSeconds(5));
        engine.stop(id, Duration.ofSeconds(5));
        Container stopped = engine.inspect(id);
        assertEquals(Container.State.EXITED, stopped.state());
        assertEquals(3, stopped.exitCode());
        assertTrue(stopped.finishedAt().isPresent());

        engine.restart(id, A_SECOND);
        engine.restart(id, A_SECOND);
        assertEquals(Container.State.RUNNING, engine.inspect(id).state());

        Cli.docker("kill", id);
        real.awaitExit(id);
        assertEquals(137, engine.inspect(id).exitCode());

        engine.remove(id, true);
        engine.remove(id, true);
        assertEquals(Optional.empty(), engine.find(id));
    }

    @Test
    void a_stop_takes_its_time_and_then_kills() {
        String id = real.started("trap '' TERM; echo trapped; while true; do sleep 0.1; done");
        real.awaitOutput(id);
        engine.stop(id, Duration.ofSeconds(3));
        assertEquals(137, engine.inspect(id).exitCode());
    }

    @Test
    void several_removals_at_once_all_succeed() throws Exception {
        String id = real.started("sleep 60");
        allAtOnce(6, () -> engine.remove(id, true));
        assertEquals(Optional.empty(), engine.find(id));
    }

    @Test
    void what_is_missing_is_said() {
        for (Runnable call : List.<Runnable>of(
                () -> engine.inspect("botmaker-absent"), () -> engine.start("botmaker-absent"),
                () -> engine.stop("botmaker-absent", A_SECOND), () -> engine.restart("botmaker-absent", A_SECOND),
                () -> engine.stats("botmaker-absent"),
                () -> engine.exec("botmaker-absent", List.of("true"), A_SECOND),
                () -> engine.create(real.run, Specs.script("botmaker-test:absent", real.labels, "true")))) {
            assertTrue(assertThrows(EngineException.class, call::run).notFound());
        }
        assertEquals(Optional.empty(), engine.find("botmaker-absent"));
        assertDoesNotThrow(() -> engine.remove("botmaker-absent", true));
        assertThrows(IllegalArgumentException.class, () -> engine.find("../images/json"));
    }

    @Test
    void a_name_is_taken_once() {
        real.create("true");
        assertTrue(assertThrows(EngineException.class, () -> real.create("true")).conflict());
    }

    @Test
    void containers_are_listed_by_all_labels_in_any_state() {
        String id = real.create("true");
        Container.Summary summary = engine.list(real.labels).getFirst();
        assertEquals(id, summary.id());
        assertEquals(Container.State.CREATED, summary.state());
        assertEquals(real.run, summary.labels().get(RealEngine.LABEL));
        assertEquals(List.of(), engine.list(Map.of(RealEngine.LABEL, real.run, "other", "label")));
        assertEquals(List.of(), engine.list(Map.of(RealEngine.LABEL, "other")));
    }

    @Test
    void a_container_has_its_address_in_the_network_while_it_runs() {
        Networks.Network network = real.network();
        ContainerSpec spec = new ContainerSpec(real.image, List.of("sleep", "60"), "1:1", "h", Map.of(), real.labels, List.of(), Map.of(),
                new ContainerSpec.Resources(64L << 20, 1_000_000_000, 32), Optional.of(network.id()), Set.of(), List.of(),
                ContainerSpec.Restart.NEVER, A_SECOND);
        String id = engine.create(real.run, spec);
        assertEquals(Map.of(), engine.inspect(id).addresses());
        engine.start(id);
        Container container = engine.inspect(id);
        assertTrue(network.subnets().getFirst().contains(container.addresses().get(network.name())));
        engine.stop(id, Duration.ZERO);
        assertEquals(Map.of(), engine.inspect(id).addresses());
    }

    @Test
    void one_network_comes_of_many_attempts_at_once() throws Exception {
        TreeSet<String> ids = new TreeSet<>();
        allAtOnce(4, () -> {
            Networks.Network network = new Engine(RealEngine.SOCKET).networks().ensure(real.run, real.labels);
            synchronized (ids) {
                ids.add(network.id());
            }
        });
        real.networks.addAll(ids);
        assertEquals(1, ids.size());
        Networks.Network network = engine.networks().ensure(real.run, real.labels);
        assertEquals(ids.first(), network.id());
        assertEquals("false", network.options().get("com.docker.network.bridge.enable_icc"));
    }

    @Test
    void a_network_of_somebody_else_is_refused() {
        real.network();
        Map<String, String> labels = Map.of(RealEngine.LABEL, "other");
        assertThrows(Failure.Conflict.class, () -> engine.networks().ensure(real.run, labels));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--internal --opt com.docker.network.bridge.enable_icc=false", "--opt com.docker.network.bridge.enable_icc=true"})
    void a_network_that_is_not_as_it_should_be_is_refused(String options) throws Exception {
        real.networks.add(Cli.docker("network create --label %s=%s %s %s".formatted(RealEngine.LABEL, real.run, options, real.run).split(" ")));
        assertThrows(Failure.Conflict.class, () -> engine.networks().ensure(real.run, real.labels));
    }

    private static void allAtOnce(int count, Runnable work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(threads.submit(work));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }
}
