package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.host.BotHost.Difference;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.BotView;
import botmaker.bot.view.Status;
import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.Networks;
import botmaker.error.Failure;
import botmaker.support.Cli;
import botmaker.support.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Containers that somebody changes by hand, on a real engine: it is seen, told, and repaired.
@Tag("docker")
class DriftTest {
    @TempDir
    Path data;

    private static Set<String> drift(Workshop shop, BotId id) {
        return shop.bot(id).seen().drift().stream().map(Difference::what).collect(Collectors.toSet());
    }

    private static void awaitDrift(Workshop shop, BotId id, Set<String> expected) {
        Workshop.await("the drift is " + expected, () -> drift(shop, id).equals(expected));
    }

    private static Container container(Workshop shop, BotId id) {
        return shop.engine.inspect(shop.bot(id).seen().container().orElseThrow().id());
    }

    @Test
    void a_container_as_botmaker_made_it_has_not_drifted() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("a").row().id();
            shop.bots.look();
            assertEquals(List.of(), shop.bot(id).seen().drift());
            shop.bots.service().restart(id);
            assertEquals(List.of(), shop.bot(id).seen().drift());
            shop.bots.service().stop(id);
            assertEquals(List.of(), shop.bot(id).seen().drift());
        }
    }

    @Test
    void docker_update_is_seen_with_what_was_and_what_is_and_repaired() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("a").row().id();
            shop.bots.look();
            Container before = container(shop, id);
            Path memory = data.resolve("bots/" + id + "/state/memory");
            Files.writeString(memory, "kept");

            Cli.docker("update", "--memory=3g", "--memory-swap=4g", "--pids-limit=900", "--restart=always", before.id());

            awaitDrift(shop, id, Set.of("HostConfig.Memory", "HostConfig.MemorySwap", "HostConfig.PidsLimit",
                    "HostConfig.RestartPolicy.Name"));
            assertTrue(shop.bot(id).toJson().get("drift").toString().contains(
                    "{\"what\":\"HostConfig.PidsLimit\",\"expected\":\"512\",\"found\":\"900\"}"));

            BotView repaired = shop.bots.service().repair(id);

            assertEquals(List.of(), repaired.seen().drift());
            assertEquals(Status.Word.RUNNING, repaired.status().word());
            assertNotEquals(before.id(), container(shop, id).id());
            assertEquals("kept", Files.readString(memory));
            assertEquals(1, shop.engine.list(shop.labels()).size());
        }
    }

    /// All that `docker run` can be told by somebody who makes a bot's container again and means well.
    @Test
    void a_container_remade_by_hand_shows_every_difference_but_no_secret() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("a").row().id();
            shop.bots.look();
            Container before = container(shop, id);
            shop.engine.remove(before.id(), true);

            List<String> run = new ArrayList<>(List.of("create", "--name", "botmaker-" + id));
            before.labels().forEach((name, value) -> run.addAll(List.of("--label", name + "=" + value)));
            run.addAll(List.of("--privileged", "--user=0:0", "--env=EXTRA_TOKEN=hunter2hunter2", "--env=TZ=UTC", "--pid=host",
                    "--publish=0.0.0.0::80", "--volume=/usr/share:/host:ro", "--device=/dev/null:/dev/other",
                    "--cap-add=SYS_ADMIN", "--sysctl=net.ipv4.ip_forward=0", "--log-opt=max-size=1g", "--dns=127.0.0.9",
                    "--ulimit=core=-1", "--add-host=evil:127.0.0.8", "--security-opt=seccomp=unconfined",
                    "--group-add=0", "--entrypoint=/bin/sh", before.raw().get("Config").get("Image").string(), "-c", "sleep 3600; echo canary-ai-key"));
            Cli.docker(run.toArray(String[]::new));

            Set<String> expected = Set.of("Config.User", "Config.Env.EXTRA_TOKEN", "Config.Env.TZ", "Config.Entrypoint",
                    "Config.Cmd", "Config.ExposedPorts.80/tcp", "Config.Hostname", "Config.StopTimeout",
                    "HostConfig.Binds", "HostConfig.CapAdd", "HostConfig.CapDrop", "HostConfig.Devices", "HostConfig.Dns",
                    "HostConfig.ExtraHosts", "HostConfig.GroupAdd", "HostConfig.LogConfig.Config.max-file",
                    "HostConfig.LogConfig.Config.max-size", "HostConfig.MaskedPaths", "HostConfig.ReadonlyPaths",
                    "HostConfig.Memory", "HostConfig.MemorySwap", "HostConfig.Mounts", "HostConfig.NanoCpus",
                    "HostConfig.NetworkMode", "HostConfig.PidMode", "HostConfig.PidsLimit", "HostConfig.PortBindings.80/tcp",
                    "HostConfig.Privileged", "HostConfig.ReadonlyRootfs", "HostConfig.RestartPolicy.Name",
                    "HostConfig.SecurityOpt", "HostConfig.Sysctls.net.ipv4.ip_forward", "HostConfig.Tmpfs./tmp",
                    "HostConfig.Ulimits", "Networks");
            shop.bots.look();
            Set<String> found = drift(shop, id);
            assertEquals(Set.of(), expected.stream().filter(it -> !found.contains(it)).collect(Collectors.toSet()), found.toString());

            String told = shop.bot(id).toJson().toString();
            assertFalse(told.contains("hunter2"), told);
            assertFalse(told.contains("canary"), told);
            assertTrue(told.contains("[redacted:ai-api-key]"), told);

            shop.bots.service().repair(id);
            assertEquals(Set.of(), drift(shop, id));
        }
    }

    /// Nothing tells of a network that a container is put into: the engine's event is the network's, so the next look does.
    @Test
    void another_network_another_image_and_a_second_container_are_seen() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("a").row().id();
            shop.bots.look();
            Container own = container(shop, id);

            Cli.docker("network", "connect", "bridge", own.id());
            shop.bots.look();
            assertEquals(Set.of("Networks"), drift(shop, id));
            Cli.docker("network", "disconnect", "bridge", own.id());
            shop.bots.look();
            assertEquals(Set.of(), drift(shop, id));

            second(shop, own);
            Workshop.await("two are seen", () -> drift(shop, id).equals(Set.of("Containers")));
            assertEquals(own.id(), container(shop, id).id(), "the bot's own is still the one that counts");
            shop.bots.service().repair(id);
            assertEquals(1, shop.engine.list(shop.labels()).size());
            assertEquals(Set.of(), drift(shop, id));
        }
    }

    private static String second(Workshop shop, Container own) throws Exception {
        List<String> create = new ArrayList<>(List.of("run", "--detach", "--network=none", "--name", own.name() + "-second"));
        own.labels().forEach((name, value) -> create.addAll(List.of("--label", name + "=" + value)));
        create.add(own.raw().get("Config").get("Image").string());
        return Cli.docker(create.toArray(String[]::new));
    }

    /// It lived on, with the deleted bot's secrets mounted if whoever made it had mounted them.
    @Test
    void a_deletion_removes_every_container_with_the_bots_labels_and_no_other() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("a").row().id();
            BotId other = shop.create("b").row().id();
            Workshop.await("they are seen", () -> shop.bot(id).seen().container().isPresent());
            Container own = container(shop, id);
            second(shop, own);
            String elsewhere = foreign(own);
            try {
                shop.bots.service().delete(id, false);

                assertEquals(List.of(), shop.engine.list(Map.of("botmaker.bot-id", id.value(),
                        "botmaker.installation", own.labels().get("botmaker.installation"))));
                assertEquals(1, shop.engine.list(shop.labels()).size());
                assertTrue(shop.engine.find(elsewhere).isPresent(), "another installation's was removed");
                assertEquals(Status.Word.RUNNING, shop.bots.convergence.refresh(other).status().word());
            } finally {
                shop.engine.remove(elsewhere, true);
            }
        }
    }

    /// The same bot id under another installation's label.
    private static String foreign(Container own) throws Exception {
        return Cli.docker("run", "--detach", "--network=none", "--label", "botmaker.managed=true", "--label",
                "botmaker.installation=ffffffffffffffff", "--label", "botmaker.bot-id=" + own.labels().get("botmaker.bot-id"),
                own.raw().get("Config").get("Image").string());
    }

    /// Limits are a bot's own: another default is for new bots.
    @Test
    void a_new_botmaker_with_the_same_settings_finds_no_drift_and_one_with_another_time_zone_just_that() throws Exception {
        Workshop first = Workshop.open(data);
        BotId id = first.create("a").row().id();
        first.crash();
        Workshop again = Workshop.open(data);
        again.bots.look();
        assertEquals(Set.of(), drift(again, id));
        again.crash();
        try (Workshop tokyo = Workshop.withEnvironment(data, Map.of("TZ", "Asia/Tokyo"))) {
            tokyo.bots.look();
            assertEquals(Set.of("Config.Env.TZ"), drift(tokyo, id));
        }
    }

    /// It was a failure inside BotMaker, while a start said what the engine had said.
    @Test
    void a_repair_for_which_the_engine_makes_no_network_says_why() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("a").row().id();
            String network = shop.networkName();
            shop.bots.service().stop(id);
            shop.engine.networks().remove(network);
            String other = Cli.docker("network", "create", "--opt", "com.docker.network.bridge.name=" + Networks.device(network),
                    "botmaker-test-" + System.nanoTime());
            try {
                Failure refused = assertThrows(Failure.Conflict.class, () -> shop.bots.service().repair(id));
                assertTrue(refused.getMessage().startsWith("The Docker Engine refused to create the bot's container: "), refused.getMessage());
                assertEquals(BotRecord.Pending.NOTHING, shop.bot(id).row().rollout().pending());
            } finally {
                Cli.docker("network", "rm", other);
            }
        }
    }

    /// Thirteen differences for half a minute after each rebuild of the image, and after the network was made anew.
    @Test
    void another_image_and_another_network_since_the_last_look_are_no_drift() throws Exception {
        String tag = "botmaker-test-driftrebuilt:1";
        try (Workshop shop = Workshop.tagged(data, tag, "trap 'exit 143' TERM; echo one; sleep 3600 & wait")) {
            BotId id = shop.create("a").row().id();
            shop.bots.look();
            shop.bots.service().delete(id, false);
            shop.engine.networks().remove(shop.networkName());
            TestImage.tag(shop.engine, tag, "trap 'exit 143' TERM; echo two; sleep 3601 & wait");

            assertEquals(Set.of(), drift(shop, shop.create("b").row().id()));
            shop.bots.look();
            shop.bots.registry().bots().forEach(bot -> assertEquals(List.of(), bot.seen().drift()));
        }
    }

    @Test
    void a_bot_whose_image_is_gone_is_not_repaired_into_nothing() throws Exception {
        String tag = "botmaker-test-driftgone:1";
        try (Workshop shop = Workshop.tagged(data, tag, "trap 'exit 143' TERM; echo gone; sleep 3600 & wait")) {
            BotId id = shop.create("a").row().id();
            shop.bots.look();
            String image = container(shop, id).imageId();
            shop.bots.service().stop(id);
            TestImage.tag(shop.engine, tag, "sleep 3601");
            Cli.docker("image", "rm", "--force", image);

            assertThrows(Failure.Conflict.class, () -> shop.bots.service().repair(id));

            shop.bots.look();
            assertEquals(Set.of("Image"), drift(shop, id), "and nothing that came from its image");
            assertTrue(shop.bots.convergence.refresh(id).seen().container().isPresent(), "its container was removed for nothing");
            assertEquals(BotRecord.Pending.NOTHING, shop.bot(id).row().rollout().pending());
        }
    }
}
