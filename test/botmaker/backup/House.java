package botmaker.backup;

import botmaker.file.PrivateFiles;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import botmaker.store.Database;
import botmaker.store.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A data directory with bots of the test's own kind, of which a row is an id and a revision.
final class House implements BackupSource {
    static final char[] PASSPHRASE = "correct horse battery".toCharArray();
    static final List<String> SCHEMA = List.of("CREATE TABLE bots (id TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT");
    static final SecretName KEY = new SecretName("ai-api-key");
    static final SecretName TOKEN = new SecretName("channel-token");
    private static final int ROUNDS = 2;

    final Path data;
    final int uid;
    final SecretStore secrets;
    Duration limit = Duration.ofMinutes(5);
    final List<String> said = new ArrayList<>();

    House(Path data, int uid) throws IOException {
        this.data = data;
        this.uid = uid;
        if (!Files.exists(data)) {
            PrivateFiles.createDirectory(data, 0700);
            PrivateFiles.createDirectory(data.resolve("bots"), 0700);
            PrivateFiles.createFile(data.resolve("admin-password"), "the owner's password\n".getBytes(), 0600);
        }
        this.secrets = new SecretStore(data.resolve("secrets"));
    }

    Database open() {
        return Database.open(data.resolve("botmaker.db"), SCHEMA);
    }

    /// Makes a bot with all that belongs to one.
    ///
    /// @return its state directory
    Path bot(Database database, String id) throws IOException {
        database.write(tx -> tx.update("INSERT INTO bots VALUES (?, 0)", id));
        secrets.create(id, Map.of(KEY, Secret.of("key 0 of " + id), TOKEN, Secret.of("token 0 of " + id)), uid, uid);
        Path home = data.resolve("bots").resolve(id);
        PrivateFiles.createDirectory(home, 0700);
        PrivateFiles.createDirectory(home.resolve("config"), 0755);
        PrivateFiles.createFile(home.resolve("config/openclaw.json"), "{}\n".getBytes(), 0644);
        PrivateFiles.createDirectory(home.resolve("state"), 0700);
        PrivateFiles.chown(home.resolve("state"), uid, uid);
        return home.resolve("state");
    }

    @Override
    public List<BackupBot> bots(Transaction tx) {
        return tx.list("SELECT id, revision FROM bots ORDER BY id",
                row -> new BackupBot(row.text("id"), uid, uid, row.text("id") + " " + row.integer("revision")));
    }

    @Override
    public PausedBot pause(BackupBot bot) {
        return PausedBot.unpaused(Optional.empty());
    }

    Backup.Outcome backUp(Path file) throws IOException {
        return new Backup(data, SCHEMA.size(), this, "1.2.3", said::add).write(file, PASSPHRASE, ROUNDS, limit);
    }

    Restore.Origin restore(Path file, Path to) throws IOException {
        return new Restore(to, (_, _) -> { }, said::add).from(file, PASSPHRASE);
    }

    static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
