package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.DockerHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotStore;
import botmaker.bot.reconcile.Orphans.Orphan.Kind;
import botmaker.bot.reconcile.Orphans.Orphan;
import botmaker.bot.reconcile.Orphans;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.Status;
import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.error.Failure;
import botmaker.secret.SecretStore;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import botmaker.support.Specs;
import botmaker.support.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What no bot has any more is shown, and removed only when asked.
@Tag("docker")
class OrphansTest {
    private static final BotId NOBODY = new BotId("00000000deadbeef");

    @TempDir
    Path data;

    @Test
    void bots_and_what_is_theirs_are_no_orphans() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            String container = shop.bot(id).seen().container().orElseThrow().id();
            orphans(shop).look();

            assertEquals(List.of(), shop.bots.orphans().found());
            for (Kind kind : Kind.values()) {
                assertThrows(Failure.NotFound.class, () -> orphans(shop).remove(kind, id.value()));
                assertThrows(Failure.NotFound.class, () -> orphans(shop).remove(kind, container));
            }
            assertEquals(Status.Word.RUNNING, shop.bots.convergence.refresh(id).status().word());
            assertEquals(List.of(id.value()), shop.entries("secrets"));
        }
    }

    @Test
    void a_bots_directory_of_a_lost_row_is_found_at_start_and_goes_when_asked() throws Exception {
        Files.createDirectories(data.resolve("bots").resolve(NOBODY.value()).resolve("state/deep"));
        Files.writeString(data.resolve("bots").resolve(NOBODY.value()).resolve("state/deep/file"), "x");
        Files.createDirectories(data.resolve("secrets").resolve(NOBODY.value()));
        Path target = Files.createDirectory(data.resolve("target"));
        Files.writeString(target.resolve("precious"), "x");
        Files.createSymbolicLink(data.resolve("bots").resolve(NOBODY.value()).resolve("state/link"), target);
        try (Workshop shop = Workshop.open(data)) {
            Workshop.await("they are found", () -> shop.bots.orphans().found().size() == 2);
            assertEquals(List.of(Kind.SECRETS, Kind.STATE), kinds(shop));

            remove(shop, Kind.STATE, NOBODY.value());

            assertEquals(List.of(Kind.SECRETS), kinds(shop));
            assertEquals(List.of(), shop.entries("bots"));
            assertTrue(Files.exists(target.resolve("precious")), "a link is not followed");
            assertEquals(List.of(NOBODY.value()), shop.entries("secrets"), "only what was asked for goes");
            assertThrows(Failure.NotFound.class, () -> remove(shop, Kind.STATE, NOBODY.value()));
            remove(shop, Kind.SECRETS, NOBODY.value());
            assertEquals(List.of(), shop.entries("secrets"));
        }
    }

    @Test
    void a_container_of_a_lost_row_goes_before_its_files() throws Exception {
        Workshop before = Workshop.open(data);
        BotId id = before.create("support").row().id();
        String container = before.bot(id).seen().container().orElseThrow().id();
        new BotStore(before.database).remove(id);
        before.crash();

        try (Workshop shop = Workshop.open(data)) {
            Workshop.await("it is found", () -> kinds(shop).equals(
                    List.of(Kind.CONTAINER, Kind.SECRETS, Kind.STATE, Kind.NETWORK)));
            Orphan orphan = shop.bots.orphans().found().getFirst();
            assertEquals(container, orphan.id());
            assertEquals("botmaker-" + id, orphan.name());
            assertTrue(orphan.what().contains("running") && orphan.what().contains(id.value()), orphan.what());
            assertEquals(Container.State.RUNNING, shop.engine.inspect(container).state(), "it is left alone until asked");

            assertThrows(Failure.Conflict.class, () -> remove(shop, Kind.STATE, id.value()));
            assertThrows(Failure.Conflict.class, () -> remove(shop, Kind.SECRETS, id.value()));
            assertThrows(Failure.Conflict.class, () -> remove(shop, Kind.NETWORK, networkId(shop)));
            assertEquals(List.of(id.value()), shop.entries("secrets"));

            remove(shop, Kind.CONTAINER, container);
            remove(shop, Kind.STATE, id.value());
            remove(shop, Kind.SECRETS, id.value());
            remove(shop, Kind.NETWORK, networkId(shop));

            assertTrue(shop.engine.find(container).isEmpty());
            assertEquals(List.of(), shop.bots.orphans().found());
            assertEquals(List.of(), shop.engine.networks().list(shop.labels()));
            shop.create("another");
        }
    }

    @Test
    void a_container_with_our_labels_that_names_no_bot_is_found() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            Map<String, String> labels = new HashMap<>(shop.labels());
            labels.put("botmaker.managed", "true");
            labels.put("botmaker.bot-id", "../../etc");
            String id = shop.engine.create("botmaker-test-stray-" + System.nanoTime(),
                    Specs.script(TestImage.ensure(shop.engine), labels, "sleep 1000"));
            orphans(shop).look();

            assertEquals(List.of(Kind.CONTAINER), kinds(shop));
            assertThrows(Failure.NotFound.class, () -> remove(shop, Kind.STATE, "../../etc"));
            remove(shop, Kind.CONTAINER, id);
            assertTrue(shop.engine.find(id).isEmpty());
        }
    }

    @Test
    void containers_and_networks_of_others_are_neither_shown_nor_removed() throws Exception {
        try (Workshop shop = Workshop.open(data);
             Workshop other = Workshop.open(Files.createDirectory(data.resolve("other")))) {
            BotId theirs = other.create("theirs").row().id();
            String container = other.bot(theirs).seen().container().orElseThrow().id();
            orphans(shop).look();

            assertEquals(List.of(), shop.bots.orphans().found());
            assertThrows(Failure.NotFound.class, () -> remove(shop, Kind.CONTAINER, container));
            assertThrows(Failure.NotFound.class, () -> remove(shop, Kind.NETWORK, networkId(other)));
            assertEquals(Status.Word.RUNNING, other.bots.convergence.refresh(theirs).status().word());
        }
    }

    @Test
    void a_second_network_of_ours_is_an_orphan_while_there_are_bots() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            shop.create("support");
            Map<String, String> labels = new HashMap<>(shop.labels());
            labels.put("botmaker.managed", "true");
            String stray = shop.engine.networks().ensure(
                    "botmaker-test-" + System.nanoTime(), labels).id();
            try {
                orphans(shop).look();
                assertEquals(List.of(stray), shop.bots.orphans().found().stream().map(Orphan::id).toList());
                remove(shop, Kind.NETWORK, stray);
                assertEquals(1, shop.engine.networks().list(shop.labels()).size());
            } finally {
                shop.engine.networks().remove(stray);
            }
        }
    }

    /// An engine that failed was told as something that stands against the removal.
    @Test
    void what_the_engine_cannot_remove_may_be_tried_again() throws Exception {
        try (RecordedEngine recorded = RecordedEngine.start()) {
            recorded.on("GET /containers/json", Reply.json(200, "[]"))
                    .on("GET /networks", Reply.json(200, """
                            [{"Id":"n1","Name":"bots","Created":"2026-01-02T03:04:05Z","Internal":false,"Labels":null,"Options":{},
                              "IPAM":{"Config":null}}]"""))
                    .on("DELETE /networks/n1", Reply.error(500, "storage on fire"), Reply.error(403, "network bots has active endpoints"));
            Orphans orphans = new Orphans(new BotRegistry(Clock.systemUTC(), System::nanoTime, () -> false), DockerHost.on(new Engine(recorded.socket())).of("0123456789abcdef",
                    new BotFiles(data, data), new SecretStore(data), Map.of(), Duration.ofSeconds(1)), new BotFiles(data.resolve("bots"), data.resolve("kept")), data.resolve("secrets"));

            assertEquals("The Docker Engine refused to remove the network: storage on fire. Docker's log says more (journalctl -u docker).",
                    assertThrows(Failure.Conflict.class, () -> orphans.remove(Kind.NETWORK, "n1")).getMessage());
            assertThrows(Failure.Conflict.class, () -> orphans.remove(Kind.NETWORK, "n1"));
        }
    }

    @Test
    void a_state_that_was_kept_is_shown_and_its_removal_is_for_good() throws Exception {
        try (Workshop shop = Workshop.open(data)) {
            BotId id = shop.create("support").row().id();
            shop.bots.service().delete(id, true);
            orphans(shop).look();

            assertEquals(List.of(Kind.KEPT, Kind.NETWORK), kinds(shop));
            remove(shop, Kind.KEPT, id.value());
            assertEquals(List.of(), shop.entries("kept"));
        }
    }

    private static Orphans orphans(Workshop shop) {
        return shop.bots.orphans();
    }

    private static void remove(Workshop shop, Kind kind, String id) {
        orphans(shop).remove(kind, id);
    }

    private static List<Kind> kinds(Workshop shop) {
        return shop.bots.orphans().found().stream().map(Orphan::kind).toList();
    }

    private static String networkId(Workshop shop) {
        return shop.engine.networks().list(shop.labels()).getFirst().id();
    }
}
