package botmaker.bot.lifecycle;

import botmaker.audit.Audit;
import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Liveness;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSecretStore;
import botmaker.bot.model.BotSecrets;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.json.JsonValue.JsonObject;
import botmaker.openclaw.OpenClawConfig;
import botmaker.secret.Redactor;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Creates, replaces and removes the parts of a bot: record, secrets, files, container. Every method may be repeated at any point; the
/// caller holds the bot's lock.
public final class BotAssembly {
    private static final System.Logger LOG = System.getLogger(BotAssembly.class.getName());

    private final BotStore store;
    private final BotSecretStore sets;
    private final SecretStore secrets; // those that bots read
    private final BotFiles files;
    private final BotHost host;
    private final BotRegistry registry;
    private final CrashLoopDetector crashes;
    private final PolicyWriter policy;
    private final Audit audit;

    /// @param sets all secrets of each bot
    public BotAssembly(BotStore store, BotSecretStore sets, BotFiles files, BotHost host, BotRegistry registry,
            CrashLoopDetector crashes, PolicyWriter policy, Audit audit) {
        this.store = store;
        this.sets = sets;
        this.secrets = sets.files();
        this.files = files;
        this.host = host;
        this.registry = registry;
        this.crashes = crashes;
        this.policy = policy;
        this.audit = audit;
    }

    /// Writes a record durably and publishes it.
    ///
    /// @return the record as it was written
    BotRecord save(BotRecord record) {
        BotRecord written = store.update(record);
        registry.update(written);
        return written;
    }

    /// Records an action of BotMaker's own in the audit log. The detail may quote the bot, and is redacted.
    ///
    /// @param what the action, for [Audit#byItself]
    public void recordByItself(BotRecord record, String what, String detail) {
        audit.byItself(what, record.id().value(), record.spec().name().value(), redacted(record.id(), detail));
    }

    private String redacted(BotId id, String text) {
        try {
            return text.isEmpty() ? text : redactor(id).apply(text);
        } catch (RuntimeException e) {
            return "(hidden: the bot's secrets cannot be read)";
        }
    }

    Redactor redactor(BotId id) {
        return secrets.redactor(id.value());
    }

    // ---- creation

    /// Writes a new bot's files, creates its container and, if requested, starts it.
    ///
    /// @return the container's id
    String build(BotRecord record, NewBot request) {
        IoFailures.run("cannot write the bot's files", () -> {
            sets.create(record.id(), request.secrets(), record.owner());
            registry.secrets(record.id(), secrets.list(record.id().value()));
            files.create(record, config(record));
            if (request.instructions().isPresent()) {
                files.writeInstructions(record, request.instructions().get());
            }
        });
        String container = host.create(record); // with the directory for what the broker provides
        policy.write();
        if (request.start()) {
            host.start(container);
        }
        return container;
    }

    /// Starts a bot's container, or a new one where it has none or that one cannot run any more: all that is worth keeping is in the
    /// mounts.
    void start(BotRecord record, Optional<Container> container) {
        if (container.isPresent()) {
            crashes.forget(container.get().id());
            if (host.start(container.get())) {
                return;
            }
            host.remove(container.get().id());
        }
        String next = host.create(record);
        policy.tell();
        host.start(next);
    }

    // ---- files

    /// Commits the secrets that were staged for this record, and writes its configuration.
    void writeFiles(BotRecord record) {
        sets.commit(record);
        registry.secrets(record.id(), secrets.list(record.id().value()));
        if (hasGatewayToken(record)) {
            writeConfig(record);
        }
        policy.write();
    }

    /// Writes what the bots may reach and spend, which the broker follows at once.
    void writePolicy() {
        policy.write();
    }

    /// Writes a bot's configuration, which OpenClaw reloads by itself.
    public void writeConfig(BotRecord record) {
        IoFailures.run("cannot write the bot's configuration", () -> files.writeConfig(record.id(), config(record)));
    }

    /// Returns whether the files do not follow the record yet. It needs no engine.
    boolean areFilesBehind(BotRecord record) {
        try {
            return policy.isBehind() && record.spec().reach().isBrokered()
                    || record.rollout().previous().isEmpty() && files.isUntidy(record.id())
                    || sets.hasStaged(record)
                    || hasGatewayToken(record) && !files.hasConfig(record.id(), config(record));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "bot " + record.id() + ": its configuration cannot be read", e);
            return false;
        }
    }

    /// Removes files beside a bot's state that are no longer needed.
    void tidy(BotRecord record) {
        if (record.rollout().previous().isEmpty()) {
            IoFailures.run("cannot remove old files beside the bot's state", () -> files.tidy(record.id()));
        }
    }

    private JsonObject config(BotRecord record) {
        return OpenClawConfig.render(NewBot.config(record, secrets.list(record.id().value()).keySet()));
    }

    /// Tells whether the bot has its secrets: without them its configuration would be useless.
    private boolean hasGatewayToken(BotRecord record) {
        return secrets.list(record.id().value()).containsKey(NewBot.GATEWAY_TOKEN);
    }

    // ---- secrets

    /// Stages a whole set of secrets for the record's next revision, so that a record with a new provider never meets the key of the old
    /// one.
    void stageSecrets(BotRecord next, BotSecrets set) {
        sets.stage(next, set);
    }

    void discardSecrets(BotId id) {
        sets.discard(id);
    }

    /// Returns a bot's secrets, including those of an interrupted change.
    ///
    /// @throws Failure.Conflict if one of them cannot be read
    BotSecrets secretsOf(BotRecord record) {
        sets.commit(record);
        try {
            return sets.all(record.id());
        } catch (UncheckedIOException e) {
            throw IoFailures.conflict(e,
                    "A secret of this bot cannot be read: " + e.getMessage() + ". Remove that file, then replace the secret.");
        }
    }

    /// Reads the names of a bot's secrets. If that fails, the bot shows the problem, and the others are not affected.
    ///
    /// @return whether they could be read
    public boolean readsSecrets(BotId id) {
        try {
            Map<SecretName, Instant> there = secrets.list(id.value());
            if (registry.bot(id).filter(BotView::areSecretsKnown).isEmpty()) {
                registry.secrets(id, there);
            }
            return true;
        } catch (RuntimeException e) {
            if (registry.flaw(id, "its secrets cannot be read: see BotMaker's log")) {
                LOG.log(System.Logger.Level.ERROR, "bot " + id + ": its secrets cannot be read; check "
                        + secrets.directory(id.value()), e);
            }
            return false;
        }
    }

    // ---- replacement

    /// Replaces a bot's container by a new one around the same files: the new one is created before the old one is stopped, and the old
    /// one is removed after the new one was started. If a step is refused, the new one is removed and the old one runs as before.
    ///
    /// @param between runs when the new container exists and none of the bot's containers runs
    /// @throws Failure.EngineDown if the engine fell silent; what it has done is unknown
    void replace(BotRecord record, Runnable between) {
        BotId id = record.id();
        List<Container> old = host.ofBot(id);
        BotRecord pinned = record.rollout().imageId().isEmpty() && !old.isEmpty()
                ? save(record.with(record.rollout().pinned(Optional.of(old.getFirst().imageId())))) : record;
        boolean named = old.isEmpty() || old.getFirst().isReplacement(); // whose name was refused: the right one is free
        String next = named ? host.create(pinned) : host.createReplacement(pinned);
        try {
            old.forEach(host::stop);
            between.run();
            if (record.shouldRun()) {
                host.start(next);
            }
        } catch (Failure.EngineDown e) {
            throw e;
        } catch (RuntimeException e) {
            afterFailure(e, () -> goBack(next, old));
            throw e;
        }
        old.forEach(container -> {
            host.remove(container.id());
            crashes.forget(container.id());
        });
        if (!named && !host.promote(id, next)) { // refused while the old container is just ending: the reconciler does it later
            registry.requestResync();
        }
    }

    private void goBack(String next, List<Container> old) {
        host.remove(next);
        old.stream().filter(container -> Liveness.of(Optional.of(container)).isAlive()).forEach(container -> host.start(container.id()));
    }

    // ---- deletion

    /// Removes everything of a bot, including containers that somebody else created with its labels, and the record last.
    void erase(BotRecord record) {
        BotId id = record.id();
        writePolicy(id);
        host.everyOf(id).forEach(container -> {
            if (record.keepState()) {
                host.stop(container);
            }
            host.remove(container.id());
            crashes.forget(container.id());
        });
        try {
            IoFailures.run("cannot delete the bot's files", () -> {
                sets.discard(id);
                sets.delete(id);
                if (record.keepState()) {
                    files.keepState(id, record.rollout().previous().isPresent());
                }
                files.delete(id);
            });
        } catch (UncheckedIOException e) {
            // A file may be immutable, a mount point or on a read-only file system.
            throw IoFailures.conflict(e, "Bot " + id + " is not deleted completely: " + e.getMessage()
                    + ". Make that path deletable (check lsattr, mount and its owner); BotMaker then deletes the rest by itself.");
        }
        store.remove(id);
        registry.remove(id);
        writePolicy(id);
    }

    /// Takes from a bot what it may reach. Where that fails, such as on a full disk, the bot is deleted all the same.
    private void writePolicy(BotId id) {
        try {
            policy.write();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "bot " + id + ": the broker could not be told that it is deleted", e);
        }
    }

    // ---- failures

    /// Undoes something after a failure. If that fails as well, the record says what is left, and a resync finds it soon.
    void afterFailure(RuntimeException failure, Runnable undoing) {
        try {
            undoing.run();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            registry.requestResync();
        }
    }

    /// Resets the count of a bot's crashes.
    void forgetCrashes(BotId id) {
        registry.container(id).ifPresent(it -> crashes.forget(it.id()));
    }
}
