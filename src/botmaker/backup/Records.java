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

/// The database and all secrets of its bots, which agree: for every bot there was a moment at which its row and its secrets
/// were these, and so what is kept of it is what a power cut at that moment would have left.
///
/// They cannot be locked, since the server may be at work. So everything is read and looked at again:
///
/// ```
/// snapshot (all rows) ─▶ secrets ─▶ secrets again ─▶ rows again
/// ```
///
/// A bot whose secrets were twice the same, and whose row still is, was so at the moment between the two readings. The others
/// are read again with a new snapshot; bots that came later are not in this backup.
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
                throw new IOException("the bots are being changed all the time; try again when they are left alone for a moment");
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

    /// A bot's own, and those that a change has put aside for it. One that goes while it is looked for is not there the second
    /// time either, or the owner has changed.
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
