package botmaker.key;

import botmaker.bot.model.BotName;
import botmaker.bot.model.KeptKeys;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.file.PrivateFiles;
import botmaker.policy.Origin;
import botmaker.policy.Placeholder;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import botmaker.store.Database;
import botmaker.store.StoreException;
import botmaker.store.Transaction.Row;
import botmaker.store.Transaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Keeps keys: what is known of each in the database, its value in a file of its own, which only this user can read.
///
/// The value is written before the record and removed after it, so that every record has a value. [#deleteLeftovers] removes values
/// without a record.
public final class KeyStore implements KeptKeys {
    private static final SecretName VALUE = new SecretName(Origin.Credential.FILE);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}"); // what is held for a bot has another name
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final SecretStore values;
    private final Clock clock;
    private final int uid;
    private final int gid;

    /// @param values the keys' own store
    /// @throws IOException if it cannot be told which user this process runs as
    public KeyStore(Database database, SecretStore values, Clock clock) throws IOException {
        this.database = database;
        this.values = values;
        this.clock = clock;
        this.uid = PrivateFiles.currentUid();
        this.gid = PrivateFiles.currentGid();
    }

    /// Returns all keys by their labels.
    List<Key> all() {
        return database.read(tx -> tx.list("SELECT * FROM keys ORDER BY label_key", KeyStore::map));
    }

    Optional<Key> key(String id) {
        return database.read(tx -> tx.one("SELECT * FROM keys WHERE id = ?", KeyStore::map, id));
    }

    /// @throws Failure.NotFound if there is none of that id
    Key require(String id) {
        return key(id).orElseThrow(() -> new Failure.NotFound("There is no such key."));
    }

    /// Keeps a new key.
    ///
    /// @param wasInBot whether a bot could read the value
    /// @throws Failure.Conflict if another key has the label
    Key add(BotName label, String provider, Optional<String> baseUrl, Secret value, boolean wasInBot) {
        byte[] bits = new byte[8];
        RANDOM.nextBytes(bits);
        Instant now = clock.instant();
        Key key = new Key(HexFormat.of().formatHex(bits), label, provider, baseUrl, Optional.empty(), wasInBot, now, now, Optional.empty());
        values.create(key.id(), Map.of(VALUE, value), uid, gid);
        try {
            write(tx -> tx.update("INSERT INTO keys(id, provider, label, label_key, base_url, was_in_a_bot, created_at, replaced_at) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?, ?)", key.id(), provider, label.value(), label.key(), baseUrl, wasInBot,
                    now.toString(), now.toString()));
        } catch (RuntimeException e) {
            try {
                values.delete(key.id());
            } catch (RuntimeException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        return key;
    }

    @Override
    public Optional<KeptKey> find(String id) {
        return key(id).map(key -> new KeptKey(key.provider(), key.baseUrl()));
    }

    @Override
    public Map<String, Long> months() {
        Map<String, Long> months = new HashMap<>();
        all().forEach(key -> key.budgetMonth().ifPresent(it -> months.put(key.id(), it)));
        return months;
    }

    @Override
    public Kept keep(BotName bot, String provider, Optional<String> baseUrl, Secret value, boolean wasInBot) {
        Optional<Key> kept = withValue(provider, baseUrl, value);
        if (kept.isEmpty()) {
            return new Kept(add(freeLabel(bot), provider, baseUrl, value, wasInBot).id(), true);
        }
        if (wasInBot) {
            write(tx -> tx.update("UPDATE keys SET was_in_a_bot = 1 WHERE id = ?", kept.get().id()));
        }
        return new Kept(kept.get().id(), false);
    }

    /// Finds a value among the keys of the same server.
    Optional<Key> withValue(String provider, Optional<String> baseUrl, Secret value) {
        return all().stream().filter(key -> key.provider().equals(provider) && key.baseUrl().equals(baseUrl)
                && readable(key.id()).equals(Optional.of(value))).findFirst();
    }

    /// Returns a key's value; empty where it is missing or damaged. A damaged one must hinder neither another key nor its own replacement.
    private Optional<Secret> readable(String id) {
        try {
            return values.read(id, VALUE);
        } catch (UncheckedIOException damaged) {
            return Optional.empty();
        }
    }

    @Override
    public void forget(String id) {
        if (deleteUnused(id)) {
            values.delete(id);
        }
    }

    @Override
    public Secret placeholder(String id) {
        return Secret.of(Placeholder.of(value(id).reveal()));
    }

    /// Returns the bot's name, or the first of "name 2", "name 3"… that no key has.
    private BotName freeLabel(BotName bot) {
        Set<String> taken = all().stream().map(key -> key.label().key()).collect(Collectors.toSet());
        BotName label = bot;
        for (int n = 2; taken.contains(label.key()); n++) {
            String number = " " + n;
            int[] kept = bot.value().codePoints().limit(BotName.LONGEST - number.length()).toArray();
            label = new BotName(new String(kept, 0, kept.length).strip() + number);
        }
        return label;
    }

    /// Returns whether the placeholders of the bots that use a key can stand for another value of it.
    boolean isReplaceableBy(String id, Secret value) {
        return readable(id).filter(present -> !Placeholder.standsFor(present.reveal(), value.reveal())).isEmpty();
    }

    /// Replaces the value of a key, for all bots that use it, from their next call on.
    Key replace(String id, Secret value) {
        require(id);
        if (values.owners().contains(id)) {
            values.replace(id, VALUE, value, uid, gid);
        } else { // somebody removed it
            values.create(id, Map.of(VALUE, value), uid, gid);
        }
        write(tx -> tx.update("UPDATE keys SET was_in_a_bot = 0, replaced_at = ?, tested_at = NULL, works = NULL WHERE id = ?", clock.instant().toString(), id));
        return require(id);
    }

    /// @throws Failure.Conflict if another key has the label
    Key change(String id, BotName label, Optional<Long> budgetMonth) {
        require(id);
        write(tx -> tx.update("UPDATE keys SET label = ?, label_key = ?, budget_month = ? WHERE id = ?", label.value(), label.key(), budgetMonth, id));
        return require(id);
    }

    /// Deletes a key that no bot uses.
    ///
    /// @throws Failure.Conflict if a bot uses it
    void delete(String id) {
        require(id);
        if (!deleteUnused(id)) {
            throw new Failure.Conflict("Bots use this key. Give them another key, or delete them first.");
        }
        values.delete(id);
    }

    /// Records a test of a key by its provider; nothing if the key has another value by now.
    ///
    /// @param value what was tested
    public void tested(String id, Secret value, boolean works) {
        write(tx -> readable(id).equals(Optional.of(value))
                ? tx.update("UPDATE keys SET tested_at = ?, works = ? WHERE id = ?", clock.instant().toString(), works, id) : 0);
    }

    private boolean deleteUnused(String id) {
        return write(tx -> tx.update("DELETE FROM keys WHERE id = ? AND id NOT IN (SELECT ai_key FROM bots WHERE ai_key IS NOT NULL)", id)) > 0;
    }

    @Override
    public Secret value(String id) {
        return values.read(id, VALUE).orElseThrow(() -> new Failure.Conflict(
                "The file of this key is missing: " + values.directory(id).resolve(VALUE.value()) + ". Replace the key."));
    }

    /// Deletes values whose record is gone: a crash came between the two.
    public void deleteLeftovers() {
        values.deleteLeftovers();
        Set<String> known = new HashSet<>();
        all().forEach(key -> known.add(key.id()));
        values.owners().stream().filter(owner -> ID.matcher(owner).matches() && !known.contains(owner)).forEach(values::delete);
    }

    private <T> T write(Transaction.Query<T> work) {
        try {
            return database.write(work);
        } catch (StoreException e) {
            if (e.constraint().equals(Optional.of("keys.label_key"))) {
                throw new Failure.Conflict(new FieldError("/label",
                        "Another key has this label. Upper and lower case count as the same."));
            }
            throw e;
        }
    }

    private static Key map(Row row) {
        return new Key(row.text("id"), new BotName(row.text("label")), row.text("provider"), row.optionalText("base_url"),
                row.optionalInteger("budget_month"), row.flag("was_in_a_bot"), Instant.parse(row.text("created_at")), Instant.parse(row.text("replaced_at")),
                row.optionalText("tested_at").map(at -> new Key.Test(Instant.parse(at), row.flag("works"))));
    }
}
