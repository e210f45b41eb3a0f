package botmaker.backup;

import botmaker.backup.BackupSource.BackupBot;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import botmaker.store.DatabaseReader;
import botmaker.store.DatabaseReader.Snapshot;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A consistent copy of the database and its bots' secrets: every bot had this row and these secrets at one moment, so that the copy
/// is what a power cut at that moment would have left.
///
/// Nothing can be locked, since the server may be running. Everything is therefore read twice:
///
/// ```
/// snapshot (all rows) ─▶ secrets ─▶ secrets again ─▶ rows again
/// ```
///
/// If both readings of a bot's secrets agree and its row has not changed, the copy holds for the moment between the readings. Other
/// bots are read again with a new snapshot; bots created later are not in this backup.
///
/// @param database the bytes of a database file
/// @param secrets  by bot, by owner of the secrets
record Records(byte[] database, List<BackupBot> bots, Map<String, Map<String, Map<SecretName, Secret>>> secrets) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    /// The secrets of one bot, and its row at that moment.
    private record Verified(String row, Map<String, Map<SecretName, Secret>> secrets) { }

    static Records read(DatabaseReader database, SecretStore secrets, BackupSource source) throws IOException {
        Map<String, Verified> verified = new HashMap<>();
        long begun = System.nanoTime();
        while (true) {
            Snapshot<List<BackupBot>> snapshot = database.snapshot(source::bots);
            Map<String, Verified> fresh = new HashMap<>();
            for (BackupBot bot : snapshot.found()) {
                if (!Optional.ofNullable(verified.get(bot.id())).map(Verified::row).equals(Optional.of(bot.row()))) {
                    readTwice(bot, secrets).ifPresent(read -> fresh.put(bot.id(), read));
                }
            }
            Map<String, String> rows = database.read(source::bots).stream().collect(Collectors.toMap(BackupBot::id, BackupBot::row));
            fresh.forEach((id, read) -> {
                if (read.row().equals(rows.get(id))) {
                    verified.put(id, read);
                }
            });
            boolean all = snapshot.found().stream().allMatch(bot -> verified.containsKey(bot.id())
                    && verified.get(bot.id()).row().equals(bot.row()));
            if (all) {
                return new Records(snapshot.file(), snapshot.found(), snapshot.found().stream()
                        .collect(Collectors.toMap(BackupBot::id, bot -> verified.get(bot.id()).secrets())));
            }
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IOException("the bots' settings kept changing during the backup; try again when nobody is changing them");
            }
            pause();
        }
    }

    private static Optional<Verified> readTwice(BackupBot bot, SecretStore secrets) throws IOException {
        try {
            Map<String, Map<SecretName, Secret>> once = secretsOf(bot, secrets);
            return once.equals(secretsOf(bot, secrets)) ? Optional.of(new Verified(bot.row(), once)) : Optional.empty();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage() + " (bot " + bot.id() + ")", e);
        }
    }

    /// Returns a bot's secrets, including those that a change has staged. A secret that disappears meanwhile makes the second reading
    /// differ.
    private static Map<String, Map<SecretName, Secret>> secretsOf(BackupBot bot, SecretStore secrets) {
        Map<String, Map<SecretName, Secret>> all = new TreeMap<>();
        for (String owner : secrets.owners()) {
            if (owner.equals(bot.id()) || owner.startsWith(bot.id() + "-")) {
                Map<SecretName, Secret> values = new TreeMap<>();
                secrets.list(owner).keySet().forEach(name ->
                        secrets.read(owner, name).ifPresent(value -> values.put(name, value)));
                all.put(owner, values);
            }
        }
        return all;
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading the bots");
        }
    }
}
