package botmaker.bot.model;

import botmaker.file.PrivateFiles;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// Stores the secrets of bots: those that the bot's container reads in a directory that is mounted there, and the credentials of its
/// channel that it does not get to see among the keys, which only the broker reads.
///
/// Both change together, under the revision of the bot's record. What is held is put in place first, so that a placeholder never stands for
/// nothing.
public final class BotSecretStore {
    private static final String HELD = "-channel";

    private final SecretStore files;
    private final SecretStore keys;
    private final int uid;
    private final int gid;

    /// @param files the store of the secrets that bots read
    /// @param keys  the store of the keys
    /// @throws IOException if it cannot be told which user this process runs as
    public BotSecretStore(SecretStore files, SecretStore keys) throws IOException {
        this.files = files;
        this.keys = keys;
        this.uid = PrivateFiles.currentUid();
        this.gid = PrivateFiles.currentGid();
    }

    /// Returns the owner, in the store of the keys, of what is held for a bot.
    public static String holder(BotId id) {
        return id.value() + HELD;
    }

    /// Writes the secrets of a new bot.
    public void create(BotId id, BotSecrets secrets, BotRecord.Owner owner) {
        if (!secrets.held().isEmpty()) {
            keys.create(holder(id), secrets.held(), uid, gid);
        }
        files.create(id.value(), secrets.files(), owner.uid(), owner.gid());
    }

    /// Returns all secrets of a bot.
    public BotSecrets all(BotId id) {
        return new BotSecrets(files.all(id.value()), keys.all(holder(id)));
    }

    /// Stages a bot's next set of secrets, durably and beside the present ones. [#commit] puts them in place.
    public void stage(BotRecord next, BotSecrets secrets) {
        String holder = holder(next.id());
        boolean holds = keys.owners().contains(holder);
        if (!holds && !secrets.held().isEmpty()) {
            keys.create(holder, Map.of(), uid, gid);
            holds = true;
        }
        if (holds) {
            keys.stage(holder, next.rollout().revision(), secrets.held(), uid, gid);
        }
        files.stage(next.id().value(), next.rollout().revision(), secrets.files(), next.owner().uid(), next.owner().gid());
    }

    /// Puts the secrets that were staged for this record in place, and discards all others. Repeating it completes what a crash interrupted.
    public void commit(BotRecord record) {
        keys.commit(holder(record.id()), record.rollout().revision(), uid, gid);
        files.commit(record.id().value(), record.rollout().revision(), record.owner().uid(), record.owner().gid());
    }

    /// Returns whether a set is staged for this record, or for the next one.
    public boolean hasStaged(BotRecord record) {
        return files.hasStaged(record.id().value(), record.rollout().revision())
                || keys.hasStaged(holder(record.id()), record.rollout().revision());
    }

    /// Deletes everything that is staged for a bot.
    public void discard(BotId id) {
        keys.discard(holder(id));
        files.discard(id.value());
    }

    /// Deletes all secrets of a bot. May be repeated.
    public void delete(BotId id) {
        keys.delete(holder(id));
        files.delete(id.value());
    }

    /// Returns what a bot sends in the place of a credential that is held for it.
    public Optional<Secret> placeholder(BotRecord record, SecretName name) {
        return keys.list(holder(record.id())).containsKey(name) ? next(record, name) : Optional.empty();
    }

    /// Returns what is in a file of a bot as soon as what is staged for its record is in place. Until then the file of a bot that is moved
    /// from [botmaker.policy.Reach#LEGACY] has the secret itself.
    public Optional<Secret> next(BotRecord record, SecretName name) {
        return files.readNext(record.id().value(), record.rollout().revision(), name);
    }

    /// Returns the value of a secret, and not its placeholder.
    public Optional<Secret> real(BotId id, SecretName name) {
        return keys.read(holder(id), name).or(() -> files.read(id.value(), name));
    }

    /// Returns the store of the secrets that bots read.
    public SecretStore files() {
        return files;
    }
}
