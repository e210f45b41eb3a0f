package botmaker.bot.lifecycle;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.docker.Container;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.file.IoFailures;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.OpenClawConfig;
import botmaker.openclaw.SecretFiles;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Changes bots that exist.
///
/// ```
/// new secrets aside ─▶ row (the change, and what the container must do for it)     from here on it will happen
///                       ─▶ secrets in place ─▶ openclaw.json ─▶ container ─▶ row (nothing pending)
/// ```
///
/// All that comes after the row can be repeated, and is what [#repair] does when a crash or an absent engine came between.
/// The secrets are put aside first, as a whole set that carries the row's next revision: a row that names a new provider
/// can then never be met with the key of the old one.
public final class BotChanges {
    private static final System.Logger LOG = System.getLogger(BotChanges.class.getName());
    private static final Duration RELOAD = Duration.ofSeconds(60);

    private final BotService service;
    private final BotAssembly assembly;
    private final SecretStore secrets;
    private final BotFiles files;
    private final BotHost containers;
    private final BotRegistry fleet;
    private final Catalog catalog;
    private final Limits limits;
    private final Clock clock;

    /// @param limits what a bot may use where nothing is said
    public BotChanges(BotService service, BotAssembly assembly, SecretStore secrets, BotFiles files, BotHost containers, BotRegistry fleet,
            Catalog catalog, Limits limits, Clock clock) {
        this.service = service;
        this.assembly = assembly;
        this.secrets = secrets;
        this.files = files;
        this.containers = containers;
        this.fleet = fleet;
        this.catalog = catalog;
        this.limits = limits;
        this.clock = clock;
    }

    /// Carries out a JSON Merge Patch.
    ///
    /// @throws Failure.Invalid    where the bot as it would be could not be made; nothing is changed
    /// @throws Failure.Conflict   where the new name is taken; nothing is changed
    /// @throws Failure.EngineDown where the engine does not answer; the change is kept, and followed when it does
    public BotView change(BotId id, JsonValue patch) throws InterruptedException {
        return acting(id, row -> {
            Map<SecretName, Secret> before = secretsOf(row);
            NewBot after = new BotPatch(row.spec(), before, catalog, limits).apply(patch);
            carryOut(row, after.spec(), before, after.secrets(), "changed by you");
        });
    }

    /// Puts a new value in the place of a secret, or the first one where none was needed. The gateway's own token may be
    /// left to BotMaker.
    ///
    /// @throws Failure.NotFound where a bot like this has no secret of that name
    public BotView replaceSecret(BotId id, String name, JsonValue body) throws InterruptedException {
        return acting(id, row -> {
            boolean gateway = name.equals(SecretFiles.GATEWAY_TOKEN);
            Optional<Secret> value = SecretValue.read(body, gateway);
            Map<SecretName, Secret> before = secretsOf(row);
            Map<SecretName, Secret> after = new HashMap<>(before);
            if (gateway) {
                after.put(NewBot.GATEWAY_TOKEN, value.orElseGet(() -> Secret.of(NewBot.randomToken())));
            } else {
                JsonObject patch = SecretValue.patch(row.spec(), name, value.orElseThrow(), catalog);
                try {
                    after.putAll(new BotPatch(row.spec(), before, catalog, limits).apply(patch).secrets());
                } catch (Failure.Invalid e) {
                    throw new Failure.Invalid(e.errors().stream().map(error -> new FieldError("/value", error.message())).toList());
                }
            }
            carryOut(row, row.spec(), before, after, "secret " + name + " replaced by you");
        });
    }

    /// Makes a bot's container anew as it should be, whatever somebody did to it; nothing else is changed.
    ///
    /// @throws Failure.Unavailable where the image that the bot was made from is gone
    /// @throws Failure.EngineDown  where the engine does not answer; it is done when it does
    public BotView remake(BotId id) throws InterruptedException {
        return acting(id, row -> {
            BotAssembly.asking("create the bot's container", () -> containers.spec(row)); // what cannot be made is not begun
            BotRecord due = row.changed(row.spec(), Pending.RECREATE, clock.instant());
            assembly.save(due);
            fleet.announce(id, "container repaired by you", true, true);
            follow(due);
        });
    }

    /// A change that the container has nothing to do with needs no engine, only an answer that can do without.
    private BotView acting(BotId id, BotService.Action action) throws InterruptedException {
        service.locked(id, row -> {
            try (var _ = fleet.working(id, "being changed")) {
                action.on(row);
            }
        });
        return service.asKnown(id);
    }

    private void carryOut(BotRecord row, BotSpec spec, Map<SecretName, Secret> before, Map<SecretName, Secret> after, String what) {
        boolean newSecrets = !before.equals(after);
        if (!newSecrets && spec.equals(row.spec())) {
            if (needsRepair(row, secrets.staged())) { // the same change was cut off before
                follow(row);
            }
            return;
        }
        boolean sameContainer = spec.limits().equals(row.spec().limits()) && spec.controlUi().equals(row.spec().controlUi());
        Pending pending = sameContainer ? Pending.NOTHING : Pending.RECREATE;
        for (SecretName name : union(before.keySet(), after.keySet())) {
            if (!Optional.ofNullable(before.get(name)).equals(Optional.ofNullable(after.get(name)))) {
                pending = pending.and(SecretFiles.reloads(name.value()) ? Pending.RELOAD : Pending.RESTART);
            }
        }
        BotRecord changed = row.changed(spec, pending, clock.instant());
        BotRecord written;
        try {
            if (newSecrets) {
                secrets.stage(row.id().value(), changed.rollout().revision(), after, row.owner().uid(), row.owner().gid());
            }
            written = assembly.save(changed);
        } catch (RuntimeException e) {
            discardSecrets(row.id(), e);
            throw e;
        }
        boolean restarts = pending.compareTo(Pending.RESTART) >= 0;
        fleet.announce(row.id(), what, restarts, restarts);
        try {
            follow(written);
        } catch (Failure.EngineDown e) {
            throw new Failure.EngineDown("The change is kept, and the bot follows it when the Docker Engine answers again. "
                    + e.getMessage(), e);
        } catch (RuntimeException e) {
            fleet.doubt(); // the row says what is still to be done
            throw e;
        }
    }

    /// Makes files and container what the row says. May be repeated at any point.
    private void follow(BotRecord row) {
        BotId id = row.id();
        commitSecrets(row);
        fleet.secrets(id, secrets.list(id.value()));
        writeConfig(row);
        switch (row.rollout().pending()) {
            case NOTHING -> {
                return;
            }
            case RELOAD -> running(id).filter(container -> !containers.reloadSecrets(container, RELOAD))
                    .ifPresent(container -> restart(id, container));
            case RESTART -> running(id).ifPresent(container -> restart(id, container));
            case RECREATE -> assembly.remake(row);
        }
        service.row(id, BotRecord::settled);
    }

    /// Writes a bot's configuration as its row decides it, which OpenClaw notices by itself.
    public void writeConfig(BotRecord row) {
        try {
            files.writeConfig(row.id(), config(row));
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot write the bot's configuration");
        }
    }

    /// An engine that ends in the middle of it takes the bot for one that was stopped on purpose, and will not start it again.
    /// So the start is due until it is done.
    private void restart(BotId id, Container container) {
        boolean shallRun = service.row(id).desired() == BotRecord.Desired.RUNNING;
        if (shallRun) {
            service.row(id, row -> row.with(row.rollout().powerActionPending(true)));
        }
        BotAssembly.asking("restart the bot", () -> containers.restart(container));
        if (shallRun) {
            service.row(id, BotRecord::done);
        }
    }

    private Optional<Container> running(BotId id) {
        return containers.find(id).filter(container ->
                container.state() == Container.State.RUNNING || container.state() == Container.State.RESTARTING);
    }

    /// Looks which secrets a bot has. Where they cannot be read, that bot says so, and all others live on.
    ///
    /// @return whether they can be read
    public boolean readsSecrets(BotId id) {
        try {
            Map<SecretName, Instant> there = secrets.list(id.value());
            if (fleet.flaw(id, Optional.empty()) || fleet.bot(id).filter(bot -> bot.secrets().isEmpty()).isPresent()) {
                fleet.secrets(id, there);
            }
            return true;
        } catch (RuntimeException e) {
            if (fleet.flaw(id, Optional.of("its secrets cannot be read: see BotMaker's own log"))) {
                LOG.log(System.Logger.Level.ERROR, "bot " + id + ": its secrets cannot be read, look at "
                        + secrets.directory(id.value()), e);
            }
            return false;
        }
    }

    /// Whether files or container do not follow the row yet. Asks no engine.
    public boolean needsRepair(BotRecord row, Set<String> staged) {
        try {
            return row.rollout().powerActionPending() || row.rollout().pending() != Pending.NOTHING
                    || row.rollout().previous().isEmpty() && files.isUntidy(row.id())
                    || staged.contains(row.id().value())
                    || hasSecrets(row) && !files.hasConfig(row.id(), config(row));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "bot " + row.id() + ": its configuration cannot be read", e);
            return false;
        }
    }

    /// The bots for which secrets are staged, for [#needsRepair].
    public Set<String> staged() {
        return secrets.staged();
    }

    /// Removes what a failing disk left of secrets that were written or deleted.
    public void clearSecrets() {
        secrets.deleteLeftovers();
    }

    /// Completes what was left half done. A bot that somebody is at work on is left alone.
    public void repair(BotId id) {
        service.whenFree(id, _ -> {
            service.fulfil(id);
            BotRecord row = service.row(id);
            if (readsSecrets(id) && needsRepair(row, secrets.staged())) {
                if (row.rollout().previous().isEmpty()) {
                    assembly.tidy(id);
                }
                try (var _ = fleet.working(id, "being changed")) {
                    follow(row);
                    LOG.log(System.Logger.Level.INFO, "bot {0}: made files and container what was decided", id);
                    service.byItself(row, "change-completed", "");
                    service.refresh(id);
                }
            }
        });
    }

    private JsonObject config(BotRecord row) {
        return OpenClawConfig.render(NewBot.config(row, secrets.list(row.id().value()).keySet(), catalog));
    }

    /// A bot whose secrets have gone would get a configuration without them, which helps nobody.
    private boolean hasSecrets(BotRecord row) {
        return secrets.list(row.id().value()).containsKey(NewBot.GATEWAY_TOKEN);
    }

    /// A bot's secrets, also those of a change that was cut off before they were in place.
    private Map<SecretName, Secret> secretsOf(BotRecord row) {
        commitSecrets(row);
        return secrets.all(row.id().value());
    }

    private void commitSecrets(BotRecord row) {
        secrets.commit(row.id().value(), row.rollout().revision(), row.owner().uid(), row.owner().gid());
    }

    private void discardSecrets(BotId id, RuntimeException failed) {
        try {
            secrets.discard(id.value());
        } catch (RuntimeException e) {
            failed.addSuppressed(e);
            fleet.doubt();
        }
    }

    private static Set<SecretName> union(Set<SecretName> some, Set<SecretName> others) {
        Set<SecretName> all = new TreeSet<>(some);
        all.addAll(others);
        return all;
    }
}
