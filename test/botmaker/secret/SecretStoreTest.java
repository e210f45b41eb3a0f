package botmaker.secret;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.error.Failure;
import botmaker.file.PrivateFiles;
import botmaker.support.Leaseholder;
import botmaker.support.OrdinaryUser;
import botmaker.support.TinyDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretStoreTest {
    private static final SecretName KEY = new SecretName("ai-api-key");
    private static final SecretName TOKEN = new SecretName("gateway-token");
    private static final Map<SecretName, Secret> BOTH = Map.of(KEY, Secret.of("sk-canary"), TOKEN, Secret.of("größer\n"));

    @TempDir
    private Path temp;
    private Path root;
    private SecretStore store;
    private int uid;
    private int gid;

    @BeforeEach
    void open() throws IOException {
        root = temp.resolve("secrets");
        store = new SecretStore(root);
        uid = PrivateFiles.currentUid();
        gid = PrivateFiles.currentGid();
    }

    @Test
    void secrets_come_back_exactly() throws IOException {
        store.create("bot1", BOTH, uid, gid);
        assertEquals(Optional.of(Secret.of("sk-canary")), store.read("bot1", KEY));
        assertEquals("größer\n", Files.readString(store.directory("bot1").resolve("gateway-token")));
        assertEquals(Optional.empty(), store.read("bot1", new SecretName("absent")));
        assertEquals(Optional.empty(), store.read("bot2", KEY));
        assertEquals(Set.of("bot1"), store.owners());
    }

    @Test
    void the_list_has_names_in_order_and_the_time_of_writing() {
        Instant before = Instant.now().minus(Duration.ofSeconds(2));
        store.create("bot1", BOTH, uid, gid);
        Map<SecretName, Instant> list = store.list("bot1");
        assertEquals(List.of(KEY, TOKEN), List.copyOf(list.keySet()));
        assertTrue(list.values().stream().allMatch(time -> time.isAfter(before) && time.isBefore(Instant.now().plusSeconds(2))));
        assertEquals(Map.of(), store.list("bot2"));
    }

    @Test
    void everything_is_closed_to_others() throws IOException {
        store.create("bot1", BOTH, uid, gid);
        store.replace("bot1", KEY, Secret.of("new"), uid, gid);
        assertEquals("rwx------", mode(root));
        assertEquals("rwx------", mode(store.directory("bot1")));
        assertEquals("rw-------", mode(store.directory("bot1").resolve("ai-api-key")));
        assertEquals("rw-------", mode(store.directory("bot1").resolve("gateway-token")));
    }

    @Test
    void an_owner_is_created_once() {
        store.create("bot1", BOTH, uid, gid);
        assertThrows(UncheckedIOException.class, () -> store.create("bot1", Map.of(KEY, Secret.of("other")), uid, gid));
        assertEquals(Optional.of(Secret.of("sk-canary")), store.read("bot1", KEY));
        assertNoLeftovers();
    }

    @Test
    void a_secret_is_replaced_or_added_beside_the_others() {
        store.create("bot1", BOTH, uid, gid);
        store.replace("bot1", KEY, Secret.of("new"), uid, gid);
        store.replace("bot1", new SecretName("channel-token"), Secret.of("added"), uid, gid);
        assertEquals(Optional.of(Secret.of("new")), store.read("bot1", KEY));
        assertEquals(Optional.of(Secret.of("größer\n")), store.read("bot1", TOKEN));
        assertEquals(Optional.of(Secret.of("added")), store.read("bot1", new SecretName("channel-token")));
        assertThrows(UncheckedIOException.class, () -> store.replace("bot2", KEY, Secret.of("x"), uid, gid));
        assertNoLeftovers();
    }

    @Test
    void one_secret_is_removed_from_beside_the_others_and_that_may_be_repeated() {
        store.create("bot1", BOTH, uid, gid);
        store.remove("bot1", KEY);
        store.remove("bot1", KEY);
        assertEquals(Set.of(TOKEN), store.list("bot1").keySet());
        assertEquals(root, store.root());
    }

    /// OpenClaw refuses a secret file that has a second hard link or is a link itself.
    @Test
    void a_replaced_file_is_a_new_one_with_one_link() throws IOException {
        store.create("bot1", BOTH, uid, gid);
        store.replace("bot1", KEY, Secret.of("new"), uid, gid);
        Path file = store.directory("bot1").resolve("ai-api-key");
        assertEquals(1, Files.getAttribute(file, "unix:nlink", NOFOLLOW_LINKS));
        assertTrue(Files.isRegularFile(file, NOFOLLOW_LINKS));
    }

    @Test
    void deleting_removes_all_and_may_be_repeated() {
        store.create("bot1", BOTH, uid, gid);
        store.create("bot2", BOTH, uid, gid);
        store.delete("bot1");
        store.delete("bot1");
        assertEquals(Set.of("bot2"), store.owners());
        assertEquals(Optional.empty(), store.read("bot1", KEY));
        assertEquals(2, store.list("bot2").size());
    }

    /// A change puts the new secrets aside as a whole set, and takes what is not in it for removed: half of a set, after a
    /// crash in its deletion, cost the bot its other secrets.
    @Test
    void a_deletion_that_is_cut_off_leaves_no_part_under_the_owners_name() throws IOException {
        store.create("bot", BOTH, uid, gid);
        Files.createFile(Files.createDirectory(root.resolve("bot/inner")).resolve("file"));
        Thread.currentThread().interrupt();
        assertThrows(UncheckedIOException.class, () -> store.delete("bot"));
        assertTrue(Thread.interrupted());

        assertEquals(Set.of(), store.owners());
        store.delete("bot");
        assertNoLeftovers();
    }

    @Test
    void what_is_no_proper_secret_is_not_read() throws IOException {
        store.create("bot1", BOTH, uid, gid);
        Path directory = store.directory("bot1");
        Path outside = Files.writeString(temp.resolve("outside"), "canary");
        Files.createSymbolicLink(directory.resolve("link"), outside);
        Files.createDirectory(directory.resolve("directory"));
        Files.write(directory.resolve("empty"), new byte[0]);
        Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff});
        Files.writeString(directory.resolve("huge"), "x".repeat(Secret.MAX_BYTES + 1));
        for (String name : List.of("link", "directory", "empty", "binary", "huge")) {
            UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> store.read("bot1", new SecretName(name)));
            assertFalse(e.toString().contains("canary"));
        }
        Files.writeString(directory.resolve("No Name"), "x");
        assertFalse(store.list("bot1").containsKey(new SecretName("link")));
        store.list("bot1").keySet().forEach(name -> assertFalse(Set.of("link", "directory").contains(name.value())));
        store.delete("bot1");
        assertEquals("canary", Files.readString(outside));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", ".tmp-x", "A", "a\0", "-a"})
    void an_owner_is_a_plain_name(String owner) {
        assertThrows(IllegalArgumentException.class, () -> store.directory(owner));
        assertThrows(IllegalArgumentException.class, () -> store.create(owner, BOTH, uid, gid));
        assertThrows(IllegalArgumentException.class, () -> store.delete(owner));
    }

    @Test
    void leftovers_go_and_owners_stay() throws IOException {
        store.create("bot1", BOTH, uid, gid);
        Files.writeString(Files.createDirectory(root.resolve(".tmp-crashed")).resolve("ai-api-key"), "half");
        Files.writeString(root.resolve(".tmp-file"), "half");
        assertEquals(Set.of("bot1"), store.owners());
        store.deleteLeftovers();
        assertNoLeftovers();
        assertEquals(2, store.list("bot1").size());
    }

    /// They were removed at the start only: what a failing disk had left of a secret stayed for months.
    @Test
    void leftovers_go_while_others_write() throws Exception {
        Thread cleaner = Thread.ofPlatform().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                store.deleteLeftovers();
            }
        });
        for (int i = 0; i < 20; i++) {
            store.create("bot1", BOTH, uid, gid);
            store.replace("bot1", KEY, Secret.of("new"), uid, gid);
            store.delete("bot1");
        }
        cleaner.interrupt();
        cleaner.join();
        assertNoLeftovers();
    }

    @Test
    void a_full_disk_is_told_and_leaves_nothing_half() throws Exception {
        Path disk = temp.resolve("disk");
        try (TinyDisk _ = TinyDisk.mount(disk, "size=64k")) {
            SecretStore tiny = new SecretStore(disk.resolve("secrets"));
            Secret large = Secret.of("x".repeat(Secret.MAX_BYTES));
            tiny.create("bot1", BOTH, uid, gid);
            Failure.DiskFull full = assertThrows(Failure.DiskFull.class, () -> tiny.create("bot2", Map.of(KEY, large), uid, gid));
            assertEquals("cannot store the secrets: the disk is full; free some space and try again", full.getMessage());
            assertThrows(Failure.DiskFull.class, () -> tiny.replace("bot1", KEY, large, uid, gid));
            assertEquals(Set.of("bot1"), tiny.owners());
            assertEquals(Optional.of(Secret.of("sk-canary")), tiny.read("bot1", KEY));
            tiny.replace("bot1", KEY, Secret.of("small"), uid, gid);
            try (Stream<Path> entries = Files.list(disk.resolve("secrets"))) {
                assertEquals(1, entries.count());
            }
        }
    }

    @Test
    void secrets_belong_to_the_uid_that_is_asked_for() throws IOException {
        assumeTrue(PrivateFiles.isRoot(), "giving files away needs root");
        store.create("bot1", BOTH, 1_900_000_001, 1_900_000_002);
        store.replace("bot1", KEY, Secret.of("new"), 1_900_000_001, 1_900_000_002);
        for (Path path : List.of(store.directory("bot1"), store.directory("bot1").resolve("ai-api-key"),
                store.directory("bot1").resolve("gateway-token"))) {
            assertEquals(1_900_000_001, Files.getAttribute(path, "unix:uid"), path::toString);
            assertEquals(1_900_000_002, Files.getAttribute(path, "unix:gid"), path::toString);
        }
        assertEquals(0, Files.getAttribute(root, "unix:uid"));
    }

    private void assertNoLeftovers() {
        try (Stream<Path> entries = Files.list(root)) {
            assertEquals(List.of(), entries.filter(entry -> entry.getFileName().toString().startsWith(".")).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, NOFOLLOW_LINKS));
    }

    /// The secrets are their bot's own files: a lease on one kept every reader of its log waiting for 45 seconds.
    @Test
    void a_secret_on_which_its_bot_holds_a_lease_is_a_failure_at_once() throws Exception {
        assumeTrue(PrivateFiles.isRoot());
        store.create("bot1", BOTH, OrdinaryUser.UID, OrdinaryUser.UID);
        long begun = System.nanoTime();
        try (Leaseholder _ = Leaseholder.hold(temp, store.directory("bot1"), OrdinaryUser.UID, "ai-api-key")) {
            UncheckedIOException held = assertThrows(UncheckedIOException.class, () -> store.read("bot1", KEY));
            assertTrue(held.getMessage().contains("lease"), held.getMessage());
            assertEquals(Optional.of(Secret.of("größer\n")), store.read("bot1", TOKEN));
        }
        assertTrue(System.nanoTime() - begun < Duration.ofSeconds(20).toNanos(), "it waited");
        assertEquals(Optional.of(Secret.of("sk-canary")), store.read("bot1", KEY));
    }

    /// A change that replaced a damaged secret failed on reading the value that it was to replace.
    @Test
    void a_damaged_secret_is_replaced_by_the_staged_one() throws IOException {
        store.create("bot1", BOTH, uid, gid);
        Files.writeString(store.directory("bot1").resolve("ai-api-key"), "x".repeat(Secret.MAX_BYTES + 1));
        store.stage("bot1", 1, BOTH, uid, gid);

        store.commit("bot1", 1, uid, gid);

        assertEquals(BOTH, store.all("bot1"));
        assertFalse(store.hasStaged("bot1", 1));
    }
}
