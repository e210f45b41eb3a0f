package botmaker.backup;

import static botmaker.backup.House.mode;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.file.FileNames;
import botmaker.file.PrivateFiles;
import botmaker.ledger.UsageFile;
import botmaker.ledger.UsageReader;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.store.Database;
import botmaker.store.StoreException;
import botmaker.support.ChildJvm;
import botmaker.support.Leaseholder;
import botmaker.support.TinyDisk;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A backup and its restoring, on data directories of the test's own.
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackupTest {
    private static final String BOT = "0123456789abcdef";
    private static final int UID = 1_900_000_007;

    @TempDir
    private Path temp;
    private House house;
    private Path file;
    private Path restored;

    @BeforeEach
    void make() throws IOException {
        house = new House(temp.resolve("data"), PrivateFiles.isRoot() ? UID : PrivateFiles.currentUid());
        file = temp.resolve("backup.bm");
        restored = temp.resolve("restored");
    }

    private List<String> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void all_comes_back_and_what_was_hostile_harms_nobody() throws Exception {
        assumeTrue(PrivateFiles.isRoot(), "devices and other owners need root");
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "precious");
        try (Database database = house.open()) {
            HostileState.make(house.bot(database, BOT), outside);
            house.bot(database, "fedcba9876543210");

            Backup.Outcome outcome = house.backUp(file);

            assertEquals(2, outcome.bots());
            assertTrue(outcome.well());
            assertTrue(outcome.bytes() < 4 << 20, "zeros take no room: " + outcome.bytes());
        }
        assertEquals("rw-------", mode(file));
        assertEquals(List.of("backup.bm", "data", "outside"), entries(temp));

        Restore.Origin origin = house.restore(file, restored);

        assertEquals("1.2.3", origin.botmaker());
        assertEquals(2, origin.bots());
        Path was = house.data.resolve("bots").resolve(BOT).resolve("state");
        Path is = restored.resolve("bots").resolve(BOT).resolve("state");
        for (String name : List.of("run", "hard", "nothing", "workspace/a/b/note", "x".repeat(255))) {
            assertArrayEquals(Files.readAllBytes(was.resolve(name)), Files.readAllBytes(is.resolve(name)), name);
            assertEquals(mode(was.resolve(name)), mode(is.resolve(name)), name);
        }
        assertEquals(Files.getLastModifiedTime(was.resolve("run")), Files.getLastModifiedTime(is.resolve("run")));
        assertEquals(-1, Files.mismatch(was.resolve("sparse"), is.resolve("sparse")));
        for (String link : List.of("out", "up", "loop", "dangling")) {
            assertEquals(Files.readSymbolicLink(was.resolve(link)), Files.readSymbolicLink(is.resolve(link)));
        }
        Path odd = FileNames.path("b\u00ff\n\u001b[m");
        assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(is.resolve(odd)));
        assertTrue(Files.isDirectory(is.resolve("empty")));
        for (String gone : List.of("pipe", "device", "endless", "d/".repeat(150) + "too")) {
            assertFalse(Files.exists(is.resolve(gone), NOFOLLOW_LINKS), gone);
        }
        assertTrue(Files.isDirectory(is.resolve("d/".repeat(90))));
        assertTrue(Files.isDirectory(is.resolve(("w".repeat(250) + "/").repeat(11))));
        assertFalse(Files.exists(is.resolve(("w".repeat(250) + "/").repeat(12))));
        assertEquals("precious", Files.readString(outside.resolve("precious")));
        assertEquals(List.of("precious"), entries(outside));

        String said = String.join("\n", house.said);
        for (String word : List.of("pipe: left out", "device: left out", "endless: left out: it has", "more than 100 directories deep",
                "longer than 3000 bytes")) {
            assertTrue(said.contains(word), word + " in " + said);
        }
        assertTrue(house.said.stream().allMatch(line -> line.startsWith("bot " + BOT + ": ") && line.length() < 400), said);
        theRestIsAsItWas();
    }

    private void theRestIsAsItWas() throws IOException {
        for (String bot : List.of(BOT, "fedcba9876543210")) {
            Path home = restored.resolve("bots").resolve(bot);
            assertEquals("rwx------", mode(home));
            assertEquals(0, Files.getAttribute(home, "unix:uid"));
            assertEquals("rwxr-xr-x", mode(home.resolve("config")));
            assertEquals("rw-r--r--", mode(home.resolve("config/openclaw.json")));
            assertEquals(0, Files.getAttribute(home.resolve("config/openclaw.json"), "unix:uid"));
            for (Path path : List.of(home.resolve("state"), restored.resolve("secrets").resolve(bot),
                    restored.resolve("secrets").resolve(bot).resolve("ai-api-key"))) {
                assertEquals(UID, Files.getAttribute(path, "unix:uid"), path.toString());
                assertEquals(UID, Files.getAttribute(path, "unix:gid"), path.toString());
            }
            assertEquals("rwx------", mode(restored.resolve("secrets").resolve(bot)));
            assertEquals("rw-------", mode(restored.resolve("secrets").resolve(bot).resolve("ai-api-key")));
            assertEquals("key 0 of " + bot, Files.readString(restored.resolve("secrets").resolve(bot).resolve("ai-api-key")));
        }
        for (String path : List.of("", "secrets", "bots")) {
            assertEquals("rwx------", mode(restored.resolve(path)));
        }
        assertEquals("rw-------", mode(restored.resolve("botmaker.db")));
        assertEquals("the owner's password\n", Files.readString(restored.resolve("admin-password")));
        try (Database database = new House(restored, UID).open()) {
            assertEquals(List.of(BOT, "fedcba9876543210"),
                    database.read(tx -> tx.list("SELECT id FROM bots ORDER BY id", row -> row.text("id"))));
        }
    }

    /// What is in the write-ahead log only, and of a server that was killed.
    @Test
    void kept_keys_come_back_and_belong_to_who_restores_them() throws Exception {
        SecretName value = new SecretName("value");
        new SecretStore(house.data.resolve("keys")).create("k1", Map.of(value, Secret.of("the key")), PrivateFiles.currentUid(),
                PrivateFiles.currentGid());
        Files.createDirectory(house.data.resolve("broker"));
        Files.writeString(house.data.resolve("broker/ca.key"), "made anew");
        house.open().close();
        house.backUp(file);

        house.restore(file, restored);

        assertEquals(Optional.of(Secret.of("the key")), new SecretStore(restored.resolve("keys")).read("k1", value));
        assertEquals("rw-------", mode(restored.resolve("keys/k1/value")));
        assertFalse(Files.exists(restored.resolve("broker")));
    }

    @Test
    void what_is_held_for_a_bot_comes_back_with_its_secrets_and_belongs_to_who_restores_it() throws Exception {
        SecretStore keys = new SecretStore(house.data.resolve("keys"));
        for (String owner : List.of(BOT + "-channel", BOT + "-channel-next-1", "fedcba9876543210-channel")) {
            keys.create(owner, Map.of(House.TOKEN, Secret.of("held " + owner)), PrivateFiles.currentUid(), PrivateFiles.currentGid());
        }
        try (Database database = house.open()) {
            house.bot(database, BOT);
        }
        house.backUp(file);

        house.restore(file, restored);

        SecretStore back = new SecretStore(restored.resolve("keys"));
        assertEquals(Set.of(BOT + "-channel", BOT + "-channel-next-1"), back.owners(), "what is held for a bot that does not exist is kept");
        assertEquals(Optional.of(Secret.of("held " + BOT + "-channel")), back.read(BOT + "-channel", House.TOKEN));
        assertEquals(PrivateFiles.currentUid(), Files.getAttribute(restored.resolve("keys/" + BOT + "-channel/channel-token"), "unix:uid"));
        assertEquals("rw-------", mode(restored.resolve("keys/" + BOT + "-channel/channel-token")));
    }

    /// A bot that had used up its budget had all of it again after a restore.
    @Test
    void what_bots_spent_comes_back_also_what_the_broker_has_just_written() throws Exception {
        house.open().close();
        PrivateFiles.createDirectory(house.data.resolve("broker"), 0700);
        Files.writeString(house.data.resolve("broker/ca.key"), "made anew");
        Path usage = house.data.resolve("broker/usage.db");
        try (UsageFile broker = new UsageFile(usage)) {
            broker.spent(BOT, "2026-11-29", "k1", "m", 5, 0, 0);
            assertTrue(Files.size(usage.resolveSibling("usage.db-wal")) > 0);
            assertTrue(house.backUp(file).well());
            broker.spent(BOT, "2026-11-30", "k1", "m", 7, 0, 0);
        }
        assertEquals(List.of("backup.bm", "data"), entries(temp), "the copy is left over");

        house.restore(file, restored);

        assertEquals(List.of("usage.db"), entries(restored.resolve("broker")));
        assertEquals("rwx------", mode(restored.resolve("broker")));
        assertEquals("rw-------", mode(restored.resolve("broker/usage.db")));
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z"));
        try (UsageReader reader = new UsageReader(restored.resolve("broker/usage.db"), clock, ZoneOffset.UTC)) {
            assertEquals(5, reader.bots().get(BOT).month());
            new UsageFile(restored.resolve("broker/usage.db")).spent(BOT, "2026-11-30", "k1", "m", 4, 0, 0).close();
            assertEquals(9, reader.bots().get(BOT).month(), "the broker goes on with it");
        }
    }

    @Test
    void usage_that_cannot_be_read_is_left_out_and_reported() throws Exception {
        try (Database database = house.open()) {
            house.bot(database, BOT);
        }
        PrivateFiles.createDirectory(house.data.resolve("broker"), 0700);
        Files.write(house.data.resolve("broker/usage.db"), noise(20_000));

        assertFalse(house.backUp(file).well());

        assertTrue(house.said.stream().anyMatch(line -> line.startsWith("what bots spent was left out")), house.said::toString);
        assertEquals(List.of("backup.bm", "data"), entries(temp));
        assertEquals(1, house.restore(file, restored).bots());
        assertFalse(Files.exists(restored.resolve("broker")));
    }

    @Test
    void the_log_of_a_server_that_runs_or_was_killed_counts() throws Exception {
        try (Database database = house.open()) {
            house.bot(database, BOT);
            assertTrue(Files.size(house.data.resolve("botmaker.db-wal")) > 0);
            house.backUp(file);
            Path killed = temp.resolve("killed");
            new House(killed, house.uid);
            for (String name : List.of("botmaker.db", "botmaker.db-wal")) {
                Files.copy(house.data.resolve(name), killed.resolve(name));
            }
            new House(killed, house.uid).backUp(temp.resolve("killed.bm"));
        }
        for (String name : List.of("backup.bm", "killed.bm")) {
            assertEquals(1, house.restore(temp.resolve(name), temp.resolve(name + "-restored")).bots(), name);
        }
    }

    @Test
    void nothing_is_replaced() throws Exception {
        house.open().close();
        Files.writeString(file, "mine");
        Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("nowhere"));
        for (Path taken : List.of(file, link)) {
            IOException e = assertThrows(IOException.class, () -> house.backUp(taken));
            assertTrue(e.getMessage().contains("already exists"), e.getMessage());
        }
        assertEquals("mine", Files.readString(file));
        assertThrows(IOException.class, () -> house.backUp(house.data.resolve("bots/inside.bm")));

        Path other = temp.resolve("other.bm");
        house.backUp(other);
        for (Path taken : List.of(house.data, file, link)) {
            assertThrows(IOException.class, () -> house.restore(other, taken));
        }
        assertEquals("mine", Files.readString(file));
        Files.createDirectory(restored);
        house.restore(other, restored);
        assertThrows(IOException.class, () -> house.restore(other, restored));
        assertEquals(List.of("backup.bm", "data", "link", "other.bm", "restored"), entries(temp));
    }

    @Test
    void a_damaged_database_is_not_kept() throws Exception {
        house.open().close();
        Files.write(house.data.resolve("botmaker.db"), "This is no database. ".repeat(1000).getBytes(StandardCharsets.UTF_8));
        StoreException e = assertThrows(StoreException.class, () -> house.backUp(file));
        assertTrue(e.getMessage().contains("is damaged"), e.getMessage());
        assertEquals(List.of("data"), entries(temp));
    }

    @Test
    void a_backup_that_is_cut_or_changed_anywhere_or_has_another_passphrase_leaves_nothing() throws Exception {
        try (Database database = house.open()) {
            Files.write(house.bot(database, BOT).resolve("noise"), noise(300_000));
            house.backUp(file);
        }
        byte[] whole = Files.readAllBytes(file);
        assertTrue(whole.length > 4 * Seal.CHUNK);
        for (int at = 0; at < whole.length; at += at < 80 ? 7 : 9_973) {
            if (at >= 20 && at < 24) {
                continue; // the rounds: SealTest
            }
            Path cut = Files.write(temp.resolve("cut.bm"), Arrays.copyOf(whole, at));
            assertThrows(IOException.class, () -> house.restore(cut, restored), "cut at " + at);
            byte[] flipped = whole.clone();
            flipped[at] ^= 4;
            Path changed = Files.write(temp.resolve("changed.bm"), flipped);
            assertThrows(IOException.class, () -> house.restore(changed, restored), "changed at " + at);
        }
        IOException wrong = assertThrows(IOException.class,
                () -> new Restore(restored, (_, _) -> { }, _ -> { }).from(file, "not the passphrase".toCharArray()));
        assertTrue(wrong.getMessage().contains("passphrase"), wrong.getMessage());
        assertEquals(List.of("backup.bm", "changed.bm", "cut.bm", "data"), entries(temp));
    }

    @Test
    void a_full_disk_leaves_nothing_on_it() throws Exception {
        try (Database database = house.open()) {
            Files.write(house.bot(database, BOT).resolve("noise"), noise(3 << 20));
            try (TinyDisk _ = TinyDisk.mount(temp.resolve("disk"), "size=2m")) {
                assertThrows(IOException.class, () -> house.backUp(temp.resolve("disk/backup.bm")));
                assertEquals(List.of(), entries(temp.resolve("disk")));
                house.backUp(file);
                assertThrows(IOException.class, () -> house.restore(file, temp.resolve("disk/restored")));
                assertEquals(List.of(), entries(temp.resolve("disk")));
            }
        }
    }

    /// A file that its bot makes shorter and longer all the time, and others that come and go.
    @Test
    void what_changes_meanwhile_breaks_nothing() throws Exception {
        try (Database database = house.open(); ExecutorService bot = Executors.newVirtualThreadPerTaskExecutor()) {
            Path state = house.bot(database, BOT);
            AtomicBoolean stop = new AtomicBoolean();
            Future<?> restless = bot.submit(() -> {
                try (var changing = new RandomAccessFile(state.resolve("changing").toFile(), "rw")) {
                    for (int round = 0; !stop.get(); round++) {
                        changing.setLength(round % 2 * (5L << 20));
                        Path directory = state.resolve("directory");
                        Files.createDirectory(directory);
                        Files.createFile(directory.resolve("f"));
                        Files.delete(directory.resolve("f"));
                        Files.delete(directory);
                        Files.createSymbolicLink(directory, temp);
                        Files.delete(directory);
                    }
                }
                return null;
            });
            try {
                for (int round = 0; round < 30; round++) {
                    house.backUp(temp.resolve(round + ".bm"));
                    house.restore(temp.resolve(round + ".bm"), temp.resolve(round + "-restored"));
                }
            } finally {
                stop.set(true);
            }
            restless.get();
        }
    }

    /// Rows and secrets change together all the time, as a server changes them: secrets aside, row, secrets in place.
    @Test
    void rows_and_secrets_agree_while_they_are_changed() throws Exception {
        try (Database database = house.open(); ExecutorService server = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                house.bot(database, "%016x".formatted(i));
            }
            AtomicBoolean stop = new AtomicBoolean();
            Future<Integer> changes = server.submit(() -> {
                int revision = 0;
                while (!stop.get()) {
                    revision++;
                    change(database, "%016x".formatted(revision % 20), revision);
                }
                return revision;
            });
            try {
                for (int round = 0; round < 20; round++) {
                    Path copy = temp.resolve("copy" + round);
                    house.backUp(temp.resolve(round + ".bm"));
                    house.restore(temp.resolve(round + ".bm"), copy);
                    agree(copy);
                }
            } finally {
                stop.set(true);
            }
            assertTrue(changes.get() > 20);
        }
    }

    private void change(Database database, String id, int revision) {
        String aside = id + "-next-" + revision;
        Map<SecretName, Secret> next = Map.of(
                House.KEY, Secret.of("key " + revision), House.TOKEN, Secret.of("token " + revision));
        house.secrets.create(aside, next, house.uid, house.uid);
        database.write(tx -> tx.update("UPDATE bots SET revision = ? WHERE id = ?", revision, id));
        next.forEach((name, value) -> house.secrets.replace(id, name, value, house.uid, house.uid));
        house.secrets.delete(aside);
    }

    /// As the reconciler would complete it: what is aside for the row's revision counts, and otherwise what is in place.
    private static void agree(Path copy) throws IOException {
        House house = new House(copy, PrivateFiles.currentUid());
        try (Database database = house.open()) {
            Map<String, Long> rows = new TreeMap<>();
            database.read(tx -> tx.list("SELECT id, revision FROM bots", row -> rows.put(row.text("id"), row.integer("revision")) == null));
            assertEquals(20, rows.size());
            rows.forEach((id, revision) -> {
                String aside = id + "-next-" + revision;
                String owner = house.secrets.owners().contains(aside) ? aside : id;
                String expected = revision == 0 ? "0 of " + id : revision.toString();
                assertEquals(Optional.of("key " + expected), house.secrets.read(owner, House.KEY).map(Secret::reveal), owner);
                assertEquals(Optional.of("token " + expected), house.secrets.read(owner, House.TOKEN).map(Secret::reveal), owner);
            });
        }
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    /// Each leased file cost a backup 45 seconds in which the bot stood still.
    @Test
    void a_file_with_a_lease_is_left_out_and_reported() throws Exception {
        assumeTrue(PrivateFiles.isRoot(), "needs root to give files to other users");
        try (Database database = house.open()) {
            Path state = house.bot(database, BOT);
            Files.writeString(state.resolve("free"), "free");
            for (String name : List.of("a", "b", "c")) {
                PrivateFiles.chown(Files.writeString(state.resolve(name), "held"), UID, UID);
            }
            long begun = System.nanoTime();
            try (Leaseholder _ = Leaseholder.hold(temp, state, UID, "a", "b", "c")) {
                assertTrue(house.backUp(file).well());
            }
            assertTrue(System.nanoTime() - begun < Duration.ofSeconds(30).toNanos(), "it waited");
        }
        assertEquals(3, house.said.stream().filter(line -> line.contains("lease")).count(), house.said::toString);
        house.restore(file, restored);
        assertEquals("free", Files.readString(restored.resolve("bots").resolve(BOT).resolve("state/free")));
        assertFalse(Files.exists(restored.resolve("bots").resolve(BOT).resolve("state/a")));
    }

    /// A bot with endless files was kept paused, and the backup went on, for ever.
    @Test
    void a_bot_whose_files_take_too_long_is_cut_off_and_the_others_are_whole() throws Exception {
        try (Database database = house.open()) {
            for (String bot : List.of(BOT, "fedcba9876543210")) {
                Files.writeString(house.bot(database, bot).resolve("file"), "text");
            }
            house.limit = Duration.ZERO;
            assertFalse(house.backUp(file).well());
        }
        assertEquals(2, house.said.stream().filter(line -> line.contains("took too long")).count(), house.said::toString);
        house.restore(file, restored);
        assertEquals("key 0 of " + BOT, Files.readString(restored.resolve("secrets").resolve(BOT).resolve("ai-api-key")));
    }

    /// Only the words of the path were looked at, and a link led the backup into the directory that it is to save.
    @Test
    void no_link_leads_a_backup_into_the_data_directory() throws Exception {
        house.open().close();
        Path link = Files.createSymbolicLink(temp.resolve("link"), house.data);
        for (Path inside : List.of(link.resolve("a.bm"), link.resolve("bots/a.bm"), link.resolve("../data/a.bm"))) {
            IOException refused = assertThrows(IOException.class, () -> house.backUp(inside));
            assertTrue(refused.getMessage().contains("in the data directory"), refused.getMessage());
        }
        assertEquals(List.of("admin-password", "botmaker.db", "bots"), entries(house.data));
        IOException nowhere = assertThrows(IOException.class, () -> house.backUp(temp.resolve("none/a.bm")));
        assertTrue(nowhere.getMessage().contains("does not exist"), nowhere.getMessage());
    }

    /// The complete backup was then said to exist already, and the command failed.
    @Test
    void a_temporary_name_that_cannot_be_removed_is_no_failure() throws Exception {
        assumeTrue(PrivateFiles.isRoot(), "needs root to give files to other users");
        house.open().close();
        Path append = Files.createDirectory(temp.resolve("append"));
        assumeTrue(ChildJvm.run("chattr", "+a", append.toString()).equals("0:"), "the file system has no such attribute");
        try {
            assertTrue(house.backUp(append.resolve("a.bm")).well());
            assertTrue(house.said.stream().anyMatch(line -> line.contains("temporary name could not be removed")), house.said::toString);
        } finally {
            assertEquals("0:", ChildJvm.run("chattr", "-a", append.toString()));
        }
        house.restore(append.resolve("a.bm"), restored);
    }
}
