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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
/// @param bots     in the order of the source, each with its secrets by their directory, such as `secrets/<owner>`
record Records(byte[] database, Map<BackupBot, Map<String, Map<SecretName, Secret>>> bots) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    static Records read(DatabaseReader database, List<SecretStore> secrets, BackupSource source) throws IOException {
        Map<BackupBot, Map<String, Map<SecretName, Secret>>> verified = new HashMap<>();
        long begun = System.nanoTime();
        while (true) {
            Snapshot<List<BackupBot>> snapshot = database.snapshot(source::bots);
            verified.keySet().retainAll(snapshot.found());
            Map<BackupBot, Map<String, Map<SecretName, Secret>>> fresh = new HashMap<>();
            for (BackupBot bot : snapshot.found()) {
                if (!verified.containsKey(bot)) {
                    readTwice(bot, secrets).ifPresent(read -> fresh.put(bot, read));
                }
            }
            fresh.keySet().retainAll(database.read(source::bots));
            verified.putAll(fresh);
            if (verified.keySet().containsAll(snapshot.found())) {
                Map<BackupBot, Map<String, Map<SecretName, Secret>>> ordered = new LinkedHashMap<>();
                snapshot.found().forEach(bot -> ordered.put(bot, verified.get(bot)));
                return new Records(snapshot.file(), ordered);
            }
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IOException("the bots' settings kept changing during the backup; try again when nobody is changing them");
            }
            pause();
        }
    }

    private static Optional<Map<String, Map<SecretName, Secret>>> readTwice(BackupBot bot, List<SecretStore> secrets) throws IOException {
        try {
            Map<String, Map<SecretName, Secret>> once = secretsOf(bot, secrets);
            return Optional.of(once).filter(secretsOf(bot, secrets)::equals);
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage() + " (bot " + bot.id() + ")", e);
        }
    }

    /// Returns a bot's secrets, including those that a change has staged. A secret that disappears meanwhile makes the second reading
    /// differ.
    private static Map<String, Map<SecretName, Secret>> secretsOf(BackupBot bot, List<SecretStore> stores) {
        Map<String, Map<SecretName, Secret>> found = new TreeMap<>();
        for (SecretStore store : stores) {
            store.owners().stream().filter(owner -> owner.equals(bot.id()) || owner.startsWith(bot.id() + "-"))
                    .forEach(owner -> found.put(store.root().getFileName() + "/" + owner, store.all(owner)));
        }
        return found;
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
