package botmaker.bot.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Containers;
import botmaker.bot.Rows;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.model.BotRecord;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.secret.SecretStore;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a refusal of the engine becomes: with "try again" (503 and Retry-After) only where that can help.
@Timeout(30)
class RefusalTest {
    private static final BotRecord RECORD = Rows.ready(BotRecord.Desired.RUNNING);
    private static final String CREATE = "POST /containers/create";

    @TempDir
    Path data;

    private final RecordedEngine engine = RecordedEngine.start();
    private DockerHost host;
    private Container container;

    @BeforeEach
    void begin() throws IOException {
        SecretStore secrets = new SecretStore(Files.createDirectory(data.resolve("secrets")));
        host = new DockerHost(new Engine(engine.socket()), new BotContainerSpec("0123", new BotFiles(data.resolve("bots"), data.resolve("kept")),
                secrets, Map.of(), Duration.ofSeconds(5)));
        container = Containers.in(Container.State.EXITED);
        engine.on("GET /containers/json", Reply.json(200, "[]"))
                .on("GET /networks", Reply.json(200, """
                        [{"Id":"n1","Name":"botmaker-0123","Created":"2026-01-02T03:04:05Z","Internal":false,
                          "Labels":{"botmaker.managed":"true","botmaker.installation":"0123"},
                          "Options":{"com.docker.network.bridge.enable_icc":"false"},"IPAM":{"Config":null}}]"""));
        RECORD.rollout().imageId().ifPresent(id -> engine.on("GET /images/" + RECORD.image() + "/json",
                Reply.json(200, "{\"Id\":\"" + id + "\",\"Config\":{}}")));
    }

    @AfterEach
    void end() throws IOException {
        engine.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "500 | driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:20000 failed: port is already allocated | another port",
        "500 | failed to set up container networking: listen tcp4 127.0.0.1:20000: bind: address already in use | another port",
        "404 | No such image: openclaw:1 | make image",
        "400 | Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available | limits that this host has",
        "400 | Minimum memory limit allowed is 6MB | limits that this host has",
        "400 | unknown or invalid runtime name: gvisor | default-runtime",
        "500 | OCI runtime create failed: unable to start container process: error loading seccomp filter | seccomp-profile",
        "500 | failed to create shim task: OCI runtime create failed: runc did not terminate successfully | runc",
        "500 | AppArmor enabled on system but the docker-default profile could not be loaded | AppArmor",
        "500 | could not find an available, non-overlapping IPv4 address pool among the defaults | default-address-pools",
        "500 | all predefined address pools have been fully subnetted | default-address-pools",
        "409 | Conflict. The container name \"/botmaker-x\" is already in use by container \"abc\". | Rename or remove",
        "403 | error while removing network: network x has active endpoints | Remove what uses it",
        "400 | invalid mount config for type \"bind\": bind source path does not exist: /x | Change what it names",
        "500 | storage on fire | journalctl -u docker",
        "500 | | journalctl -u docker",
        "422 | something new | Change what it names",
    })
    void trying_again_is_not_suggested_where_it_cannot_help(int status, String message, String advice) {
        Failure failure = Refusal.of("start the bot", new EngineException(status, message == null ? "" : message));
        assertInstanceOf(Failure.Conflict.class, failure, failure.getMessage());
        assertTrue(failure.getMessage().startsWith("The Docker Engine refused to start the bot: "), failure.getMessage());
        assertTrue(failure.getMessage().contains(advice), failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "500 | failed to create shim task: context deadline exceeded",
        "500 | container did not exit in time: timed out",
        "500 | unable to remove filesystem: unlinkat /x: device or resource busy",
        "500 | fork/exec /usr/bin/runc: resource temporarily unavailable",
        "409 | removal of container x is already in progress",
        "409 | Container x is restarting, wait until the container is running",
        "409 | container is marked for removal and cannot be started",
        "503 | anything",
        "404 | No such container: abc",
    })
    void trying_again_is_suggested_where_it_can_help(int status, String message) {
        Failure failure = Refusal.of("start the bot", new EngineException(status, message));
        assertTrue(assertInstanceOf(Failure.Unavailable.class, failure, failure.getMessage()).retryAfter().isPositive());
    }

    @Test
    void a_full_disk_is_told_as_one() {
        assertInstanceOf(Failure.DiskFull.class, Refusal.of("create the bot's container",
                new EngineException(500, "mkdir /var/lib/docker/overlay2/x: no space left on device")));
    }

    @ParameterizedTest
    @CsvSource({"400, bad parameter, Conflict", "409, name is already in use by container x, Conflict", "404, No such image: x, Conflict",
        "500, unknown runtime, Conflict", "500, no space left on device, DiskFull", "500, context deadline exceeded, Unavailable"})
    void each_step_is_refused_by_the_same_rule(int status, String message, String kind) {
        Reply refusal = Reply.error(status, message);
        step(kind, CREATE, refusal, it -> it.create(RECORD));
        step(kind, CREATE, refusal, it -> it.createReplacement(RECORD));
        step(kind, "POST /containers/" + container.id() + "/start", refusal, it -> it.start(container.id()));
        step(kind, "POST /containers/" + container.id() + "/stop", refusal, it -> it.stop(container));
        step(kind, "POST /containers/" + container.id() + "/restart", refusal, it -> it.restart(container));
        if (status != 404) { // it is gone: nothing to remove, and nothing runs
            step(kind, "DELETE /containers/" + container.id(), refusal, it -> it.remove(container.id()));
            step(kind, "DELETE /networks/n1", refusal, it -> it.removeNetwork("n1"));
            step(status == 409 ? "Conflict" : kind, "POST /containers/" + container.id() + "/exec", refusal,
                    it -> it.exec(container, List.of("true"), Duration.ofSeconds(1)));
            engine.on("GET /networks", Reply.json(200, "[]"));
            step(kind, "POST /networks/create", refusal, it -> it.create(RECORD));
        }
    }

    private void step(String kind, String line, Reply refusal, Consumer<BotHost> call) {
        engine.on(line, refusal);
        assertEquals(kind, assertThrows(Failure.class, () -> call.accept(host), line).getClass().getSimpleName(), line);
    }

    /// It said 503, try again, which helps nobody.
    @ParameterizedTest
    @CsvSource({"404", "400", "500"})
    void exhausted_address_pools_are_a_conflict_that_says_what_to_do(int status) {
        engine.on("GET /networks", Reply.json(200, "[]"))
                .on("POST /networks/create", Reply.error(status, "all predefined address pools have been fully subnetted"));
        Failure.Conflict e = assertThrows(Failure.Conflict.class, () -> host.create(RECORD));
        assertTrue(e.getMessage().contains("\"default-address-pools\" in /etc/docker/daemon.json"), e.getMessage());
        assertEquals(1, engine.requests().stream().filter(it -> it.line().equals("POST /networks/create")).count());
    }

    /// `docker network prune` takes a stopped bot's network: the container can never run again.
    @Test
    void a_container_that_lost_what_it_needs_is_told_from_one_that_is_refused() {
        engine.on("POST /containers/" + container.id() + "/start", Reply.error(404, "network n0 not found"));
        assertEquals(false, host.start(container));
    }
}
