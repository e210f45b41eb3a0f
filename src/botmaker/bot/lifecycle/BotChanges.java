package botmaker.bot.lifecycle;

import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import botmaker.openclaw.OpenClaw;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Changes the settings and secrets of bots.
///
/// ```
/// new secrets staged ─▶ record (the change, and what the container must do for it)     from here on it is kept
///                    ─▶ convergence: secrets in place ─▶ openclaw.json ─▶ container
/// ```
///
/// If the engine refuses the change, the record and the secrets become what they were.
public final class BotChanges {
    private final BotService service;
    private final BotObserver observer;
    private final BotAssembly assembly;
    private final BotHost host;
    private final BotRegistry registry;
    private final Supplier<Limits> limits;
    private final Clock clock;

    /// @param limits the limits of a bot whose request names none
    public BotChanges(BotService service, BotObserver observer, BotAssembly assembly, BotHost host, BotRegistry registry,
            Supplier<Limits> limits, Clock clock) {
        this.service = service;
        this.observer = observer;
        this.assembly = assembly;
        this.host = host;
        this.registry = registry;
        this.limits = limits;
        this.clock = clock;
    }

    /// Applies a JSON Merge Patch (RFC 7396).
    ///
    /// @throws Failure.Invalid    if the changed bot could not be created; nothing is changed
    /// @throws Failure.Conflict   if the new name is taken; nothing is changed
    /// @throws Failure.EngineDown if the engine does not answer; the change is saved, and applied when it does
    public BotView change(BotId id, JsonValue patch) throws InterruptedException {
        return acting(id, record -> {
            Map<SecretName, Secret> before = assembly.secretsOf(record);
            NewBot after = new NewBot(record.spec(), before).changed(patch, limits.get());
            if (!after.spec().limits().equals(record.spec().limits())) {
                host.capacity().check(after.spec().limits(), Optional.of(record.spec().limits()));
            }
            apply(record, after.spec(), before, after.secrets(), "changed by you");
        });
    }

    /// Replaces a secret, or adds an optional one. Without a value, the gateway gets a new random token.
    ///
    /// @throws Failure.NotFound if such a bot has no secret of that name
    public BotView replaceSecret(BotId id, String name, JsonValue body) throws InterruptedException {
        return acting(id, record -> {
            Map<SecretName, Secret> before = assembly.secretsOf(record);
            Map<SecretName, Secret> after = new NewBot(record.spec(), before).replaceSecret(name, body);
            apply(record, record.spec(), before, after, "secret " + name + " replaced by you");
        });
    }

    /// Runs a change, which needs no engine unless the container must follow it.
    private BotView acting(BotId id, BotService.Action action) throws InterruptedException {
        service.locked(id, record -> {
            try (var _ = registry.working(id, "being changed")) {
                action.on(record);
            }
        });
        return observer.asKnown(id);
    }

    private void apply(BotRecord record, BotSpec spec, Map<SecretName, Secret> before, Map<SecretName, Secret> after, String what) {
        boolean newSecrets = !before.equals(after);
        if (!newSecrets && spec.equals(record.spec())) {
            if (service.convergence().isDue(record)) { // the same change was interrupted before
                service.convergence().converge(record.id());
            }
            return;
        }
        Pending pending = pending(record.spec(), spec, before, after);
        BotRecord changed = record.changed(spec, pending, clock.instant());
        try {
            if (newSecrets) {
                assembly.stageSecrets(changed, after);
            }
            assembly.save(changed);
        } catch (RuntimeException e) {
            discardSecrets(record.id(), e);
            throw e;
        }
        boolean restarts = pending.compareTo(Pending.RESTART) >= 0;
        registry.expect(record.id(), what, restarts, restarts);
        try {
            service.convergence().converge(record.id());
        } catch (Failure.EngineDown e) {
            throw new Failure.EngineDown("The change is saved and will be applied when the Docker Engine answers again. "
                    + e.getMessage(), e);
        } catch (Failure.Conflict | Failure.Unavailable | Failure.Invalid | Failure.DiskFull e) {
            if (pending == Pending.RECREATE) {
                rollBack(record, changed, before, after, e);
            } else {
                registry.requestResync(); // the record says what is left
            }
            throw e;
        } catch (RuntimeException e) {
            registry.requestResync(); // the record says what is left
            throw e;
        }
    }

    private static Pending pending(BotSpec old, BotSpec spec, Map<SecretName, Secret> before, Map<SecretName, Secret> after) {
        boolean sameContainer = spec.limits().equals(old.limits()) && spec.controlUi().equals(old.controlUi());
        Pending pending = sameContainer ? Pending.NOTHING : Pending.RECREATE;
        for (SecretName name : union(before.keySet(), after.keySet())) {
            if (!Optional.ofNullable(before.get(name)).equals(Optional.ofNullable(after.get(name)))) {
                pending = pending.and(OpenClaw.reloads(name.value()) ? Pending.RELOAD : Pending.RESTART);
            }
        }
        return pending;
    }

    /// Rolls a change back after the engine refused the new container: the old one runs, and record and secrets become what they were. It
    /// may have been started again with the new secrets, and reads the old ones again.
    private void rollBack(BotRecord before, BotRecord refused, Map<SecretName, Secret> old, Map<SecretName, Secret> taken,
            RuntimeException cause) {
        try {
            Pending left = before.rollout().pending().and(pending(before.spec(), before.spec(), taken, old));
            BotRecord back = refused.settled().changed(before.spec(), left, before.updatedAt());
            if (!old.equals(taken)) {
                assembly.stageSecrets(back, old);
            }
            assembly.save(back);
            registry.note(before.id(), "change rolled back: " + cause.getMessage());
            service.convergence().converge(before.id());
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
            registry.requestResync();
        }
    }

    private void discardSecrets(BotId id, RuntimeException failed) {
        try {
            assembly.discardSecrets(id);
        } catch (RuntimeException e) {
            failed.addSuppressed(e);
            registry.requestResync();
        }
    }

    private static Set<SecretName> union(Set<SecretName> some, Set<SecretName> others) {
        Set<SecretName> all = new TreeSet<>(some);
        all.addAll(others);
        return all;
    }
}
