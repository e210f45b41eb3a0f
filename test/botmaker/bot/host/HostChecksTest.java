package botmaker.bot.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Rows;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Difference;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.model.BotRecord;
import botmaker.docker.ContainerSpec;
import botmaker.docker.Engine;
import botmaker.docker.LogFrame;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.secret.SecretStore;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the engine and its configuration do to bots, on an engine that says what a test wants.
@Timeout(30)
class HostChecksTest {
    private static final BotRecord ROW = Rows.ready(BotRecord.Desired.RUNNING);
    private static final String NETWORK = "botmaker-0123";
    private static final String IMAGE = "sha256:1";

    @TempDir
    Path data;

    private final RecordedEngine engine = RecordedEngine.start();
    private final Map<String, JsonValue> inherited = new LinkedHashMap<>(); // what containers have from their image
    private DockerHost host;
    private BotContainerSpec blueprint;

    @BeforeEach
    void begin() throws IOException {
        Path secrets = Files.createDirectory(data.resolve("secrets"));
        SecretStore store = new SecretStore(secrets);
        blueprint = new BotContainerSpec("0123", new BotFiles(data.resolve("bots"), data.resolve("kept")),
                store, Map.of(), Duration.ofSeconds(5));
        host = new DockerHost(new Engine(engine.socket()), blueprint);
        networks("{\"botmaker.managed\":\"true\",\"botmaker.installation\":\"0123\"}", "false");
        info("default");
        engine.on("GET /images/" + IMAGE + "/json", Reply.json(200, "{\"Id\":\"" + IMAGE + "\",\"Config\":{}}"));
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    private void networks(String labels, String icc) {
        engine.on("GET /networks", Reply.json(200, """
                [{"Id":"n1","Name":"%s","Created":"2026-01-02T03:04:05Z","Internal":false,"Labels":%s,
                  "Options":{"com.docker.network.bridge.enable_icc":"%s"},"IPAM":{"Config":null}}]""".formatted(NETWORK, labels, icc)));
    }

    private void info(String seccomp) {
        engine.on("GET /info", Reply.json(200, """
                {"ServerVersion":"28.0","SystemTime":"2026-01-02T03:04:05Z","MemoryLimit":true,"SwapLimit":true,"CpuCfsQuota":true,
                 "PidsLimit":true,"NCPU":2,"MemTotal":4000000000,"SecurityOptions":["name=apparmor","name=seccomp,profile=%s"]}"""
                .formatted(seccomp)));
    }

    /// A container as the engine makes it of the bot's specification, with what its configuration adds.
    private Reply container(String id, Map<String, String> labels, String image, Map<String, JsonValue> added) {
        ContainerSpec spec = blueprint.spec(ROW, ROW.image(), () -> "n1").labelled(labels);
        Map<String, JsonValue> config = new LinkedHashMap<>(spec.toJson().members());
        Map<String, JsonValue> hostConfig = new LinkedHashMap<>(config.remove("HostConfig").members());
        hostConfig.put("MaskedPaths", Json.strings(List.of("/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware")));
        hostConfig.put("ReadonlyPaths", Json.strings(
                List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")));
        hostConfig.putAll(added);
        inherited.forEach(config::putIfAbsent);
        return Reply.json(200, Json.object().put("Id", id).put("Name", "/botmaker-" + ROW.id()).put("Image", image)
                .put("Created", "2026-01-02T03:04:05Z").put("State", Json.object().put("Status", "running").build())
                .put("Config", object(config)).put("HostConfig", object(hostConfig))
                .put("NetworkSettings", JsonValue.parse("{\"Networks\":{\"%s\":{\"NetworkID\":\"n1\",\"IPAddress\":\"172.18.0.%s\"}}}"
                        .formatted(NETWORK, id.substring(1))))
                .build().toString());
    }

    private static JsonValue object(Map<String, JsonValue> members) {
        var object = Json.object();
        members.forEach(object::put);
        return object.build();
    }

    private Container bot(String id, String image, Map<String, JsonValue> added) {
        engine.on("GET /containers/" + id + "/json", container(id, blueprint.spec(ROW, "x", () -> "n1").labels(), image, added));
        return host.inspect(id).orElseThrow();
    }

    private void specimen(Map<String, JsonValue> added) {
        engine.on("DELETE /containers/botmaker-specimen-" + ROW.id(), Reply.error(404, "No such container"))
                .on("POST /containers/create", Reply.json(201, "{\"Id\":\"c9\",\"Warnings\":null}"))
                .on("GET /containers/c9/json", container("c9", blueprint.labels(), IMAGE, added))
                .on("DELETE /containers/c9", Reply.noContent());
    }

    private List<Difference> drift(Container own) {
        host.learn(List.of(ROW), Map.of(ROW.id(), List.of(own)));
        return host.drift(ROW, List.of(own));
    }

    private Set<String> kinds() {
        return host.warnings().stream().map(Warning::kind).collect(Collectors.toSet());
    }

    /// Log options, shared memory and ulimits of the engine's configuration were drift that Repair could not mend.
    @Test
    void what_the_engines_configuration_adds_to_every_container_is_no_drift_and_is_told_once() {
        Map<String, JsonValue> added = Map.of("ShmSize", Json.of(128L << 20),
                "Ulimits", JsonValue.parse("[{\"Name\":\"nofile\",\"Hard\":64000,\"Soft\":64000}]"),
                "LogConfig", JsonValue.parse("{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"10m\",\"max-file\":\"3\",\"tag\":\"x\"}}"));
        specimen(added);

        assertEquals(List.of(), drift(bot("c1", IMAGE, added)));

        Warning warning = host.warnings().getFirst();
        assertEquals(Warning.ENGINE_DEFAULTS, warning.kind());
        assertTrue(warning.detail().contains("HostConfig.LogConfig.Config.tag = x"), warning.detail());
        assertEquals(1, engine.requests().stream().filter(it -> it.line().equals("DELETE /containers/c9")).count());
    }

    @Test
    void what_only_one_container_has_is_drift() {
        specimen(Map.of());
        Map<String, JsonValue> privileged = Map.of("Privileged", Json.of(true));
        assertEquals(List.of("HostConfig.Privileged"), drift(bot("c1", IMAGE, privileged)).stream().map(Difference::what).toList());
        assertEquals(Set.of(), kinds());
    }

    /// Every bot of an earlier version would have drifted.
    @Test
    void a_container_of_an_earlier_version_without_http_proxy_has_not_drifted() {
        Container own = bot("c1", IMAGE, Map.of());
        Map<String, String> more = Map.of("http_proxy", "http://127.0.0.1:3128", "HTTP_PROXY", "http://127.0.0.1:3128");
        host = new DockerHost(new Engine(engine.socket()), new BotContainerSpec("0123", blueprint.files(), blueprint.secrets(), more,
                Duration.ofSeconds(5)));
        assertEquals(List.of("Config.Env.HTTP_PROXY"), drift(own).stream().map(Difference::what).toList());
    }

    @Test
    void a_container_as_specified_costs_no_other() {
        assertEquals(List.of(), drift(bot("c1", IMAGE, Map.of())));
        assertTrue(engine.requests().stream().noneMatch(it -> it.line().equals("POST /containers/create")));
    }

    /// Thirteen differences, and a Repair that could not be.
    @Test
    void of_a_bot_whose_image_is_gone_only_that_is_said() {
        engine.on("GET /images/" + IMAGE + "/json", Reply.error(404, "No such image"));
        inherited.put("WorkingDir", Json.of("/app"));
        inherited.put("Entrypoint", Json.strings(List.of("tini", "--")));
        inherited.put("Volumes", JsonValue.parse("{\"/data\":{}}"));
        List<Difference> drift = drift(bot("c1", IMAGE, Map.of("Privileged", Json.of(true))));
        assertEquals(List.of("Image", "HostConfig.Privileged"), drift.stream().map(Difference::what).toList());
        assertEquals("its image is gone. The bot runs on; upgrade it to the new image", drift.getFirst().found());
        assertTrue(!drift.getFirst().repairable() && drift.getLast().repairable());
    }

    /// Thirteen differences for half a minute after each rebuild of the image, until the next look at everything.
    @Test
    void an_image_that_is_not_known_yet_is_no_drift() {
        drift(bot("c1", IMAGE, Map.of()));
        assertEquals(List.of(), host.drift(ROW, List.of(bot("c2", "sha256:2", Map.of()))));
    }

    @Test
    void a_seccomp_profile_of_the_engines_own_is_told() {
        drift(bot("c1", IMAGE, Map.of()));
        assertEquals(Set.of(), kinds());
        for (String profile : List.of("unconfined", "/etc/docker/all.json")) {
            info(profile);
            drift(bot("c1", IMAGE, Map.of()));
            assertEquals(Set.of("seccomp"), kinds());
        }
    }

    @Test
    void a_network_that_is_somebody_elses_or_lets_bots_talk_is_told() {
        networks("{}", "false");
        host.learn(List.of(), Map.of());
        assertTrue(host.warnings().getFirst().detail().contains("belongs to somebody else"), host.warnings().toString());
        networks("{\"botmaker.managed\":\"true\",\"botmaker.installation\":\"0123\"}", "true");
        host.learn(List.of(), Map.of());
        assertTrue(host.warnings().getFirst().detail().contains("does not isolate"), host.warnings().toString());
    }

    @Test
    void what_a_bot_finds_out_from_inside_is_told() {
        Container one = bot("c1", IMAGE, Map.of());
        Container two = bot("c2", IMAGE, Map.of());
        engine.on("POST /containers/c1/exec", Reply.json(201, "{\"Id\":\"e1\"}"))
                .on("GET /exec/e1/json", Reply.json(200, "{\"Running\":false,\"ExitCode\":0}"))
                .on("POST /exec/e1/start", Reply.chunked().then(Reply.frame(LogFrame.Source.OUT, "user-namespaces\nreached\n")).then(Reply.lastChunk()));
        assertEquals(2, host.checkNow(List.of(one, two)));
        assertEquals(Set.of("isolation", "user-namespaces"), kinds());
        assertTrue(engine.requests().stream().anyMatch(it -> it.body().contains("172.18.0.2")));

        engine.on("POST /exec/e1/start", Reply.chunked().then(Reply.lastChunk()));
        host.checkNow(List.of(one, two));
        assertEquals(Set.of(), kinds());
    }
}
